"""Replication of one partition: leaders, followers, the ISR and the high watermark.

The abstraction is that of the public specification by Kafka committers: the controller's word is
a sequence of LeaderAndIsr requests, one per leader epoch, that each replica takes up when it
likes; a change of the ISR by the leader is atomic; a replica that is down is one that does
nothing. Its four older protocols are variants of this module.

Offsets are exclusive: `hw` is the first offset that is not committed. Left out: contents of
records, page cache and disk (durability), ISR changes in flight (async_isr.py), fencing of
brokers (lifecycle).
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
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Bool, Int, Seq

HIGH_WATERMARK: Final = "high-watermark"
KIP_101: Final = "kip-101"
KIP_279: Final = "kip-279"
FIRST_TRY: Final = "kip-320-first-try"
KIP_320: Final = "kip-320"

PUBLIC: Final = "kafka-specification by Jason Gustafson and Guozhang Wang"


@dataclass(frozen=True)
class Replication(Given):
    """How many replicas there are, and by which protocol they keep their logs alike."""

    protocol: str = setting(
        KIP_320,
        "how logs are kept alike",
        among=(HIGH_WATERMARK, KIP_101, KIP_279, FIRST_TRY, KIP_320),
    )

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
