"""What the specification says of idempotent producers, on a real broker."""

from pathlib import Path

import pytest
from tests.properties.idempotence_traces import ANSWERS, NUMBERED, run

pytestmark = pytest.mark.apache_kafka

KAFKA = "--target=apache-kafka"


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_the_specification_is_one_of_the_broker(
    name: str, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(ANSWERS[name].saved(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 1, played.output
    assert f"log: {ANSWERS[name].log}; in the trace: {ANSWERS[name].log}\n" in played.output


@pytest.mark.parametrize("name", NUMBERED)
def test_the_same_steps_of_a_numbered_producer_do_no_harm(
    name: str, apache_kafka_is_here: None, tmp_path: Path
) -> None:
    played = run("replay", str(ANSWERS[name].with_numbers(tmp_path / "trace.json")), KAFKA)
    assert played.exit_code == 0, played.output
    assert f"log: {ANSWERS[name].numbered}; in the trace: {ANSWERS[name].log}\n" in played.output
