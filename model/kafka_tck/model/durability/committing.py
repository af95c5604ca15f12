"""How the high watermark moves, and who is told."""

from kafka_tck.model.durability.state import Cluster
from kafka_tck.model.terms import (
    Bool,
    Int,
    Seq,
    all_of,
    any_of,
    choose,
    last_where,
    least,
    most,
    negate,
)


def isr_size(p: Cluster) -> Int:
    """How many members the ISR has."""
    count: Int = choose(p.brokers[0].in_isr, 1, 0)
    for broker in p.brokers[1:]:
        count = count + choose(broker.in_isr, 1, 0)
    return count


def committed(p: Cluster) -> Cluster:
    """The leader's high watermark moves up if it can, and producers that waited for it are told."""
    hw = choose(_may_commit(p), most(p.hw, _replicated(p)), p.hw)
    produced = p.produced
    for record in range(p.given.records):
        below = any_of(
            all_of([p.leader == n, hw > position_of(b.log, record, p.given.records)])
            for n, b in enumerate(p.brokers)
        )
        told = all_of([produced.at(record).waits, below])
        produced = produced.put(
            record,
            acked=any_of([produced.at(record).acked, told]),
            waits=all_of([produced.at(record).waits, negate(below)]),
        )
    return p.having(hw=hw, produced=produced)


def _may_commit(p: Cluster) -> Bool | bool:
    return isr_size(p) >= p.given.least_isr if p.given.gate else True


def _replicated(p: Cluster) -> Int:
    """The least log end that the leader knows of in the ISR, its own included."""
    ends = [choose(p.leader == n, b.log.length, b.known) for n, b in enumerate(p.brokers)]
    longest = most(*ends)
    if p.given.acks_after_minimum:
        return _nth_largest(ends, p.given.least_isr)
    return least(*(choose(b.in_isr, end, longest) for b, end in zip(p.brokers, ends, strict=True)))


def _nth_largest(ends: list[Int], count: int) -> Int:
    """The largest number that at least `count` of these reach."""
    found: Int = least(*ends)
    for end in ends:
        reaching: Int = choose(ends[0] >= end, 1, 0)
        for other in ends[1:]:
            reaching = reaching + choose(other >= end, 1, 0)
        found = choose(reaching >= count, most(found, end), found)
    return found


def position_of(log: Seq, record: int, records: int) -> Int:
    """Where a log has a record; past every end if it has not."""
    found = last_where(log.length, lambda o: log.at(o).id == record)
    return choose(found > 0, found - 1, records)
