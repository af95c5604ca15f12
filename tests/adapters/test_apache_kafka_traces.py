"""Anomalies of transactions that the specification finds, on a real broker."""

from pathlib import Path

import pytest
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
