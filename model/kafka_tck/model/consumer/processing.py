"""Instances poll records, and process them."""

from kafka_tck.model.consumer.state import (
    ANY,
    BEFORE,
    BY_KEY,
    TOGETHER,
    TWICE,
    Instance,
    Partition,
    committing,
    consumer,
)
from kafka_tck.model.sources import KIP, Code, Docs, Text
from kafka_tck.model.spec import Step, nodes, otherwise, when, whole
from kafka_tck.model.terms import Bool, Int, all_of, every, implies, least, negate

offsets = whole(0, lambda sizes: sizes["records"] - 1)


@consumer.action(Code("KafkaConsumer.poll"), Docs("max.poll.records"), instance=nodes)
def instance_polls(p: Partition, instance: int) -> Step[Partition]:
    """An instance is given the next record. Brokers do not ask who owns the partition."""
    own = p.instances[instance]
    return when(
        has_joined=own.has_joined,
        is_between_polls=own.has_nothing_in_hand if p.given.is_inline else True,
        is_kept=otherwise(p.log_start <= own.position, "OFFSET_OUT_OF_RANGE"),
        has_record=own.position < p.log.length,
    ).then(p.having_of("instances", instance, work=own.work.append(done=False)))


@consumer.action(
    Docs("KafkaConsumer, multi-threaded processing"),
    Text("KIP-98, exactly once"),
    KIP(447),
    instance=nodes,
    offset=offsets,
)
def instance_processes(p: Partition, instance: int, offset: Int) -> Step[Partition]:
    """A record that an instance has in hand is processed: its effect is there, come what may.

    Stored together with the result, the offset is checked like a commit.
    """
    own = p.instances[instance]
    together = p.given.commits == TOGETHER
    checked = together and p.given.fenced
    count = p.log.at(offset).processed
    done = p.having(log=p.log.put(offset, processed=least(count + 1, TWICE))).having_of(
        "instances", instance, work=own.work.put(offset - own.begin, done=True)
    )
    return when(
        has_it=all_of([own.begin <= offset, offset < own.position, own.has_ahead(offset)]),
        is_next=_is_next(p, own, offset),
        is_committed=own.committed > offset if p.given.commits == BEFORE else True,
        is_member=otherwise(p.is_of(instance) if checked else True, "ILLEGAL_GENERATION"),
    ).then(committing(done, offset + 1) if together else done)


def _is_next(p: Partition, own: Instance, offset: Int) -> Bool:
    """Whether whoever processes may take it now, before others that are in hand."""
    if p.given.processing == ANY:
        return all_of([])

    def is_before(k: Int) -> Bool:
        same = p.log.at(own.begin + k).key == p.log.at(offset).key
        waits = same if p.given.processing == BY_KEY else all_of([])
        done: Bool = own.work.at(k).done
        return implies(all_of([waits, negate(done)]), own.begin + k >= offset)

    return every(own.work.length, is_before)
