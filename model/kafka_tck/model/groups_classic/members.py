"""Consumers: they join, rejoin, leave, die, hang, commit, and hear that they are fenced."""

from kafka_tck.model.groups_classic.coordinator import is_accepted, without_member
from kafka_tck.model.groups_classic.state import (
    COMPLETING,
    JOINING,
    OUT,
    OWNING,
    STUCK,
    SYNCING,
    Consumer,
    Group,
    groups_classic,
    none_of,
)
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, all_of, any_of, choose, negate


def _is_in(own: Consumer, *phases: int) -> Bool:
    return any_of(own.phase == phase for phase in phases)


def _gone(p: Group, consumer: int) -> Group:
    """The process knows nothing and owns nothing."""
    return p.having_of("consumers", consumer, phase=OUT, generation=NONE, owns=none_of(p.given))


@groups_classic.action(Code("AbstractCoordinator.sendJoinGroupRequest"), consumer=nodes)
def consumer_joins(p: Group, consumer: int) -> Step[Group]:
    """A process asks to join; what it was before is not known to the coordinator any more."""
    return when(is_out=p.consumers[consumer].phase == OUT, is_new=negate(p.members[consumer])).then(
        p.having_of("consumers", consumer, phase=JOINING)
    )


@groups_classic.action(KIP(429), Code("ConsumerCoordinator.onJoinPrepare"), consumer=nodes)
def consumer_rejoins(p: Group, consumer: int) -> Step[Group]:
    """It hears of a rebalance, lost an answer, or topics changed; eager ones give up all first."""
    own = p.consumers[consumer]
    return when(has_joined=_is_in(own, SYNCING, OWNING)).then(_rejoining(p, consumer))


def _rejoining(p: Group, consumer: int) -> Group:
    kept = p.consumers[consumer].owns if p.given.is_cooperative else none_of(p.given)
    return p.having_of("consumers", consumer, phase=JOINING, owns=kept)


@groups_classic.action(Code("AbstractCoordinator.SyncGroupResponseHandler"), consumer=nodes)
def leader_gives_up_sync(p: Group, consumer: int) -> Step[Group]:
    """The leader waits for an answer to SyncGroup no more; its request is still under way."""
    own = p.consumers[consumer]
    return when(
        syncs=own.phase == SYNCING,
        leads=all_of([p.state == COMPLETING, p.leader == consumer]),
        is_current=own.generation == p.generation,
        none_is_late=p.late_sender == NONE,
    ).then(
        _rejoining(p, consumer).having(
            late_sender=consumer, late_generation=own.generation, late_listed=p.listed
        )
    )


@groups_classic.action(Code("GroupMetadataManager.classicGroupLeave"), consumer=nodes)
def consumer_leaves(p: Group, consumer: int) -> Step[Group]:
    """A dynamic member gives up what it owns, and leaves."""
    own = p.consumers[consumer]
    return when(
        has_joined=_is_in(own, SYNCING, OWNING),
        is_dynamic=negate(own.is_static),
        is_member=otherwise(p.members[consumer], "UNKNOWN_MEMBER_ID"),
    ).then(_gone(without_member(p, consumer), consumer))


@groups_classic.action(consumer=nodes)
def consumer_dies(p: Group, consumer: int) -> Step[Group]:
    """A process ends, and tells nobody."""
    own = p.consumers[consumer]
    return when(lives=_is_in(own, JOINING, SYNCING, OWNING)).then(_gone(p, consumer))


@groups_classic.action(KIP(62), consumer=nodes)
def consumer_hangs(p: Group, consumer: int) -> Step[Group]:
    """Nothing of a process goes on any more but its heartbeats; static ones would send none."""
    own = p.consumers[consumer]
    return when(
        could_go_on=_is_in(own, OUT, SYNCING, OWNING), is_dynamic=negate(own.is_static)
    ).then(p.having_of("consumers", consumer, phase=STUCK))


@groups_classic.action(Code("ConsumerCoordinator.onPartitionsLost"), consumer=nodes)
def consumer_is_fenced(p: Group, consumer: int) -> Step[Group]:
    """It hears UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID or ILLEGAL_GENERATION: it owns nothing now."""
    own = p.consumers[consumer]
    is_member = p.members[consumer]
    lost = _gone(p, consumer)
    return when(
        asks=any_of([_is_in(own, SYNCING, OWNING), all_of([own.phase == JOINING, own.owns_any])]),
        is_fenced=negate(all_of([is_member, own.generation == p.generation])),
    ).then(lost.having_of("consumers", consumer, phase=choose(is_member, JOINING, OUT)))


@groups_classic.action(Code("ClassicGroup.validateOffsetCommit"), consumer=nodes, partition=nodes)
def consumer_commits(p: Group, consumer: int, partition: int) -> Step[Group]:
    """It commits an offset of a partition that it believes to own."""
    own = p.consumers[consumer]
    owner = p.assignment[partition]
    belongs_to_another = all_of([owner != consumer, owner != NONE])
    return when(
        owns=own.owns[partition],
        is_alive=own.phase != STUCK,
        is_member=otherwise(is_accepted(p, consumer), "UNKNOWN_MEMBER_ID"),
        is_current=otherwise(
            own.generation == p.generation if p.given.checks_generation else True,
            "ILLEGAL_GENERATION",
        ),
        is_settled=otherwise(p.state != COMPLETING, "REBALANCE_IN_PROGRESS"),
    ).then(p.having(zombie_committed=any_of([p.zombie_committed, belongs_to_another])))
