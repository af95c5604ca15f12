"""What the specification says of idempotent producers, played on the bundled broker."""

from pathlib import Path

import pytest
from tests.properties.idempotence_traces import ANSWERS, NUMBERED, OFF, run

DOCUMENT = (Path(__file__).parents[2] / "docs" / "exactly-once.md").read_text()


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_the_specification_is_one_of_the_broker(name: str, tmp_path: Path) -> None:
    played = run("replay", str(ANSWERS[name].saved(tmp_path / "trace.json")))
    assert played.exit_code == 1, played.output
    assert f"log: {ANSWERS[name].log}; in the trace: {ANSWERS[name].log}\n" in played.output
    assert "as the trace says" in played.output


@pytest.mark.parametrize("name", NUMBERED)
def test_the_same_steps_of_a_numbered_producer_do_no_harm(name: str, tmp_path: Path) -> None:
    played = run("replay", str(ANSWERS[name].with_numbers(tmp_path / "trace.json")))
    assert played.exit_code == 0, played.output
    assert f"log: {ANSWERS[name].numbered}; in the trace: {ANSWERS[name].log}\n" in played.output
    assert "not seen: " in played.output


@pytest.mark.parametrize("find", ["two-three", "reordered", "there-twice", "lost-answer"])
def test_an_idempotent_producer_is_searched_to_the_end(find: str) -> None:
    found = run("explore", "idempotence", "--find", find)
    assert found.exit_code == 0, found.output
    assert "complete" in found.output
    assert "not within these bounds" in found.output


def test_one_batch_in_flight_keeps_order_and_not_more() -> None:
    one = (*OFF, "--set", "max.in.flight.requests.per.connection=1")
    assert run("explore", "idempotence", *one, "--find", "reordered").exit_code == 0
    assert run("explore", "idempotence", *one, "--find", "there-twice").exit_code == 1


def test_a_trace_that_needs_followers_is_refused_in_one_line(tmp_path: Path) -> None:
    path = ANSWERS["beginning"].saved(tmp_path / "trace.json")
    path.write_text(path.read_text().replace("producer_connects_again", "follower_takes_over"))
    played = run("replay", str(path))
    assert played.exit_code == 2
    assert "follower_takes_over cannot be played" in played.output


def test_the_document_shows_what_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "reorder.json"
    under = ANSWERS["reordered"].under
    told = run("explore", "idempotence", *under, "--find", "two-three", "--save", str(path)).output
    drawn = [line.rstrip() for line in told.splitlines() if "()" in line or "(request" in line]
    played = run("replay", str(path)).output.splitlines()
    assert len(drawn) + len(played) > 15
    for line in [*drawn, *played]:
        assert line.rstrip() in DOCUMENT
