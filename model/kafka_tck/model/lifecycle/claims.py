"""What always holds, what must be reachable, and what only some settings permit."""

from __future__ import annotations

from kafka_tck.model.lifecycle.state import (
    ASKED,
    BY_ELR,
    INELIGIBLE,
    LAST_KNOWN,
    NOTHING,
    Partition,
    active,
    count,
    either,
    has,
    lifecycle,
    presumes,
)
from kafka_tck.model.sources import KIP, Code, Text
from kafka_tck.model.terms import (
    NONE,
    Bool,
    all_of,
    any_of,
    every,
    implies,
    negate,
)

SPEC = "kafka-tlaplus by Jack Vanlightly, KIP-966"

# Who leads


@lifecycle.always(Text(SPEC))
def a_leader_epoch_has_one_leader(p: Partition) -> Bool:
    """No two brokers presume to lead in the same leader epoch."""
    pairs = [(one, other) for one in range(p.given.nodes) for other in range(one)]
    return all_of(
        negate(
            all_of(
                [
                    presumes(p, one),
                    presumes(p, other),
                    p.brokers[one].leader_epoch == p.brokers[other].leader_epoch,
                ]
            )
        )
        for one, other in pairs
    )


@lifecycle.always(Code("PartitionChangeBuilder.isValidNewLeader", "trunk of Oct 2024"))
def the_leader_is_active_and_in_the_isr(p: Partition) -> Bool:
    """Who leads is in the ISR, and neither fenced nor in controlled shutdown."""
    fit = tuple(all_of(pair) for pair in zip(p.isr, active(p), strict=True))
    return any_of([p.leader == NONE, has(fit, p.leader)])


@lifecycle.always(KIP(841))
def the_isr_is_active(p: Partition) -> Bool:
    """No member of the ISR is fenced or shutting down, but the last one where ELR is off."""
    last = all_of([not p.given.elr, p.leader == NONE, count(p.isr) == 1])
    return any_of([last, *[all_of(implies(m, a) for m, a in zip(p.isr, active(p), strict=True))]])


@lifecycle.always(KIP(903))
def nobody_joins_under_an_old_broker_epoch(p: Partition) -> Bool:
    """The ISR takes in a broker only under the epoch that it is registered with."""
    return negate(p.stale_joined)


@lifecycle.always(Code("PartitionRegistration.merge", "trunk of Oct 2024"))
def the_partition_epoch_keeps_up(p: Partition) -> Bool:
    """A new leader epoch is a new partition epoch."""
    return p.leader_epoch <= p.partition_epoch


# Brokers


@lifecycle.always(Code("Partition.makeFollower"))
def only_who_leads_keeps_what_a_leader_keeps(p: Partition) -> Bool:
    """A broker that does not presume to lead has no ISR, no request of its own and no followers."""
    return all_of(
        any_of(
            [
                presumes(p, n),
                all_of(
                    [
                        b.partition_epoch == NONE,
                        b.hw == 0,
                        negate(any_of([b.pending, *b.isr, *b.proposed])),
                        *(end == NONE for end in b.ends),
                    ]
                ),
            ]
        )
        for n, b in enumerate(p.brokers)
    )


@lifecycle.always(Code("Partition.prepareIsrShrink"), Code("Partition.isFollowerInSync"))
def a_leader_counts_itself_in(p: Partition) -> Bool:
    """A leader is in the ISR that it knows and in the one that it asks for; it is no follower."""
    return all_of(
        implies(
            presumes(p, n),
            all_of([b.isr[n], any_of([negate(b.pending), b.proposed[n]]), b.ends[n] == NONE]),
        )
        for n, b in enumerate(p.brokers)
    )


@lifecycle.always(KIP(497))
def a_leader_asks_for_one_change_at_a_time(p: Partition) -> Bool:
    """What a leader asks for differs from the ISR that it knows by one member."""
    return all_of(
        implies(
            b.pending, count(tuple(m != q for m, q in zip(b.isr, b.proposed, strict=True))) == 1
        )
        for b in p.brokers
    )


@lifecycle.always(KIP(966, "unclean shutdown"))
def a_clean_shutdown_is_known(p: Partition) -> Bool:
    """A broker that can prove a clean shutdown is down and fenced; who is down knows nothing."""
    return all_of(
        all_of(
            [
                implies(b.clean, all_of([negate(b.up), b.fenced])),
                implies(negate(b.up), b.leader_epoch == NONE),
            ]
        )
        for b in p.brokers
    )


@lifecycle.always(KIP(455))
def a_reassignment_adds_what_it_removes(p: Partition) -> Bool:
    """Replicas that come and replicas that go are replicas, as many of each, and none does both."""
    moving = [
        all_of([implies(any_of([comes, goes]), held), negate(all_of([comes, goes]))])
        for comes, goes, held in zip(p.adding, p.removing, p.replicas, strict=True)
    ]
    return all_of([*moving, count(p.adding) == count(p.removing), count(p.adding) <= 1])


# ISR and ELR


@lifecycle.always(KIP(966))
def isr_and_elr_are_disjoint(p: Partition) -> Bool:
    """No broker is in both."""
    return all_of(negate(all_of(pair)) for pair in zip(p.isr, p.elr, strict=True))


@lifecycle.always(KIP(966))
def a_large_isr_needs_no_elr(p: Partition) -> Bool:
    """The ELR is empty when the ISR has min.insync.replicas members."""
    return any_of([count(p.isr) < p.given.enough, negate(any_of(p.elr))])


@lifecycle.always(KIP(966), Text(SPEC))
def who_may_lead_are_enough(p: Partition) -> Bool:
    """ISR and ELR together lose one member for each unclean shutdown, and for nothing else."""
    promised = all_of([p.given.elr, p.election < LAST_KNOWN])
    size = count(either(p.isr, p.elr))
    return any_of([negate(promised), size + p.crashes >= p.given.enough])


@lifecycle.always(Code("Replicas.validateIsr", "trunk of Oct 2024"))
def isr_and_elr_are_replicas(p: Partition) -> Bool:
    """Only brokers that hold the partition are in the ISR or the ELR."""
    members = either(p.isr, p.elr)
    return all_of(implies(m, held) for m, held in zip(members, p.replicas, strict=True))


# What is committed


@lifecycle.always(KIP(966), Text(SPEC))
def who_may_lead_holds_what_is_committed(p: Partition) -> Bool:
    """Every member of ISR and ELR has each committed record, unless it crashed just now.

    With ELR off that is promised only while no machine has lost power; nothing is promised after
    an unclean election, or one of the last known leader.
    """
    members = either(p.isr, p.elr)
    kept = [
        implies(all_of([members[n], any_of([b.up, b.clean])]), _holds(p, n))
        for n, b in enumerate(p.brokers)
    ]
    return any_of([negate(_promised(p)), all_of(kept)])


@lifecycle.always(KIP(966), Text(SPEC))
def leaders_agree_on_what_is_committed(p: Partition) -> Bool:
    """What a broker that presumes to lead has committed is what any other has, or a part of it."""
    agreed = [
        implies(
            presumes(p, n),
            all_of(
                [
                    b.hw <= b.log.length,
                    every(b.hw, lambda o, b=b: b.log.at(o).epoch == p.committed.at(o).epoch),  # type: ignore[misc]
                ]
            ),
        )
        for n, b in enumerate(p.brokers)
    ]
    return any_of([negate(_promised(p)), all_of(agreed)])


def _promised(p: Partition) -> Bool:
    return all_of([p.election < LAST_KNOWN, negate(p.power_failed)])


def _holds(p: Partition, broker: int) -> Bool:
    log = p.brokers[broker].log
    return every(p.committed.length, lambda o: log.at(o).epoch == p.committed.at(o).epoch)


@lifecycle.anomaly(KIP(966))
def a_committed_record_is_lost(p: Partition) -> Bool:
    """Whoever leads lacks a committed record."""
    return any_of(
        all_of([p.leader == n, b.up, negate(_holds(p, n))]) for n, b in enumerate(p.brokers)
    )


# What happens


@lifecycle.sometimes(KIP(455))
def a_reassignment_completes(p: Partition) -> Bool:
    """The partition has replicas that it did not have at first, and none is being moved."""
    moved = any_of(p.replicas[p.given.replicas :])
    return all_of([moved, negate(any_of((*p.adding, *p.removing)))])


@lifecycle.sometimes(KIP(966))
def an_eligible_leader_replica_is_elected(p: Partition) -> Bool:
    """A leader was elected from the ELR."""
    return p.election == BY_ELR


@lifecycle.sometimes(KIP(966))
def the_last_known_leader_is_elected(p: Partition) -> Bool:
    """ISR and ELR were empty, and who had led last leads again."""
    return p.election == LAST_KNOWN


@lifecycle.sometimes(KIP(497))
def a_request_is_stale(p: Partition) -> Bool:
    """An AlterPartition request is under way that the controller will refuse as out of date."""
    return all_of(
        [
            p.stage == ASKED,
            p.sent_leader_epoch == p.leader_epoch,
            p.sent_partition_epoch < p.partition_epoch,
        ]
    )


@lifecycle.sometimes(KIP(497))
def a_leader_waits_for_metadata(p: Partition) -> Bool:
    """A request was refused as stale: nothing is under way, and the leader still waits."""
    return all_of([p.stage == NOTHING, any_of(b.pending for b in p.brokers)])


@lifecycle.sometimes(KIP(841))
def a_member_is_ineligible(p: Partition) -> Bool:
    """A leader is told that a broker it asked for may not join."""
    return p.stage == INELIGIBLE


@lifecycle.sometimes(Text(SPEC))
def a_fenced_broker_presumes_to_lead(p: Partition) -> Bool:
    """A broker that is fenced, or was replaced, does not know it yet, while another leads."""
    return any_of(
        all_of([presumes(p, n), b.fenced, p.leader != NONE]) for n, b in enumerate(p.brokers)
    )


@lifecycle.sometimes(KIP(966))
def the_isr_is_empty(p: Partition) -> Bool:
    """Nobody is in sync, and the ELR remembers who may lead."""
    return all_of([negate(any_of(p.isr)), any_of(p.elr)])


@lifecycle.sometimes()
def a_record_is_committed_again_after_an_election(p: Partition) -> Bool:
    """A leader of a later epoch commits what its predecessor wrote."""
    return any_of(
        all_of([presumes(p, n), b.leader_epoch > 0, b.hw > 0]) for n, b in enumerate(p.brokers)
    )
