"""No process and no file outlives us, however we end. Shown with `sleep` in place of a broker."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kafka_tck.adapters.apache_kafka import supervision
from kafka_tck.adapters.apache_kafka.supervision import SupervisionError, Supervisor
from kafka_tck.adapters.tcp import WallClock

LONG = 20.0
SLEEP = shutil.which("sleep") or "sleep"


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.close()


def is_alive(pid: int) -> bool:
    """Whether the process exists and is more than a zombie that nobody reaps in a container."""
    try:
        os.kill(pid, 0)
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc").exists()


def comes_true(condition: Callable[[], bool]) -> bool:
    return WallClock().until(lambda: condition() or None, LONG) is not None


def sleep(supervisor: Supervisor, seconds: int = 1000) -> supervision.Process:
    folder = supervisor.directory
    return supervisor.start([SLEEP, str(seconds)], folder / "log", folder)


def test_a_process_runs_until_it_is_signalled(supervisor: Supervisor) -> None:
    process = sleep(supervisor)
    assert process.code() is None
    assert not process.is_ending()
    process.signal(signal.SIGTERM)
    assert process.wait(LONG) == -signal.SIGTERM
    assert process.is_ending()


def test_the_exit_code_and_the_output_are_kept(supervisor: Supervisor) -> None:
    log = supervisor.directory / "log"
    for word, code in (("one", 3), ("two", 0)):
        script = f"echo {word}; echo {word} >&2; exit {code}"
        process = supervisor.start(["/bin/sh", "-c", script], log, supervisor.directory)
        assert process.wait(LONG) == code
    assert log.read_text() == "one\none\ntwo\ntwo\n"


def test_a_signal_to_what_has_ended_goes_nowhere(supervisor: Supervisor) -> None:
    process = sleep(supervisor, 0)
    assert process.wait(LONG) == 0
    process.signal(signal.SIGKILL)
    assert process.code() == 0


def test_what_cannot_be_started_says_why(supervisor: Supervisor) -> None:
    with pytest.raises(SupervisionError, match="No such file"):
        supervisor.start(["/no/such/java"], supervisor.directory / "log", supervisor.directory)


def test_closing_ends_everything_even_what_is_stopped() -> None:
    supervisor = Supervisor()
    running, stopped = sleep(supervisor), sleep(supervisor)
    stopped.signal(signal.SIGSTOP)
    supervisor.close()
    supervisor.close()
    assert not is_alive(running.pid)
    assert not is_alive(stopped.pid)
    assert not supervisor.directory.exists()


def test_children_of_a_wrapper_script_end_with_it(supervisor: Supervisor) -> None:
    folder = supervisor.directory
    script = f"{SLEEP} 1000 & echo $! > child; wait"
    wrapper = supervisor.start(["/bin/sh", "-c", script], folder / "log", folder)
    child = folder / "child"
    assert comes_true(lambda: child.exists() and child.read_text().endswith("\n"))
    wrapper.signal(signal.SIGKILL)
    assert comes_true(lambda: not is_alive(int(child.read_text())))


@dataclass(frozen=True)
class Parent:
    """A Python of its own that supervises one process."""

    process: "subprocess.Popen[str]"
    keeper: int
    child: int
    directory: Path

    def everything_is_gone(self) -> bool:
        return not (is_alive(self.child) or is_alive(self.keeper) or self.directory.exists())


PARENT = """
    import subprocess, sys, time
    from kafka_tck.adapters.apache_kafka.supervision import Supervisor
    supervisor = Supervisor()
    folder = supervisor.directory
    child = supervisor.start([sys.argv[1], "1000"], folder / "log", folder)
    if sys.argv[2] == "with a sibling":
        # A forked process that holds the keeper's input open.
        import os
        if os.fork() == 0:
            os.setsid()
            time.sleep(1000)
    print(supervisor._keeper.pid, child.pid, folder, flush=True)
    if sys.argv[2] == "crash":
        raise SystemExit(1)
    time.sleep(1000)
"""


def start_parent(how: str = "") -> Parent:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), SLEEP, how],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout is not None
    keeper, child, directory = process.stdout.readline().split()
    return Parent(process, int(keeper), int(child), Path(directory))


def finish(parent: Parent) -> None:
    parent.process.wait(LONG)
    assert parent.process.stdout is not None
    parent.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_is_left_when_the_parent_is_killed(number: int) -> None:
    parent = start_parent()
    assert is_alive(parent.child)
    parent.process.send_signal(number)
    finish(parent)
    assert comes_true(parent.everything_is_gone)


def test_nothing_is_left_when_the_parent_just_ends() -> None:
    parent = start_parent("crash")
    finish(parent)
    assert comes_true(parent.everything_is_gone)


def test_nothing_is_left_when_a_forked_sibling_lives_on() -> None:
    parent = start_parent("with a sibling")
    siblings = Path(f"/proc/{parent.process.pid}/task/{parent.process.pid}/children")
    pids = [int(pid) for pid in siblings.read_text().split()] if siblings.exists() else []
    parent.process.kill()
    finish(parent)
    assert comes_true(parent.everything_is_gone)
    for pid in pids:
        if pid != parent.keeper and is_alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_keeper_that_is_told_to_stop_takes_everything_along(number: int) -> None:
    parent = start_parent()
    os.kill(parent.keeper, number)
    assert comes_true(parent.everything_is_gone)
    parent.process.kill()
    finish(parent)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_no_process_outlives_a_keeper_that_is_killed(supervisor: Supervisor) -> None:
    process = sleep(supervisor)
    os.kill(supervisor._keeper.pid, signal.SIGKILL)
    assert comes_true(lambda: not is_alive(process.pid))
    assert comes_true(lambda: process.code() is not None)
    with pytest.raises(SupervisionError, match="keeper is gone"):
        sleep(supervisor)


def test_directories_without_a_keeper_are_swept() -> None:
    left_over, in_use = Supervisor(), Supervisor()
    try:
        for supervisor in (left_over, in_use):
            sleep(supervisor)
            os.utime(supervisor.directory / "keeper.lock", (0, 0))
        os.kill(left_over._keeper.pid, signal.SIGKILL)
        left_over._keeper.wait()
        Supervisor().close()
        assert not left_over.directory.exists()
        assert in_use.directory.exists()
    finally:
        left_over.close()
        in_use.close()
