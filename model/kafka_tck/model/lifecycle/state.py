"""One partition and its brokers: what the controller has decided, what each broker knows.

The controller's side is one record of the partition and one registration per broker; each of its
actions writes what Kafka writes in one batch of metadata records. A broker learns of the newest
record at any later time, and knows nothing after a restart. A log is a sequence of leader epochs:
two records are the same if they have the same offset and epoch. A fetch is one step: the leader
learns the follower's end, and the follower takes one record or cuts what the leader does not have.

One AlterPartition request, or the answer to one, is under way at most: a later request takes the
place of an earlier one. Waiting for ever stands for loss. A leader asks for a change of the ISR
whenever its own log allows it: what it has heard of fencing may be out of date at any time, so
only the controller's check of eligibility counts.

Left out: heartbeats but for what they lead to (fencing, unfencing, leave to shut down); failover
of the controller; the leader recovery state (KIP-704); preferred elections; log directories; fetch
requests in flight; the HW of followers (a new leader counts its HW from 0, and it is the start
of its epoch that keeps laggards out); page cache and disk (a power failure cuts a log anywhere).
The assignment order is the order of the brokers' numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, choose, negate

Flags = tuple[Bool, ...]
"""A set of brokers: one truth value for each."""

CLEAN, BY_ELR, LAST_KNOWN, UNCLEAN = range(4)
"""Kinds of election, in ascending order of danger."""

NOTHING, ASKED, ACCEPTED, INELIGIBLE = range(4)
"""What is under way between a leader and the controller."""


@dataclass(frozen=True)
class Lifecycle(Given):
    """The settings of the topic and the cluster; then rules that a variant may switch off."""

    replicas: int = setting(2, "how many brokers, from number 0 on, hold the partition at first")
    min_isr: int = setting(2, "min.insync.replicas")
    elr: bool = setting(True, "eligible.leader.replicas.version is 1")
    unclean: bool = setting(False, "unclean.leader.election.enable")
    power_fails: bool = setting(True, "machines may lose what they did not flush")
    reassigns: bool = setting(True, "an operator may replace a replica")
    cancels: bool = setting(False, "an operator may cancel a reassignment")

    checks_broker_epochs: bool = setting(True, "proposed members are checked for their epochs")
    checks_fencing: bool = setting(True, "proposed members are checked for being fenced")
    checks_shutdown: bool = setting(True, "proposed members are checked for shutting down")
    checks_last_known_leader: bool = setting(True, "the last known leader has to be acceptable")
    notices_unclean_shutdown: bool = setting(True, "crashed brokers leave ISR and ELR")
    raises_leader_epoch: bool = setting(True, "a new leader has a new leader epoch")
    waits_for_maximal_isr: bool = setting(True, "the HW waits for members asked for")
    waits_for_min_isr: bool = setting(True, "the HW waits for min.insync.replicas members")

    @property
    def enough(self) -> int:
        """min.insync.replicas in effect."""
        return min(self.min_isr, self.replicas)


class Broker(Shape):
    """A broker: its registration, its process and log, and what it knows of the partition."""

    epoch: Int = number(0, "registrations")
    fenced: Bool = flag()
    shutting_down: Bool = flag()

    up: Bool = flag()
    clean: Bool = flag()
    """It is down, and can prove that it shut down cleanly."""
    log: Seq = sequence("log_size", epoch=number(0, "leader_epochs"))

    leader_epoch: Int = number(NONE, "leader_epochs")
    leader: Int = node()

    partition_epoch: Int = number(NONE, "partition_epochs")
    """This and what follows is kept by who leads."""
    isr: Flags = each(flag())
    pending: Bool = flag()
    proposed: Flags = each(flag())
    hw: Int = number(0, "log_size")
    start: Int = number(0, "log_size")
    """The log end at which its leader epoch began."""
    ends: tuple[Int, ...] = each(number(NONE, "log_size"))
    """The log end of each follower as of its last fetch; NONE if it has not fetched."""
    seen: tuple[Int, ...] = each(number(NONE, "registrations"))
    """The broker epoch that each follower's last fetch had."""


class Partition(Shape):
    """The controller's record of the partition, the brokers, and what is under way."""

    ghosts = frozenset({"committed", "power_failed", "election", "stale_joined"})

    given: Lifecycle = settled()
    replicas: Flags = each(flag())
    adding: Flags = each(flag())
    removing: Flags = each(flag())
    isr: Flags = each(flag())
    elr: Flags = each(flag())
    last_known: Int = node()
    leader: Int = node()
    leader_epoch: Int = number(0, "leader_epochs")
    partition_epoch: Int = number(0, "partition_epochs")
    brokers: tuple[Broker, ...] = each(Broker)

    stage: Int = number(NOTHING, INELIGIBLE)
    """What is under way: the fields that follow are the request's, or the answer's."""
    sender: Int = node()
    sent_leader_epoch: Int = number(NONE, "leader_epochs")
    sent_partition_epoch: Int = number(NONE, "partition_epochs")
    sent_isr: Flags = each(flag())
    sent_broker_epochs: tuple[Int, ...] = each(number(NONE, "registrations"))
    """Of each proposed member, as its last fetch had it; NONE if it has not fetched."""

    committed: Seq = sequence("log_size", epoch=number(0, "leader_epochs"))
    """Every record that was ever below a leader's HW."""
    crashes: Int = number(0, "crashes")
    """How often a process ended without a clean shutdown. It bounds how far exploring goes."""
    mishaps: Int = number(0, "mishaps")
    """Crashes, and how often a broker was fenced or asked to shut down. A bound, too."""
    power_failed: Bool = flag()
    """With ELR off: a log was cut. No setting promises anything after that."""
    election: Int = number(CLEAN, UNCLEAN)
    """The most dangerous election there was."""
    stale_joined: Bool = flag()
    """The ISR took in a broker under an epoch that it no longer has."""


def _beginning(given: Lifecycle) -> dict[str, object]:
    everyone = range(given.nodes)
    held = [n < given.replicas for n in everyone]
    return {
        "replicas": held,
        "adding": [False for _ in everyone],
        "removing": [False for _ in everyone],
        "isr": held,
        "elr": [False for _ in everyone],
        "last_known": NONE,
        "leader": 0,
        "leader_epoch": 0,
        "partition_epoch": 0,
        "brokers": [_broker(given, n) for n in everyone],
        "stage": NOTHING,
        "sender": NONE,
        "sent_leader_epoch": NONE,
        "sent_partition_epoch": NONE,
        "sent_isr": [False for _ in everyone],
        "sent_broker_epochs": [NONE for _ in everyone],
        "committed": (),
        "crashes": 0,
        "mishaps": 0,
        "power_failed": False,
        "election": CLEAN,
        "stale_joined": False,
    }


def _broker(given: Lifecycle, n: int) -> dict[str, object]:
    """At first all are unfenced, and the replicas know that broker 0 leads in epoch 0."""
    everyone = range(given.nodes)
    leads, holds = n == 0, n < given.replicas
    return {
        "epoch": 0,
        "fenced": False,
        "shutting_down": False,
        "up": True,
        "clean": False,
        "log": (),
        "leader_epoch": 0 if holds else NONE,
        "leader": 0 if holds else NONE,
        "partition_epoch": 0 if leads else NONE,
        "isr": [leads and m < given.replicas for m in everyone],
        "pending": False,
        "proposed": [False for _ in everyone],
        "hw": 0,
        "start": 0,
        "ends": [NONE for _ in everyone],
        "seen": [NONE for _ in everyone],
    }


lifecycle = Module(
    "lifecycle",
    Partition,
    _beginning,
    given=Lifecycle(),
    bounds={
        "log_size": 1,
        "leader_epochs": 2,
        "partition_epochs": 3,
        "registrations": 1,
        "crashes": 2,
        "mishaps": 2,
    },
    pinned=(0, 1),
    doc=__doc__,
)


def count(members: Flags) -> Int:
    """How many brokers are in a set."""
    return sum((choose(member, 1, 0) for member in members), start=choose(False, 1, 0))


def without(members: Flags, broker: int | None) -> Flags:
    """The set but for one broker."""
    return tuple(all_of([m, n != broker]) for n, m in enumerate(members))


def either(one: Flags, other: Flags) -> Flags:
    return tuple(any_of([a, b]) for a, b in zip(one, other, strict=True))


def minus(one: Flags, other: Flags) -> Flags:
    return tuple(all_of([a, negate(b)]) for a, b in zip(one, other, strict=True))


def chosen(condition: Bool, yes: Flags, no: Flags) -> Flags:
    return tuple(choose(condition, a, b) for a, b in zip(yes, no, strict=True))


def first(members: Flags) -> Int:
    """The member that comes first in the assignment order; NONE if there is none."""
    found = choose(False, 0, NONE)
    for n in reversed(range(len(members))):
        found = choose(members[n], n, found)
    return found


def has(members: Flags, broker: Int) -> Bool:
    return any_of(all_of([m, broker == n]) for n, m in enumerate(members))


def active(p: Partition) -> Flags:
    """Brokers that are neither fenced nor in controlled shutdown."""
    return tuple(negate(any_of([b.fenced, b.shutting_down])) for b in p.brokers)


def concerned(p: Partition, broker: int) -> dict[str, Bool]:
    """What happens to brokers that do not hold the partition is left out."""
    return {"holds_the_partition": p.replicas[broker]}


def presumes(p: Partition, broker: int) -> Bool:
    """It runs and believes that it leads, rightly or not."""
    return all_of([p.brokers[broker].up, p.brokers[broker].leader == broker])
