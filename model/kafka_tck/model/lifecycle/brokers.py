"""What brokers do: learn, lead, follow, stop."""

from __future__ import annotations

from kafka_tck.model.lifecycle.controller import nothing_under_way
from kafka_tck.model.lifecycle.state import (
    ACCEPTED,
    ASKED,
    INELIGIBLE,
    Flags,
    Partition,
    count,
    either,
    lifecycle,
    presumes,
)
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    all_of,
    any_of,
    choose,
    implies,
    last_where,
    least,
    negate,
)

SPEC = "kafka-tlaplus by Jack Vanlightly, KIP-966"

# Metadata


@lifecycle.action(Code("Partition.makeLeader"), Code("Partition.makeFollower"), broker=nodes)
def broker_learns_of_the_partition(p: Partition, broker: int) -> Step[Partition]:
    """A broker takes up the newest record: it leads, follows, or deletes a replica.

    Whoever leads on keeps what it knows of the ISR; of others, as whoever begins, it has to hear
    again: only a fetch makes it ask for a follower (Partition.updateFollowerFetchState).
    """
    own = p.brokers[broker]
    leads, holds = p.leader == broker, p.replicas[broker]
    leads_on = all_of([leads, own.leader == broker])
    is_news = any_of(
        [
            own.leader_epoch < p.leader_epoch,
            all_of([leads, own.partition_epoch < p.partition_epoch]),
        ]
    )
    return when(is_up=own.up, is_news=is_news).then(
        p.having_of(
            "brokers",
            broker,
            leader_epoch=choose(holds, p.leader_epoch, NONE),
            leader=choose(holds, p.leader, NONE),
            partition_epoch=choose(leads, p.partition_epoch, NONE),
            isr=tuple(all_of([leads, member]) for member in p.isr),
            pending=False,
            proposed=nobody(p),
            log=own.log.cut(choose(holds, own.log.length, 0)),
            hw=choose(leads_on, own.hw, 0),
            start=choose(leads, _start(p, broker), 0),
            ends=_kept(p, leads_on, own.ends),
            seen=_kept(p, leads_on, own.seen),
        )
    )


def _start(p: Partition, broker: int) -> Int:
    """Where the leader epoch begins: a new epoch at the log end, also for who led before."""
    own = p.brokers[broker]
    return choose(own.leader_epoch == p.leader_epoch, own.start, own.log.length)


def _kept(p: Partition, leads_on: Bool, known: tuple[Int, ...]) -> tuple[Int, ...]:
    return tuple(
        choose(all_of([leads_on, inside]), value, NONE)
        for inside, value in zip(p.isr, known, strict=True)
    )


def nobody(p: Partition) -> tuple[bool, ...]:
    return tuple(False for _ in p.brokers)


# The leader


@lifecycle.action(Code("Partition.appendRecordsToLeader"), leader=nodes)
def leader_appends(p: Partition, leader: int) -> Step[Partition]:
    """Who presumes to lead writes a record at its log end."""
    own = p.brokers[leader]
    return when(presumes=presumes(p, leader)).then(
        p.having_of("brokers", leader, log=own.log.append(epoch=own.leader_epoch))
    )


@lifecycle.action(
    Code("Partition.maybeIncrementLeaderHW"),
    Code("PendingExpandIsr.maximalIsr"),
    KIP(497),
    KIP(966),
    leader=nodes,
)
def leader_advances_hw(p: Partition, leader: int) -> Step[Partition]:
    """The leader commits its next record when all of the maximal ISR have it.

    The maximal ISR is the ISR it knows of and whoever it has asked to add.
    """
    own = p.brokers[leader]
    maximal = either(own.isr, own.proposed) if p.given.waits_for_maximal_isr else own.isr
    all_have_it = all_of(
        implies(member, own.ends[n] > own.hw) for n, member in enumerate(maximal) if n != leader
    )
    large = count(own.isr) >= (p.given.enough if p.given.waits_for_min_isr else 1)
    is_first = own.hw == p.committed.length
    record = p.committed.append(epoch=own.log.at(own.hw).epoch)
    return when(
        presumes=presumes(p, leader),
        has_more=own.hw < own.log.length,
        isr_is_large_enough=large,
        all_have_it=all_have_it,
    ).then(
        p.having(committed=choose(is_first, record, p.committed)).having_of(
            "brokers", leader, hw=own.hw + 1
        )
    )


@lifecycle.action(
    Code("Partition.isFollowerInSync"),
    Code("Partition.prepareIsrExpand"),
    KIP(497),
    KIP(903),
    leader=nodes,
    follower=nodes,
)
def leader_asks_to_expand(p: Partition, leader: int, follower: int) -> Step[Partition]:
    """The leader asks for a follower that reached its HW and the start of its epoch."""
    own = p.brokers[leader]
    end = own.ends[follower]
    return when(
        presumes=presumes(p, leader),
        none_pending=negate(own.pending),
        is_outside=negate(own.isr[follower]),
        reached_hw=end >= own.hw,
        reached_start=end >= own.start,
    ).then(_asked(p, leader, _with(own.isr, follower, True)))


@lifecycle.action(
    Code("Partition.getOutOfSyncReplicas"),
    Code("Partition.prepareIsrShrink"),
    KIP(497),
    leader=nodes,
    follower=nodes,
)
def leader_asks_to_shrink(p: Partition, leader: int, follower: int) -> Step[Partition]:
    """The leader asks for the ISR without a follower that is not at its log end."""
    own = p.brokers[leader]
    return when(
        presumes=presumes(p, leader),
        none_pending=negate(own.pending),
        is_inside=own.isr[follower],
        is_another=follower != leader,
        lags=own.ends[follower] < own.log.length,
    ).then(_asked(p, leader, _with(own.isr, follower, False)))


def _asked(p: Partition, leader: int, isr: Flags) -> Partition:
    """The request takes the place of what was under way."""
    own = p.brokers[leader]
    epochs = tuple(own.epoch if n == leader else seen for n, seen in enumerate(own.seen))
    return p.having(
        stage=ASKED,
        sender=leader,
        sent_leader_epoch=own.leader_epoch,
        sent_partition_epoch=own.partition_epoch,
        sent_isr=isr,
        sent_broker_epochs=tuple(
            choose(member, epoch, NONE) for member, epoch in zip(isr, epochs, strict=True)
        ),
    ).having_of("brokers", leader, pending=True, proposed=isr)


def _with(isr: Flags, broker: int, inside: bool) -> Flags:
    return tuple(all_of([inside]) if n == broker else member for n, member in enumerate(isr))


@lifecycle.action(Code("Partition.handleAlterPartitionUpdate"), leader=nodes)
def leader_hears_it_was_accepted(p: Partition, leader: int) -> Step[Partition]:
    """The leader takes up the new ISR, unless it has moved on."""
    own = p.brokers[leader]
    return when(
        is_accepted=p.stage == ACCEPTED,
        is_for_it=p.sender == leader,
        still_waits=own.pending,
        is_same_leader_epoch=p.sent_leader_epoch == own.leader_epoch,
        is_no_older=p.sent_partition_epoch >= own.partition_epoch,
    ).then(
        nothing_under_way(p).having_of(
            "brokers",
            leader,
            isr=p.sent_isr,
            partition_epoch=p.sent_partition_epoch,
            pending=False,
            proposed=nobody(p),
        )
    )


@lifecycle.action(Code("Partition.handleAlterPartitionError"), leader=nodes)
def leader_hears_it_was_ineligible(p: Partition, leader: int) -> Step[Partition]:
    """The leader goes back to the last ISR that it knows of."""
    own = p.brokers[leader]
    return when(
        is_refused=p.stage == INELIGIBLE,
        is_for_it=p.sender == leader,
        still_waits=own.pending,
    ).then(nothing_under_way(p).having_of("brokers", leader, pending=False, proposed=nobody(p)))


# Followers


@lifecycle.action(
    Code("Partition.fetchRecords"),
    Code("AbstractFetcherThread.truncateOnFetchResponse"),
    KIP(320),
    KIP(903),
    follower=nodes,
    leader=nodes,
)
def follower_fetches(p: Partition, follower: int, leader: int) -> Step[Partition]:
    """A follower of the same leader epoch copies a record, or cuts what its leader lacks.

    The leader notes the follower's end, and its broker epoch, when their logs agree.
    """
    own, other = p.brokers[follower], p.brokers[leader]
    end = own.log.length
    match = _last_match(p, leader, follower)
    agrees = match == end
    record = other.log.at(end)
    longer = own.log.append(epoch=record.epoch)
    log = choose(agrees, choose(end < other.log.length, longer, own.log), own.log.cut(match))
    return when(
        is_another=follower != leader,
        presumes=presumes(p, leader),
        follows=own.leader == leader,
        is_same_leader_epoch=own.leader_epoch == other.leader_epoch,
    ).then(
        p.having_of("brokers", follower, log=log).having_of(
            "brokers",
            leader,
            ends=_noted(other.ends, follower, agrees, end),
            seen=_noted(other.seen, follower, agrees, own.epoch),
        )
    )


def _noted(known: tuple[Int, ...], follower: int, if_so: Bool, value: Int) -> tuple[Int, ...]:
    return tuple(choose(if_so, value, k) if n == follower else k for n, k in enumerate(known))


def _last_match(p: Partition, one: int, other: int) -> Int:
    """One past the last offset at which both logs hold the same record (KIP-279)."""
    here, there = p.brokers[one].log, p.brokers[other].log
    shared = least(here.length, there.length)
    return last_where(shared, lambda o: here.at(o).epoch == there.at(o).epoch)
