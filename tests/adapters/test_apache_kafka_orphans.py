"""No broker process and no file outlives a run that is killed, whatever it was about."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kafka_tck.adapters.tcp import WallClock

pytestmark = [
    pytest.mark.apache_kafka,
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc"),
]

LONG = 60.0

RUN = """
    from kafka_tck.adapters.apache_kafka.kafka_target import start_target
    from kafka_tck.adapters.target import CONTROLLERS, TargetOptions
    target = start_target(None, TargetOptions(nodes=3))
    target.cut(1, 2)
    target.cut(2, CONTROLLERS)
    target.delay(1, 3, 100)
    target.pause(2)
    print(target.directory, flush=True)
    while True:
        target.kill(3)
        print("killed", flush=True)
        target.start(3)
        print("started", flush=True)
"""


def processes_of(directory: Path) -> list[int]:
    """The processes whose command lines speak of the directory."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(directory).encode() in command.read_bytes():
                found.append(int(command.parent.name))
        except OSError:
            pass  # It has just ended.
    return found


@dataclass(frozen=True)
class Run:
    """A Python of its own with three brokers, of which one stands still and one comes and goes."""

    process: "subprocess.Popen[str]"
    directory: Path

    def has_left_nothing(self) -> bool:
        return not processes_of(self.directory) and not self.directory.exists()

    def await_line(self, line: str) -> None:
        assert self.process.stdout is not None
        while self.process.stdout.readline() != f"{line}\n":
            assert self.process.poll() is None


@pytest.fixture
def run(apache_kafka_is_here: None) -> Iterator[Run]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(RUN)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield Run(process, Path(process.stdout.readline().strip()))
        process.kill()


@pytest.mark.parametrize("moment", ["killed", "started"])
def test_nothing_is_left_of_three_nodes_when_the_run_is_killed(run: Run, moment: str) -> None:
    run.await_line(moment)
    assert len(processes_of(run.directory)) >= 3, "the keeper, and two brokers or three"
    run.process.send_signal(signal.SIGKILL)
    run.process.wait(LONG)
    assert WallClock().until(lambda: run.has_left_nothing() or None, LONG)
