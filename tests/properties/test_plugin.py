"""The suite as its users start it: options, exit statuses, verdicts, replays, histories."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = str(ROOT / "properties" / "kafka_tck" / "properties")
WRONG = "skips-an-offset"
CAUGHT_BY = "log.accepted-records-get-consecutive-offsets"


def run_suite(*options: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return run_files(*options, SUITE, cwd=cwd)


def run_files(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *words],
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target=nonsense"], "unknown target 'nonsense'"),
        (["--target=reference:nonsense"], "no wrong broker named 'nonsense'"),
        (["--target=reference:never-fence"], "did you mean never-fences"),
        (["--target=wire:nowhere"], "HOST:PORT"),
        (["--target=reference", "--config", "a"], "write NAME=VALUE"),
        (["--target=reference", "--nodes", "0"], "at least one node"),
        (["--target=reference", "--behaves-like", "new"], "is not a release"),
        (["--target=reference", "--replay", "none.jsonl"], "cannot read replay"),
        (["--target=reference", "--deviations", "none.toml"], "cannot read deviations"),
    ],
)
def test_what_cannot_be_is_one_line_and_status_4(options: list[str], said: str) -> None:
    done = run_suite(*options)
    assert done.returncode == 4, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--requirement=deletions."], "try deletion"),
        (["--requirement=log.", "--requirement=list-offsets.latest-is-hw"], "latest-is-the-hw"),
        (["--requirement=watermark"], "high-watermark"),
        (["--requirement=#"], "or deletion or"),
    ],
)
def test_a_requirement_that_is_not_there_is_answered_with_near_ones(
    options: list[str], said: str
) -> None:
    done = run_suite(*options)
    assert done.returncode == 4, done.stdout + done.stderr
    typed = options[-1].partition("=")[2]
    assert f"no requirement's id starts with {typed!r}: try " in done.stderr
    assert said in done.stderr


def test_requirements_are_asked_only_of_the_suites_own_items(tmp_path: Path) -> None:
    own = tmp_path / "test_own.py"
    own.write_text("def test_own():\n    raise RuntimeError('it ran')\n")
    log = f"{SUITE}/test_log.py"
    elsewhere = run_files("--requirement=twins.", log)
    assert elsewhere.returncode == 4
    assert "no file named here exercises twins." in elsewhere.stderr
    both = ("--profile=seed", "--requirement=log.", "--requirement=twins.")
    beside = run_files(*both, log, str(own))
    assert beside.returncode == 1, beside.stdout + beside.stderr
    assert "it ran" in beside.stdout
    assert "1 failed" in beside.stdout


def test_requirements_that_are_skipped_are_there() -> None:
    done = run_suite("--profile=seed", "--requirement=reassignment.")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" in done.stdout


def test_a_wrong_broker_is_red_and_its_replay_too(tmp_path: Path) -> None:
    target = f"--target=reference:{WRONG}"
    done = run_suite(target, "--requirement=log.", cwd=tmp_path)
    assert done.returncode == 1
    assert f"{CAUGHT_BY} (MUST)" in done.stdout
    for part in ("source", "expected", "actual", "because", "replay    pytest --target="):
        assert part in done.stdout
    kept = tmp_path / ".kafka-tck" / "replays" / f"{CAUGHT_BY}.jsonl"
    again = run_suite(target, f"--replay={kept}", cwd=tmp_path)
    assert again.returncode == 1
    assert CAUGHT_BY in again.stdout
    honest = run_suite("--target=reference", f"--replay={kept}", cwd=tmp_path)
    assert honest.returncode == 0, honest.stdout
    assert "every step is answered as it must be" in honest.stdout


def test_the_same_seed_gives_the_same_history(tmp_path: Path) -> None:
    def history(name: str, seed: int) -> bytes:
        path = tmp_path / name
        done = run_suite("--profile=seed", f"--seed={seed}", f"--history={path}")
        assert done.returncode == 0, done.stdout
        return path.read_bytes()

    first = history("first", 7)
    assert len(first.splitlines()) > 50
    assert history("second", 7) == first
    assert history("third", 8) != first


def test_results_name_every_requirement_with_its_verdict(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    done = run_suite("--profile=seed", "--requirement=list-offsets.", f"--results={path}")
    assert done.returncode == 0, done.stdout
    document = json.loads(path.read_text())
    assert document["target"] == "reference"
    assert document["release"] == "4.3"
    latest = document["requirements"]["list-offsets.latest-is-the-hw"]
    assert latest["verdict"] in ("passed", "unknown")
    assert (latest["verdict"] == "passed") == (latest["exercised"] > 0)


def test_a_deviation_that_is_not_seen_fails(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[[deviation]]\nrequirement = "list-offsets.latest-is-the-hw"\nreason = "we differ"\n'
    )
    options = ("--requirement=list-offsets.latest", f"--deviations={mine}")
    stale = run_suite("--target=reference", *options)
    assert stale.returncode == 1
    assert "the declared deviation was not seen" in stale.stdout
    seen = run_suite("--target=reference:latest-is-one-short", *options)
    assert seen.returncode == 0, seen.stdout
    assert "1 xfailed" in seen.stdout
