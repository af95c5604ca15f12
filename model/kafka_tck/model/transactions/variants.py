"""Older protocols, and wrong brokers, each of which permits an anomaly."""

from kafka_tck.model.transactions.state import Transactions, transactions

transactions.variant(
    "endtxn-v4",
    "A producer keeps its epoch from one transaction to the next (before KIP-890, part 2).",
    Transactions(transaction_version=1),
)
transactions.variant(
    "no-verification",
    "Leaders take records without asking the coordinator (before KIP-890, part 1).",
    Transactions(transaction_version=1, verification=False),
)
transactions.variant(
    "read-uncommitted",
    "A consumer is given whatever is written.",
    Transactions(isolation_level="read_uncommitted"),
)
transactions.variant(
    "late-markers",
    "WriteTxnMarkers v1: a marker that arrives once more ends the transaction that is open then.",
    Transactions(marker_version=1, late_markers=1),
)
transactions.variant(
    "unguarded",
    "Wrong: a verification still counts after a marker (KAFKA-14884).",
    Transactions(transaction_version=1, guarded=False),
)
transactions.variant(
    "any-epoch",
    "Wrong: a record goes on with what is open, though an older epoch opened it (KAFKA-18575).",
    Transactions(by_epoch=False),
)
transactions.variant(
    "re-decided",
    "Wrong: a new coordinator aborts what it finds prepared.",
    Transactions(recovers=False),
    breaks=("what_is_prepared_stays",),
)
