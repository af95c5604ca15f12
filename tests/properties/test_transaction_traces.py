"""Anomalies of transactions that the specification finds, played on the bundled broker."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.properties.pipeline_traces import ANOMALIES as PIPELINES
from tests.properties.pipeline_traces import REFUSED as REFUSED_PIPELINES
from tests.properties.transaction_traces import ANOMALIES, REFUSED, run

from kafka_tck.properties.traces.saved import Step
from kafka_tck.properties.traces.transaction_player import in_order


@pytest.mark.parametrize("name", sorted(ANOMALIES))
def test_an_anomaly_of_the_specification_is_one_of_the_broker(name: str, tmp_path: Path) -> None:
    path = ANOMALIES[name].saved(tmp_path / "trace.json")
    played = run("replay", str(path))
    assert played.exit_code == 1, played.output
    assert "as the trace says" in played.output
    assert "goes another way" not in played.output


@pytest.mark.parametrize("name", sorted(ANOMALIES))
def test_what_forbids_it_is_searched_to_the_end(name: str) -> None:
    found = ANOMALIES[name].explored(ANOMALIES[name].forbidding)
    assert found.exit_code == 0, found.output
    assert "complete" in found.output
    assert "not within these bounds" in found.output


@pytest.mark.parametrize("name", REFUSED)
def test_the_same_steps_are_refused_where_they_are_forbidden(name: str, tmp_path: Path) -> None:
    played = run("replay", str(ANOMALIES[name].forbidden(tmp_path / "trace.json")))
    assert played.exit_code == 0, played.output
    assert f"goes another way: {ANOMALIES[name].refused}" in played.output
    assert "not seen: " in played.output


def test_a_record_is_written_where_its_leader_verified_it() -> None:
    def step(action: str, **parameters: int) -> Step:
        return Step(action, parameters, {"at": action})

    verified = step("leader_verifies", leader=0, record=0)
    between = step("coordinator_handles_end_v4", epoch=0, end=1, heard=1)
    appended = step("leader_appends", leader=0, record=0)
    marked = step("leader_writes_marker", leader=0)
    told = in_order((verified, between, appended, marked))
    assert [(n, one.action) for n, one in told] == [
        (1, "leader_appends"),
        (2, "coordinator_handles_end_v4"),
        (4, "leader_writes_marker"),
    ]
    assert [one.action for _, one in in_order((verified, marked, appended))] == [
        "leader_verifies",
        "leader_writes_marker",
        "leader_appends",
    ]


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_an_input_is_processed_twice_or_without_its_offset(name: str, tmp_path: Path) -> None:
    played = run("replay", str(PIPELINES[name].saved(tmp_path / "trace.json")))
    assert played.exit_code == 1, played.output
    assert "as the trace says" in played.output
    assert "goes another way" not in played.output


@pytest.mark.parametrize("name", REFUSED_PIPELINES)
def test_group_metadata_and_stable_offsets_forbid_it(name: str, tmp_path: Path) -> None:
    played = run("replay", str(PIPELINES[name].forbidden(tmp_path / "trace.json")))
    assert played.exit_code == 0, played.output
    assert f"goes another way: {PIPELINES[name].refused}" in played.output


DOCUMENTED = (Path(__file__).parents[2] / "docs" / "exactly-once.md").read_text()


@pytest.mark.parametrize("saved", [ANOMALIES["delayed end"].saved, PIPELINES["zombie"].saved])
def test_the_document_shows_what_is_found(saved: Callable[[Path], Path], tmp_path: Path) -> None:
    drawn = saved(tmp_path / "trace.txt").read_text()
    steps = [line for line in drawn.splitlines() if line.strip()[0].isdigit()]
    assert [step for step in steps if step.rstrip() not in DOCUMENTED] == []
