"""What always holds under KIP-320, and what must be possible."""

from kafka_tck.model.replication.agreeing import presumes_to_lead, same_record
from kafka_tck.model.replication.state import PUBLIC, Partition, replication
from kafka_tck.model.sources import Text
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies, negate


@replication.always(Text(PUBLIC, "StrongIsr"))
def the_isr_holds_what_is_committed(p: Partition) -> Bool:
    """Every member of the true ISR has each record below the high watermark of any leader."""
    return all_of(_holds_committed(p, leader, p.isr) for leader in range(p.given.nodes))


@replication.always(Text(PUBLIC, "WeakIsr"))
def the_assumed_isr_holds_what_is_committed(p: Partition) -> Bool:
    """Every member of the ISR that a leader assumes has each record below that leader's HW."""
    return all_of(
        _holds_committed(p, leader, p.replicas[leader].isr) for leader in range(p.given.nodes)
    )


def _holds_committed(p: Partition, leader: int, isr: tuple[Bool, ...]) -> Bool:
    own = p.replicas[leader]
    kept = [
        implies(member, every(own.hw, lambda o, n=n: _both_hold(p, leader, n, o)))  # type: ignore[misc]
        for n, member in enumerate(isr)
    ]
    return implies(presumes_to_lead(p, leader), all_of(kept))


def _both_hold(p: Partition, one: int, other: int, offset: Int) -> Bool:
    there = [offset < p.replicas[n].log.length for n in (one, other)]
    return all_of([*there, same_record(p, one, other, offset)])


@replication.always(Text(PUBLIC, "LeaderInIsr, which its initial state breaks as it is published"))
def the_leader_is_in_the_isr(p: Partition) -> Bool:
    """The leader of the latest epoch, if it has one, is a member of the ISR."""
    return any_of(
        [p.leader == NONE, *(all_of([p.leader == n, p.isr[n]]) for n in range(p.given.nodes))]
    )


@replication.sometimes()
def a_record_is_committed_in_a_later_epoch(p: Partition) -> Bool:
    """A leader of an epoch after the first commits a record."""
    return any_of(
        all_of([presumes_to_lead(p, n), own.epoch > 0, own.hw > 0])
        for n, own in enumerate(p.replicas)
    )


@replication.sometimes()
def two_brokers_presume_to_lead(p: Partition) -> Bool:
    """A zombie still takes writes while its successor does."""
    return any_of(
        all_of([presumes_to_lead(p, one), presumes_to_lead(p, other)])
        for one in range(p.given.nodes)
        for other in range(one)
    )


@replication.sometimes()
def logs_diverge(p: Partition) -> Bool:
    """Two replicas hold different records at one offset."""
    return any_of(
        all_of(
            [
                p.replicas[one].log.length > 0,
                p.replicas[other].log.length > 0,
                negate(same_record(p, one, other, Int("const", (0,)))),
            ]
        )
        for one in range(p.given.nodes)
        for other in range(one)
    )
