"""The coordinator's assignors: whole, even, and as it was before where that is even."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.reference.consumer_groups.assigning import (
    ASSIGNORS,
    Subscriber,
    Subscribers,
    assign_ranges,
    assign_uniformly,
)
from kafka_tck.reference.rules import ConsumerGroupRules

RULES = ConsumerGroupRules()
TOPICS = [UUID(int=number) for number in range(4)]
NONE: frozenset[tuple[UUID, int]] = frozenset()


@st.composite
def groups(draw: st.DrawFn) -> tuple[dict[str, Subscriber], dict[UUID, int]]:
    """Members with any subscriptions, and a target before that may be out of date."""
    counts = {topic: draw(st.integers(0, 6)) for topic in TOPICS}
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=1, unique=True))
    alike = draw(st.booleans())
    subscriptions = st.frozensets(st.sampled_from(TOPICS))
    common = draw(subscriptions)
    left = {(topic, index) for topic in TOPICS for index in range(8)}
    members = {}
    for name in names:
        before = draw(st.frozensets(st.sampled_from(sorted(left)), max_size=8)) if left else NONE
        left -= before
        topics = common if alike else draw(subscriptions)
        members[name] = Subscriber(topics, before, draw(st.sampled_from([None, "z" + name])))
    return members, counts


@given(groups())
def test_every_partition_has_one_reader(
    group: tuple[dict[str, Subscriber], dict[UUID, int]],
) -> None:
    members, counts = group
    subscribed = frozenset().union(*(member.topics for member in members.values()))
    for assign in ASSIGNORS.values():
        found = assign(RULES, members, counts)
        given_out = [part for parts in found.values() for part in parts]
        assert sorted(given_out) == sorted((t, i) for t in subscribed for i in range(counts[t]))
        assert found.keys() == members.keys()
        for name, parts in found.items():
            assert {topic for topic, _ in parts} <= members[name].topics


@given(groups())
def test_uniform_is_even(group: tuple[dict[str, Subscriber], dict[UUID, int]]) -> None:
    members, counts = group
    found = assign_uniformly(RULES, members, counts)
    for rich, parts in found.items():
        for poor, fewer in found.items():
            movable = {topic for topic, _ in parts} & members[poor].topics
            assert not movable or len(parts) <= len(fewer) + 1, (rich, poor)


@given(groups())
def test_uniform_keeps_what_it_made(group: tuple[dict[str, Subscriber], dict[UUID, int]]) -> None:
    members, counts = group
    found = assign_uniformly(RULES, members, counts)
    again = {n: Subscriber(m.topics, found[n], m.instance_id) for n, m in members.items()}
    assert assign_uniformly(RULES, again, counts) == found


def of_one(*names: str, instances: dict[str, str] | None = None) -> Subscribers:
    found = instances or {}
    return {name: Subscriber(frozenset(TOPICS[:1]), NONE, found.get(name)) for name in names}


def test_ranges() -> None:
    found = assign_ranges(RULES, of_one("b", "a", "c"), {TOPICS[0]: 7})
    assert {n: sorted(i for _, i in parts) for n, parts in found.items()} == {
        "a": [0, 1, 2],
        "b": [3, 4],
        "c": [5, 6],
    }


def test_static_members_come_first_in_ranges() -> None:
    members = of_one("a", "b", "c", instances={"c": "i", "b": "j"})
    found = assign_ranges(RULES, members, {TOPICS[0]: 3})
    assert {n: [i for _, i in parts] for n, parts in found.items()} == {
        "c": [0],
        "b": [1],
        "a": [2],
    }


def test_one_more_member_takes_only_its_share() -> None:
    members = {n: Subscriber(m.topics, NONE) for n, m in of_one("a", "b").items()}
    first = assign_uniformly(RULES, members, {TOPICS[0]: 6})
    grown = {n: Subscriber(m.topics, first[n]) for n, m in members.items()}
    second = assign_uniformly(RULES, {**grown, **of_one("c")}, {TOPICS[0]: 6})
    assert second["a"] < first["a"]
    assert second["b"] < first["b"]
    assert len(second["c"]) == 2
