"""Clients before KIP-447, and wrong coordinators, each of which breaks a claim."""

from kafka_tck.model.offsets.state import Keeping, offsets

offsets.variant(
    "unstable",
    "Readers do not ask for stable offsets (before KIP-447).",
    Keeping(require_stable=False),
)
offsets.variant(
    "unfenced",
    "Who commits says neither member nor generation.",
    Keeping(fenced=False),
)
offsets.variant(
    "decided-last",
    "Wrong: what is decided last counts, wherever it stands (KAFKA-5247).",
    Keeping(by_log=False),
    breaks=(
        "memory_is_what_the_log_says",
        "what_is_stable_is_not_replaced_by_what_was_pending",
    ),
)
offsets.variant(
    "at-once",
    "Wrong: commits in transactions count before their transaction ends.",
    Keeping(waits=False),
    breaks=(
        "memory_is_what_the_log_says",
        "what_is_pending_is_not_told",
        "what_is_told_never_gets_older",
    ),
)
offsets.variant(
    "highest",
    "Wrong: the highest offset counts, and none can be lowered.",
    Keeping(lowers=False),
    breaks=("the_offset_is_that_of_its_record",),
)
offsets.variant(
    "told-early",
    "Wrong: readers are told what is not replicated.",
    Keeping(tells_replicated=False),
    breaks=(
        "what_is_told_never_gets_older",
        "what_is_stable_is_not_replaced_by_what_was_pending",
    ),
)
offsets.variant(
    "part-of-the-log",
    "Wrong: a new coordinator serves before it has read its log to the end (KAFKA-5600).",
    Keeping(reads_all=False),
    breaks=(
        "memory_is_what_the_log_says",
        "what_is_told_never_gets_older",
        "what_is_pending_is_not_told",
        "what_is_stable_is_not_replaced_by_what_was_pending",
    ),
)
offsets.variant(
    "expires-pending",
    "Wrong: an offset expires while a transaction is about to replace it.",
    Keeping(spares_pending=False),
    breaks=("expiry_takes_nothing_from_a_transaction",),
)
