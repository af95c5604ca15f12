"""`kafka-tck storm`: what it prints, and how it exits."""

import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from kafka_tck.cli.main import main

WRONG = "reference:acknowledges-for-the-leader-alone"
SMALL = ("--operations", "60", "--faults", "3")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["storm", *words])


def test_right_brokers_exit_with_0() -> None:
    result = run("--seeds", "2", *SMALL)
    assert result.exit_code == 0, result.output
    assert "2 storms" in result.output
    assert "0 findings" in result.output


def test_a_finding_is_shown_drawn_kept_and_judged_again(tmp_path: Path) -> None:
    kept, picture = tmp_path / "storms.jsonl", tmp_path / "finding.svg"
    found = run("--target", WRONG, "--seeds", "3", "--save", str(kept), "--picture", str(picture))
    assert found.exit_code == 1
    assert "acknowledged with acks=all" in found.output
    assert ElementTree.fromstring(picture.read_text()).tag.endswith("svg")
    assert "node 1" in picture.read_text()
    again = run("--judge", str(kept))
    assert again.exit_code == 1
    shown = [line for line in found.stdout.splitlines() if line.startswith("seed")]
    assert shown
    assert set(shown) <= set(again.stdout.splitlines())


def test_a_seed_is_the_same_in_two_processes() -> None:
    result = run("--repeat", "6", *SMALL)
    assert result.exit_code == 0, result.output
    assert "6 of 6 seeds gave the same bytes twice" in result.output
    assert "0 findings" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "reference:nonsense"), "no wrong broker"),
        (("--moves", "kill,earthquake"), "no fault earthquake"),
        (("--seeds", "1", "--minutes", "1"), "one of them"),
        (("--feature", "x"), "write NAME=VALUE"),
        (("--nodes", "1", "--seeds", "1"), "--nodes 3"),
    ],
)
def test_misuse_exits_with_2_and_says_what_to_write(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.output


def test_a_file_that_is_no_history_cannot_be_judged(tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text('{"event": "began"}\n')
    assert run("--judge", str(file)).exit_code == 2
    file.write_text("")
    assert run("--judge", str(file)).exit_code == 2
    assert run("--judge", str(tmp_path / "none")).exit_code == 2


def test_help_teaches() -> None:
    said = run("--help").output
    for word in ("Examples", "--judge", "lose_power", "Ctrl-C", "Exit status"):
        assert word in said


def test_ctrl_c_ends_a_run_with_a_summary(tmp_path: Path) -> None:
    kept = tmp_path / "storms.jsonl"
    code = "from kafka_tck.cli.main import main; main()"
    words = ["storm", "--minutes", "10", "--save", str(kept)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "1 storms" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "0 findings" in out
    assert "Traceback" not in err
    assert run("--judge", str(kept)).exit_code == 0
