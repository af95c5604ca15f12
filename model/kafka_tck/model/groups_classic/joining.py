"""JoinGroup: members are admitted, replaced, and told the next generation."""

from kafka_tck.model.groups_classic.coordinator import logging, rebalancing, swapped
from kafka_tck.model.groups_classic.state import (
    COMPLETING,
    JOINING,
    OUT,
    PREPARING,
    STABLE,
    SYNCING,
    Group,
    are_one_instance,
    but_for,
    groups_classic,
    none_of,
)
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code, Text
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import Bool, all_of, any_of, choose, negate


def _with_join(p: Group, consumer: int) -> Group:
    """A JoinGroup is held in the join phase."""
    begun = rebalancing(p)
    return begun.having(
        members=but_for(begun.members, consumer, True), joined=but_for(begun.joined, consumer, True)
    )


def _has_replaced(p: Group, consumer: int) -> list[Bool]:
    """By node: whether it is a member in whose place this process would be."""
    return [
        all_of([p.members[other], are_one_instance(p, consumer, other)])
        if other != consumer
        else any_of([])
        for other in range(p.given.nodes)
    ]


@groups_classic.action(
    KIP(394), Code("GroupMetadataManager.classicGroupJoinNewMember"), consumer=nodes
)
def coordinator_admits_member(p: Group, consumer: int) -> Step[Group]:
    """A new member: a rebalance begins or goes on."""
    own = p.consumers[consumer]
    return when(
        joins=own.phase == JOINING,
        is_new=negate(p.members[consumer]),
        owns_nothing=negate(own.owns_any),
        replaces_nobody=negate(any_of(_has_replaced(p, consumer))),
    ).then(_with_join(p, consumer))


@groups_classic.action(
    KIP(345),
    Code("GroupMetadataManager.updateStaticMemberThenRebalanceOrCompleteJoin"),
    only=lambda given: given.static,
    consumer=nodes,
    former=nodes,
)
def coordinator_replaces_member(p: Group, consumer: int, former: int) -> Step[Group]:
    """A static member restarts: its new id stands for the former one; a stable group stays so."""
    own = p.consumers[consumer]
    begun = _with_join(swapped(p, former, consumer), consumer)
    begun = begun.having(joined=but_for(begun.joined, former, False))
    told = _told_in_place(p, former, consumer)
    if not p.given.logs_swaps:
        at_once = told
    else:
        at_once = either(p.state == STABLE, logging(told), told)
    phases = [p.state == PREPARING]
    phases += [p.state == COMPLETING] if p.given.restarts_rebalance else []
    phases += [] if p.given.restarts_in_place else [p.state == STABLE]
    return when(
        joins=own.phase == JOINING,
        is_new=negate(p.members[consumer]),
        owns_nothing=negate(own.owns_any),
        replaces=_has_replaced(p, consumer)[former],
    ).then(either(any_of(phases), begun, at_once))


def _told_in_place(p: Group, former: int, consumer: int) -> Group:
    """The process stands for the former one and is told at once; a leader is told the members."""
    told = _told(swapped(p, former, consumer), consumer)
    leads = all_of([p.state == COMPLETING, p.leader == former])
    listed = tuple(choose(leads, new, old) for new, old in zip(told.members, p.listed, strict=True))
    return told.having(
        joined=but_for(but_for(p.joined, consumer, True), former, False), listed=listed
    )


def _told(p: Group, consumer: int) -> Group:
    """The process is told the generation that the group has."""
    return p.having_of("consumers", consumer, phase=SYNCING, generation=p.generation)


@groups_classic.action(Code("GroupMetadataManager.classicGroupJoinExistingMember"), consumer=nodes)
def coordinator_takes_rejoin(p: Group, consumer: int) -> Step[Group]:
    """A member that is awaited, that leads, or whose metadata changed: a rebalance it will be.

    Cooperative metadata has the generation, so it changes with each (KIP-792). Nobody looks whether
    it is the last one: who was refused for that would give up what it owns, and join anew.
    """
    own = p.consumers[consumer]
    leads = all_of([p.state == STABLE, p.leader == consumer])
    changes = p.state != PREPARING if p.given.is_cooperative else leads
    awaited = all_of([p.state == PREPARING, negate(p.joined[consumer])])
    owns_nothing = negate(own.owns_any)
    return when(
        joins=own.phase == JOINING,
        is_member=p.members[consumer],
        is_in_time=any_of([p.given.admits_late, own.generation == p.generation, owns_nothing]),
        matters=any_of([awaited, changes]),
    ).then(_with_join(p, consumer))


@groups_classic.action(
    Code("GroupMetadataManager.classicGroupJoinExistingMember"),
    only=lambda given: not given.is_cooperative,
    consumer=nodes,
)
def coordinator_repeats_join(p: Group, consumer: int) -> Step[Group]:
    """A member with nothing new is told the generation again: it may have lost the answer."""
    follows = all_of([p.state == STABLE, p.leader != consumer])
    return when(
        joins=p.consumers[consumer].phase == JOINING,
        is_member=p.members[consumer],
        is_told=any_of([p.state == COMPLETING, follows]),
    ).then(_told(p, consumer))


@groups_classic.action(
    Text("KAFKA-7610"),
    only=lambda given: not given.member_id_required,
    consumer=nodes,
)
def consumer_abandons_join(p: Group, consumer: int) -> Step[Group]:
    """A process loses its connection before it learns its id: nobody has that id now."""
    own = p.consumers[consumer]
    return when(
        waits=all_of([own.phase == JOINING, p.state == PREPARING, p.joined[consumer]]),
        has_no_id=own.generation < 0,
    ).then(
        p.having(
            members=but_for(p.members, consumer, False),
            joined=but_for(p.joined, consumer, False),
            abandoned=but_for(p.abandoned, consumer, True),
        ).having_of("consumers", consumer, phase=OUT)
    )


@groups_classic.action(
    Code("GroupMetadataManager.completeClassicGroupJoin"),
    Code("ClassicGroup.maybeElectNewJoinedLeader"),
    leader=nodes,
)
def coordinator_completes_join(p: Group, leader: int) -> Step[Group]:
    """All have joined, or time is up: who did not is removed, unless it is static."""
    former_joined = [
        all_of([p.leader == other, p.joined[other]])
        for other in range(p.given.nodes)
        if other != leader
    ]
    kept = tuple(
        any_of([joined, all_of([member, own.is_static])])
        for joined, member, own in zip(p.joined, p.members, p.consumers, strict=True)
    )
    raised = p.generation + 1 if p.given.raises_generation else p.generation
    completed = p.having(
        state=COMPLETING,
        generation=raised,
        leader=leader,
        members=kept,
        synced=none_of(p.given),
        listed=kept,
    )
    for n, own in enumerate(p.consumers):
        hears = all_of([p.joined[n], own.phase == JOINING])
        completed = completed.having_of(
            "consumers",
            n,
            phase=choose(hears, SYNCING, own.phase),
            generation=choose(hears, raised, own.generation),
        )
    return when(
        is_joining=p.state == PREPARING,
        has_joined=p.joined[leader],
        stays_leader=negate(any_of(former_joined)),
    ).then(completed)
