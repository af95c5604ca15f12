"""What the controller does: registrations, fencing, AlterPartition, reassignment."""

from __future__ import annotations

from kafka_tck.model.lifecycle.change import Target, aim, changed, either_record, grown
from kafka_tck.model.lifecycle.state import (
    ACCEPTED,
    ASKED,
    INELIGIBLE,
    NOTHING,
    Partition,
    active,
    concerned,
    either,
    lifecycle,
    minus,
    without,
)
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import NONE, Bool, all_of, any_of, choose, implies, negate

# Brokers come and go


@lifecycle.action(
    Code("BrokerHeartbeatManager.findOneStaleBroker", "trunk of Oct 2024"),
    Code("ReplicationControlManager.handleBrokerFenced", "trunk of Oct 2024"),
    broker=nodes,
)
def controller_fences_broker(p: Partition, broker: int) -> Step[Partition]:
    """The session of a broker ends: it leaves the ISR and leads no more. It may well be running."""
    return when(is_unfenced=negate(p.brokers[broker].fenced), **concerned(p, broker)).then(
        _removed(p, broker).having(mishaps=p.mishaps + 1).having_of("brokers", broker, fenced=True)
    )


@lifecycle.action(
    Code("BrokerHeartbeatManager.calculateNextBrokerState", "trunk of Oct 2024"),
    Code("ReplicationControlManager.handleBrokerUnfenced", "trunk of Oct 2024"),
    broker=nodes,
)
def controller_unfences_broker(p: Partition, broker: int) -> Step[Partition]:
    """A fenced broker that runs is heard again; it may lead a partition that has no leader."""
    own = p.brokers[broker]
    free = p.having_of("brokers", broker, fenced=False)
    elected = changed(free, aim(free))
    return when(is_fenced=own.fenced, is_up=own.up, wants_to_stay=negate(own.shutting_down)).then(
        either_record(p.leader == NONE, elected, free)
    )


@lifecycle.action(
    Code("ClusterControlManager.registerBroker", "trunk of Oct 2024"),
    Code("ReplicationControlManager.handleBrokerUncleanShutdown", "trunk of Oct 2024"),
    KIP(966, "unclean shutdown"),
    broker=nodes,
)
def broker_registers(p: Partition, broker: int) -> Step[Partition]:
    """A broker that was down starts under a new broker epoch, fenced at first.

    If it cannot prove a clean shutdown, it leaves the ISR and the ELR before anything else.
    """
    own = p.brokers[broker]
    noticed = negate(own.clean) if p.given.notices_unclean_shutdown else False
    after = either_record(all_of([noticed, _member(p, broker)]), _removed(p, broker, broker), p)
    if not p.given.notices_unclean_shutdown:
        after = either_record(p.isr[broker], _removed(p, broker), p)
    return when(is_down=negate(own.up)).then(
        after.having_of(
            "brokers",
            broker,
            epoch=own.epoch + 1,
            fenced=True,
            shutting_down=False,
            up=True,
            clean=False,
        )
    )


@lifecycle.action(
    Code("ReplicationControlManager.handleBrokerInControlledShutdown", "trunk of Oct 2024"),
    KIP(841),
    broker=nodes,
)
def broker_asks_to_shut_down(p: Partition, broker: int) -> Step[Partition]:
    """A broker enters controlled shutdown: it leaves the ISR, and another leads."""
    own = p.brokers[broker]
    return when(
        is_up=own.up,
        is_unfenced=negate(own.fenced),
        is_new=negate(own.shutting_down),
        **concerned(p, broker),
    ).then(
        _removed(p, broker)
        .having(mishaps=p.mishaps + 1)
        .having_of("brokers", broker, shutting_down=True)
    )


def _member(p: Partition, broker: int) -> Bool:
    return any_of([p.isr[broker], p.elr[broker]])


def _removed(p: Partition, broker: int, lost: int | None = None) -> Partition:
    """The partition without this broker in the ISR, if it is there (or in the ELR, if lost)."""
    concerned = _member(p, broker) if lost is not None else p.isr[broker]
    target = aim(p, isr=without(p.isr, broker), acceptable=without(active(p), broker))
    return either_record(concerned, changed(p, target, lost), p)


# AlterPartition


def _current(p: Partition) -> dict[str, Bool]:
    """The checks whose failure says that the request is out of date."""
    return {
        "leader_epoch_is_current": p.sent_leader_epoch == p.leader_epoch,
        "is_from_the_leader": p.sender == p.leader,
        "partition_epoch_is_current": p.sent_partition_epoch == p.partition_epoch,
    }


def _eligible(p: Partition) -> dict[str, Bool]:
    """The checks of the proposed members, by name."""
    checks: dict[str, list[Bool]] = {
        "members_are_unfenced": [],
        "members_stay_up": [],
        "broker_epochs_are_current": [],
    }
    for n, broker in enumerate(p.brokers):
        inside, sent = p.sent_isr[n], p.sent_broker_epochs[n]
        same = any_of([sent == NONE, sent == broker.epoch])
        checks["members_are_unfenced"].append(implies(inside, negate(broker.fenced)))
        checks["members_stay_up"].append(implies(inside, negate(broker.shutting_down)))
        checks["broker_epochs_are_current"].append(implies(inside, same))
    return {name: all_of(parts) for name, parts in checks.items() if _is_checked(p, name)}


def _is_checked(p: Partition, name: str) -> bool:
    return {
        "members_are_unfenced": p.given.checks_fencing,
        "members_stay_up": p.given.checks_shutdown,
        "broker_epochs_are_current": p.given.checks_broker_epochs,
    }[name]


@lifecycle.action(
    Code("ReplicationControlManager.alterPartition", "trunk of Oct 2024"),
    Code("ReplicationControlManager.validateAlterPartitionData", "trunk of Oct 2024"),
    Code("ReplicationControlManager.ineligibleReplicasForIsr", "trunk of Oct 2024"),
    KIP(497),
    KIP(841),
    KIP(903),
)
def controller_accepts_isr(p: Partition) -> Step[Partition]:
    """The controller applies a change of the ISR, which may complete a reassignment.

    A sender that is not the leader any more gets an error, and waits for metadata.
    """
    after = grown(p, p.sent_isr)
    answered = after.leader == p.sender
    stale = [
        all_of([p.sent_isr[n], p.sent_broker_epochs[n] != NONE, p.sent_broker_epochs[n] != b.epoch])
        for n, b in enumerate(p.brokers)
    ]
    return when(
        was_sent=p.stage == ASKED,
        **_current(p),
        are_replicas=all_of(
            implies(m, held) for m, held in zip(p.sent_isr, p.replicas, strict=True)
        ),
        **_eligible(p),
    ).then(
        after.having(
            stage=choose(answered, ACCEPTED, NOTHING),
            sender=choose(answered, p.sender, NONE),
            sent_leader_epoch=choose(answered, after.leader_epoch, NONE),
            sent_partition_epoch=choose(answered, after.partition_epoch, NONE),
            sent_isr=tuple(all_of([answered, member]) for member in after.isr),
            sent_broker_epochs=tuple(NONE for _ in p.brokers),
            stale_joined=any_of([p.stale_joined, *stale]),
        )
    )


@lifecycle.action(
    Code("ReplicationControlManager.ineligibleReplicasForIsr", "trunk of Oct 2024"), KIP(841)
)
def controller_finds_member_ineligible(p: Partition) -> Step[Partition]:
    """A proposed member is fenced, shutting down or of another broker epoch: the ISR stays."""
    refused = negate(all_of(_eligible(p).values()))
    return when(was_sent=p.stage == ASKED, **_current(p), is_ineligible=refused).then(
        nothing_under_way(p).having(stage=INELIGIBLE, sender=p.sender)
    )


@lifecycle.action(Code("ReplicationControlManager.validateAlterPartitionData", "trunk of Oct 2024"))
def controller_refuses_stale_request(p: Partition) -> Step[Partition]:
    """A leader epoch or a partition epoch is out of date: the leader has to wait for metadata."""
    stale = negate(all_of(_current(p).values()))
    return when(was_sent=p.stage == ASKED, is_stale=stale).then(nothing_under_way(p))


def nothing_under_way(p: Partition) -> Partition:
    """The same, with no request and no answer."""
    return p.having(
        stage=NOTHING,
        sender=NONE,
        sent_leader_epoch=NONE,
        sent_partition_epoch=NONE,
        sent_isr=tuple(False for _ in p.brokers),
        sent_broker_epochs=tuple(NONE for _ in p.brokers),
    )


# Reassignment


@lifecycle.action(
    Code("ReplicationControlManager.changePartitionReassignment", "trunk of Oct 2024"),
    KIP(455),
    only=lambda given: given.reassigns,
    old=nodes,
    new=nodes,
)
def operator_replaces_replica(p: Partition, old: int, new: int) -> Step[Partition]:
    """An operator wants one replica removed and another added."""
    target = aim(p)
    moving = Target(
        target.isr,
        target.acceptable,
        tuple(any_of([held, n == new]) for n, held in enumerate(p.replicas)),
        tuple(all_of([n == new]) for n, _ in enumerate(p.replicas)),
        tuple(all_of([n == old]) for n, _ in enumerate(p.replicas)),
    )
    return when(
        is_a_replica=p.replicas[old],
        is_no_replica=negate(p.replicas[new]),
        none_runs=negate(any_of((*p.adding, *p.removing))),
    ).then(changed(p, moving))


@lifecycle.action(
    Code("ReplicationControlManager.cancelPartitionReassignment", "trunk of Oct 2024"),
    Code("PartitionReassignmentRevert", "trunk of Oct 2024"),
    KIP(455),
    only=lambda given: given.cancels,
)
def operator_cancels_reassignment(p: Partition) -> Step[Partition]:
    """An operator wants the old replicas back; some of them must be in the ISR."""
    nobody = tuple(all_of([False]) for _ in p.brokers)
    target = aim(p)
    isr = minus(p.isr, p.adding)
    old = Target(isr, target.acceptable, minus(p.replicas, p.adding), nobody, nobody)
    return when(one_runs=any_of(either(p.adding, p.removing)), some_stay=any_of(isr)).then(
        changed(p, old)
    )
