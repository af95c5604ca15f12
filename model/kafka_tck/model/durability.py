"""Durability of one partition: when is a record lost that its producer was told is safe?

A broker has a log in its page cache, of which a prefix is on its disk. A crash of the process
keeps both; a power failure keeps what is on disk. The controller learns of a failure at once, and
elects in the same step: from the ISR, from the eligible leader replicas (KIP-966) where they are
kept, the last known leader after those, and from whoever is there if unclean election is allowed.
A fetch tells the leader how far the follower's log goes, and brings the next record.

Left out: requests of the controller in flight (replication.py, lifecycle.py), retries and
duplicates, controlled shutdown, disks that fail.
"""

from dataclasses import dataclass
from typing import Final

from kafka_tck.model.shapes import (
    Given,
    Shape,
    each,
    either,
    flag,
    node,
    number,
    sequence,
    setting,
    settled,
)
from kafka_tck.model.sources import KIP, Code, Docs, Text
from kafka_tck.model.spec import Module, Step, nodes, nodes_or_none, when
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    Seq,
    all_of,
    any_of,
    choose,
    implies,
    last_where,
    least,
    most,
    negate,
)

ALL: Final = -1
"""acks=all, as on the wire."""


@dataclass(frozen=True)
class Durability(Given):
    """The settings of producer, topic and brokers, by Kafka's names where it has them."""

    acks: int = setting(ALL, "0, 1 or all")
    min_insync_replicas: int = setting(1, "min.insync.replicas")
    unclean: bool = setting(False, "unclean.leader.election.enable")
    elr: bool = setting(False, "eligible leader replicas are kept (KIP-966)")
    flush: bool = setting(False, "each record is on disk before it counts (flush.messages=1)")
    records: int = setting(1, "how many records are produced")
    gate: bool = setting(True, "the HW stands still while the ISR is under min.insync.replicas")
    acks_after_minimum: bool = setting(
        False, "wrong: min.insync.replicas copies are enough for all"
    )
    acks_before_append: bool = setting(False, "wrong: followers tell of records not yet appended")

    @property
    def least_isr(self) -> int:
        """The minimum that is in force: no more than there are replicas (KAFKA-15583)."""
        return min(self.min_insync_replicas, self.nodes)


class Broker(Shape):
    """One broker: whether it runs, its log, and how much of it is on disk."""

    runs: Bool = flag()
    log: Seq = sequence("records", id=number(0, lambda sizes: sizes["records"] - 1))
    on_disk: Int = number(0, "records")
    is_eligible: Bool = flag()
    in_isr: Bool = flag()
    known: Int = number(0, "records")
    """How far its log goes, as the leader knows."""


class Cluster(Shape):
    """The partition, and what its producer was told."""

    given: Durability = settled()
    leader: Int = node()
    last_leader: Int = node()
    """The last known leader, while there is none and eligible leader replicas are kept."""
    hw: Int = number(0, "records")
    epoch_start: Int = number(0, "records")
    produced: Seq = sequence("records", acked=flag(), waits=flag())
    """By id: whether its producer was told that it is safe, and whether it waits to be told."""
    crashes: Int = number(0, "crashes")
    power_failures: Int = number(0, "power_failures")
    brokers: tuple[Broker, ...] = each(Broker)


def _beginning(given: Durability) -> dict[str, object]:
    broker = {
        "runs": True,
        "log": (),
        "on_disk": 0,
        "is_eligible": False,
        "in_isr": True,
        "known": 0,
    }
    return {
        "leader": 0,
        "last_leader": NONE,
        "hw": 0,
        "epoch_start": 0,
        "produced": (),
        "crashes": 0,
        "power_failures": 0,
        "brokers": [broker] * given.nodes,
    }


durability = Module(
    "durability",
    Cluster,
    _beginning,
    given=Durability(),
    bounds={"crashes": 1, "power_failures": 0},
    pinned=(0,),
    doc=__doc__,
)


# Records


@durability.action(
    Code("Partition.appendRecordsToLeader"), Docs("acks, min.insync.replicas"), leader=nodes
)
def producer_writes(p: Cluster, leader: int) -> Step[Cluster]:
    """The leader appends a record; with acks=0 or 1 its producer takes it to be safe."""
    needs_all = p.given.acks == ALL
    written = p.having(produced=p.produced.append(acked=not needs_all, waits=needs_all)).having_of(
        "brokers", leader, **_appended(p, leader, p.produced.length)
    )
    return when(
        leads=p.leader == leader,
        is_planned=p.produced.length < p.given.records,
        has_enough_replicas=isr_size(p) >= p.given.least_isr if needs_all else True,
    ).then(_committed(written))


def _appended(p: Cluster, broker: int, record: Int) -> dict[str, object]:
    own = p.brokers[broker]
    on_disk = own.log.length + 1 if p.given.flush else own.on_disk
    return {"log": own.log.append(id=record), "on_disk": on_disk}


@durability.action(Code("ReplicaManager.fetchMessages"), follower=nodes, leader=nodes)
def follower_fetches(p: Cluster, follower: int, leader: int) -> Step[Cluster]:
    """A follower tells how far its log goes, and copies the leader's next record.

    One whose log differs from the leader's cuts it instead (KIP-101, KIP-595).
    """
    own, other = p.brokers[follower], p.brokers[leader]
    shared = _shared(own.log, other.log)
    differs = shared < own.log.length
    has_more = own.log.length < other.log.length
    cut = p.having_of(
        "brokers", follower, log=own.log.cut(shared), on_disk=least(own.on_disk, shared)
    )
    fetched = either(differs, cut, _copied(p, follower, other.log, has_more))
    return when(
        leads=p.leader == leader,
        is_another=follower != leader,
        runs=own.runs,
        does_something=any_of([differs, has_more, own.known != own.log.length]),
    ).then(_committed(fetched))


def _copied(p: Cluster, follower: int, source: Seq, has_more: Bool) -> Cluster:
    own = p.brokers[follower]
    told = p.having_of("brokers", follower, known=own.log.length)
    longer = told.having_of(
        "brokers", follower, **_appended(p, follower, source.at(own.log.length).id)
    )
    if not p.given.acks_before_append:
        return either(has_more, longer, told)
    early = p.having_of("brokers", follower, known=own.log.length + 1)
    return either(
        all_of([has_more, own.known == own.log.length]), early, either(has_more, longer, told)
    )


def _shared(one: Seq, other: Seq) -> Int:
    """How many records two logs share from their start; ids are never used twice."""
    both = least(one.length, other.length)
    return last_where(both, lambda o: one.at(o).id == other.at(o).id)


@durability.action(Docs("flush.messages, flush.ms and the page cache"), broker=nodes)
def page_cache_is_written(p: Cluster, broker: int) -> Step[Cluster]:
    """The operating system writes a broker's page cache to disk, whenever it likes."""
    own = p.brokers[broker]
    return when(runs=own.runs, has_unwritten=own.on_disk < own.log.length).then(
        p.having_of("brokers", broker, on_disk=own.log.length)
    )


# The ISR


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
    ).then(_committed(_eligible(left, p, follower)))


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


def isr_size(p: Cluster) -> Int:
    """How many members the ISR has."""
    count: Int = choose(p.brokers[0].in_isr, 1, 0)
    for broker in p.brokers[1:]:
        count = count + choose(broker.in_isr, 1, 0)
    return count


def _eligible(p: Cluster, before: Cluster, leaving: int) -> Cluster:
    """A member that leaves stays eligible while the ISR is under the minimum (KIP-966)."""
    if not p.given.elr:
        return p
    small = isr_size(p) < p.given.least_isr
    return p.having_of(
        "brokers", leaving, is_eligible=all_of([before.brokers[leaving].in_isr, small])
    )


def _committed(p: Cluster) -> Cluster:
    """The leader's high watermark moves up if it can, and producers that waited for it are told."""
    hw = choose(_may_commit(p), most(p.hw, _replicated(p)), p.hw)
    produced = p.produced
    for record in range(p.given.records):
        below = any_of(
            all_of([p.leader == n, hw > _position(b.log, record, p.given.records)])
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


def _position(log: Seq, record: int, records: int) -> Int:
    """Where a log has a record; past every end if it has not."""
    found = last_where(log.length, lambda o: log.at(o).id == record)
    return choose(found > 0, found - 1, records)


# Faults


@durability.action(
    Docs("a process that is killed leaves its page cache"), broker=nodes, heir=nodes_or_none
)
def broker_crashes(p: Cluster, broker: int, heir: int) -> Step[Cluster]:
    """A broker's process ends; what it had appended is still there when it comes back."""
    stopped = p.having(crashes=p.crashes + 1).having_of("brokers", broker, runs=False)
    return _failed(p, stopped, broker, heir)


@durability.action(
    Docs("a machine that loses power loses what was not on disk"), broker=nodes, heir=nodes_or_none
)
def broker_loses_power(p: Cluster, broker: int, heir: int) -> Step[Cluster]:
    """A broker's machine fails; what was in its page cache only is gone."""
    own = p.brokers[broker]
    stopped = p.having(power_failures=p.power_failures + 1).having_of(
        "brokers", broker, runs=False, log=own.log.cut(own.on_disk)
    )
    return _failed(p, stopped, broker, heir)


def _failed(p: Cluster, stopped: Cluster, broker: int, heir: int) -> Step[Cluster]:
    others = any_of(b.in_isr for n, b in enumerate(p.brokers) if n != broker)
    # Without eligible replicas the last member of the ISR stays in it.
    leaves = all_of([p.brokers[broker].in_isr, True if p.given.elr else others])
    left = stopped.having_of(
        "brokers", broker, in_isr=all_of([p.brokers[broker].in_isr, negate(leaves)])
    )
    fenced = _eligible(left, p, broker)
    if p.given.elr:
        fenced = fenced.having_of(
            "brokers",
            broker,
            is_eligible=any_of([p.brokers[broker].is_eligible, fenced.brokers[broker].is_eligible]),
        )
    led = p.leader == broker
    return when(
        runs=p.brokers[broker].runs,
        heir_is_fit=choose(led, _is_fit(fenced, heir), p.leader == heir),
    ).then(either(led, _elected(fenced, heir), _committed(fenced)))


@durability.action(
    Code("ReplicationControlManager.handleUncleanBrokerShutdown"),
    KIP(966),
    broker=nodes,
    heir=nodes_or_none,
)
def broker_restarts(p: Cluster, broker: int, heir: int) -> Step[Cluster]:
    """A broker that failed comes back; where eligible replicas are kept it is not one any more."""
    own = p.brokers[broker]
    back = p.having_of(
        "brokers",
        broker,
        runs=True,
        known=0,
        on_disk=least(own.on_disk, own.log.length),
        is_eligible=False if p.given.elr else own.is_eligible,
    )
    vacant = p.leader == NONE
    return when(
        is_down=negate(own.runs),
        heir_is_fit=choose(vacant, _is_fit(back, heir), p.leader == heir),
    ).then(either(vacant, _elected(back, heir), back))


# Elections


def _is_fit(p: Cluster, heir: int) -> Bool:
    """The controller may elect it; none is elected exactly if nobody is fit."""
    kinds = _candidates(p)
    nobody_yet: Bool = all_of([])
    fit = []
    for kind in kinds:
        fit.append(all_of([nobody_yet, kind[heir]]) if heir != NONE else any_of([]))
        nobody_yet = all_of([nobody_yet, negate(any_of(kind))])
    return nobody_yet if heir == NONE else any_of(fit)


def _candidates(p: Cluster) -> list[list[Bool]]:
    """By preference: who may be elected of the ISR, of the eligible ones, and otherwise."""
    clean = [all_of([b.runs, b.in_isr]) for b in p.brokers]
    kinds = [clean]
    if p.given.elr:
        none_left = negate(any_of(any_of([b.in_isr, b.is_eligible]) for b in p.brokers))
        kinds.append([all_of([b.runs, b.is_eligible]) for b in p.brokers])
        kinds.append(
            [all_of([b.runs, none_left, p.last_leader == n]) for n, b in enumerate(p.brokers)]
        )
    if p.given.unclean:
        kinds.append([b.runs for b in p.brokers])
    return kinds


def _elected(p: Cluster, heir: int) -> Cluster:
    """The heir leads: alone in the ISR if it was not in it, knowing nothing of the others' logs."""
    last = _last_leader(p, heir)
    # Who waited at the old leader is not told: its connection is gone.
    produced = p.produced
    for record in range(p.given.records):
        produced = produced.put(record, waits=False)
    if heir == NONE:
        return p.having(leader=NONE, last_leader=last, produced=produced)
    clean = p.brokers[heir].in_isr
    brokers = tuple(
        b.having(
            known=0,
            in_isr=all_of([clean, b.in_isr]) if n != heir else True,
            is_eligible=b.is_eligible if n != heir else False,
        )
        for n, b in enumerate(p.brokers)
    )
    own = p.brokers[heir].log.length
    return p.having(
        leader=heir,
        last_leader=last,
        hw=least(p.hw, own),
        epoch_start=own,
        produced=produced,
        brokers=brokers,
    )


def _last_leader(p: Cluster, heir: int) -> Int | int:
    """It is remembered while nobody leads."""
    if not p.given.elr or heir != NONE:
        return NONE
    return choose(p.leader == NONE, p.last_leader, p.leader)


# Claims


def _leader_has(p: Cluster, record: int) -> Bool:
    return any_of(all_of([p.leader == n, _holds(b.log, record)]) for n, b in enumerate(p.brokers))


def _holds(log: Seq, record: int) -> Bool:
    return last_where(log.length, lambda o: log.at(o).id == record) > 0


@durability.anomaly(Text("claims of the notes, loss matrix"))
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
            [p.produced.at(r).acked, p.leader == n, _position(b.log, r, p.given.records) >= p.hw]
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


durability.variant(
    "acks-after-minimum",
    "Wrong: acks=all is answered when min.insync.replicas copies exist, not the whole ISR.",
    Durability(min_insync_replicas=2, acks_after_minimum=True),
)
durability.variant(
    "acks-before-append",
    "Wrong: a follower tells of records before it has appended them.",
    Durability(acks_before_append=True),
)
durability.variant(
    "no-gate",
    "Wrong: the high watermark moves while the ISR is too small, though others stay eligible.",
    Durability(min_insync_replicas=2, elr=True, gate=False),
)
