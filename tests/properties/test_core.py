"""The suite's own parts: requirements, steps as data, deviations, replays, explanations."""

import json
from pathlib import Path

import pytest

from kafka_tck.adapters.target import Misuse, TargetOptions
from kafka_tck.model.sources import KIP
from kafka_tck.properties import deviations, machines
from kafka_tck.properties.claims import Seen, claim, claim_that
from kafka_tck.properties.coverage import requirements
from kafka_tck.properties.explain import explain
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.operation import KINDS, from_json
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.replays import read_replay, write_replay
from kafka_tck.properties.requirement import REGISTRY, Requirement
from kafka_tck.properties.session import Finding, Verdict
from kafka_tck.properties.suite import Suite


def test_a_requirement_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match=r"area\.statement-in-words"):
        Requirement("A-12", "Something holds.", KIP(1), covers=("A-12",))


def test_a_requirement_id_is_never_reused() -> None:
    machines.all_machines()
    taken = next(iter(REGISTRY))
    with pytest.raises(ValueError, match="defined twice"):
        Requirement(taken, "Something else holds.", KIP(1), covers=("A-12",))


def test_every_requirement_has_a_sentence_a_source_and_entries() -> None:
    machines.all_machines()
    assert len(REGISTRY) > 15
    for requirement in REGISTRY.values():
        assert requirement.sentence.endswith("."), requirement.id
        assert len(str(requirement.source)) > 5, requirement.id


def test_a_requirement_speaks_only_of_its_releases() -> None:
    machines.all_machines()
    later = REGISTRY["list-offsets.max-timestamp-is-its-first-record"]
    assert later.since == (3, 8)
    assert not later.holds_in((3, 7))
    assert later.holds_in((3, 8))
    assert later.holds_in((4, 3))


@pytest.mark.parametrize(
    "step",
    [
        DeleteRecords("t", 0, -1),
        Produce("t", 0, (Rec("k", None, -5, (("h", None),)),), codec=3),
    ],
)
def test_a_step_survives_json(step: Produce) -> None:
    assert from_json(json.loads(json.dumps(step.to_json()))).to_json() == step.to_json()


def test_an_unknown_step_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="delete_records"):
        from_json({"do": "explode"})
    with pytest.raises(ValueError, match="has no colour"):
        from_json({"do": "delete_records", "colour": 1})


def test_step_names_are_distinct_words() -> None:
    assert len(KINDS) > 5
    assert all(kind == cls.kind for kind, cls in KINDS.items())


def test_a_claim_holds_for_each_legal_answer_and_no_other() -> None:
    assert claim("x", 1, 1, 2, because="-").holds
    assert claim("x", 2, 1, 2, because="-").holds
    assert not claim("x", 3, 1, 2, because="-").holds


def _finding() -> Finding:
    machines.all_machines()
    broken = claim_that(
        "log.valid-batches-are-accepted", False, expected="NONE", actual="X", because="it is valid"
    )
    step = Produce("t", 0, (Rec(None, "v"),))
    return Finding(broken, (Seen(1, step.to_json(), step.say(), {"error": "X"}),), "PartitionLog")


def test_a_finding_says_all_that_an_implementer_needs() -> None:
    text = explain(_finding(), "acme", "pytest --replay=x")
    for part in ("MUST", "source", "A-15", "acme", "expected  NONE", "actual    X", "because"):
        assert part in text
    assert text.splitlines()[-1] == "  replay    pytest --replay=x"


def test_a_replay_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    finding = _finding()
    head, steps = read_replay(write_replay(finding, "acme", tmp_path))
    assert head["replay"] == finding.requirement
    assert [from_json(step).to_json() for step in steps] == [finding.steps[0].step]


def test_a_file_that_is_no_replay_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot read replay"):
        read_replay(tmp_path / "none.jsonl")
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"do": "fetch"}\n')
    with pytest.raises(Misuse, match="is no replay"):
        read_replay(wrong)


def test_deviations_name_known_requirements() -> None:
    machines.all_machines()
    text = '[[deviation]]\nrequirement = "no.such-thing"\nreason = "x"\n'
    with pytest.raises(Misuse, match="no known requirement"):
        deviations.for_target(deviations.parse(text, "here"), "acme")


def test_a_deviation_speaks_only_of_its_targets() -> None:
    machines.all_machines()
    text = (
        '[[deviation]]\nrequirement = "log.valid-batches-are-accepted"\nreason = "x"\n'
        'targets = ["apache-kafka:3.9.*"]\n'
    )
    declared = deviations.parse(text, "here")
    assert deviations.for_target(declared, "apache-kafka:3.9.2")
    assert not deviations.for_target(declared, "apache-kafka:4.3.1")


def test_the_shipped_deviations_name_known_requirements_and_pages() -> None:
    machines.all_machines()
    root = Path(__file__).parents[2]
    for deviation in deviations.shipped():
        assert deviation.requirement in REGISTRY
        assert (root / deviation.link).is_file(), deviation.requirement


@pytest.mark.parametrize("text", ["[[deviation]]\nreason='x'", "[[deviation]"])
def test_a_wrong_deviations_file_is_one_clear_line(text: str) -> None:
    with pytest.raises(Misuse):
        deviations.parse(text, "mine.toml")


def test_machines_that_can_say_nothing_are_not_run() -> None:
    """What needs three nodes would find one of them gone, and leave the others unknown."""
    suite = Suite("reference", TargetOptions(nodes=1), "seed")
    said: list[str] = []
    try:
        suite.open()
        suite.run(machines.all_machines(), said.append)
        verdicts = {suite.verdict_on(requirement).verdict for requirement in requirements()}
    finally:
        suite.close()
    assert suite.gone is None
    assert "ReplicatedLog" not in said
    assert "PartitionLog" in said
    assert Verdict.FAIL not in verdicts
