"""What creating, deleting and growing topics may answer, on single cases and on all of a kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.settings import APPEND, DELETE, SET, SUBTRACT, Change, after_changes
from kafka_tck.model.settings import flaws_of_changes as flaws_of
from kafka_tck.model.topics import (
    Assignment,
    Cluster,
    Doomed,
    Growth,
    NewTopic,
    collides,
    error_of_lookup,
    flaws_of_creation,
    flaws_of_deletion,
    flaws_of_growth,
    is_legal_name,
)

CLUSTER = Cluster(frozenset({1, 2}), {"here": 3, "x.y": 1})
NAMES = {"here#1": "here"}


def errors_of(*asked: NewTopic) -> list[set[str]]:
    return [{flaw.error for flaw in flaws_of_creation(asked, new, CLUSTER)} for new in asked]


@pytest.mark.parametrize("name", ["a", "_", "__x", "A-b.c_9", "...", "x" * 249])
def test_legal_names(name: str) -> None:
    assert is_legal_name(name)


@pytest.mark.parametrize("name", ["", ".", "..", "a b", "a/b", "ä", "a:", "x" * 250])
def test_illegal_names(name: str) -> None:
    assert not is_legal_name(name)
    assert errors_of(NewTopic(name)) == [{"INVALID_TOPIC_EXCEPTION"}]


@given(st.text("a._", min_size=1, max_size=4), st.text("a._", min_size=1, max_size=4))
def test_names_collide_alike_in_both_directions(one: str, other: str) -> None:
    assert collides(one, [other]) == collides(other, [one])
    assert not collides(one, [one])


@pytest.mark.parametrize(
    ("new", "errors"),
    [
        (NewTopic("new"), set()),
        (NewTopic("new", -1, -1), set()),
        (NewTopic("here"), {"TOPIC_ALREADY_EXISTS"}),
        (NewTopic("x_y"), {"INVALID_TOPIC_EXCEPTION"}),
        (NewTopic("new", 0), {"INVALID_PARTITIONS"}),
        (NewTopic("new", -2), {"INVALID_PARTITIONS"}),
        (NewTopic("new", 1, 0), {"INVALID_REPLICATION_FACTOR"}),
        (NewTopic("new", 1, 3), {"INVALID_REPLICATION_FACTOR"}),
        (NewTopic("new", 0, 0), {"INVALID_PARTITIONS", "INVALID_REPLICATION_FACTOR"}),
        (NewTopic("new", configs=(("retention.ms", "x"),)), {"INVALID_CONFIG"}),
        (NewTopic("new", configs=(("retention.ms", None),)), {"INVALID_CONFIG"}),
        (NewTopic("here", 0), {"TOPIC_ALREADY_EXISTS", "INVALID_PARTITIONS"}),
    ],
)
def test_creation(new: NewTopic, errors: set[str]) -> None:
    assert errors_of(new) == [errors]


@pytest.mark.parametrize(
    ("assignments", "is_legal"),
    [
        ([(0, (1,))], True),
        ([(1, (2, 1)), (0, (1, 2))], True),
        ([(1, (1,))], False),
        ([(0, (1,)), (0, (2,))], False),
        ([(0, ())], False),
        ([(0, (1, 1))], False),
        ([(0, (3,))], False),
        ([(0, (1,)), (1, (1, 2))], False),
    ],
)
def test_assignments(assignments: list[tuple[int, tuple[int, ...]]], is_legal: bool) -> None:
    given_ = tuple(Assignment(*assignment) for assignment in assignments)
    wrong = set() if is_legal else {"INVALID_REPLICA_ASSIGNMENT"}
    assert errors_of(NewTopic("new", -1, -1, given_)) == [wrong]
    assert errors_of(NewTopic("new", 1, -1, given_)) == [wrong | {"INVALID_REQUEST"}]


def test_a_name_twice_spoils_only_itself() -> None:
    twice = NewTopic("new"), NewTopic("new", 2), NewTopic("other")
    assert errors_of(*twice) == [{"INVALID_REQUEST"}, {"INVALID_REQUEST"}, set()]


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ([Doomed("here")], [set()]),
        ([Doomed(None, "here#1")], [set()]),
        ([Doomed("gone")], [{"UNKNOWN_TOPIC_OR_PARTITION"}]),
        ([Doomed(None, "gone#1")], [{"UNKNOWN_TOPIC_ID"}]),
        ([Doomed("here", "here#1")], [{"INVALID_REQUEST"}]),
        ([Doomed()], [{"INVALID_REQUEST"}]),
        ([Doomed("here"), Doomed("here")], [{"INVALID_REQUEST"}] * 2),
        ([Doomed("here"), Doomed(None, "here#1")], [{"INVALID_REQUEST"}] * 2),
        ([Doomed("gone"), Doomed("gone")], [{"INVALID_REQUEST"}] * 2),
        ([Doomed("here"), Doomed("here", "here#1")], [set(), {"INVALID_REQUEST"}]),
    ],
)
def test_deletion(asked: list[Doomed], errors: list[set[str]]) -> None:
    told = [{flaw.error for flaw in flaws_of_deletion(asked, one, NAMES)} for one in asked]
    assert told == errors


@pytest.mark.parametrize(
    ("growth", "errors"),
    [
        (Growth("here", 4), set()),
        (Growth("here", 3), {"INVALID_PARTITIONS"}),
        (Growth("here", -1), {"INVALID_PARTITIONS"}),
        (Growth("gone", 4), {"UNKNOWN_TOPIC_OR_PARTITION"}),
        (Growth("here", 5, ((1,), (2,))), set()),
        (Growth("here", 5, ((1,),)), {"INVALID_REPLICA_ASSIGNMENT"}),
        (Growth("here", 4, ((3,),)), {"INVALID_REPLICA_ASSIGNMENT"}),
        (Growth("here", 4, ((1, 2),)), {"INVALID_REPLICA_ASSIGNMENT"}),
        (Growth("here", 4, ()), {"INVALID_REPLICA_ASSIGNMENT"}),
    ],
)
def test_growth(growth: Growth, errors: set[str]) -> None:
    assert {flaw.error for flaw in flaws_of_growth([growth], growth, CLUSTER)} == errors
    twice = [growth, Growth(growth.name, 9)]
    told = {flaw.error for flaw in flaws_of_growth(twice, growth, CLUSTER)}
    assert told == {"INVALID_REQUEST"}


def test_lookups() -> None:
    told = [error_of_lookup(name, CLUSTER) for name in ("here", "gone", "a b")]
    assert told == ["NONE", "UNKNOWN_TOPIC_OR_PARTITION", "INVALID_TOPIC_EXCEPTION"]


@pytest.mark.parametrize(
    ("change", "present", "after"),
    [
        (Change("retention.ms", SET, "5"), {}, {"retention.ms": "5"}),
        (Change("retention.ms", DELETE), {"retention.ms": "5"}, {}),
        (Change("cleanup.policy", APPEND, "compact"), {}, {"cleanup.policy": "delete,compact"}),
        (Change("cleanup.policy", APPEND, "delete"), {}, {"cleanup.policy": "delete"}),
        (
            Change("cleanup.policy", SUBTRACT, "compact"),
            {"cleanup.policy": "compact,delete"},
            {"cleanup.policy": "delete"},
        ),
    ],
)
def test_changes(change: Change, present: dict[str, str], after: dict[str, str]) -> None:
    assert not flaws_of([change], present)
    assert after_changes([change], present) == after


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ([Change("retention.ms", SET, "soon")], {"INVALID_CONFIG"}),
        ([Change("no.such", SET, "1")], {"INVALID_CONFIG"}),
        ([Change("retention.ms", APPEND, "1")], {"INVALID_CONFIG"}),
        ([Change("cleanup.policy", APPEND, "shred")], {"INVALID_CONFIG"}),
        ([Change("retention.ms", SET)], {"INVALID_REQUEST"}),
        ([Change("retention.ms", SET, "1"), Change("retention.ms", DELETE)], {"INVALID_REQUEST"}),
    ],
)
def test_illegal_changes(changes: list[Change], errors: set[str]) -> None:
    assert {flaw.error for flaw in flaws_of(changes, {})} == errors
