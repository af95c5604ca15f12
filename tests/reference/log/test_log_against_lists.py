"""The log, in RAM and on disk, against lists of records that anyone can check by eye.

Segments and index intervals are tiny, so that nearly every lookup crosses both.
"""

import tempfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kafka_tck.reference.log import (
    FileDirectory,
    Log,
    LogConfig,
    MemoryDirectory,
    Refusal,
)
from kafka_tck.wire.batches import Batch, Record, make_batch, read_records, split_batches

NOW = 1_000_000


@dataclass
class Naive:
    """What the log must hold: its batches as lists of records."""

    batches: list[list[Record]] = field(default_factory=list)
    log_start: int = 0
    leo: int = 0
    epochs: list[tuple[int, int]] = field(default_factory=list)

    def append(self, records: list[Record]) -> None:
        numbered = [
            Record(record.key, record.value, (), record.timestamp, self.leo + index)
            for index, record in enumerate(records)
        ]
        self.batches.append(numbered)
        self.leo += len(records)

    def records(self) -> list[Record]:
        return [record for batch in self.batches for record in batch]

    def from_batch_of(self, offset: int) -> list[Record]:
        return [record for batch in self.batches if batch[-1].offset >= offset for record in batch]

    def truncate(self, offset: int) -> None:
        self.batches = [batch for batch in self.batches if batch[-1].offset < offset]
        self.leo = min(self.leo, offset)
        self.log_start = min(self.log_start, offset)
        self.epochs = [entry for entry in self.epochs if entry[1] < offset]

    def first_at(self, timestamp: int) -> int | None:
        reaching = (
            record.offset
            for record in self.records()
            if record.offset >= self.log_start and record.timestamp >= timestamp
        )
        return next(reaching, None)

    def epoch_end(self, epoch: int) -> tuple[int, int] | None:
        """By the definition: where the first later epoch begins."""
        if self.epochs and epoch == self.epochs[-1][0]:
            return epoch, self.leo
        later = [start for known, start in self.epochs if known > epoch]
        before = [known for known, _ in self.epochs if known <= epoch]
        return ((before or [epoch])[-1], later[0]) if later else None


def read_all(log: Log, offset: int, max_bytes: int) -> list[Batch]:
    """Reads as a consumer does, from a position to the log end."""
    batches: list[Batch] = []
    while offset < log.leo:
        data = log.read(offset, max_bytes=max_bytes, bound=log.leo, min_one=True)
        found = split_batches(data)
        if not found:
            break
        batches += found
        offset = found[-1].last_offset + 1
    return batches


def plain(batches: list[Batch]) -> list[Record]:
    return [record for batch in batches for record in read_records(batch)]


timestamps = st.one_of(st.just(-1), st.integers(0, 40))
records = st.builds(
    Record,
    key=st.sampled_from([None, b"a", b"b"]),
    value=st.sampled_from([None, b"", b"v" * 20]),
    timestamp=timestamps,
)
offsets = st.integers(0, 60)


class LogMachine(RuleBasedStateMachine):
    """One history, applied to a log in RAM, to one on disk, and to the lists."""

    @initialize(
        segment=st.sampled_from([300, 500, 10_000]),
        interval=st.sampled_from([0, 100, 4096]),
        index=st.sampled_from([24, 1000]),
    )
    def open(self, segment: int, interval: int, index: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.config = LogConfig(
            segment_bytes=segment,
            segment_index_bytes=index,
            index_interval_bytes=interval,
            segment_ms=30,
        )
        self.ram = MemoryDirectory()
        self.naive = Naive()
        self.points: dict[str, int] = {}
        self.logs = [self.opened(self.ram), self.opened(self.disk())]
        self.epoch = 0
        self.elect(1)

    def disk(self) -> FileDirectory:
        return FileDirectory(self.folder.name, sync=False)

    def opened(self, directory: Any, **fields: Any) -> Log:
        return Log.open(directory, self.config, now=NOW, **fields)

    @rule(by=st.integers(1, 3))
    def elect(self, by: int) -> None:
        self.epoch += by
        for log in self.logs:
            log.become_leader(self.epoch)
        self.naive.epochs = [entry for entry in self.naive.epochs if entry[1] < self.naive.leo]
        self.naive.epochs.append((self.epoch, self.naive.leo))

    @rule(batch=st.lists(records, min_size=1, max_size=4), codec=st.sampled_from([0, 0, 2]))
    def append(self, batch: list[Record], codec: int) -> None:
        data = make_batch(batch, codec=codec).encode()
        answers = {log.append_as_leader(data, epoch=self.epoch, now=NOW) for log in self.logs}
        (answer,) = answers
        assert answer.base_offset == self.naive.leo
        self.naive.append(batch)
        assert answer.last_offset == self.naive.leo - 1
        self.commit()

    def commit(self) -> None:
        for log in self.logs:
            log.advance_hw(log.leo)

    @rule(offset=st.integers(-1, 60), size=st.sampled_from([0, 100, 250, 100_000]))
    def read(self, offset: int, size: int) -> None:
        for log in self.logs:
            if self.naive.log_start <= offset <= self.naive.leo:
                found = plain(read_all(log, offset, size))
                assert found == self.naive.from_batch_of(offset)
            else:
                self.refuses_to_read(log, offset)

    def refuses_to_read(self, log: Log, offset: int) -> None:
        with pytest.raises(Refusal, match="OFFSET_OUT_OF_RANGE"):
            log.read(offset, max_bytes=1, bound=log.leo, min_one=True)

    @rule(bound=offsets, offset=offsets)
    def nothing_beyond_the_bound_is_read(self, bound: int, offset: int) -> None:
        if not self.naive.log_start <= offset <= bound <= self.naive.leo:
            return
        for log in self.logs:
            data = log.read(offset, max_bytes=100_000, bound=bound, min_one=True)
            assert all(batch.last_offset < bound for batch in split_batches(data))

    @rule(timestamp=timestamps)
    def look_up(self, timestamp: int) -> None:
        for log in self.logs:
            found = log.offset_for_time(timestamp, bound=log.leo)
            assert (found and found.offset) == self.naive.first_at(timestamp)

    @rule()
    def look_up_the_maximum(self) -> None:
        kept = [record for record in self.naive.records() if record.offset >= self.naive.log_start]
        first = max(kept, key=lambda record: (record.timestamp, -record.offset), default=None)
        for log in self.logs:
            found = log.offset_of_max_timestamp(log.leo)
            assert (found and found[:2]) == (first and (first.timestamp, first.offset))

    @rule(epoch=st.integers(0, 30))
    def ask_for_an_epoch_end(self, epoch: int) -> None:
        for log in self.logs:
            assert log.epochs.end_offset_for(epoch, log.leo) == self.naive.epoch_end(epoch)

    @rule(to=offsets)
    def raise_the_log_start(self, to: int) -> None:
        if to > self.naive.leo:
            return
        for log in self.logs:
            log.raise_log_start(to)
        if to > self.naive.log_start:
            self.naive.log_start = to
            earlier = [epoch for epoch, start in self.naive.epochs if start <= to]
            self.naive.epochs = [entry for entry in self.naive.epochs if entry[1] > to]
            if earlier:
                self.naive.epochs.insert(0, (earlier[-1], to))

    @rule()
    def delete_below_the_log_start(self) -> None:
        for log in self.logs:
            log.config = LogConfig(
                segment_bytes=self.config.segment_bytes,
                segment_index_bytes=self.config.segment_index_bytes,
                index_interval_bytes=self.config.index_interval_bytes,
                segment_ms=30,
                retention_ms=-1,
            )
            log.delete_old_segments(NOW)
            log.config = self.config
        first = self.logs[0].segments.first.base_offset
        self.naive.batches = [batch for batch in self.naive.batches if batch[-1].offset >= first]

    @rule(offset=offsets)
    def truncate(self, offset: int) -> None:
        if offset < self.logs[0].segments.first.base_offset:
            return
        for log in self.logs:
            log.truncate_to(offset)
        if offset < self.naive.leo:
            self.naive.truncate(offset)
        else:
            self.naive.epochs = [e for e in self.naive.epochs if e[1] < self.naive.leo]
        self.elect(1)

    @rule()
    def roll(self) -> None:
        for log in self.logs:
            log.roll()

    @rule(clean=st.booleans())
    def restart(self, clean: bool) -> None:
        points = {
            "log_start": self.naive.log_start,
            "hw": self.naive.leo,
            "recovery_point": self.logs[0].recovery_point,
        }
        for log in self.logs:
            log.close(clean)
        self.logs = [
            self.opened(directory, clean=clean, **points) for directory in (self.ram, self.disk())
        ]
        gap = self.naive.leo - self.logs[0].leo
        assert gap >= 0
        self.forget_the_gap()
        self.elect(1)

    def forget_the_gap(self) -> None:
        """A log that was truncated within a batch forgets on a restart that it ended later."""
        last = self.naive.batches[-1][-1].offset + 1 if self.naive.batches else None
        leo = self.logs[0].leo
        assert leo == max(self.logs[0].segments.active.base_offset, last or 0, 0)
        self.naive.leo = leo
        self.naive.log_start = (
            min(self.naive.log_start, leo) if last is None else (self.naive.log_start)
        )
        self.naive.epochs = [entry for entry in self.naive.epochs if entry[1] < leo]

    @invariant()
    def bounds_are_in_order(self) -> None:
        for log in getattr(self, "logs", []):
            assert log.log_start <= log.lso <= log.hw <= log.leo
            assert (log.log_start, log.leo) == (self.naive.log_start, self.naive.leo)
            assert log.epochs.entries == tuple(self.naive.epochs)

    @invariant()
    def ram_and_disk_hold_the_same_bytes(self) -> None:
        if hasattr(self, "logs"):
            disk = self.disk()
            assert disk.names() == self.ram.names()
            for name in disk.names():
                assert disk.load(name) == self.ram.load(name)

    def teardown(self) -> None:
        if hasattr(self, "logs"):
            for log in self.logs:
                log.close(clean=False)
            self.folder.cleanup()


LogMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLogAgainstLists = LogMachine.TestCase
