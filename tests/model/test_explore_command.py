"""`kafka-tck explore` and `kafka-tck modules`, as people use them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kafka_tck.cli.main import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


LOST = "an-acknowledged-record-is-lost"


def test_the_newcomers_path() -> None:
    lost = run("explore", "durability", "--set", "acks=1", "--find", "lost")
    assert lost.exit_code == 1
    assert "1.      *--------->|" in lost.output
    assert "broker_crashes(broker=0" in lost.output
    kept = run("explore", "durability", "--set", "acks=all", "--find", "lost")
    assert kept.exit_code == 0
    assert f"not within these bounds: {LOST}" in kept.output
    bounds = "crashes=0,power_failures=1"
    power = run("explore", "durability", "--set", "acks=all", "--bounds", bounds, "--find", "lost")
    assert power.exit_code == 1
    assert "broker_loses_power(broker=0, heir=-1)" in power.output


def test_the_readme_shows_what_is_printed() -> None:
    bounds = "crashes=0,power_failures=1"
    told = run("explore", "durability", "--bounds", bounds, "--find", "lost").output
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    for line in told[told.index("    producer") :].splitlines()[:-1]:
        assert line.rstrip() in readme


def test_giving_up_is_said() -> None:
    outcome = run("explore", "replication", "--most-states", "100")
    assert outcome.exit_code == 2
    assert "gave up before the end" in outcome.output


def test_a_broken_claim_is_found_without_being_asked_for() -> None:
    outcome = run("explore", "replication", "--variant", "high-watermark")
    assert outcome.exit_code == 1
    assert "BROKEN    the-isr-holds-what-is-committed" in outcome.output


def test_json_is_one_document() -> None:
    outcome = run("explore", "durability", "--set", "acks=1", "--find", "lost", "--json")
    told = json.loads(outcome.output)
    assert told["status"] == "found"
    steps = told["traces"]["an_acknowledged_record_is_lost"]
    assert [step["action"] for step in steps] == ["producer_writes", "broker_crashes"]


@pytest.mark.parametrize("suffix", ["txt", "svg", "json"])
def test_a_trace_is_saved(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"trace.{suffix}"
    run("explore", "durability", "--set", "acks=1", "--find", "lost", "--save", str(path))
    text = path.read_text()
    assert {"txt": "node 0", "svg": "<svg", "json": '"producer_writes"'}[suffix] in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replikation",), "did you mean replication"),
        (("durability", "--find", "losst"), "no claim of durability is called losst"),
        (("durability", "--set", "acs=1"), "did you mean acks"),
        (("durability", "--set", "acks"), "write NAME=VALUE"),
        (("durability", "--set", "acks=many"), "write a whole number"),
        (("durability", "--set", "acks=7"), "write 0 or 1 or all"),
        (("durability", "--set", "elr=perhaps"), "write true or false"),
        (("consumer", "--set", "commits=soon"), "write auto or stored or before"),
        (("durability", "--bounds", "crsh=1"), "did you mean crashes"),
        (("replication", "--variant", "kip-999"), "no variant is called kip-999"),
    ],
)
def test_wrong_names_are_answered_with_near_ones(arguments: tuple[str, ...], told: str) -> None:
    outcome = run("explore", *arguments)
    assert outcome.exit_code == 4
    assert told in outcome.output


def test_modules_tell_what_can_be_asked() -> None:
    assert "durability" in run("modules").output
    told = run("modules", "durability").output
    assert "min_insync_replicas=1  min.insync.replicas" in told
    assert LOST in told
    names = [one["name"] for one in json.loads(run("modules", "--json").output)]
    assert names == sorted(names)
