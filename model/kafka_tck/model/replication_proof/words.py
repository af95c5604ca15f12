"""What the claims speak of."""

from kafka_tck.model.replication import Partition
from kafka_tck.model.terms import Bool, Int, Seq, all_of, implies, most


def highest_epoch(p: Partition) -> Int:
    """The highest epoch that a replica has taken up."""
    return most(*(own.epoch for own in p.replicas))


def has(log: Seq, other: Seq, o: Int) -> Bool:
    """The log has a record at this offset, the same as the other."""
    return all_of([o < log.length, is_same_record(log, other, o)])


def is_same_record(one: Seq, other: Seq, o: Int) -> Bool:
    here, there = one.at(o), other.at(o)
    return all_of([here.id == there.id, here.epoch == there.epoch])


def are_same(one: tuple[Bool, ...], other: tuple[Bool, ...]) -> Bool:
    return all_of(a == b for a, b in zip(one, other, strict=True))


def is_within(one: tuple[Bool, ...], other: tuple[Bool, ...]) -> Bool:
    return all_of(implies(a, b) for a, b in zip(one, other, strict=True))
