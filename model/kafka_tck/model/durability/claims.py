"""What may go wrong, and what never does."""

from kafka_tck.model.durability.committing import position_of
from kafka_tck.model.durability.state import Cluster, durability
from kafka_tck.model.sources import KIP, Docs, Text
from kafka_tck.model.terms import NONE, Bool, Seq, all_of, any_of, implies, last_where, negate


def _leader_has(p: Cluster, record: int) -> Bool:
    return any_of(all_of([p.leader == n, _holds(b.log, record)]) for n, b in enumerate(p.brokers))


def _holds(log: Seq, record: int) -> Bool:
    return last_where(log.length, lambda o: log.at(o).id == record) > 0


@durability.anomaly(Docs("acks: what is acknowledged is not lost"))
def an_acknowledged_record_is_lost(p: Cluster) -> Bool:
    """A leader runs whose log lacks a record that its producer was told is safe."""
    lost = any_of(
        all_of([p.produced.at(record).acked, negate(_leader_has(p, record))])
        for record in range(p.given.records)
    )
    return all_of([p.leader != NONE, lost])


@durability.anomaly()
def nobody_leads(p: Cluster) -> Bool:
    """The partition has no leader: it can be neither read nor written."""
    return p.leader == NONE


@durability.anomaly(Text("KAFKA-15583"))
def an_acknowledged_record_is_not_visible(p: Cluster) -> Bool:
    """A record that its producer was told is safe lies above the high watermark."""
    return any_of(
        all_of(
            [p.produced.at(r).acked, p.leader == n, position_of(b.log, r, p.given.records) >= p.hw]
        )
        for r in range(p.given.records)
        for n, b in enumerate(p.brokers)
    )


@durability.always()
def the_leader_runs_and_is_in_the_isr(p: Cluster) -> Bool:
    """Who leads is running, and a member of the ISR."""
    return all_of(
        implies(p.leader == n, all_of([b.runs, b.in_isr])) for n, b in enumerate(p.brokers)
    )


@durability.always(KIP(966))
def isr_and_eligible_replicas_are_apart(p: Cluster) -> Bool:
    """No broker is both in the ISR and an eligible leader replica."""
    return all_of(negate(all_of([b.in_isr, b.is_eligible])) for b in p.brokers)


@durability.always()
def disks_hold_prefixes(p: Cluster) -> Bool:
    """What is on disk is a prefix of the log."""
    return all_of(b.on_disk <= b.log.length for b in p.brokers)


@durability.sometimes()
def a_record_is_acknowledged(p: Cluster) -> Bool:
    """A producer is told that its record is safe."""
    acked: Bool = p.produced.at(0).acked
    return acked


@durability.sometimes()
def another_leads(p: Cluster) -> Bool:
    """A broker leads that did not at first."""
    return all_of([p.leader != NONE, p.leader != 0])


@durability.sometimes()
def a_follower_is_out_of_the_isr(p: Cluster) -> Bool:
    """A broker runs and is not in the ISR."""
    return any_of(all_of([b.runs, negate(b.in_isr)]) for b in p.brokers)
