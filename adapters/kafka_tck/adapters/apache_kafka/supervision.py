"""Our end of the keeper: processes that end when we do, in a directory that goes with them."""

import contextlib
import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from kafka_tck.adapters.apache_kafka import keeper

_PREFIX: Final = "kafka-tck-"
_ROOMY: Final = 1 << 30
_REPLY: Final = 30.0
"""Seconds until the keeper must have said that it started something."""
_YOUNG: Final = 60.0
"""Seconds in which a directory may still wait for its keeper's lock."""


class SupervisionError(RuntimeError):
    """A process could not be started, or the keeper is gone."""


class Supervisor:
    """Starts processes through a keeper and knows which of them have ended."""

    def __init__(self) -> None:
        base = _base_directory()
        _sweep(base)
        self.directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, str(self.directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._news = threading.Condition()
        self._last_ticket = 0
        self._pids: dict[int, int] = {}
        self._failures: dict[int, str] = {}
        self._codes: dict[int, int] = {}
        self._gone = False
        self._reader = threading.Thread(target=self._read_reports, daemon=True)
        self._reader.start()

    def start(self, argv: Sequence[str], log: Path, cwd: Path) -> "Process":
        """Starts one process; its output is appended to `log`. Raises `SupervisionError`."""
        with self._news:
            self._last_ticket += 1
            ticket = self._last_ticket
        self._tell(do="start", ticket=ticket, argv=list(argv), log=str(log), cwd=str(cwd))
        self._await(lambda: ticket in self._pids or ticket in self._failures, _REPLY)
        if ticket not in self._pids:
            raise SupervisionError(self._failures.get(ticket, "the keeper is gone"))
        return Process(self, ticket, self._pids[ticket])

    def signal(self, ticket: int, number: int) -> None:
        """Sends a signal to a process that has not ended; else does nothing."""
        if self.code(ticket) is None:
            self._tell(do="signal", ticket=ticket, signal=number)

    def code(self, ticket: int) -> int | None:
        """The exit code of a process that has ended, else None."""
        with self._news:
            return self._codes.get(ticket, -1 if self._gone else None)

    def wait(self, ticket: int, within: float) -> int | None:
        """The exit code as soon as there is one; None after `within` seconds."""
        self._await(lambda: ticket in self._codes, within)
        return self.code(ticket)

    def close(self) -> None:
        """Kills what still runs and removes the directory. Idempotent."""
        with contextlib.suppress(BrokenPipeError):
            _pipe(self._keeper.stdin).close()
        self._keeper.wait()
        self._reader.join()
        _pipe(self._keeper.stdout).close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _tell(self, **command: object) -> None:
        pipe = _pipe(self._keeper.stdin)
        try:
            with self._news:
                pipe.write(json.dumps(command).encode() + b"\n")
                pipe.flush()
        except (OSError, ValueError):
            raise SupervisionError("the keeper is gone") from None

    def _await(self, condition: Callable[[], bool], within: float) -> None:
        with self._news:
            self._news.wait_for(lambda: self._gone or condition(), within)

    def _read_reports(self) -> None:
        for line in _pipe(self._keeper.stdout):
            with self._news:
                self._note(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._gone = True
            self._news.notify_all()

    def _note(self, report: dict[str, int | str]) -> None:
        match report:
            case {"started": int(ticket), "pid": int(pid)}:
                self._pids[ticket] = pid
            case {"failed": int(ticket), "why": str(why)}:
                self._failures[ticket] = why
            case {"ended": int(ticket), "code": int(code)}:
                self._codes[ticket] = code


class Process:
    """One supervised process."""

    def __init__(self, supervisor: Supervisor, ticket: int, pid: int) -> None:
        self._supervisor = supervisor
        self._ticket = ticket
        self.pid = pid

    def signal(self, number: int) -> None:
        self._supervisor.signal(self._ticket, number)

    def code(self) -> int | None:
        """The exit code (negative: the signal that killed it), None while it runs."""
        return self._supervisor.code(self._ticket)

    def wait(self, within: float) -> int | None:
        return self._supervisor.wait(self._ticket, within)

    def is_ending(self) -> bool:
        """Whether it has ended, or its end has begun and only the report is still to come."""
        return self.code() is not None or _is_exiting(self.pid)

    def await_stop(self, within: float) -> bool:
        """Whether it comes to stand still, or has ended; without /proc we must believe that."""
        deadline = time.monotonic() + within
        while not self.is_ending() and _state(self.pid) not in "Tt":
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True


_POLL: Final = 0.001
_PF_EXITING: Final = 0x4


def _state(pid: int) -> str:
    """The letter by which Linux names the state of a process; T where it cannot be known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "T"
    return stat.rpartition(")")[2].split()[0]


def _is_exiting(pid: int) -> bool:
    """Whether Linux is tearing the process down, or has done so and our keeper has seen it.

    Its sockets are closed a little before that, and the report comes a little after.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return Path("/proc/self").exists()
    state, *fields = stat.rpartition(")")[2].split()
    return state in "ZX" or bool(int(fields[5]) & _PF_EXITING)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _base_directory() -> Path:
    """Memory where there is enough of it: brokers write much that nobody keeps."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOMY:
        return memory
    return Path(tempfile.gettempdir())


def _sweep(base: Path) -> None:
    """Removes directories whose keeper was killed together with us."""
    for lock in base.glob(f"{_PREFIX}*/{keeper.LOCK}"):
        with contextlib.suppress(OSError):
            if time.time() - lock.stat().st_mtime > _YOUNG and _is_unlocked(lock):
                shutil.rmtree(lock.parent, ignore_errors=True)


def _is_unlocked(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
