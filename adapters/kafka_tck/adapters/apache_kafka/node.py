"""One node: its files and its process."""

import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.config import HOST, Address, write_properties
from kafka_tck.adapters.apache_kafka.java_command import Runtime
from kafka_tck.adapters.apache_kafka.supervision import Process, Supervisor
from kafka_tck.adapters.target import Unreachable
from kafka_tck.adapters.tcp import TcpConnection

_MAIN: Final = "kafka.Kafka"
_EXCEPTION: Final = re.compile(r"^[\w.$]+(Exception|Error): .*", re.MULTILINE)
_END: Final = 30.0
"""Seconds in which a signalled process must have ended."""


class NodeFailure(RuntimeError):
    """A node did not start or stop as it should; after a line that says why, its last log."""


class Node:
    """A broker that is also a controller, in a process of its own."""

    def __init__(self, address: Address, folder: Path, settings: Mapping[str, str]) -> None:
        self.address = address
        self.data = folder / "data"
        self._folder = folder
        self._log = folder / "kafka.log"
        self._properties = folder / "node.properties"
        write_properties(self._properties, settings)
        self._process: Process | None = None
        self._printed_before = 0
        self.is_paused = False

    def launch(self, supervisor: Supervisor, runtime: Runtime, flags: Sequence[str]) -> None:
        """Starts the process, and does not wait until it can serve."""
        extra = [
            *flags,
            f"-Djava.io.tmpdir={self._folder}",
            f"-XX:ErrorFile={self._folder}/hs_err.log",
        ]
        self._printed_before = len(self.log_text())
        command = runtime.command(_MAIN, str(self._properties), extra=extra)
        self._process = supervisor.start(command, self._log, self._folder)
        self.is_paused = False

    def is_running(self) -> bool:
        return self._process is not None and self._process.code() is None

    def is_serving(self) -> bool:
        """Whether it runs and is not paused."""
        return self.is_running() and not self.is_paused

    def stop(self) -> None:
        """A clean stop. Raises `NodeFailure` if it does not come to an end."""
        if self.is_paused:
            self.resume()
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """The process stands still when this returns, if it runs."""
        self._signal(signal.SIGSTOP)
        self.is_paused = self.is_running()
        if self._process is not None and not self._process.await_stop(_END):
            raise self.failure(f"still runs {_END} s after SIGSTOP")

    def resume(self) -> None:
        self._signal(signal.SIGCONT)
        self.is_paused = False

    def connect(self) -> TcpConnection:
        """A connection that knows about this very process. Raises `Unreachable`."""
        process = self._process
        if process is None or process.code() is not None:
            raise Unreachable(f"node {self.address.node} is not running")
        return TcpConnection(HOST, self.address.port, process.is_ending)

    def log_text(self) -> str:
        """All that the node has printed in all its starts."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def failure(self, what: str) -> NodeFailure:
        """What went wrong: our words, the first exception of this start, the end of the log."""
        text = self.log_text()
        complaint = _EXCEPTION.search(text, self._printed_before)
        why = f": {complaint.group()}" if complaint else ""
        tail = "\n".join(text.splitlines()[-20:])
        return NodeFailure(f"node {self.address.node} {what}{why}\n{tail}")

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.signal(number)

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        self._process.signal(number)
        if self._process.wait(_END) is None:
            raise self.failure(f"still runs {_END} s after {signal.Signals(number).name}")
