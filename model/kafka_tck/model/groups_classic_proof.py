"""Why a partition has one owner, and a generation has one assignment.

Who has an assignment has it by a generation that is in the log; who has the last one that is there
owns what the log says. In an eager group, who takes part in a rebalance owns nothing until the
group is stable. In a cooperative one, whoever is a member or is one by the log owns nothing that
the log gives to somebody else, and nothing that another one of them owns. For any number of
generations and fail-overs; groups that are static and cooperative are not proved.
"""

from typing import Final

from kafka_tck.model.groups_classic.claims import is_owned_by_instance, share
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
    Consumer,
    Group,
    are_one_instance,
    groups_classic,
)
from kafka_tck.model.terms import NONE, Bool, all_of, any_of, implies, negate

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
    """An eager consumer gives everything up before it joins; who is in no group owns nothing."""
    phases = [OUT] if p.given.is_cooperative else [OUT, JOINING, SYNCING]
    return all_of(
        implies(any_of(own.phase == phase for phase in phases), negate(own.owns_any))
        for own in p.consumers
    )


def _has_assignment(p: Group, own: Consumer) -> Bool:
    """Whether what a consumer owns is of its generation: a cooperative one keeps older things."""
    return own.phase == OWNING if p.given.is_cooperative else own.owns_any


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
        implies(_has_assignment(p, own), own.generation <= p.logged_generation)
        for own in p.consumers
    )


@groups_classic.supports()
def who_owns_by_the_last_generation_owns_what_is_logged(p: Group) -> Bool:
    """By the last logged generation a consumer owns only what its instance has in the log."""
    return all_of(
        implies(
            all_of(
                [
                    own.owns[k],
                    _has_assignment(p, own),
                    own.generation == p.logged_generation,
                ]
            ),
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
    """Who took part in the join phase of an eager group owns nothing before the group is stable."""
    if p.given.is_cooperative:
        return all_of([])
    return all_of(
        implies(
            all_of([p.joined[n], own.owns_any]),
            all_of([p.state == STABLE, own.generation == p.generation]),
        )
        for n, own in enumerate(p.consumers)
    )


def _may_be_member(p: Group, consumer: int) -> Bool:
    """Whether it is a member, or will be one if another coordinator takes over."""
    return any_of([p.members[consumer], p.logged_members[consumer]])


@groups_classic.supports()
def all_who_are_assigned_to_have_joined(p: Group) -> Bool:
    """Without static members, nobody is a member after the join phase that took no part in it."""
    if p.given.static:
        return all_of([])
    took_part = [implies(a, b) for a, b in zip(p.members, p.joined, strict=True)]
    return implies(p.state == COMPLETING, all_of(took_part))


@groups_classic.supports()
def what_a_member_owns_is_given_to_nobody_else(p: Group) -> Bool:
    """A cooperative member may own what the log gives to nobody, and what it gives to itself."""
    if not p.given.is_cooperative:
        return all_of([])
    return all_of(
        implies(
            all_of([_may_be_member(p, n), own.owns[k]]),
            any_of([p.logged_assignment[k] == n, p.logged_assignment[k] == NONE]),
        )
        for n, own in enumerate(p.consumers)
        for k in range(p.given.nodes)
    )


@groups_classic.supports()
def cooperative_members_share_nothing(p: Group) -> Bool:
    """No two of those that are members, or are by the log, own one partition."""
    if not p.given.is_cooperative:
        return all_of([])
    return all_of(
        implies(all_of([_may_be_member(p, a), _may_be_member(p, b)]), negate(share(p, a, b)))
        for a in range(p.given.nodes)
        for b in range(a)
    )
