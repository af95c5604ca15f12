"""The coordinator: rebalances begin, members expire, and another coordinator takes over."""

from kafka_tck.model.groups_classic.state import (
    COMPLETING,
    EMPTY,
    PREPARING,
    STABLE,
    STUCK,
    Flags,
    Group,
    are_one_instance,
    but_for,
    groups_classic,
    nobody,
    none_of,
)
from kafka_tck.model.sources import KIP, Code, Text
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import NONE, Bool, all_of, any_of, choose, negate


def is_accepted(p: Group, consumer: int) -> Bool:
    """Whether a request with the id of this process is taken for one of a member."""
    if p.given.fences:
        return p.members[consumer]
    others = [
        all_of([p.members[other], are_one_instance(p, consumer, other)])
        for other in range(p.given.nodes)
        if other != consumer
    ]
    return any_of([p.members[consumer], *others])


def rebalancing(p: Group) -> Group:
    """In the join phase; who has joined in it already goes on to wait."""
    none = none_of(p.given)
    goes_on = p.state == PREPARING
    return p.having(
        state=PREPARING,
        joined=tuple(all_of([goes_on, one]) for one in p.joined),
        synced=none,
        listed=none,
    )


def without_member(p: Group, consumer: int) -> Group:
    """The member is removed, and a rebalance begins or goes on."""
    begun = rebalancing(p)
    return begun.having(
        members=but_for(begun.members, consumer, False),
        joined=but_for(begun.joined, consumer, False),
    )


@groups_classic.action(
    Code("GroupMetadataManager.expireClassicGroupMemberHeartbeat"), consumer=nodes
)
def coordinator_expires_session(p: Group, consumer: int) -> Step[Group]:
    """A member sends no heartbeat; while its JoinGroup or SyncGroup is held it needs none."""
    own = p.consumers[consumer]
    held = any_of(
        [
            all_of([p.state == PREPARING, p.joined[consumer]]),
            all_of([p.state == COMPLETING, p.synced[consumer]]),
        ]
    )
    beats = all_of([own.phase == STUCK, own.generation == p.generation])
    return when(
        is_member=p.members[consumer], is_not_held=negate(held), is_silent=negate(beats)
    ).then(without_member(p, consumer))


@groups_classic.action(
    Text("KAFKA-12890"),
    Code("GroupMetadataManager.expirePendingSync"),
    only=lambda given: given.expires_syncs,
)
def coordinator_expires_syncs(p: Group) -> Step[Group]:
    """All members that have not sent SyncGroup are removed, and a rebalance begins."""
    missing = [
        all_of([member, negate(synced)]) for member, synced in zip(p.members, p.synced, strict=True)
    ]
    begun = rebalancing(p)
    kept = tuple(all_of([a, b]) for a, b in zip(p.members, p.synced, strict=True))
    return when(
        is_joined=any_of([p.state == COMPLETING, p.state == STABLE]), is_missing=any_of(missing)
    ).then(begun.having(members=kept))


@groups_classic.action(
    KIP(394),
    Text("KAFKA-7610"),
    only=lambda given: not given.member_id_required,
    consumer=nodes,
)
def coordinator_expires_abandoned(p: Group, consumer: int) -> Step[Group]:
    """A member that nobody is expires like any other."""
    return when(is_there=p.abandoned[consumer], is_not_held=p.state != PREPARING).then(
        rebalancing(p).having(abandoned=but_for(p.abandoned, consumer, False))
    )


@groups_classic.action(Code("GroupMetadataManager.replay"), Code("GroupMetadataManager.onLoaded"))
def coordinator_fails_over(p: Group) -> Step[Group]:
    """Another coordinator reads the log; what was under way to the former one is lost."""
    none = none_of(p.given)
    return when().then(
        p.having(
            state=choose(any_of(p.logged_members), STABLE, EMPTY),
            generation=p.logged_generation,
            leader=p.logged_leader,
            members=p.logged_members,
            joined=none,
            synced=p.logged_members,
            listed=none,
            assignment=p.logged_assignment,
            abandoned=none,
            late_sender=NONE,
            late_generation=NONE,
            late_listed=none,
            fail_overs=p.fail_overs + 1,
        )
    )


def logging(p: Group) -> Group:
    """What the group is now is in the log."""
    return p.having(
        logged_generation=p.generation,
        logged_leader=p.leader,
        logged_members=p.members,
        logged_assignment=p.assignment,
    )


@groups_classic.action(Code("CoordinatorRuntime"), only=lambda given: not given.logs_first)
def coordinator_logs(p: Group) -> Step[Group]:
    """What was told to members already comes into the log."""
    return when(is_stable=p.state == STABLE).then(logging(p))


@groups_classic.action(Code("ClassicGroup.initNextGeneration"))
def coordinator_empties_group(p: Group) -> Step[Group]:
    """Time is up and nobody has joined; static members stay, else the group is empty now."""
    none = none_of(p.given)
    stays = [
        all_of([member, own.is_static]) for member, own in zip(p.members, p.consumers, strict=True)
    ]
    emptied = p.having(
        state=EMPTY,
        generation=p.generation + 1 if p.given.raises_generation else p.generation,
        leader=NONE,
        members=none,
        abandoned=none,
        assignment=nobody(p.given),
    )
    return when(
        is_joining=p.state == PREPARING,
        none_joined=negate(any_of(p.joined)),
        none_stays=negate(any_of(stays)),
    ).then(logging(emptied))


def swapped(p: Group, former: int, consumer: int) -> Group:
    """A process has the place of another one; in a stable group its assignment, too."""
    return p.having(
        members=_moved(p.members, former, consumer),
        synced=_moved(p.synced, former, consumer),
        leader=choose(p.leader == former, consumer, p.leader),
        assignment=tuple(
            choose(all_of([p.state == STABLE, owner == former]), consumer, owner)
            for owner in p.assignment
        ),
    )


def _moved(flags: Flags, former: int, consumer: int) -> Flags:
    return but_for(but_for(flags, consumer, flags[former]), former, False)
