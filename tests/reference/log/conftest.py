"""Logs to try things on, in RAM and on disk."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from kafka_tck.reference.log import (
    Appended,
    Directory,
    FileDirectory,
    Log,
    LogConfig,
    LogRules,
    MemoryDirectory,
)
from kafka_tck.wire.batches import Record, make_batch, read_records

# Nothing here is about real time, and the machine may be busy.
settings.register_profile("log", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("log")

NOW = 1_700_000_000_000


@pytest.fixture(params=["memory", "files"])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Directory]:
    kind: Directory = MemoryDirectory() if request.param == "memory" else FileDirectory(tmp_path)
    yield kind
    kind.close()


class Workbench:
    """A log with short ways to write and read it; its clock stands still until it is set."""

    def __init__(self, directory: Directory, **config: Any) -> None:
        self.directory = directory
        self.config = LogConfig(**config)
        self.rules = LogRules()
        self.now = NOW
        self.log = self._open(clean=False)
        self.log.become_leader(0)

    def _open(self, **checkpoints: Any) -> Log:
        return Log.open(self.directory, self.config, now=self.now, rules=self.rules, **checkpoints)

    def reopen(self, **checkpoints: Any) -> Log:
        self.log = self._open(**checkpoints)
        return self.log

    def write(self, *records: Record, commit: bool = True, **fields: Any) -> Appended:
        """Appends one batch, and commits it if it is told so."""
        data = make_batch(records or (self.record(),), **fields).encode()
        return self.write_bytes(data, commit=commit)

    def write_bytes(self, data: bytes, *, commit: bool = True, epoch: int = 0) -> Appended:
        answer = self.log.append_as_leader(data, epoch=epoch, now=self.now)
        if commit:
            self.log.advance_hw(self.log.leo)
        return answer

    def record(self, key: bytes | None = b"k", value: bytes | None = b"v", **fields: Any) -> Record:
        return Record(key, value, **{"timestamp": self.now, **fields})

    def offsets_and_keys(self) -> Sequence[tuple[int, bytes | None]]:
        """Offset and key of every record from the log start on."""
        return [
            (record.offset, record.key)
            for batch in self.log.batches()
            for record in read_records(batch)
            if record.offset >= self.log.log_start
        ]

    def bases(self) -> list[int]:
        return self.log.segments.bases


Bench = Callable[..., Workbench]


@pytest.fixture
def bench(directory: Directory) -> Bench:
    def make(**config: Any) -> Workbench:
        return Workbench(directory, **config)

    return make


@pytest.fixture
def memory_bench() -> Bench:
    def make(**config: Any) -> Workbench:
        return Workbench(MemoryDirectory(), **config)

    return make
