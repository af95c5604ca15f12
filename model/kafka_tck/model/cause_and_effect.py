"""A cause and its effect, produced one after the other with one key: what does a rebalance do?

Partition n and instance n are node n. The key's partition is partition 0, unless partitions are
added in between, or the effect comes from a client with another partitioner; then it is partition
1. Instances process in order and commit after it; whatever assigns partitions to them may do so as
it likes. What an instance learns from the cause it needs for the effect.

Left out: zombies, other styles of committing, and several workers (consumer); how a group comes to
an assignment (groups_classic, groups_consumer).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from kafka_tck.model.shapes import (
    Given,
    Shape,
    each,
    flag,
    node,
    number,
    sequence,
    setting,
    settled,
)
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Module, Step, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, choose, implies, negate

CAUSE, EFFECT = range(2)
PAIR: Final = 2
LOCAL, SHARED = "local", "shared"


@dataclass(frozen=True)
class Pairs(Given):
    """How the pair is produced, and how the application is made."""

    nodes: int = setting(2, "how many instances and how many partitions there are")
    partitions_are_added: bool = setting(
        False, "partitions may be added between cause and effect, and keys move"
    )
    other_partitioner: bool = setting(
        False, "the effect comes from a client that partitions otherwise (murmur2 and crc32)"
    )
    sticky: bool = setting(
        False, "a partition is taken from no instance that lives (sticky, static members)"
    )
    state: str = setting(
        LOCAL,
        "local: what an instance learned is gone with it; shared: whoever takes over finds it",
        among=(LOCAL, SHARED),
    )


class Partition(Shape):
    """A partition with what is in it, its owner, and how far the owner and the group are."""

    log: Seq = sequence(PAIR, kind=number(CAUSE, EFFECT))
    owner: Int = node()
    position: Int = number(0, PAIR)
    """The owner's; the committed offset while there is none."""
    committed: Int = number(0, PAIR)


class Instance(Shape):
    """What an instance has of the cause."""

    knows: Bool = flag()


class Application(Shape):
    """The partitions and instances, and what became of the pair."""

    ghosts: ClassVar[frozenset[str]] = frozenset({"repeated", "early", "alone"})

    given: Pairs = settled()
    added: Bool = flag()
    """Whether partitions were added: the key belongs to partition 1 now."""
    assignments: Int = number(0, "assignments")
    partitions: tuple[Partition, ...] = each(Partition)
    instances: tuple[Instance, ...] = each(Instance)
    cause_done: Bool = flag()
    effect_done: Bool = flag()
    repeated: Bool = flag()
    """Whether a record was processed again."""
    early: Bool = flag()
    """Whether the effect was processed and the cause was not."""
    alone: Bool = flag()
    """Whether the effect was processed by an instance that does not know of the cause."""

    def has(self, kind: int) -> Bool:
        """Whether the record is there."""
        return any_of(
            all_of([one.log.length > at, one.log.at(at).kind == kind])
            for one in self.partitions
            for at in range(PAIR)
        )


_NEW: Final = {"log": (), "owner": NONE, "position": 0, "committed": 0}


def _beginning(given: Pairs) -> dict[str, object]:
    flags = ("added", "cause_done", "effect_done", "repeated", "early", "alone")
    return {
        "assignments": 0,
        "partitions": [_NEW] * given.nodes,
        "instances": [{"knows": False}] * given.nodes,
        **dict.fromkeys(flags, False),
    }


cause_and_effect = Module(
    "cause_and_effect",
    Application,
    _beginning,
    given=Pairs(),
    bounds={"assignments": 3},
    pinned=(0, 1),
    doc=__doc__,
)


@cause_and_effect.action(Docs("KafkaProducer.send"))
def producer_writes_cause(p: Application) -> Step[Application]:
    """The cause is written, and acknowledged."""
    return when(is_first=negate(p.has(CAUSE)), is_before_the_change=negate(p.added)).then(
        _writing(p, 0, CAUSE)
    )


@cause_and_effect.action(Docs("partitioner.class"), Docs("librdkafka, partitioner"))
def producer_writes_effect(p: Application) -> Step[Application]:
    """The effect is written after the cause was acknowledged, into its key's partition."""
    elsewhere = True if p.given.other_partitioner else p.added
    there = p.has(CAUSE)
    written = [_writing(p, n, EFFECT).partitions[n].log for n in (0, 1)]
    first = p.partitions[0].having(log=choose(elsewhere, p.partitions[0].log, written[0]))
    second = p.partitions[1].having(log=choose(elsewhere, written[1], p.partitions[1].log))
    return when(has_cause=there, is_first=negate(p.has(EFFECT))).then(
        p.having(partitions=(first, second, *p.partitions[2:]))
    )


def _writing(p: Application, partition: int, kind: int) -> Application:
    log = p.partitions[partition].log.append(kind=kind)
    return p.having_of("partitions", partition, log=log)


@cause_and_effect.action(
    Docs("KafkaAdminClient.createPartitions"), only=lambda given: given.partitions_are_added
)
def partitions_are_added(p: Application) -> Step[Application]:
    """The topic gets more partitions: the key's hash leads to another one."""
    return when(is_news=negate(p.added)).then(p.having(added=True))


@cause_and_effect.action(
    Code("ConsumerPartitionAssignor.assign"), KIP(848), partition=nodes, instance=nodes
)
def group_assigns(p: Application, partition: int, instance: int) -> Step[Application]:
    """The group assigns a partition to an instance, which goes on at the committed offset."""
    own = p.partitions[partition]
    takes = own.owner == NONE if p.given.sticky else own.owner != instance
    return when(may_move=takes).then(
        p.having(assignments=p.assignments + 1).having_of(
            "partitions", partition, owner=instance, position=own.committed
        )
    )


@cause_and_effect.action(Code("KafkaConsumer.poll"), partition=nodes, instance=nodes)
def instance_processes(p: Application, partition: int, instance: int) -> Step[Application]:
    """The owner of a partition processes its next record."""
    own = p.partitions[partition]
    is_effect = own.log.at(own.position).kind == EFFECT
    knows = p.cause_done if p.given.state == SHARED else p.instances[instance].knows
    done = choose(is_effect, p.effect_done, p.cause_done)
    return when(owns=own.owner == instance, has_record=own.position < own.log.length).then(
        p.having(
            cause_done=any_of([p.cause_done, negate(is_effect)]),
            effect_done=any_of([p.effect_done, is_effect]),
            repeated=any_of([p.repeated, done]),
            early=any_of([p.early, all_of([is_effect, negate(p.cause_done)])]),
            alone=any_of([p.alone, all_of([is_effect, negate(knows)])]),
        )
        .having_of("partitions", partition, position=own.position + 1)
        .having_of(
            "instances",
            instance,
            knows=any_of([p.instances[instance].knows, negate(is_effect)]),
        )
    )


@cause_and_effect.action(Docs("KafkaConsumer.commitSync"), partition=nodes, instance=nodes)
def instance_commits(p: Application, partition: int, instance: int) -> Step[Application]:
    """The owner commits what it has processed."""
    own = p.partitions[partition]
    return when(
        owns=otherwise(own.owner == instance, "ILLEGAL_GENERATION"),
        is_news=own.committed < own.position,
    ).then(p.having_of("partitions", partition, committed=own.position))


@cause_and_effect.action(Docs("session.timeout.ms"), instance=nodes)
def instance_crashes(p: Application, instance: int) -> Step[Application]:
    """An instance dies, with what it knows; nobody owns its partitions until they are assigned."""
    left = [
        one.having(
            owner=choose(one.owner == instance, NONE, one.owner),
            position=choose(one.owner == instance, one.committed, one.position),
        )
        for one in p.partitions
    ]
    has_some = any_of(one.owner == instance for one in p.partitions)
    return when(has_partition=has_some).then(
        p.having(partitions=tuple(left)).having_of("instances", instance, knows=False)
    )


# Claims


@cause_and_effect.possible(Docs("design, message delivery semantics"), up_to=("assignments",))
def the_effect_can_still_be_delivered(p: Application) -> Bool:
    """Whatever was assigned, and whoever died: somebody can still be given the effect."""
    return p.effect_done


@cause_and_effect.always(Docs("design, message delivery semantics"))
def what_is_committed_is_processed(p: Application) -> Bool:
    """No committed offset, and no owner's position, is after a record that nobody processed."""

    def is_done(one: Partition, at: int) -> Bool:
        done = choose(one.log.at(at).kind == EFFECT, p.effect_done, p.cause_done)
        passed = any_of([one.committed > at, one.position > at])
        return implies(all_of([at < one.log.length, passed]), done)

    return all_of(is_done(one, at) for one in p.partitions for at in range(PAIR))


@cause_and_effect.always(Docs("introduction, order within a partition"))
def in_one_partition_the_cause_comes_first(p: Application) -> Bool:
    """Where cause and effect are in one partition, the cause is processed first, whoever does."""
    elsewhere = p.given.partitions_are_added or p.given.other_partitioner
    return all_of([]) if elsewhere else negate(p.early)


@cause_and_effect.anomaly(Docs("partitioner.class"))
def the_effect_comes_before_its_cause(p: Application) -> Bool:
    """The effect was processed, and the cause was not."""
    return p.early


@cause_and_effect.anomaly(Docs("partition.assignment.strategy"), KIP(345))
def the_effect_finds_no_cause(p: Application) -> Bool:
    """The effect was processed by an instance that does not know what the cause told another."""
    return p.alone


@cause_and_effect.anomaly(Docs("design, message delivery semantics"))
def a_record_is_processed_again(p: Application) -> Bool:
    """The cause or the effect was processed more than once."""
    return p.repeated


@cause_and_effect.sometimes()
def another_instance_is_given_the_effect(p: Application) -> Bool:
    """The cause is processed and committed, and the effect is somebody else's to read."""
    one = p.partitions[0]
    return all_of(
        [
            one.log.length == PAIR,
            one.committed == 1,
            p.cause_done,
            any_of(
                all_of([one.owner == n, negate(own.knows)]) for n, own in enumerate(p.instances)
            ),
        ]
    )


cause_and_effect.variant(
    "partitions-added",
    "Partitions are added between cause and effect.",
    Pairs(partitions_are_added=True),
)
cause_and_effect.variant(
    "other-partitioner",
    "Cause and effect come from clients that hash keys in different ways.",
    Pairs(other_partitioner=True),
)
cause_and_effect.variant(
    "shared-state",
    "What the cause tells is kept where every instance finds it.",
    Pairs(state=SHARED),
)
cause_and_effect.variant(
    "sticky",
    "Partitions stay with an instance while it lives.",
    Pairs(sticky=True),
)
