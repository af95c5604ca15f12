"""The keeper: a small process that starts brokers and sees to it that nothing outlives us.

It runs as a script of its own (standard library only), is the parent of every broker process,
and reads commands, one JSON object per line, from its standard input. When that input ends, for
whatever reason (we closed it, or were killed), it kills the brokers and removes the directory.

Commands: `{"do": "start", "ticket": N, "argv": [...], "log": PATH, "cwd": PATH}` and
`{"do": "signal", "ticket": N, "signal": N}`.
Reports on standard output: `{"started": N, "pid": N}`, `{"failed": N, "why": TEXT}` and
`{"ended": N, "code": N}` (a negative code is the signal that killed it).
"""

import contextlib
import ctypes
import fcntl
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

LOCK: Final = "keeper.lock"
"""The keeper holds a lock on this file of its directory as long as it lives."""

_ORPHAN_CHECK: Final = 0.5
"""Seconds between looks at who our parent is: a forked sibling may hold our input open."""

_PR_SET_PDEATHSIG: Final = 1


class Keeper:
    """Starts, signals and reaps brokers as it is told."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._parent = os.getppid()
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._unread = b""

    def run(self) -> None:
        """Serves commands until there is no one left to give any."""
        with (self._directory / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with contextlib.suppress(BrokenPipeError):
                self._serve()
            self._kill_all()
            shutil.rmtree(self._directory, ignore_errors=True)

    def _serve(self) -> None:
        woken = _wake_up_pipe()
        with selectors.DefaultSelector() as selector:
            selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while os.getppid() == self._parent:
                ready = {key.fd for key, _ in selector.select(_ORPHAN_CHECK)}
                if woken in ready and _asked_to_stop(os.read(woken, 4096)):
                    return
                self._reap()
                if sys.stdin.fileno() in ready and not self._read_commands():
                    return

    def _read_commands(self) -> bool:
        """Reads and obeys what has come; False at the end of the input."""
        chunk = os.read(sys.stdin.fileno(), 65536)
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return bool(chunk)

    def _obey(self, command: dict[str, Any]) -> None:
        if command["do"] == "start":
            self._start(command)
        elif command["ticket"] in self._running:
            _signal_group(self._running[command["ticket"]], command["signal"])

    def _start(self, command: dict[str, Any]) -> None:
        try:
            with open(command["log"], "ab") as log:
                process = subprocess.Popen(
                    command["argv"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=command["cwd"],
                    start_new_session=True,
                    preexec_fn=_die_with_keeper(os.getpid()),
                )
        except (OSError, subprocess.SubprocessError) as error:
            _report(failed=command["ticket"], why=str(error))
            return
        self._running[command["ticket"]] = process
        _report(started=command["ticket"], pid=process.pid)

    def _reap(self) -> None:
        for ticket, process in list(self._running.items()):
            code = process.poll()
            if code is not None:
                del self._running[ticket]
                _report(ended=ticket, code=code)

    def _kill_all(self) -> None:
        for process in self._running.values():
            _signal_group(process, signal.SIGKILL)
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)


def _wake_up_pipe() -> int:
    """A pipe that gets the number of every signal: an end of a broker, or a wish to stop us."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    return reading


def _asked_to_stop(numbers: bytes) -> bool:
    return any(number != signal.SIGCHLD for number in numbers)


def _signal_group(process: "subprocess.Popen[bytes]", number: int) -> None:
    """To the whole group, because `java` may be a shell script that runs the real one."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _die_with_keeper(keeper: int) -> Any:
    """What a broker does before it becomes one, so that Linux kills it when the keeper dies."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(1)

    return ask


def _report(**fields: Any) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    Keeper(Path(sys.argv[1])).run()
