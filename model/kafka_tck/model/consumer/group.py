"""Records come and go; instances join, leave, die, or are taken for dead; offsets expire."""

from kafka_tck.model.consumer.state import (
    AUTO,
    LATEST,
    NO_RESET,
    STORED,
    Instance,
    Partition,
    committing,
    consumer,
)
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Step, nodes, otherwise, when, whole
from kafka_tck.model.terms import NONE, Int, all_of, choose

keys = whole(0, lambda sizes: sizes["keys"] - 1)


@consumer.action(Docs("KafkaProducer.send"), key=keys)
def producer_writes(p: Partition, key: Int) -> Step[Partition]:
    """A record is in the partition."""
    return when(
        is_key=all_of([key >= 0, key < p.given.keys]),
    ).then(p.having(log=p.log.append(key=key, processed=0)))


@consumer.action(Docs("retention.ms"), only=lambda given: given.deletes)
def retention_deletes(p: Partition) -> Step[Partition]:
    """The oldest record is deleted."""
    return when(has_record=p.log_start < p.log.length).then(p.having(log_start=p.log_start + 1))


@consumer.action(
    Code("OffsetFetcher.resetPositionsIfNeeded"), Docs("auto.offset.reset"), instance=nodes
)
def instance_joins(p: Partition, instance: int) -> Step[Partition]:
    """The group assigns the partition to an instance, which begins at the committed offset.

    Where there is none, or its record is deleted, auto.offset.reset says where.
    """
    is_there = all_of([p.committed != NONE, p.committed >= p.log_start])
    reset = p.log.length if p.given.auto_offset_reset == LATEST else p.log_start
    begin = choose(is_there, p.committed, reset)
    never_resets = p.given.auto_offset_reset == NO_RESET
    return when(
        is_free=p.owner == NONE,
        has_offset=otherwise(is_there if never_resets else True, "OFFSET_OUT_OF_RANGE"),
    ).then(
        p.having(generation=p.generation + 1, owner=instance).having_of(
            "instances",
            instance,
            generation=p.generation + 1,
            begin=begin,
            work=p.instances[instance].work.cut(0),
            committed=begin,
        )
    )


@consumer.action(
    Code("ConsumerCoordinator.onJoinPrepare"), Docs("KafkaConsumer.close"), instance=nodes
)
def instance_leaves(p: Partition, instance: int) -> Step[Partition]:
    """An instance closes, or gives the partition up in a rebalance, which happens in poll().

    What commits by itself commits then, too.
    """
    own = p.instances[instance]
    idle = p.given.is_inline and not p.given.closes_on_failure
    given_back = committing(p, own.position) if p.given.commits in (AUTO, STORED) else p
    return when(
        owns=p.is_of(instance),
        is_between_polls=own.has_nothing_in_hand if idle else True,
    ).then(_gone(given_back, instance))


@consumer.action(KIP(62), Docs("max.poll.interval.ms"), instance=nodes)
def session_ends(p: Partition, instance: int) -> Step[Partition]:
    """The owner is silent for too long: the group takes it for dead, and it does not know."""
    return when(owns=p.is_of(instance)).then(p.having(owner=NONE))


@consumer.action(Docs("session.timeout.ms"), instance=nodes)
def instance_crashes(p: Partition, instance: int) -> Step[Partition]:
    """An instance dies, and with it what it has in hand; the group notices."""
    own = p.instances[instance]
    gone = _gone(p, instance)
    return when(has_joined=own.has_joined).then(
        either(p.is_of(instance), gone, gone.having(owner=p.owner))
    )


def _gone(p: Partition, instance: int) -> Partition:
    own: Instance = p.instances[instance]
    return p.having(owner=NONE).having_of(
        "instances", instance, generation=NONE, begin=0, work=own.work.cut(0), committed=0
    )


@consumer.action(
    KIP(211),
    Code("OffsetExpirationConditionImpl.isOffsetExpired"),
    only=lambda given: given.expires,
)
def offset_expires(p: Partition) -> Step[Partition]:
    """A group that had no members for offsets.retention.minutes has no committed offset."""
    return when(is_empty=p.owner == NONE, has_offset=p.committed != NONE).then(
        p.having(committed=NONE, highest=NONE)
    )
