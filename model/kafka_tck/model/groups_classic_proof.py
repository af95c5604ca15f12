"""Why a partition has one owner in an eager group, and a generation has one assignment.

Who owns anything does so by a generation that is in the log; who owns by the last one that is
there owns what the log says; and who takes part in a rebalance owns nothing until the group is
stable. For any number of generations and fail-overs; cooperative groups are searched, not proved.
"""

from typing import Final

from kafka_tck.model.groups_classic.claims import is_owned_by_instance
from kafka_tck.model.groups_classic.state import (
    COMPLETING,
    EMPTY,
    JOINING,
    OUT,
    OWNING,
    PREPARING,
    STABLE,
    STUCK,
    SYNCING,
    Group,
    are_one_instance,
    groups_classic,
)
from kafka_tck.model.terms import Bool, all_of, any_of, implies, negate

PHASES: Final = (OUT, JOINING, SYNCING, OWNING, STUCK)


@groups_classic.supports()
def the_group_is_in_one_of_its_states(p: Group) -> Bool:
    """Who has joined is a member, and an empty group has none."""
    known = any_of(p.state == state for state in (EMPTY, PREPARING, COMPLETING, STABLE))
    nobody = all_of(negate(one) for one in p.members)
    joined = [implies(a, b) for a, b in zip(p.joined, p.members, strict=True)]
    return all_of([known, implies(p.state == EMPTY, nobody), *joined])


@groups_classic.supports()
def consumers_are_in_one_of_their_phases(p: Group) -> Bool:
    """Without static members nobody has an instance id."""
    return all_of(
        all_of(
            [
                any_of(own.phase == phase for phase in PHASES),
                all_of([]) if p.given.static else negate(own.is_static),
            ]
        )
        for own in p.consumers
    )


@groups_classic.supports()
def an_instance_is_logged_once(p: Group) -> Bool:
    """The log has one process of a static member."""
    return all_of(
        negate(all_of([p.logged_members[a], p.logged_members[b], are_one_instance(p, a, b)]))
        for a in range(p.given.nodes)
        for b in range(a)
    )


@groups_classic.supports()
def who_joins_owns_nothing(p: Group) -> Bool:
    """An eager consumer gives everything up before it joins."""
    return all_of(
        implies(
            any_of([own.phase == OUT, own.phase == JOINING, own.phase == SYNCING]),
            negate(own.owns_any),
        )
        for own in p.consumers
    )


@groups_classic.supports()
def the_log_does_not_run_ahead(p: Group) -> Bool:
    """The log has the generation that is stable, or an earlier one."""
    at_rest = any_of([p.state == STABLE, p.state == EMPTY])
    return all_of(
        [
            p.logged_generation <= p.generation,
            implies(at_rest, p.logged_generation == p.generation),
            implies(p.state == COMPLETING, p.logged_generation < p.generation),
        ]
    )


@groups_classic.supports()
def the_assignment_is_logged(p: Group) -> Bool:
    """Nobody is told an assignment that is not in the log."""
    return all_of(a == b for a, b in zip(p.assignment, p.logged_assignment, strict=True))


@groups_classic.supports()
def who_owns_has_a_logged_generation(p: Group) -> Bool:
    """What a consumer owns it owns by a generation that is in the log."""
    return all_of(
        implies(own.owns_any, own.generation <= p.logged_generation) for own in p.consumers
    )


@groups_classic.supports()
def who_owns_by_the_last_generation_owns_what_is_logged(p: Group) -> Bool:
    """By the last logged generation a consumer owns only what its instance has in the log."""
    return all_of(
        implies(
            all_of([own.owns[k], own.generation == p.logged_generation]),
            is_owned_by_instance(p, n, p.logged_assignment[k]),
        )
        for n, own in enumerate(p.consumers)
        for k in range(p.given.nodes)
    )


@groups_classic.supports()
def a_member_owns_all_that_is_logged(p: Group) -> Bool:
    """A member, also one by the log, that has its last assignment owns just what is logged."""
    return all_of(
        implies(
            all_of(
                [
                    any_of([p.members[n], p.logged_members[n]]),
                    own.phase == OWNING,
                    own.generation == p.logged_generation,
                ]
            ),
            own.owns[k] == (p.logged_assignment[k] == n),
        )
        for n, own in enumerate(p.consumers)
        for k in range(p.given.nodes)
    )


@groups_classic.supports()
def who_has_joined_owns_when_the_group_is_stable(p: Group) -> Bool:
    """Who took part in the join phase owns nothing before the group is stable."""
    return all_of(
        implies(
            all_of([p.joined[n], own.owns_any]),
            all_of([p.state == STABLE, own.generation == p.generation]),
        )
        for n, own in enumerate(p.consumers)
    )
