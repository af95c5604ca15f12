"""What docs/groups.md answers is found, and played on the bundled broker."""

from pathlib import Path

import pytest
from tests.properties.group_answers import ANSWERS, DOCUMENT, PLAYED, UNCHECKED, Answer, run


def test_the_document_has_answers_of_all_three_modules() -> None:
    assert {one.module for one in ANSWERS} == {"consumer", "cause_and_effect", "offsets"}
    assert (len(PLAYED), len(UNCHECKED)) == (15, 2)


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_what_permits_it_is_found_at_its_length(answer: Answer, tmp_path: Path) -> None:
    drawn = answer.saved(tmp_path / "trace.txt").read_text()
    steps = [line for line in drawn.splitlines() if line.strip()[0].isdigit()]
    assert len(steps) == answer.steps


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_what_forbids_it_is_searched_to_the_end(answer: Answer) -> None:
    found = answer.explored(answer.forbidding)
    assert found.exit_code == 0, found.output
    assert "complete" in found.output
    assert "not within these bounds" in found.output


@pytest.mark.parametrize(
    "name", ["consumer lost commits=stored", "cause_and_effect finds-no-cause sticky=false"]
)
def test_the_document_shows_what_is_found(name: str, tmp_path: Path) -> None:
    answer = next(one for one in ANSWERS if str(one) == name)
    drawn = answer.saved(tmp_path / "trace.txt").read_text()
    steps = [line for line in drawn.splitlines() if line.strip()[0].isdigit()]
    assert [step for step in steps if step.rstrip() not in DOCUMENT] == []


def test_the_document_shows_what_is_played(tmp_path: Path) -> None:
    answer = next(one for one in ANSWERS if one.settings == "commits=stored")
    played = run("replay", str(answer.saved(tmp_path / "trace.json")))
    assert [line for line in played.output.splitlines() if line.rstrip() not in DOCUMENT] == []


@pytest.mark.parametrize("answer", PLAYED, ids=str)
def test_an_anomaly_of_the_specification_is_one_of_the_broker(
    answer: Answer, tmp_path: Path
) -> None:
    played = run("replay", str(answer.saved(tmp_path / "trace.json")))
    assert played.exit_code == 1, played.output
    assert "as the trace says" in played.output
    assert "goes another way" not in played.output


@pytest.mark.parametrize("answer", UNCHECKED, ids=str)
def test_a_zombie_is_refused_where_commits_are_checked(answer: Answer, tmp_path: Path) -> None:
    played = run("replay", str(answer.fenced(tmp_path / "trace.json")))
    assert played.exit_code == 0, played.output
    assert "goes another way: UNKNOWN_MEMBER_ID" in played.output
    assert "not seen: " in played.output


def test_offsets_that_are_stored_elsewhere_are_not_played(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    settings = "commits=together,processing=any"
    run("explore", "consumer", "--set", settings, "--find", "lost", "--save", str(path))
    played = run("replay", str(path))
    assert played.exit_code == 2
    assert "play pipeline" in played.output
