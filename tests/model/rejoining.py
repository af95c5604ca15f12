"""Groups as they are at a rebalance: they were stable once, and then something happened to them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.model.test_assignors import TOPICS

from kafka_tck.model.assignors.group import Group, Member, after
from kafka_tck.model.assignors.keeping import by_sticky

T = TypeVar("T")
SUBSCRIPTIONS = st.frozensets(st.sampled_from(TOPICS), min_size=1)


@st.composite
def stable_groups(draw: st.DrawFn) -> Group:
    """Members of one subscription or of several, dynamic or static, that own what they should."""
    partitions = {topic: draw(st.integers(1, 7)) for topic in TOPICS}
    shared = draw(st.none() | SUBSCRIPTIONS)
    is_static = draw(st.booleans())
    ids = draw(st.permutations([f"m{at}" for at in range(5)]))
    members = [
        Member(id, shared or draw(SUBSCRIPTIONS), instance=f"i{at}" if is_static else None)
        for at, id in enumerate(ids[: draw(st.integers(1, 5))])
    ]
    fresh = Group(tuple(members), partitions)
    return after(fresh, by_sticky(fresh))


@st.composite
def groups_of_change(draw: st.DrawFn) -> Group:
    """A member left, joined, subscribed to something else, or came back from an old generation."""
    group = draw(stable_groups())
    first, *others = group.members
    happened = draw(st.sampled_from(["left", "joined", "changed", "returned", "grown", "none"]))
    if happened == "left" and others:
        return replace(group, members=tuple(others))
    if happened == "joined":
        place = None if first.instance is None else "i9"
        return replace(group, members=(Member("m9", first.topics, place), *group.members))
    if happened == "changed":
        return replace(group, members=(replace(first, topics=draw(SUBSCRIPTIONS)), *others))
    if happened == "returned" and others:
        without = replace(group, members=tuple(others))
        return replace(group, members=(first, *after(without, by_sticky(without)).members))
    if happened == "grown":
        more = {topic: count + draw(st.integers(0, 3)) for topic, count in group.partitions.items()}
        return replace(group, partitions=more)
    return group


@st.composite
def groups_with_racks(draw: st.DrawFn) -> Group:
    """Replicas of each partition on two of three racks, and members on some of them."""
    group = draw(groups_of_change())
    names = st.sampled_from(["r1", "r2", "r3"])
    pairs = st.frozensets(names, min_size=2, max_size=2)
    members = tuple(replace(member, rack=draw(st.none() | names)) for member in group.members)
    return replace(group, members=members, racks={p: draw(pairs) for p in group.wanted})


def drawn(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """As many examples, the same ones every time, to be judged all at once."""
    examples: list[T] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        examples.append(example)

    wrapped: Callable[[], None] = collect
    wrapped()
    return examples
