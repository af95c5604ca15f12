"""The ISR shrinks and expands; who leaves a small one stays eligible (KIP-966)."""

from kafka_tck.model.durability.committing import committed, isr_size
from kafka_tck.model.durability.state import Cluster, durability
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import all_of, negate


@durability.action(Code("Partition.isFollowerOutOfSync"), KIP(966), follower=nodes, leader=nodes)
def leader_shrinks_isr(p: Cluster, follower: int, leader: int) -> Step[Cluster]:
    """A follower that is behind leaves the ISR; it stays eligible if the ISR gets too small."""
    own = p.brokers[follower]
    left = p.having_of("brokers", follower, in_isr=False)
    return when(
        leads=p.leader == leader,
        is_another=follower != leader,
        in_isr=own.in_isr,
        lags=own.known < p.brokers[leader].log.length,
    ).then(committed(kept_eligible(left, p, follower)))


@durability.action(Code("Partition.isFollowerInSync"), KIP(966), follower=nodes, leader=nodes)
def leader_expands_isr(p: Cluster, follower: int, leader: int) -> Step[Cluster]:
    """A follower that reached the high watermark and the epoch's start enters the ISR."""
    own = p.brokers[follower]
    joined = p.having_of("brokers", follower, in_isr=True, is_eligible=False)
    cleared = all_of([isr_size(joined) >= p.given.least_isr])
    brokers = tuple(
        b.having(is_eligible=all_of([b.is_eligible, negate(cleared)])) for b in joined.brokers
    )
    return when(
        leads=p.leader == leader,
        outside=negate(own.in_isr),
        runs=own.runs,
        reached_hw=own.known >= p.hw,
        reached_epoch=own.known >= p.epoch_start,
    ).then(joined.having(brokers=brokers))


def kept_eligible(p: Cluster, before: Cluster, leaving: int) -> Cluster:
    """A member that leaves stays eligible while the ISR is under the minimum (KIP-966)."""
    if not p.given.elr:
        return p
    small = isr_size(p) < p.given.least_isr
    return p.having_of(
        "brokers", leaving, is_eligible=all_of([before.brokers[leaving].in_isr, small])
    )
