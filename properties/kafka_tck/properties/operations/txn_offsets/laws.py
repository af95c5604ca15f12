"""Requirements on committed offsets, within transactions and without."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

the_last_commit_counts = Requirement(
    "group-offsets.the-last-commit-counts",
    "OffsetFetch answers the offset that was committed last, also if it is smaller than the one "
    "before, and -1 where nothing was committed.",
    Code("OffsetMetadataManager.commitOffset, fetchOffsets"),
    covers=("F-36", "F-40"),
    mutants=("largest-offset-wins",),
)

commits_come_back_whole = Requirement(
    "group-offsets.leader-epoch-and-metadata-come-back",
    "OffsetFetch answers the leader epoch and the metadata of the commit, unchanged.",
    KIP(320),
    covers=("F-41",),
    mutants=("committed-epoch-is-lost", "committed-metadata-is-lost"),
)

entries_are_judged_alone = Requirement(
    "group-offsets.each-entry-is-accepted-or-refused-alone",
    "An entry with more metadata than offset.metadata.max.bytes is OFFSET_METADATA_TOO_LARGE, one "
    "of a partition that does not exist UNKNOWN_TOPIC_OR_PARTITION; the others are stored.",
    Code("OffsetMetadataManager.isMetadataInvalid; KafkaApis.handleOffsetCommitRequest"),
    covers=("F-39",),
    mutants=(
        "unknown-partitions-take-offsets",
        "metadata-has-no-limit",
        "metadata-limit-is-one-less",
    ),
)

refused_entries_leave_nothing = Requirement(
    "group-offsets.a-refused-entry-leaves-nothing",
    "What was refused is neither committed nor pending: the former offset stays, and is stable.",
    Code("OffsetMetadataManager.commitTransactionalOffset"),
    covers=("F-98", "E-69"),
    mutants=("refused-metadata-stays-pending",),
)

generations_need_members = Requirement(
    "group-offsets.a-group-without-members-has-no-generation",
    "A commit without a member is accepted for a group that has none; one that names a generation "
    "is refused.",
    Code("OffsetMetadataManager.validateOffsetCommit, validateTransactionalOffsetCommit"),
    covers=("F-37", "E-62"),
    mutants=("any-generation-may-commit",),
)

pending_offsets_do_not_count = Requirement(
    "transactional-offsets.what-is-pending-does-not-count-yet",
    "An offset that was committed in an open transaction is not told: OffsetFetch answers the one "
    "before it.",
    KIP(98, "TxnOffsetCommitRequest"),
    covers=("E-59",),
    mutants=("transactional-offsets-count-at-once", "pending-offsets-are-told"),
)

unstable_offsets_are_told = Requirement(
    "transactional-offsets.who-asks-for-stable-ones-is-told-of-pending-ones",
    "OffsetFetch with require_stable answers UNSTABLE_OFFSET_COMMIT for each partition with a "
    "pending offset, and for no other; without require_stable for none.",
    KIP(447),
    covers=("E-60",),
    mutants=(
        "unstable-offsets-are-not-told",
        "one-unstable-partition-is-all",
        "instability-is-told-unasked",
        "pending-offsets-are-not-loaded",
    ),
)

markers_decide_offsets = Requirement(
    "transactional-offsets.the-marker-decides",
    "When a transaction is committed its offsets count, when it is aborted they are dropped; those "
    "of other producers stay pending.",
    KIP(98, "TxnOffsetCommitRequest"),
    covers=("E-53", "E-59"),
    mutants=("aborted-offsets-count", "stored-offsets-stay", "a-marker-ends-all-transactions"),
)

later_commits_win = Requirement(
    "transactional-offsets.a-later-plain-commit-wins",
    "An offset that was committed without a transaction behind a pending one stays when the "
    "transaction is committed: the order of the commits counts, not that of the ends.",
    Code("OffsetMetadataManager.replayEndTransactionMarker"),
    covers=("E-61",),
    mutants=("markers-decide-the-order",),
)

fenced_producers_commit_nothing = Requirement(
    "transactional-offsets.a-fenced-producer-commits-nothing",
    "TxnOffsetCommit with an older epoch is refused with INVALID_PRODUCER_EPOCH, and leaves no "
    "pending offset.",
    Code("GroupCoordinatorService.commitTransactionalOffsets"),
    covers=("E-63",),
    mutants=("fenced-offsets-stay-pending",),
)

offsets_are_verified = Requirement(
    "transactional-offsets.without-addoffsetstotxn-they-are-refused",
    "TxnOffsetCommit up to version 4 for a group that AddOffsetsToTxn did not add is refused: with "
    "INVALID_TXN_STATE, with version 4 with TRANSACTION_ABORTABLE.",
    KIP(890),
    covers=("E-30",),
    since=(3, 8),
    mutants=("offsets-are-not-verified",),
)

own_promises_are_accepted = Requirement(
    "transactional-offsets.an-open-transaction-takes-offsets",
    "A producer that nobody fenced may commit offsets of any group without members in its "
    "transaction.",
    KIP(98, "TxnOffsetCommitRequest"),
    covers=("E-30", "E-33"),
)

together_or_not = Requirement(
    "transactional-offsets.input-and-output-become-visible-together",
    "Offsets of what was read and the records that were made of it, committed in one transaction, "
    "are seen together or not at all, by OffsetFetch with require_stable and reads of isolation "
    "level 1.",
    KIP(447),
    covers=("E-65",),
)

deleted_groups_wait_for_nothing = Requirement(
    "transactional-offsets.a-deleted-group-waits-for-nothing",
    "DeleteGroups does not wait for pending offsets; they are dropped, and the end of the "
    "transaction leaves none.",
    Code("OffsetMetadataManager.deleteAllOffsets"),
    covers=("E-64", "F-47"),
)

after_restart = Requirement(
    "transactional-offsets.a-restart-keeps-what-is-pending",
    "After a clean restart the committed offsets are there, pending ones are still pending, and "
    "the end of their transaction decides them.",
    Code("OffsetMetadataManager.replay"),
    covers=("E-59", "F-36"),
    needs=frozenset({"fault.restart"}),
    mutants=("pending-offsets-are-not-loaded",),
)

PLAIN: Final = (
    the_last_commit_counts,
    commits_come_back_whole,
    entries_are_judged_alone,
    generations_need_members,
)
TRANSACTIONAL: Final = (
    refused_entries_leave_nothing,
    pending_offsets_do_not_count,
    unstable_offsets_are_told,
    markers_decide_offsets,
    later_commits_win,
    fenced_producers_commit_nothing,
    offsets_are_verified,
    own_promises_are_accepted,
    deleted_groups_wait_for_nothing,
)
