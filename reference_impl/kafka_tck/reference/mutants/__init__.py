"""Named wrong brokers: each breaks one rule, and each is one small change.

A wrong broker is the bundled one with a subclass of some rules in which one method, rarely two,
decides otherwise. Each is a defect that was seen in Kafka or in a broker that speaks its protocol,
or one of the small slips (an off-by-one, a forgotten check) that such defects come from.
"""

from kafka_tck.reference.mutants import (
    batches,
    compaction,
    configs,
    deletion,
    elections,
    epochs,
    fetch,
    frames,
    group_offsets,
    log,
    metadata,
    offsets,
    produce,
    producers,
    replication,
    retention,
    sessions,
    timestamps,
    topics,
    transactions,
    transactions_log,
)
from kafka_tck.reference.mutants.mutant import MUTANTS, Mutant
from kafka_tck.reference.mutants.sources import SEEN, SLIPS

__all__ = [
    "MUTANTS",
    "SEEN",
    "SLIPS",
    "Mutant",
    "batches",
    "compaction",
    "configs",
    "deletion",
    "elections",
    "epochs",
    "fetch",
    "frames",
    "group_offsets",
    "log",
    "metadata",
    "offsets",
    "produce",
    "producers",
    "replication",
    "retention",
    "sessions",
    "timestamps",
    "topics",
    "transactions",
    "transactions_log",
]
