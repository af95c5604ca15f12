"""Requirements on a Fetch of several partitions: errors, names, limits, epochs, isolation."""

from kafka_tck.model.sources import KIP, Code, Measured
from kafka_tck.properties.requirement import Authority, Level, Requirement

partitions_are_answered_once = Requirement(
    "fetch.every-asked-partition-is-answered-once",
    "A full fetch answers every partition that it asked for, exactly once, and no other.",
    Code("KafkaApis.handleFetchRequest; FetchResponse.of"),
    covers=("C-19",),
    mutants=(
        "drops-partitions-with-errors",
        "opening-leaves-out-empty-partitions",
    ),
)

errors_stay_with_their_partition = Requirement(
    "fetch.errors-stay-with-their-partition",
    "What is wrong with one partition of a fetch is that partition's error; the others are "
    "answered as if it had not been asked for.",
    Code("ReplicaManager.readFromLog"),
    covers=("C-19",),
    mutants=("one-error-fails-the-fetch",),
)

unknown_partitions_are_refused = Requirement(
    "fetch.unknown-partitions-are-refused",
    "A partition that does not exist, or a topic name that does not, is "
    "UNKNOWN_TOPIC_OR_PARTITION.",
    Code("KafkaApis.handleFetchRequest"),
    covers=("C-19",),
    mutants=("unknown-partitions-are-elsewhere",),
)

unknown_topic_ids_are_refused = Requirement(
    "fetch.unknown-topic-ids-are-refused",
    "From version 13 on topics go by id: an id that no topic has is UNKNOWN_TOPIC_ID.",
    KIP(516),
    covers=("C-20",),
    mutants=("unknown-ids-are-unknown-names",),
)

former_topic_ids_read_nothing = Requirement(
    "fetch.a-former-topic-id-reads-nothing",
    "A topic that was deleted and made again under its name cannot be read by its former id.",
    KIP(516),
    covers=("C-20",),
    mutants=("reads-by-a-dead-id",),
)

limits_bind = Requirement(
    "fetch.limits-bind-all-but-the-first-batch",
    "An answer keeps to max_bytes, and each partition to partition_max_bytes; only the first "
    "partition that returns data may go beyond them, by its first batch.",
    KIP(74),
    covers=("C-13", "C-14"),
    level=Level.SHOULD,
    mutants=("ignores-max-bytes", "every-partition-is-exempt"),
)

room_is_used = Requirement(
    "fetch.partitions-with-room-return-data",
    "A partition that has data returns some where its own limit, and what the partitions before "
    "it left of max_bytes, hold its first batch.",
    KIP(74),
    covers=("C-13",),
    mutants=(
        "only-the-first-partition-is-read",
        "hides-the-last-record",
        "swaps-two-partitions",
    ),
)

aborted_lists_follow_isolation = Requirement(
    "fetch.aborted-transactions-are-listed-for-committed-reads-only",
    "The list of aborted transactions is null for isolation level 0, and a list, maybe empty, "
    "where isolation level 1 returns records.",
    KIP(98),
    covers=("C-05",),
    mutants=("always-lists-aborted", "never-lists-aborted"),
)

unknown_isolation_is_refused = Requirement(
    "fetch.unknown-isolation-levels-are-refused",
    "A fetch with an isolation level other than 0 and 1 is answered with an error.",
    Measured("3.9.2 to 4.3.1", "UNKNOWN_SERVER_ERROR"),
    covers=("C-01",),
    authority=Authority.OBSERVED,
    mutants=("any-isolation-is-uncommitted",),
)

committed_is_all_without_transactions = Requirement(
    "fetch.the-lso-is-the-hw-without-transactions",
    "Where no transaction was ever begun, the last stable offset is the high watermark at both "
    "isolation levels.",
    KIP(98),
    covers=("C-01",),
    mutants=("lso-lags-without-transactions",),
)

leader_epochs_are_checked = Requirement(
    "fetch.leader-epochs-are-checked",
    "A fetch that names an older leader epoch is FENCED_LEADER_EPOCH, a later one "
    "UNKNOWN_LEADER_EPOCH, before anything else of the partition is looked at; none is no check.",
    KIP(320),
    covers=("B-67",),
    mutants=("ignores-the-current-epoch",),
)

divergence_is_told = Requirement(
    "fetch.divergence-is-told",
    "A fetch that names the epoch of what it read last is told, without error and without "
    "records, where the log diverges from that; an epoch that was never led, or an offset below "
    "the log start, is OFFSET_OUT_OF_RANGE.",
    KIP(595),
    covers=("B-68", "C-22"),
    mutants=(
        "ignores-the-last-fetched-epoch",
        "diverges-at-the-end-of-an-epoch",
    ),
)

current_leaders_are_told = Requirement(
    "fetch.refusals-tell-the-current-leader",
    "From version 16 on FENCED_LEADER_EPOCH and NOT_LEADER_OR_FOLLOWER come with the current "
    "leader, an epoch that is not below the broker's, and the leader's endpoint.",
    KIP(951),
    covers=("A-33",),
    level=Level.SHOULD,
    needs=frozenset({"fault.restart"}),
    since=(3, 7),
    mutants=("forgets-the-current-leader",),
)

zstd_topics_need_version_10 = Requirement(
    "fetch.zstd-topics-need-version-10",
    "A fetch below version 10 of a topic whose compression.type is zstd is "
    "UNSUPPORTED_COMPRESSION_TYPE. Release 4.0 gave the check up, on purpose.",
    KIP(110),
    covers=("C-21",),
    until=(3, 9),
)

full_fetches_have_no_session = Requirement(
    "fetch.epoch-minus-one-makes-no-session",
    "A fetch with session epoch -1 is answered in full, without error and with session id 0.",
    KIP(227),
    covers=("C-24",),
    mutants=("every-fetch-makes-a-session",),
)
