"""SyncGroup: the leader assigns, and members are told what they own."""

from kafka_tck.model.groups_classic.coordinator import is_accepted, logging
from kafka_tck.model.groups_classic.state import (
    COMPLETING,
    JOINING,
    OWNING,
    STABLE,
    SYNCING,
    Flags,
    Group,
    are_one_instance,
    but_for,
    groups_classic,
    none_of,
)
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Guard, Step, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose


def assigned(p: Group, leader: int, listed: Flags) -> tuple[Int, ...]:
    """By partition: whom the leader gives it to, of those that it was told of.

    Members that nobody is have the partition of their node.
    """
    return tuple(_receiver(p, partition, leader, listed) for partition in range(p.given.nodes))


def _receiver(p: Group, partition: int, leader: int, listed: Flags) -> Int:
    wanted = choose(listed[partition], partition, leader)
    moves = [
        all_of([p.joined[n], own.owns[partition], wanted != n]) for n, own in enumerate(p.consumers)
    ]
    withheld = any_of(moves) if p.given.is_cooperative and p.given.withholds else any_of([])
    return choose(any_of([withheld, p.abandoned[partition]]), NONE, wanted)


def _stabilised(p: Group, leader: int, listed: Flags) -> Group:
    """The group is stable with the assignment of its leader, and that is logged."""
    stable = p.having(
        state=STABLE,
        synced=but_for(p.synced, leader, True),
        listed=none_of(p.given),
        assignment=assigned(p, leader, listed),
    )
    return logging(stable) if p.given.logs_first else stable


def _fault(p: Group, consumer: int, generation: Int) -> dict[str, Guard]:
    """What SyncGroup asks for first."""
    current = generation == p.generation if p.given.checks_generation else True
    return {
        "is_member": otherwise(is_accepted(p, consumer), "UNKNOWN_MEMBER_ID"),
        "is_current": otherwise(current, "ILLEGAL_GENERATION"),
    }


@groups_classic.action(Code("GroupMetadataManager.classicGroupSync"), consumer=nodes)
def leader_assigns(p: Group, consumer: int) -> Step[Group]:
    """SyncGroup of the leader has the assignment; it is told when it is in the log."""
    own = p.consumers[consumer]
    return when(
        syncs=own.phase == SYNCING,
        **_fault(p, consumer, own.generation),
        completes=p.state == COMPLETING,
        leads=p.leader == consumer,
    ).then(_stabilised(p, consumer, p.listed))


@groups_classic.action(Code("GroupMetadataManager.classicGroupSync"), consumer=nodes)
def coordinator_holds_sync(p: Group, consumer: int) -> Step[Group]:
    """SyncGroup of a follower waits for the leader."""
    own = p.consumers[consumer]
    return when(
        syncs=own.phase == SYNCING,
        **_fault(p, consumer, own.generation),
        completes=p.state == COMPLETING,
        follows=p.leader != consumer,
    ).then(p.having(synced=but_for(p.synced, consumer, True)))


@groups_classic.action(Code("GroupMetadataManager.classicGroupSync"), consumer=nodes)
def coordinator_answers_sync(p: Group, consumer: int) -> Step[Group]:
    """A member is told what it owns; a cooperative one rejoins if it has to give something up."""
    own = p.consumers[consumer]
    owns = tuple(_is_given(p, consumer, owner) for owner in p.assignment)
    gives_up = any_of(all_of([had, now == False]) for had, now in zip(own.owns, owns, strict=True))  # noqa: E712
    return when(
        syncs=own.phase == SYNCING,
        **_fault(p, consumer, own.generation),
        is_stable=otherwise(p.state == STABLE, "REBALANCE_IN_PROGRESS"),
    ).then(
        p.having(synced=but_for(p.synced, consumer, True)).having_of(
            "consumers", consumer, phase=choose(gives_up, JOINING, OWNING), owns=owns
        )
    )


def _is_given(p: Group, consumer: int, owner: Int) -> Bool:
    """Whether a partition of this owner is told to be this consumer's."""
    others = [
        all_of([owner == other, are_one_instance(p, consumer, other)])
        for other in range(p.given.nodes)
        if other != consumer and not p.given.fences
    ]
    return any_of([owner == consumer, *others])


@groups_classic.action(KIP(62), Code("GroupMetadataManager.classicGroupSync"), sender=nodes)
def coordinator_handles_late_sync(p: Group, sender: int) -> Step[Group]:
    """A SyncGroup that its sender gave up arrives; nobody hears the answer."""
    none = none_of(p.given)
    done = p.having(late_sender=NONE, late_generation=NONE, late_listed=none)
    held = done.having(synced=but_for(p.synced, sender, True))
    leads = all_of([p.state == COMPLETING, p.leader == sender])
    joined = any_of([p.state == COMPLETING, p.state == STABLE])
    fault = _fault(p, sender, p.late_generation)
    is_taken = all_of([*(guard.holds for guard in fault.values()), joined])
    taken = either(leads, _stabilised(done, sender, p.late_listed), held)
    return when(is_late=p.late_sender == sender).then(either(is_taken, taken, done))
