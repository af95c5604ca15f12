"""The assignors keep the laws they promise, and no others."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from kafka_tck.model.assignors.dealing import by_range, by_round_robin
from kafka_tck.model.assignors.group import Assignment, Group, Member, TopicPartition, after
from kafka_tck.model.assignors.keeping import by_cooperative_sticky, by_sticky, by_uniform
from kafka_tck.model.assignors.laws import ALWAYS, PROMISES, Law, breaches, is_balanced
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
ANY_EXAMPLE = settings(max_examples=3000, derandomize=True, phases=[Phase.generate])
"""To find something, not the smallest."""


@st.composite
def groups(draw: st.DrawFn, *, equal: bool = False) -> Group:
    """Up to five members of up to four topics, some of which do not exist, and their claims."""
    partitions = draw(st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 7), max_size=4))
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True))
    subscriptions = st.frozensets(st.sampled_from(TOPICS), max_size=4)
    shared = draw(subscriptions)
    owned = st.builds(TopicPartition, st.sampled_from(TOPICS), st.integers(0, 7))
    members = [
        Member(
            id,
            shared if equal else draw(subscriptions),
            instance=draw(st.none() | st.just(f"i{9 - at}")),
            owned=draw(st.frozensets(owned, max_size=8)),
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


def _not_promised() -> Iterator[tuple[str, Law]]:
    every = {law for laws in PROMISES.values() for law in laws}
    for name in ASSIGNORS:
        # who gives out everything at once leaves out nothing that nobody has to give up
        implied = {"is_complete_but_for_moves"} if set(ALWAYS) <= set(PROMISES[name]) else set()
        # this model's uniform is its sticky one, which does better than the server promises
        implied |= {"moves_fewest"} if name == "uniform" else set()
        for law in sorted(every - set(PROMISES[name]), key=lambda law: law.__name__):
            if law.__name__ not in implied:
                yield name, law


@pytest.mark.parametrize(("name", "law"), list(_not_promised()))
def test_what_is_not_promised_is_not_kept(name: str, law: Law) -> None:
    assignor = ASSIGNORS[name]
    find(
        any_groups,
        lambda group: bool(breaches(group, assignor(group), [law])),
        settings=ANY_EXAMPLE,
    )


@given(groups(equal=True))
def test_no_even_assignment_is_stickier(group: Group) -> None:
    """Where all subscribe to the same, the procedure finds the optimum of both goals."""
    assert worth(group, by_sticky(group)) == optimum(group)


@given(any_groups)
def test_nothing_is_better_than_the_optimum(group: Group) -> None:
    for assignor in (by_range, by_round_robin, by_sticky):
        assert worth(group, assignor(group)) >= optimum(group)


@given(groups(equal=True))
def test_the_follow_up_gives_out_what_was_given_up(group: Group) -> None:
    first = by_cooperative_sticky(group)
    rejoined = after(group, first)
    second = by_cooperative_sticky(rejoined)
    assert breaches(rejoined, second, [*ALWAYS, is_balanced]) == []
    assert all(first[member] <= second[member] for member in first)


@given(groups())
def test_a_cooperative_group_of_any_subscriptions_settles(group: Group) -> None:
    rounds = 0
    while breaches(group, assignment := by_cooperative_sticky(group), [*ALWAYS, is_balanced]):
        group = after(group, assignment)
        rounds += 1
        assert rounds <= 3


@given(any_groups)
def test_a_stable_group_stays_as_it_is(group: Group) -> None:
    assigned = by_sticky(group)
    rejoined = after(group, assigned)
    assert (
        by_sticky(rejoined) == by_cooperative_sticky(rejoined) == by_uniform(rejoined) == assigned
    )
