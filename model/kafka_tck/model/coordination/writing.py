"""A batch in a transaction: what the coordinator says of it, then what the partition does.

A leader asks the coordinator unless the producer has an open transaction there (KIP-890). Up to
Produce v11 it asks whether the partition was added, from v12 on it adds it.
Source: ReplicaManager, AddPartitionsToTxnManager, UnifiedLog, 4.3; KIP-890, KIP-1050.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kafka_tck.model import sequences
from kafka_tck.model.coordination.adding import verdicts_on_adding, verdicts_on_verifying
from kafka_tck.model.coordination.transaction import Identity, Place, Transaction
from kafka_tck.model.coordination.verdicts import Case, Verdict

ADDS: Final = 12
"""The first version of Produce that adds the partition itself."""
SAYS_ABORTABLE: Final = 11
"""The first version of Produce that knows TRANSACTION_ABORTABLE."""


@dataclass(frozen=True)
class Here:
    """What a partition knows of a producer id: its batches, and whether a transaction is open."""

    known: sequences.Known = field(default_factory=sequences.Known)
    is_open: bool = False

    def marked(self, epoch: int) -> "Here":
        """After the marker of a transaction; a later epoch begins without memory."""
        same = epoch == self.known.epoch
        return Here(self.known if same else sequences.Known(epoch))


@dataclass(frozen=True)
class Batch:
    """A batch as its sender numbers it."""

    sender: Identity
    first: int
    count: int = 1


@dataclass(frozen=True)
class Written:
    """The rule, the error, the coordinator's state, and the partition's if the batch is appended.

    `base_offset` is that of the first copy, for a repetition.
    """

    case: Case
    error: str
    after: Transaction | None
    appended: bool = False
    base_offset: int | None = None


def outcomes_of(
    batch: Batch, known: Transaction | None, here: Here, place: Place, version: int
) -> tuple[Written, ...]:
    """What a Produce request of this version may answer."""
    sender = batch.sender
    if here.is_open and sender.epoch == here.known.epoch:
        return (_at_partition(batch, here, Case.TAKEN, known),)
    if version >= ADDS:
        said = verdicts_on_adding(known, sender, frozenset({place}))
    else:
        said = verdicts_on_verifying(known, sender, place)
    found = tuple(_told(batch, verdict, here, version) for verdict in said)
    if sender.epoch < here.known.epoch:
        # A leader may see by itself that the epoch is old.
        return (*found, Written(Case.OTHER_EPOCH, _MAPPED["PRODUCER_FENCED"], known))
    return found


def _told(batch: Batch, verdict: Verdict, here: Here, version: int) -> Written:
    if verdict.error == "NONE":
        return _at_partition(batch, here, verdict.case, verdict.after)
    error = _MAPPED.get(verdict.error, verdict.error)
    if version < ADDS:
        error = _OF_OLD.get(error, error)
    if version < SAYS_ABORTABLE and error == "TRANSACTION_ABORTABLE":
        error = "INVALID_TXN_STATE"
    known = verdict.after
    later = verdict.case is Case.OTHER_EPOCH and known and batch.sender.epoch > known.epoch
    return Written(Case.LATER_EPOCH if later else verdict.case, error, known)


_MAPPED: Final[Mapping[str, str]] = {"PRODUCER_FENCED": "INVALID_PRODUCER_EPOCH"}
"""Produce has an own word for it."""
_OF_OLD: Final[Mapping[str, str]] = {"CONCURRENT_TRANSACTIONS": "NOT_ENOUGH_REPLICAS"}
"""What a client retries that knows nothing of transactions in Produce."""


def _at_partition(batch: Batch, here: Here, case: Case, after: Transaction | None) -> Written:
    found = sequences.verdict_on(here.known, batch.sender.epoch, batch.first, batch.count)
    if found.case is sequences.Case.REPETITION:
        return Written(Case.WRITTEN_BEFORE, "NONE", after, base_offset=found.base_offset)
    return Written(case, found.error, after, appended=found.error == "NONE")


def appended(here: Here, batch: Batch, base_offset: int) -> Here:
    """What the partition knows once a batch that is no repetition was appended."""
    known = sequences.accepted(
        here.known, batch.sender.epoch, batch.first, batch.count, base_offset
    )
    return replace(here, known=known, is_open=True)
