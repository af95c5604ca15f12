"""Counterexamples of the specification, played on the bundled cluster."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kafka_tck.adapters.open import open_target
from kafka_tck.cli.main import main
from kafka_tck.properties.traces.player import VOTING_NODES, Player, options_for
from kafka_tck.properties.traces.saved import read_trace

TWO = "min.insync.replicas=2"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def found(path: Path, settings: tuple[str, ...], bounds: str) -> Path:
    """The shortest loss under these settings, saved."""
    chosen = [word for setting in settings for word in ("--set", setting)]
    explored = run(
        "explore", "durability", *chosen, "--bounds", bounds, "--find", "lost", "--save", str(path)
    )
    assert explored.exit_code == 1, explored.output
    return path


def changed(path: Path, **settings: Any) -> Path:
    """The same steps under other settings."""
    trace = json.loads(path.read_text())
    trace["settings"] |= settings
    path.write_text(json.dumps(trace))
    return path


CRASH, POWER = "crashes=1,power_failures=0", "crashes=0,power_failures=1"
LOSSES = {
    "acks=0": (("acks=0",), CRASH),
    "acks=1": (("acks=1",), CRASH),
    "one replica": (("nodes=1",), POWER),
    "unclean": (("unclean=true",), CRASH),
    "the last of the ISR": ((), POWER),
    "unclean, two in sync": ((TWO, "unclean=true"), "crashes=2,power_failures=0"),
    "two in sync": ((TWO, "records=2"), POWER),
    "two in sync, eligible replicas": ((TWO, "elr=true"), "crashes=0,power_failures=2"),
    "two replicas": ((TWO, "nodes=2", "records=2"), POWER),
}


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_a_loss_of_the_specification_is_one_of_the_cluster(name: str, tmp_path: Path) -> None:
    settings, bounds = LOSSES[name]
    played = run("replay", str(found(tmp_path / "trace.json", settings, bounds)))
    assert played.exit_code == 1, played.output
    assert "LOST: 0, as the trace says" in played.output


@pytest.mark.parametrize("name", ["two in sync", "two replicas"])
def test_eligible_replicas_forbid_the_loss(name: str, tmp_path: Path) -> None:
    """The same faults; but somebody else, who has the record, is elected."""
    settings, bounds = LOSSES[name]
    path = changed(found(tmp_path / "trace.json", settings, bounds), elr=True)
    played = run("replay", str(path))
    assert played.exit_code == 0, played.output
    assert "goes another way" in played.output
    assert "nothing that was acknowledged is lost" in played.output


@pytest.mark.parametrize("name", ["one replica", "the last of the ISR", "two in sync"])
def test_flushing_each_record_forbids_the_loss(name: str, tmp_path: Path) -> None:
    settings, bounds = LOSSES[name]
    path = changed(found(tmp_path / "trace.json", settings, bounds), flush=True)
    played = run("replay", str(path))
    assert played.exit_code == 0, played.output
    assert "nothing that was acknowledged is lost" in played.output


def test_two_kills_lose_nothing_where_two_power_failures_do(tmp_path: Path) -> None:
    settings, bounds = LOSSES["two in sync, eligible replicas"]
    path = found(tmp_path / "trace.json", settings, bounds)
    path.write_text(path.read_text().replace("broker_loses_power", "broker_crashes"))
    played = run("replay", str(path))
    assert played.exit_code == 0, played.output
    assert "nothing that was acknowledged is lost" in played.output


def test_two_replicas_may_be_on_two_of_three_brokers(tmp_path: Path) -> None:
    settings, bounds = LOSSES["two replicas"]
    played = run("replay", str(found(tmp_path / "trace.json", settings, bounds)), "--nodes=3")
    assert played.exit_code == 1, played.output
    assert "LOST: 0, as the trace says" in played.output


def test_where_the_nodes_vote_nobody_decides_while_most_of_them_are_down(tmp_path: Path) -> None:
    settings, bounds = LOSSES["two in sync, eligible replicas"]
    trace = read_trace(found(tmp_path / "trace.json", settings, bounds))
    target = open_target("reference", options_for(trace))
    target.capabilities |= {VOTING_NODES}
    played = Player(target, trace).play()
    assert ["nobody is there" in line for line in played.lines].index(True) == 5
    assert "nobody leads" in played.lines[6]
    assert played.lost == [0]


def test_a_trace_of_another_module_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    explored = run("explore", "replication", "--variant", "kip-101", "--save", str(path))
    assert explored.exit_code == 1
    played = run("replay", str(path))
    assert played.exit_code == 2
    assert "can be played" in played.output
