"""Assignments worked out by hand: the formulas and the examples in Kafka's documentation."""

import pytest

from kafka_tck.model.assignors.dealing import by_range, by_round_robin, quotas
from kafka_tck.model.assignors.group import Assignment, Group, Member, TopicPartition, after
from kafka_tck.model.assignors.keeping import by_sticky
from kafka_tck.model.assignors.optimum import worth

FOUR_TOPICS = {"t0": 2, "t1": 2, "t2": 2, "t3": 2}
GROWING = {"t0": 1, "t1": 2, "t2": 3}


def group(partitions: dict[str, int], **topics: str) -> Group:
    members = (Member(id, frozenset(names.split())) for id, names in topics.items())
    return Group(tuple(members), partitions)


def without(group: Group, gone: str) -> Group:
    return Group(tuple(m for m in group.members if m.id != gone), group.partitions)


def parse(text: str) -> frozenset[TopicPartition]:
    """Partitions from words like t0p1."""
    pairs = (word.split("p") for word in text.split())
    return frozenset(TopicPartition(topic, int(number)) for topic, number in pairs)


def assigned(**texts: str) -> Assignment:
    return {member: parse(text) for member, text in texts.items()}


@pytest.mark.parametrize(
    ("partitions", "members", "due"),
    [(10, 3, [4, 3, 3]), (7, 3, [3, 2, 2]), (2, 3, [1, 1, 0]), (0, 2, [0, 0]), (6, 3, [2, 2, 2])],
)
def test_the_quotas_of_range(partitions: int, members: int, due: list[int]) -> None:
    assert quotas(partitions, members) == due


def test_quotas_use_up_all_partitions() -> None:
    for partitions in range(60):
        for members in range(1, 60):
            due = quotas(partitions, members)
            assert sum(due) == partitions
            assert due == sorted(due, reverse=True)
            assert due[0] - due[-1] <= 1


def test_range_of_two_topics() -> None:
    two = group({"t0": 3, "t1": 3}, C0="t0 t1", C1="t0 t1")
    assert by_range(two) == assigned(C0="t0p0 t0p1 t1p0 t1p1", C1="t0p2 t1p2")


@pytest.mark.parametrize("topics", range(1, 6))
def test_range_is_as_uneven_as_there_are_topics(topics: int) -> None:
    names = [f"t{at}" for at in range(topics)]
    uneven = by_range(group(dict.fromkeys(names, 1), C0=" ".join(names), C1=" ".join(names)))
    assert [len(uneven[member]) for member in ("C0", "C1")] == [topics, 0]


def test_round_robin_of_two_topics() -> None:
    two = group({"t0": 3, "t1": 3}, C0="t0 t1", C1="t0 t1")
    assert by_round_robin(two) == assigned(C0="t0p0 t0p2 t1p1", C1="t0p1 t1p0 t1p2")


def test_sticky_begins_as_round_robin_and_then_keeps() -> None:
    all_four = " ".join(FOUR_TOPICS)
    three = group(FOUR_TOPICS, C0=all_four, C1=all_four, C2=all_four)
    first = by_sticky(three)
    assert first == by_round_robin(three)
    assert first == assigned(C0="t0p0 t1p1 t3p0", C1="t0p1 t2p0 t3p1", C2="t1p0 t2p1")
    two = without(after(three, first), "C1")
    dealt = by_round_robin(two)
    assert dealt == assigned(C0="t0p0 t1p0 t2p0 t3p0", C2="t0p1 t1p1 t2p1 t3p1")
    assert worth(two, dealt) == (32, 2)
    assert worth(two, by_sticky(two)) == (32, 0)


def test_sticky_is_fairer_than_round_robin_where_subscriptions_differ() -> None:
    three = group(GROWING, C0="t0", C1="t0 t1", C2="t0 t1 t2")
    dealt, kept = by_round_robin(three), by_sticky(three)
    assert dealt == assigned(C0="t0p0", C1="t1p0", C2="t1p1 t2p0 t2p1 t2p2")
    assert kept == assigned(C0="t0p0", C1="t1p0 t1p1", C2="t2p0 t2p1 t2p2")
    rejoined = without(after(three, kept), "C0")
    assert by_sticky(rejoined) == assigned(C1="t0p0 t1p0 t1p1", C2="t2p0 t2p1 t2p2")


@pytest.mark.parametrize("assignor", [by_range, by_round_robin, by_sticky])
def test_who_is_over_waits_and_takes_over(assignor: object) -> None:
    """More members than partitions: one is idle, and steps in for one that fails."""
    assert callable(assignor)
    three = group({"t0": 2}, C0="t0", C1="t0", C2="t0")
    first = assignor(three)
    (idle,) = (member for member, partitions in first.items() if not partitions)
    failed = "C0" if idle != "C0" else "C1"
    second = assignor(without(after(three, first), failed))
    assert all(len(partitions) == 1 for partitions in second.values())
    assert idle in second
