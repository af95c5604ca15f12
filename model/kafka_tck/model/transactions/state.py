"""Transactions of one transactional id: can one be torn, read before its time, or never end?

A coordinator, partitions (node n leads partition n), producers and a consumer. Requests of
producers may arrive late, twice and out of order: what was sent once may be handled at any time.
An instance of a producer is known by its epoch. Its transactions are numbered here, which no
request tells the coordinator; a record belongs to the transaction in which it was sent.

With `transaction.version=1` (EndTxn up to v4) an instance keeps its epoch, and adds partitions
before it writes. With 2 (EndTxn v5, KIP-890) each end of a transaction raises the epoch, and the
leader adds the partition when a record comes.

Left out: replication of partitions and of the coordinator's log (a leader's log end is its high
watermark), what numbers of batches are (records are written in order, and once: idempotence),
offsets in transactions (pipeline), several transactional ids.
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
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, implies

DATA, COMMIT, ABORT = 0, 1, 2
"""What an entry of a log is. Of a transaction that is neither ended: `UNENDED`."""
UNENDED: Final = 0

EMPTY, ONGOING, PREPARE_COMMIT, PREPARE_ABORT, COMPLETE_COMMIT, COMPLETE_ABORT = range(6)
"""States of the coordinator, by their numbers in its log."""

NOBODY, READY, WRITING, COMMITTING, ABORTING = range(5)
"""What the instance of an epoch is doing, as far as it knows."""

READ_COMMITTED: Final = "read_committed"


@dataclass(frozen=True)
class Transactions(Given):
    """The settings of brokers, producers and consumers."""

    nodes: int = setting(1, "how many partitions; node n leads partition n")
    transaction_version: int = setting(
        2, "1: EndTxn up to v4; 2: EndTxn v5, an epoch for each", among=(1, 2)
    )
    verification: bool = setting(True, "transaction.partition.verification.enable")
    isolation_level: str = setting(
        READ_COMMITTED, "isolation.level", among=(READ_COMMITTED, "read_uncommitted")
    )
    marker_version: int = setting(2, "WriteTxnMarkers; 2 (KIP-1228) tells repeats from news")
    late_markers: int = setting(0, "how many markers may arrive once more, late")
    records: int = setting(2, "how many records are sent")
    guarded: bool = setting(True, "a marker voids verifications that were made before it")
    by_epoch: bool = setting(True, "a transaction is open only for its epoch (KAFKA-18575)")
    recovers: bool = setting(True, "a new coordinator keeps to what was prepared")

    @property
    def bumps(self) -> bool:
        """Whether each end of a transaction raises the epoch."""
        return self.transaction_version >= 2

    @property
    def verifies(self) -> bool:
        """Whether leaders ask the coordinator; with transaction.version 2 they always add."""
        return self.verification or self.bumps


class Leader(Shape):
    """One partition as its leader has it. Offsets are positions in the log."""

    log: Seq = sequence(
        "log_size",
        kind=number(DATA, ABORT),
        record=number(NONE, lambda sizes: sizes["records"] - 1),
    )
    epoch: Int = number(NONE, "epochs")
    """The highest epoch of the producer that it has seen."""
    first_open: Int = number(NONE, lambda sizes: sizes["log_size"] - 1)
    """Where the open transaction begins; NONE if there is none."""
    aborted: Seq = sequence(
        "records",
        first=number(0, "log_size"),
        last=number(0, "log_size"),
    )
    verified: Int = number(NONE, "epochs")
    """The epoch for which the coordinator was asked and agreed; NONE after it was used."""

    @property
    def is_open(self) -> Bool:
        return self.first_open != NONE

    def is_open_for(self, epoch: Int, given: Transactions) -> Bool:
        """Whether a record of this epoch goes on with what is open."""
        return all_of([self.is_open, self.epoch == epoch if given.by_epoch else True])


class Cluster(Shape):
    """The coordinator, the partitions, and what producers have sent and heard."""

    ghosts: ClassVar[frozenset[str]] = frozenset({"decision", "fenced_wrote"})

    given: Transactions = settled()
    state: Int = number(EMPTY, COMPLETE_ABORT)
    promised: Int = number(0, "epochs")
    """The highest epoch that an InitProducerId was answered with: older instances are fenced."""
    members: tuple[Bool, ...] = each(flag())
    marked: tuple[Bool, ...] = each(flag())
    """The members whose marker was acknowledged, as this coordinator remembers."""
    fail_overs: Int = number(0, "fail_overs")
    late_markers: Int = number(0, "late_markers")
    producers: Seq = sequence(
        lambda sizes: sizes["epochs"] + 1,
        phase=number(NOBODY, ABORTING),
        transaction=number(NONE, lambda sizes: sizes["transactions"] - 1),
        asked=each(flag()),
        added=each(flag()),
    )
    """By epoch: what the instance does, in which of its transactions; the partitions that it has
    asked to add to it, and those of which it was told that they are added."""
    sent: Seq = sequence(
        lambda sizes: sizes["epochs"] + 1, add=each(flag()), commit=flag(), abort=flag()
    )
    """By epoch: every request that was ever sent to the coordinator."""
    markers: Seq = sequence(
        lambda sizes: sizes["epochs"] + 1, commit=each(flag()), abort=each(flag())
    )
    """By epoch: the markers that may arrive once more, late."""
    transactions: Seq = sequence("transactions", wanted=number(UNENDED, ABORT))
    """By number: how the producer ends it."""
    records: Seq = sequence(
        "records",
        epoch=number(0, "epochs"),
        transaction=number(0, lambda sizes: sizes["transactions"] - 1),
        partition=node(),
        written=flag(),
        shown=flag(),
    )
    """What was sent: the leader has written it, the consumer was given it."""
    leaders: tuple[Leader, ...] = each(Leader)
    decision: Int = number(UNENDED, ABORT)
    """What was prepared first since the transaction began."""
    fenced_wrote: Bool = flag()
    """A record was written whose epoch was below what InitProducerId had been answered with."""

    @property
    def epoch(self) -> Int:
        """The coordinator's epoch of the producer."""
        return self.producers.length - 1

    @property
    def is_prepared(self) -> Bool:
        return any_of([self.state == PREPARE_COMMIT, self.state == PREPARE_ABORT])

    @property
    def is_over(self) -> Bool:
        return any_of(self.state == one for one in (EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT))

    @property
    def is_acked(self) -> Bool:
        """Whether every member has acknowledged its marker."""
        return all_of(
            implies(member, marked)
            for marked, member in zip(self.marked, self.members, strict=True)
        )


def none_of(given: Given) -> tuple[bool, ...]:
    """No partition."""
    return (False,) * given.nodes


def _beginning(given: Transactions) -> dict[str, object]:
    none = none_of(given)
    leader = {"log": (), "epoch": NONE, "first_open": NONE, "aborted": (), "verified": NONE}
    return {
        "state": EMPTY,
        "promised": 0,
        "members": none,
        "marked": none,
        "fail_overs": 0,
        "late_markers": 0,
        "producers": ((READY, NONE, *none, *none),),
        "sent": ((*none, False, False),),
        "markers": ((*none, *none),),
        "transactions": (),
        "records": (),
        "leaders": [leader] * given.nodes,
        "decision": UNENDED,
        "fenced_wrote": False,
    }


transactions = Module(
    "transactions",
    Cluster,
    _beginning,
    given=Transactions(),
    bounds={"transactions": 2, "log_size": 4, "epochs": 2, "fail_overs": 1},
    doc=__doc__,
)
