"""Brokers that keep the wrong offset of a group, or tell a wrong one."""

from collections.abc import Iterable
from typing import Final

from kafka_tck.reference.groups.offset_records import Commit
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import GroupOffsetRules

NOBODY: Final = -2
"""A producer id that no marker has."""


@wrong(
    "transactional-offsets-count-at-once",
    "The offsets of a transaction count before it has ended.",
    "M25",
)
class TransactionalOffsetsCountAtOnce(GroupOffsetRules):
    def is_pending(self, producer_id: int) -> bool:
        return False


@wrong("aborted-offsets-count", "The offsets of an aborted transaction count.", "M25")
class AbortedOffsetsCount(GroupOffsetRules):
    def takes_effect(self, commit: bool) -> bool:
        return True


@wrong("pending-offsets-are-told", "OffsetFetch answers offsets that are pending.", "B84")
class PendingOffsetsAreTold(GroupOffsetRules):
    def told(self, stored: Commit | None, pending: Commit | None) -> Commit | None:
        return pending or stored


@wrong(
    "unstable-offsets-are-not-told",
    "Who asks for stable offsets gets the old one while another is pending.",
    "B84",
)
class UnstableOffsetsAreNotTold(GroupOffsetRules):
    def is_unstable(self, require_stable: bool, pending: bool, pending_in_group: bool) -> bool:
        return False


@wrong(
    "one-unstable-partition-is-all",
    "One pending offset makes all partitions of its group unstable.",
    "M36",
)
class OneUnstablePartitionIsAll(GroupOffsetRules):
    def is_unstable(self, require_stable: bool, pending: bool, pending_in_group: bool) -> bool:
        return require_stable and pending_in_group


@wrong(
    "instability-is-told-unasked",
    "UNSTABLE_OFFSET_COMMIT is answered to who has not asked for stable offsets.",
    "M36",
)
class InstabilityIsToldUnasked(GroupOffsetRules):
    def is_unstable(self, require_stable: bool, pending: bool, pending_in_group: bool) -> bool:
        return pending


@wrong(
    "markers-decide-the-order",
    "The end of a transaction overwrites an offset that was committed after its own.",
    "B79",
)
class MarkersDecideTheOrder(GroupOffsetRules):
    def is_later(self, record_offset: int, stored_record_offset: int) -> bool:
        return True


@wrong(
    "stored-offsets-stay",
    "A transaction that is committed overwrites no offset that was there before.",
    "B79",
)
class StoredOffsetsStay(GroupOffsetRules):
    def is_later(self, record_offset: int, stored_record_offset: int) -> bool:
        return False


@wrong(
    "a-marker-ends-all-transactions",
    "A marker decides the pending offsets of every producer.",
    "M36",
)
class AMarkerEndsAllTransactions(GroupOffsetRules):
    def ended_by(self, producer_id: int, pending: Iterable[int]) -> list[int]:
        return list(pending)


@wrong(
    "refused-metadata-stays-pending",
    "A commit whose metadata is too large is pending for ever.",
    "B82",
)
class RefusedMetadataStaysPending(GroupOffsetRules):
    def pending_of_refused(self, error: str, producer_id: int) -> int | None:
        return NOBODY if error == "OFFSET_METADATA_TOO_LARGE" else None


@wrong(
    "fenced-offsets-stay-pending",
    "The offsets of a producer that is fenced are pending all the same.",
    "B85",
)
class FencedOffsetsStayPending(GroupOffsetRules):
    def pending_of_refused(self, error: str, producer_id: int) -> int | None:
        return producer_id if error == "INVALID_PRODUCER_EPOCH" else None


@wrong(
    "pending-offsets-are-not-loaded",
    "A new coordinator does not know the pending offsets of the one before.",
    "M35",
)
class PendingOffsetsAreNotLoaded(GroupOffsetRules):
    def takes_over(self, pending: bool) -> bool:
        return not pending


@wrong(
    "offsets-are-not-verified",
    "The offsets of a transaction are taken though its coordinator does not know of them.",
    "B85",
)
class OffsetsAreNotVerified(GroupOffsetRules):
    def verifies(self) -> bool:
        return False


@wrong("largest-offset-wins", "A commit of a smaller offset changes nothing.", "M26")
class LargestOffsetWins(GroupOffsetRules):
    def replaces(self, new: Commit, old: Commit | None) -> bool:
        return old is None or new.offset >= old.offset


@wrong("committed-epoch-is-lost", "OffsetFetch answers no leader epoch.", "KIP-320")
class CommittedEpochIsLost(GroupOffsetRules):
    def told_epoch(self, leader_epoch: int) -> int:
        return -1


@wrong("committed-metadata-is-lost", "OffsetFetch answers no metadata.", "M35")
class CommittedMetadataIsLost(GroupOffsetRules):
    def told_metadata(self, metadata: str) -> str:
        return ""


@wrong(
    "unknown-partitions-take-offsets",
    "Offsets of partitions that do not exist can be committed.",
    "M36",
)
class UnknownPartitionsTakeOffsets(GroupOffsetRules):
    def takes_partition(self, known: bool) -> bool:
        return True


@wrong("metadata-has-no-limit", "Metadata of any length can be committed.", "M36")
class MetadataHasNoLimit(GroupOffsetRules):
    def takes_metadata(self, length: int, limit: int) -> bool:
        return True


@wrong("metadata-limit-is-one-less", "Metadata of the largest legal length is refused.", "M07")
class MetadataLimitIsOneLess(GroupOffsetRules):
    def takes_metadata(self, length: int, limit: int) -> bool:
        return length < limit


@wrong(
    "any-generation-may-commit",
    "A generation that the group does not have may commit offsets.",
    "M27",
)
class AnyGenerationMayCommit(GroupOffsetRules):
    def fault_of_member(self, group_exists: bool, generation: int, absent: str) -> str | None:
        return None
