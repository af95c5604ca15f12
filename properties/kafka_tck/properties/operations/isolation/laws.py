"""Requirements on what readers see of transactions."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

own_writes_are_accepted = Requirement(
    "isolation.an-open-transaction-takes-the-next-batch",
    "A producer that nobody fenced may write its next batch into a partition of its transaction; "
    "the batch is appended at the log end.",
    KIP(98, "transactions"),
    covers=("E-30",),
)

markers_follow_the_answer = Requirement(
    "isolation.every-partition-gets-its-marker",
    "After EndTxn was answered without error every partition of the transaction gets its marker, "
    "and only then the coordinator calls the transaction complete.",
    KIP(98, "EndTxnRequest"),
    covers=("E-36",),
)

read_committed_stops_at_the_lso = Requirement(
    "isolation.read-committed-stops-at-the-last-stable-offset",
    "With isolation level 1 a read returns whole batches below the last stable offset only, also "
    "of producers without transactions, and one at that offset finds nothing.",
    KIP(98, "read_committed"),
    covers=("C-01", "C-04"),
    mutants=("shows-the-first-undecided-record",),
)

the_lso_is_the_first_undecided = Requirement(
    "isolation.the-last-stable-offset-is-the-first-undecided",
    "The last stable offset is the first offset of the first transaction that no marker has "
    "decided, not below the log start; without one it is the high watermark.",
    KIP(98, "last stable offset"),
    covers=("C-03",),
    mutants=(
        "the-lso-is-the-high-watermark",
        "transactions-begin-with-their-last-batch",
        "a-later-epoch-ends-no-transaction",
        "markers-open-transactions",
    ),
)

the_lso_does_not_fall = Requirement(
    "isolation.the-last-stable-offset-does-not-fall",
    "The last stable offset that one leader shows never falls, whatever is begun, deleted or "
    "restarted.",
    Code("UnifiedLog.fetchLastStableOffsetMetadata"),
    covers=("C-08",),
)

read_uncommitted_sees_all = Requirement(
    "isolation.read-uncommitted-sees-all-below-the-hw",
    "With isolation level 0 a read returns what is below the high watermark, undecided or aborted "
    "or not, with its markers, and no list of aborted transactions.",
    KIP(98, "read_uncommitted"),
    covers=("C-01", "C-05"),
    mutants=("always-lists-aborted",),
)

aborted_are_listed = Requirement(
    "isolation.aborted-transactions-are-listed",
    "With isolation level 1 the answer lists the producer id and the first offset of every aborted "
    "transaction that overlaps what is returned, and none that was not aborted.",
    KIP(98, "FetchResponse"),
    covers=("C-05",),
    mutants=(
        "lists-no-aborted",
        "leaves-out-the-last-aborted",
        "lists-one-aborted",
        "forgets-aborted-that-began-before",
        "lists-committed-as-aborted",
        "never-lists-aborted",
    ),
)

readers_get_what_was_committed = Requirement(
    "isolation.a-consumer-delivers-exactly-what-was-committed",
    "A consumer that drops what the list of aborted transactions names delivers every record that "
    "was committed or written without a transaction, in the order of offsets, and no other.",
    KIP(98, "read_committed"),
    covers=("C-06", "C-07"),
)

transactional_batches_stay = Requirement(
    "isolation.batches-keep-their-producer",
    "A stored batch keeps the producer id, the epoch, the sequence and the transactional bit that "
    "it was sent with; a marker is a transactional control batch of one record.",
    Code("DefaultRecordBatch; UnifiedLog.append"),
    covers=("C-11", "A-05"),
)

waiting_keeps_the_isolation = Requirement(
    "isolation.a-read-that-waited-keeps-its-isolation",
    "A read that waits is answered as one that comes when it ends: within its bound, with the list "
    "of aborted transactions; what is above its bound does not end it.",
    Code("DelayedFetch; ReplicaManager.readFromLog"),
    covers=("C-01", "C-05", "C-17"),
    mutants=(
        "a-wait-uncommits-a-fetch",
        "lists-no-aborted-after-a-wait",
    ),
)

latest_is_the_bound = Requirement(
    "isolation.latest-is-the-bound-of-the-isolation",
    "ListOffsets -1 answers the high watermark, and with isolation level 1 the last stable offset.",
    KIP(98, "ListOffsetRequest"),
    covers=("C-03", "A-37"),
    mutants=("latest-ignores-the-lso",),
)

by_time_is_within_the_bound = Requirement(
    "isolation.by-time-finds-nothing-undecided",
    "ListOffsets with a timestamp answers the first record that is not older, markers aside; with "
    "isolation level 1 none if that lies at or above the last stable offset.",
    Code("Partition.fetchOffsetForTimestamp"),
    covers=("C-03", "A-40"),
    mutants=("times-ignore-the-lso",),
)

reading_on_is_repeatable = Requirement(
    "isolation.reading-on-delivers-the-same-whatever-the-limits",
    "Whoever reads on from the log start to the last stable offset delivers the committed records "
    "once and in order, whatever the limits of each read.",
    KIP(98, "read_committed"),
    covers=("C-06", "C-07", "C-12"),
    mutants=("asks-one-segment-for-aborted",),
)

all_or_nothing = Requirement(
    "isolation.a-transaction-is-seen-whole-or-not-at-all",
    "Who reads every partition to a last stable offset behind all markers sees all records of a "
    "transaction or none of them.",
    KIP(98, "atomicity"),
    covers=("E-52",),
    mutants=("leaves-out-the-last-marker",),
)

one_outcome = Requirement(
    "isolation.a-transaction-has-one-outcome",
    "On every partition the first marker behind a transaction's records decides it, and all of "
    "them decide alike.",
    KIP(98, "atomicity"),
    covers=("E-51",),
    mutants=("commits-what-is-aborted",),
)

stable_after_restart = Requirement(
    "isolation.a-clean-restart-decides-nothing",
    "After a clean restart the same transactions are open, with the same last stable offset, and "
    "the same ones are known to be aborted.",
    Code("ProducerStateManager.loadFromSnapshot; TransactionIndex"),
    covers=("C-03", "C-05"),
    needs=frozenset({"fault.restart"}),
    mutants=(
        "forgets-open-transactions",
        "forgets-aborted-on-restart",
    ),
)

transactions_begin_at_zero = Requirement(
    "isolation.a-transaction-begins-at-sequence-zero",
    "A transactional batch sent by Produce v12 or later to a partition that knows nothing of its "
    "producer has sequence 0, else it is refused with OUT_OF_ORDER_SEQUENCE_NUMBER.",
    KIP(890),
    covers=("D-10",),
    since=(4, 1),
    mutants=("transactions-resume-anywhere",),
)

undecided_until_replicated = Requirement(
    "isolation.a-marker-decides-once-it-is-committed",
    "While the high watermark has not passed a marker its transaction holds the last stable "
    "offset; when it has, that goes on to the high watermark.",
    Code("UnifiedLog.maybeIncrementFirstUnstableOffset"),
    covers=("C-03",),
    needs=frozenset({"nodes.3", "fault.cut"}),
    mutants=("a-marker-counts-before-it-is-replicated",),
)

READING: Final = (
    transactions_begin_at_zero,
    own_writes_are_accepted,
    markers_follow_the_answer,
    read_committed_stops_at_the_lso,
    the_lso_is_the_first_undecided,
    the_lso_does_not_fall,
    read_uncommitted_sees_all,
    aborted_are_listed,
    readers_get_what_was_committed,
    transactional_batches_stay,
    waiting_keeps_the_isolation,
    latest_is_the_bound,
    by_time_is_within_the_bound,
)
WHOLE: Final = (reading_on_is_repeatable, all_or_nothing, one_outcome)
