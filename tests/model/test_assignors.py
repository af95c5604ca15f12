"""The assignors keep the laws they promise, and the laws catch assignors that are wrong."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.assignors.dealing import by_range, by_round_robin
from kafka_tck.model.assignors.group import Assignment, Group, Member, TopicPartition
from kafka_tck.model.assignors.keeping import by_cooperative_sticky, by_sticky, by_uniform
from kafka_tck.model.assignors.laws import PROMISES, breaches
from kafka_tck.model.assignors.optimum import optimum, worth

TOPICS = ("a", "b", "c", "d")
IDS = ("m1", "m2", "m3", "m4", "m5")
ASSIGNORS: dict[str, Callable[[Group], Assignment]] = {
    "range": by_range,
    "roundrobin": by_round_robin,
    "sticky": by_sticky,
    "cooperative-sticky": by_cooperative_sticky,
    "server range": by_range,
    "uniform": by_uniform,
}


@st.composite
def groups(draw: st.DrawFn, *, equal: bool = False, claims: bool = True) -> Group:
    """Up to five members of up to four topics, some of which may be subscribed to in vain."""
    partitions = draw(st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 7), max_size=4))
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))
    subscriptions = st.frozensets(st.sampled_from(TOPICS), max_size=4)
    shared = draw(subscriptions)
    owned = st.builds(TopicPartition, st.sampled_from(TOPICS), st.integers(0, 7))
    claimed = st.frozensets(owned, max_size=8 if claims else 0)
    members = [
        Member(
            id,
            shared if equal else draw(subscriptions),
            instance=draw(st.none() | st.just(f"i{9 - at}")),
            owned=draw(claimed),
            generation=draw(st.integers(1, 3)),
        )
        for at, id in enumerate(ids)
    ]
    return Group(tuple(members), partitions)


any_groups = groups() | groups(equal=True)


@pytest.mark.parametrize("name", ASSIGNORS)
@given(group=any_groups)
def test_an_assignor_keeps_what_it_promises(name: str, group: Group) -> None:
    assignment = ASSIGNORS[name](group)
    assert breaches(group, assignment, PROMISES[name]) == []
    assert set(assignment) == {member.id for member in group.members}


@given(groups(equal=True))
def test_no_even_assignment_is_stickier(group: Group) -> None:
    """Of one subscription, the procedure finds the optimum of both goals."""
    assert worth(group, by_sticky(group)) == optimum(group)


@given(any_groups)
def test_nobody_is_better_than_the_optimum(group: Group) -> None:
    for assignor in (by_range, by_round_robin, by_sticky):
        assert worth(group, assignor(group)) >= optimum(group)
