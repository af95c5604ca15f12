"""The three brokers that are compared: in process, the same behind TCP, and Apache Kafka."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

RELEASE: Final = "4.3.1"

_SERVE: Final = "from kafka_tck.cli.main import main; main()"
_LISTENS: Final = re.compile(r"broker 1 listens on (\S+)")


@dataclass(frozen=True)
class Contender:
    """A broker with the name of its column and the spec that opens it."""

    name: str
    spec: str


IN_PROCESS: Final = Contender("in process", "reference")
APACHE_KAFKA: Final = Contender(f"Apache Kafka {RELEASE}", f"apache-kafka:{RELEASE}")


@contextmanager
def bundled_over_tcp() -> Iterator[Contender]:
    """`kafka-tck serve` in a process of its own, ended when the context is."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-u", "-c", _SERVE, "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            yield Contender("TCP", f"wire:{_address(server.stdout)}")
        finally:
            server.terminate()


def _address(output: IO[str]) -> str:
    """HOST:PORT as the server prints it. RuntimeError if it ends without a word of it."""
    for line in output:
        found = _LISTENS.match(line)
        if found is not None:
            return found.group(1)
    raise RuntimeError("kafka-tck serve ended before it listened")
