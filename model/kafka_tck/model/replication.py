"""Replication of one partition: leaders, followers, the ISR and the high watermark.

The abstraction is that of the public specification by Kafka committers: the controller's word is
a sequence of LeaderAndIsr requests, one per leader epoch, that each replica takes up when it
likes; a change of the ISR by the leader is atomic; a replica that is down is one that does
nothing. Its four older protocols are variants of this module.

Offsets are exclusive: `hw` is the first offset that is not committed. Left out: contents of
records, page cache and disk (durability.py), ISR changes in flight (async_isr.py), fencing of
brokers (lifecycle.py).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from kafka_tck.model.shapes import (
    Given,
    Shape,
    each,
    flag,
    node,
    number,
    sequence,
    setting,
    settled,
)
from kafka_tck.model.sources import KIP, Code, Text
from kafka_tck.model.spec import Module, Step, nodes, when, whole
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    Seq,
    all_of,
    any_of,
    choose,
    every,
    first_where,
    implies,
    last_where,
    least,
    most,
    negate,
)

HIGH_WATERMARK: Final = "high-watermark"
KIP_101: Final = "kip-101"
KIP_279: Final = "kip-279"
FIRST_TRY: Final = "kip-320-first-try"
KIP_320: Final = "kip-320"

PUBLIC: Final = "kafka-specification by Jason Gustafson and Guozhang Wang"


@dataclass(frozen=True)
class Replication(Given):
    """How many replicas there are, and by which protocol they keep their logs alike."""

    protocol: str = setting(KIP_320, "how logs are kept alike; the variants name the others")

    @property
    def fences(self) -> bool:
        """Whether leader and follower look at each other's epoch."""
        return self.protocol == KIP_320

    @property
    def truncates_when_it_fetches(self) -> bool:
        return self.protocol == FIRST_TRY


class Replica(Shape):
    """What one broker knows: the epoch and leader it has taken up, and its copy of the log."""

    epoch: Int = number(NONE, lambda sizes: sizes["epochs"] - 1)
    leader: Int = node()
    isr: tuple[Bool, ...] = each(flag())
    hw: Int = number(0, "log_size")
    log: Seq = sequence(
        "log_size",
        id=number(0, lambda sizes: sizes["records"] - 1),
        epoch=number(0, lambda sizes: sizes["epochs"] - 1),
    )


class Partition(Shape):
    """The controller's word, and the replicas. The epoch of a request is its position.

    `commits` are the records that a leader ever committed, each with the leader epoch in which it
    was; `known_isr` is the ISR of the highest epoch that any replica has taken up.
    """

    ghosts: ClassVar[frozenset[str]] = frozenset({"commits", "known_isr"})

    given: Replication = settled()
    isr: tuple[Bool, ...] = each(flag())
    next_id: Int = number(0, "records")
    requests: Seq = sequence("epochs", leader=node(), isr=each(flag()))
    replicas: tuple[Replica, ...] = each(Replica)
    commits: Seq = sequence(
        "log_size",
        id=number(0, lambda sizes: sizes["records"] - 1),
        epoch=number(0, lambda sizes: sizes["epochs"] - 1),
        committed_in=number(0, lambda sizes: sizes["epochs"] - 1),
    )
    known_isr: tuple[Bool, ...] = each(flag())

    @property
    def epoch(self) -> Int:
        """The latest leader epoch; NONE before the first election."""
        return self.requests.length - 1

    @property
    def leader(self) -> Int:
        """The leader of the latest epoch; NONE if it has none."""
        leader: Int = self.requests.at(self.epoch).leader
        return leader


def _beginning(given: Replication) -> dict[str, object]:
    nobody = [False] * given.nodes
    replica = {"epoch": NONE, "leader": NONE, "isr": nobody, "hw": 0, "log": ()}
    return {
        "isr": [True] * given.nodes,
        "next_id": 0,
        "requests": (),
        "replicas": [replica] * given.nodes,
        "commits": (),
        "known_isr": [True] * given.nodes,
    }


replication = Module(
    "replication",
    Partition,
    _beginning,
    given=Replication(),
    bounds={"log_size": 2, "records": 2, "epochs": 3},
    doc=__doc__,
)


# The controller


@replication.action(Text(PUBLIC, "ControllerShrinkIsr"), replica=nodes)
def controller_shrinks_isr(p: Partition, replica: int) -> Step[Partition]:
    """The controller takes a broker that failed out of the ISR, but never the last leader.

    A leader that fails leaves the partition without one until the next election.
    """
    leads = p.leader == replica
    others = any_of(member for n, member in enumerate(p.isr) if n != replica)
    stays = all_of([leads, negate(others)])
    isr = _with(p.isr, replica, all_of([p.isr[replica], stays]))
    return when(concerned=any_of([leads, p.isr[replica]])).then(
        _decided(p, choose(leads, NONE, p.leader), isr)
    )


@replication.action(Text(PUBLIC, "ControllerElectLeader"), replica=nodes)
def controller_elects_leader(p: Partition, replica: int) -> Step[Partition]:
    """The controller makes another member of the ISR the leader, under a new epoch."""
    return when(in_isr=p.isr[replica], is_new=p.leader != replica).then(_decided(p, replica, p.isr))


def _decided(p: Partition, leader: int | Int, isr: tuple[bool | Bool, ...]) -> Partition:
    return p.having(isr=isr, requests=p.requests.append(leader=leader, isr=isr))


# Leaders


@replication.action(
    Text(PUBLIC, "BecomeLeader"),
    Code("Partition.makeLeader"),
    replica=nodes,
    epoch=whole(0, lambda sizes: sizes["epochs"] - 1),
)
def broker_becomes_leader(p: Partition, replica: int, epoch: Int) -> Step[Partition]:
    """A broker takes up a later epoch in which it leads; its high watermark may lag."""
    request = p.requests.at(epoch)
    return when(
        was_sent=epoch < p.requests.length,
        names_it=request.leader == replica,
        is_later=p.replicas[replica].epoch < epoch,
    ).then(
        p.having(known_isr=_known_isr(p, epoch)).having_of(
            "replicas", replica, epoch=epoch, leader=replica, isr=request.isr
        )
    )


def _known_isr(p: Partition, epoch: Int) -> tuple[Bool, ...]:
    """The ISR of the highest epoch that any replica has taken up, once one takes up this epoch."""
    is_news = epoch > most(*(replica.epoch for replica in p.replicas))
    named = p.requests.at(epoch).isr
    return tuple(choose(is_news, new, old) for new, old in zip(named, p.known_isr, strict=True))


@replication.action(
    Text(PUBLIC, "LeaderWrite"), Code("Partition.appendRecordsToLeader"), leader=nodes
)
def leader_appends(p: Partition, leader: int) -> Step[Partition]:
    """Who presumes to lead writes a record at its log end."""
    own = p.replicas[leader]
    record = own.log.append(id=p.next_id, epoch=own.epoch)
    return when(presumes=presumes_to_lead(p, leader)).then(
        p.having(next_id=p.next_id + 1).having_of("replicas", leader, log=record)
    )


@replication.action(
    Text(PUBLIC, "LeaderIncHighWatermark"),
    Code("Partition.maybeIncrementLeaderHW"),
    leader=nodes,
)
def leader_advances_hw(p: Partition, leader: int) -> Step[Partition]:
    """The leader commits the next record when its whole ISR follows it and has that record."""
    own = p.replicas[leader]
    ready = all_of(
        implies(member, all_of([_follows(p, leader, n), _has(p, leader, n, own.hw)]))
        for n, member in enumerate(own.isr)
    )
    return when(
        presumes=presumes_to_lead(p, leader),
        has_more=own.hw < own.log.length,
        isr_has_it=ready,
    ).then(p.having(commits=_commits(p, leader)).having_of("replicas", leader, hw=own.hw + 1))


def _commits(p: Partition, leader: int) -> Seq:
    """What was ever committed, once this leader advances its high watermark."""
    own = p.replicas[leader]
    record = own.log.at(own.hw)
    longer = p.commits.append(id=record.id, epoch=record.epoch, committed_in=own.epoch)
    return choose(own.hw == p.commits.length, longer, p.commits)


@replication.action(
    Text(PUBLIC, "LeaderShrinkIsr"), Code("Partition.maybeShrinkIsr"), leader=nodes, follower=nodes
)
def leader_shrinks_isr(p: Partition, leader: int, follower: int) -> Step[Partition]:
    """The true leader takes out a follower that does not follow it or is not at its log end."""
    own = p.replicas[leader]
    keeps_up = all_of(
        [_follows(p, leader, follower), _reached(p, leader, follower, own.log.length)]
    )
    return when(
        is_another=follower != leader,
        is_true_leader=leads_truly(p, leader),
        in_isr=own.isr[follower],
        lags=negate(keeps_up),
    ).then(_isr_changed(p, leader, follower, False))


@replication.action(
    Text(PUBLIC, "LeaderExpandIsr"),
    Code("Partition.isFollowerInSync"),
    leader=nodes,
    follower=nodes,
)
def leader_expands_isr(p: Partition, leader: int, follower: int) -> Step[Partition]:
    """The true leader takes in a follower that reached its high watermark and its epoch's start.

    Both bounds are needed: a new leader's high watermark may lag what its predecessor committed.
    """
    own = p.replicas[leader]
    started = any_of([own.hw == own.log.length, own.log.at(own.hw).epoch == own.epoch])
    knows_epochs = p.given.fences or p.given.truncates_when_it_fetches
    return when(
        is_true_leader=leads_truly(p, leader),
        outside=negate(own.isr[follower]),
        follows=_follows(p, leader, follower),
        reached_hw=_reached(p, leader, follower, own.hw),
        hw_reached_epoch=started if knows_epochs else True,
    ).then(_isr_changed(p, leader, follower, True))


def _isr_changed(p: Partition, leader: int, follower: int, inside: bool) -> Partition:
    isr = _with(p.replicas[leader].isr, follower, inside)
    return p.having(isr=isr, known_isr=isr).having_of("replicas", leader, isr=isr)


# Followers


@replication.action(
    Text(PUBLIC, "FencedBecomeFollowerAndTruncate; BecomeFollowerAndTruncateTo"),
    KIP(101),
    KIP(279),
    KIP(320),
    replica=nodes,
    leader=nodes,
    epoch=whole(0, lambda sizes: sizes["epochs"] - 1),
)
def broker_becomes_follower(p: Partition, replica: int, leader: int, epoch: Int) -> Step[Partition]:
    """A broker takes up a later epoch in which another leads, and cuts its log to that one's."""
    own = p.replicas[replica]
    request = p.requests.at(epoch)
    end = _truncation_point(p, leader, replica)
    fenced = all_of([presumes_to_lead(p, leader), p.replicas[leader].epoch == epoch])
    return when(
        is_another=replica != leader,
        was_sent=epoch < p.requests.length,
        names_leader=request.leader == leader,
        is_later=own.epoch < epoch,
        leader_is_there=fenced if p.given.fences else True,
        can_be_cut=end <= own.log.length,
    ).then(
        p.having(known_isr=_known_isr(p, epoch)).having_of(
            "replicas",
            replica,
            epoch=epoch,
            leader=leader,
            isr=request.isr,
            hw=own.hw if p.given.truncates_when_it_fetches else least(end, own.hw),
            log=own.log.cut(end),
        )
    )


@replication.action(
    Text(PUBLIC, "FollowerTruncate of Kip320FirstTry"),
    only=lambda given: given.truncates_when_it_fetches,
    replica=nodes,
    leader=nodes,
)
def follower_truncates(p: Partition, replica: int, leader: int) -> Step[Partition]:
    """A follower whose last record is not its leader's cuts its log, at any time."""
    own, other = p.replicas[replica], p.replicas[leader]
    last = own.log.length - 1
    end = _last_match(p, leader, replica)
    differs = any_of(
        [
            own.log.length > other.log.length,
            all_of([own.log.length > 0, own.log.at(last).epoch != other.log.at(last).epoch]),
        ]
    )
    return when(
        presumes=presumes_to_lead(p, leader), listens=own.leader == leader, differs=differs
    ).then(p.having_of("replicas", replica, log=own.log.cut(end), hw=least(end, own.hw)))


@replication.action(
    Text(PUBLIC, "FencedFollowerFetch; FollowerReplicate"), replica=nodes, leader=nodes
)
def follower_fetches(p: Partition, replica: int, leader: int) -> Step[Partition]:
    """A follower copies its leader's next record, and learns its high watermark."""
    own, other = p.replicas[replica], p.replicas[leader]
    end = own.log.length
    record = other.log.at(end)
    matches = _reached(p, leader, replica, end) if p.given.truncates_when_it_fetches else True
    return when(
        presumes=presumes_to_lead(p, leader),
        follows=_follows(p, leader, replica),
        matches=matches,
        has_more=end < other.log.length,
    ).then(
        p.having_of(
            "replicas",
            replica,
            log=own.log.append(id=record.id, epoch=record.epoch),
            hw=least(other.hw, end + 1),
        )
    )


# What the actions speak of


def presumes_to_lead(p: Partition, replica: int) -> Bool:
    """It believes that it leads: it takes writes, rightly or as a zombie."""
    return p.replicas[replica].leader == replica


def leads_truly(p: Partition, replica: int) -> Bool:
    """It presumes to lead, in the latest epoch, and the controller agrees."""
    agreed = all_of([p.leader == replica, p.replicas[replica].epoch == p.epoch])
    return all_of([presumes_to_lead(p, replica), agreed])


def _follows(p: Partition, leader: int, replica: int) -> Bool:
    """The replica acknowledges this leader, as far as the protocol lets the leader tell."""
    listens = p.replicas[replica].leader == leader
    if p.given.fences:
        same = p.replicas[replica].epoch == p.replicas[leader].epoch
        return all_of([presumes_to_lead(p, leader), listens, same])
    if p.given.truncates_when_it_fetches:
        return all_of([presumes_to_lead(p, leader), listens])
    return listens


def _has(p: Partition, leader: int, replica: int, offset: Int) -> Bool:
    """The replica has a record at an offset at which the leader has one."""
    there = offset < p.replicas[replica].log.length
    if p.given.truncates_when_it_fetches:
        return all_of([there, _same_epoch(p, leader, replica, offset)])
    return there


def _reached(p: Partition, leader: int, replica: int, end: Int) -> Bool:
    """The replica has what the leader has before this end."""
    last = end - 1
    both = all_of([last < p.replicas[leader].log.length, last < p.replicas[replica].log.length])
    if p.given.truncates_when_it_fetches:
        both = all_of([both, _same_epoch(p, leader, replica, last)])
    return any_of([end == 0, both])


def _same_epoch(p: Partition, leader: int, replica: int, offset: Int) -> Bool:
    here, there = p.replicas[replica].log.at(offset), p.replicas[leader].log.at(offset)
    epochs: Bool = here.epoch == there.epoch
    return epochs


def _truncation_point(p: Partition, leader: int, replica: int) -> Int:
    """Where a new follower cuts its log."""
    own = p.replicas[replica]
    match p.given.protocol:
        case "high-watermark":
            return own.hw
        case "kip-101":
            return choose(own.log.length == 0, 0, _end_of_epoch(p, leader, replica))
        case "kip-320-first-try":
            return own.log.length
    return _last_match(p, leader, replica)


def _end_of_epoch(p: Partition, leader: int, replica: int) -> Int:
    """Where the leader's records of the epoch of the replica's last record end (KIP-101)."""
    own, other = p.replicas[replica], p.replicas[leader].log
    epoch = own.log.at(own.log.length - 1).epoch
    later = first_where(other.length, lambda o: other.at(o).epoch > epoch)
    return choose(
        all_of([other.length > 0, other.at(other.length - 1).epoch == epoch]),
        other.length,
        choose(later < other.length, later, own.hw),
    )


def _last_match(p: Partition, leader: int, replica: int) -> Int:
    """One past the last offset at which both logs hold the same record (KIP-279)."""
    shared = least(p.replicas[replica].log.length, p.replicas[leader].log.length)
    return last_where(shared, lambda o: same_record(p, replica, leader, o))


def same_record(p: Partition, one: int, other: int, offset: Int) -> Bool:
    """Both replicas hold the same record at an offset that both have."""
    here, there = p.replicas[one].log.at(offset), p.replicas[other].log.at(offset)
    return all_of([here.id == there.id, here.epoch == there.epoch])


def _with(isr: tuple[Bool, ...], replica: int, inside: bool | Bool) -> tuple[bool | Bool, ...]:
    return tuple(inside if n == replica else member for n, member in enumerate(isr))


# Claims


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


replication.variant(KIP_320, "Followers and leaders fence each other by epoch.", Replication())
replication.variant(
    FIRST_TRY,
    "A follower truncates when a fetch shows that its log differs; rejected for KIP-320.",
    Replication(protocol=FIRST_TRY),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
replication.variant(
    KIP_279,
    "A new follower truncates to the last record that it shares with its leader.",
    Replication(protocol=KIP_279),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
replication.variant(
    KIP_101,
    "A new follower truncates to where the leader's records of its last epoch end.",
    Replication(protocol=KIP_101),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
replication.variant(
    HIGH_WATERMARK,
    "A new follower truncates to its own high watermark, as before KIP-101.",
    Replication(protocol=HIGH_WATERMARK),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
