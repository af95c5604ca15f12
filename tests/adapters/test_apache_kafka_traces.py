"""Anomalies of transactions and consumers that the specification finds, on a real broker."""

from pathlib import Path

import pytest
from tests.properties.group_answers import PLAYED, UNCHECKED, Answer
from tests.properties.pipeline_traces import ANOMALIES as PIPELINES
from tests.properties.pipeline_traces import REFUSED as REFUSED_PIPELINES
from tests.properties.transaction_traces import ANOMALIES, REFUSED, run

pytestmark = pytest.mark.apache_kafka

KAFKA = "--target=apache-kafka"


@pytest.mark.parametrize("name", sorted(ANOMALIES))
def test_an_anomaly_of_the_specification_happens(
    name: str, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(ANOMALIES[name].saved(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 1, played.output
    assert "as the trace says" in played.output


@pytest.mark.parametrize("name", REFUSED)
def test_a_setting_forbids_it(name: str, apache_kafka_is_here: None, tmp_path: Path) -> None:
    played = run("replay", str(ANOMALIES[name].forbidden(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 0, played.output
    assert f"goes another way: {ANOMALIES[name].refused}" in played.output


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_an_input_is_processed_twice_or_without_its_offset(
    name: str, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(PIPELINES[name].saved(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 1, played.output
    assert "as the trace says" in played.output


@pytest.mark.parametrize("name", REFUSED_PIPELINES)
def test_group_metadata_and_stable_offsets_forbid_it(
    name: str, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(PIPELINES[name].forbidden(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 0, played.output
    assert f"goes another way: {PIPELINES[name].refused}" in played.output


@pytest.mark.parametrize("answer", PLAYED, ids=str)
def test_consumers_lose_and_repeat_as_the_specification_says(
    answer: Answer, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(answer.saved(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 1, played.output
    assert "as the trace says" in played.output


@pytest.mark.parametrize("answer", UNCHECKED, ids=str)
def test_a_zombie_is_refused_where_commits_are_checked(
    answer: Answer, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(answer.fenced(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 0, played.output
    assert "goes another way: UNKNOWN_MEMBER_ID" in played.output
