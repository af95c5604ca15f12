"""Requirements on batches in transactions: whose are taken, and whose are refused."""

from collections.abc import Mapping
from typing import Final

from kafka_tck.model.coordination.verdicts import Case
from kafka_tck.model.sources import KIP
from kafka_tck.properties.requirement import Requirement

taken = Requirement(
    "transactions.batches-of-the-owner-are-taken",
    "A batch of the owner for a partition that is part of the open transaction is accepted.",
    KIP(98, "ProduceRequest"),
    covers=("E-26", "E-44"),
)

written_before = Requirement(
    "transactions.a-repeated-batch-is-answered-as-the-first",
    "A batch that is repeated within its transaction is answered with NONE and the offset of the "
    "first one.",
    KIP(98, "ProduceRequest"),
    covers=("D-04", "E-70"),
)

not_added = Requirement(
    "transactions.batches-for-other-partitions-are-refused",
    "A batch of the owner for a partition that is not part of an open transaction is refused: with "
    "TRANSACTION_ABORTABLE in version 11, with INVALID_TXN_STATE in older ones.",
    KIP(890, "verify that a partition is part of the transaction"),
    covers=("D-04", "E-25"),
    since=(3, 6),
    mutants=(
        "does-not-verify",
        "verifies-any-partition",
    ),
)

adds = Requirement(
    "transactions.a-first-batch-adds-its-partition",
    "A transactional batch of the owner in Produce version 12 or later is accepted without "
    "AddPartitionsToTxn, and makes its partition part of the transaction, which it begins if none "
    "is open; UNSUPPORTED_VERSION at transaction.version 0.",
    KIP(890, "Produce v12 adds partitions"),
    covers=("E-30", "E-44"),
    since=(4, 0),
)

older_epochs = Requirement(
    "transactions.batches-of-older-epochs-are-refused",
    "A batch of an epoch that its transactional id has no more is refused with "
    "INVALID_PRODUCER_EPOCH, before and after its transaction was ended.",
    KIP(890, "bump epoch on each new transaction"),
    covers=("E-19", "E-32", "E-43"),
    mutants=("does-not-verify",),
)

later_epochs = Requirement(
    "transactions.batches-of-later-epochs-are-refused",
    "A batch of an epoch that was never given is refused with INVALID_PRODUCER_EPOCH, also where "
    "the owner has a transaction open.",
    KIP(890, "verify that a partition is part of the transaction"),
    covers=("E-25",),
    since=(3, 6),
    mutants=("does-not-verify",),
)

other_ids = Requirement(
    "transactions.batches-of-others-are-refused",
    "A transactional batch of an unknown transactional id, or with another producer id than it "
    "has, is refused with INVALID_PRODUCER_ID_MAPPING.",
    KIP(890, "verify that a partition is part of the transaction"),
    covers=("E-25",),
    since=(3, 6),
    mutants=("does-not-verify",),
)

writing_waits = Requirement(
    "transactions.batches-wait-for-the-end",
    "A batch that comes while the transaction before is not complete is answered with "
    "CONCURRENT_TRANSACTIONS, up to version 11 with NOT_ENOUGH_REPLICAS, which clients retry.",
    KIP(890, "verify that a partition is part of the transaction"),
    covers=("E-27", "E-31"),
    since=(3, 6),
)

LAW_OF: Final[Mapping[Case, Requirement]] = {
    Case.TAKEN: taken,
    Case.WRITTEN_BEFORE: written_before,
    Case.NOT_ADDED: not_added,
    Case.ADDS: adds,
    Case.OTHER_EPOCH: older_epochs,
    Case.LATER_EPOCH: later_epochs,
    Case.NO_SUCH_ID: other_ids,
    Case.STILL_ENDING: writing_waits,
}
"""The requirement behind each rule of the specification."""
