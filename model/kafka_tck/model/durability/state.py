"""Durability of one partition: when is a record lost that its producer was told is safe?

A broker has a log in its page cache, of which a prefix is on its disk. A crash of the process
keeps both; a power failure keeps what is on disk. The controller learns of a failure at once, and
elects in the same step: from the ISR, from the eligible leader replicas (KIP-966) where they are
kept, the last known leader after those, and from whoever is there if unclean election is allowed.
A fetch tells the leader how far the follower's log goes, and brings the next record.

Left out: requests of the controller in flight (replication, lifecycle), retries and
duplicates, controlled shutdown, disks that fail.
"""

from dataclasses import dataclass
from typing import Final

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
from kafka_tck.model.terms import NONE, Bool, Int, Seq

ALL: Final = -1
"""acks=all, as on the wire."""


@dataclass(frozen=True)
class Durability(Given):
    """The settings of producer, topic and brokers, by Kafka's names where it has them."""

    acks: int = setting(ALL, "0, 1 or all", among=(0, 1, ALL))
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
