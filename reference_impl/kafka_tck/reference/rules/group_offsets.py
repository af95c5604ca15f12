"""What becomes of the offsets that groups commit, and what a fetch of them is told."""

from collections.abc import Iterable
from typing import Final

from kafka_tck.reference.groups.offset_records import Commit

NO_PRODUCER: Final = -1


class GroupOffsetRules:
    """Source: OffsetMetadataManager, ClassicGroup.validateOffsetCommit, KafkaApis, 4.3."""

    # What may be committed.

    def takes_partition(self, known: bool) -> bool:
        """Offsets are kept of partitions that exist."""
        return known

    def takes_metadata(self, length: int, limit: int) -> bool:
        """`length` in UTF-16 units, as Java counts (offset.metadata.max.bytes)."""
        return length <= limit

    def fault_of_member(self, group_exists: bool, generation: int, absent: str) -> str | None:
        """Why a group without members refuses a commit, or None.

        Whoever names no generation needs no group. `absent` is the error where there is none.
        """
        if generation < 0:
            return None
        return "UNKNOWN_MEMBER_ID" if group_exists else absent

    def pending_of_refused(self, error: str, producer_id: int) -> int | None:
        """The producer for whom a commit that is refused is pending all the same, if any."""
        return None

    def verifies(self) -> bool:
        """Whether the transaction coordinator is asked before a transactional commit is stored."""
        return True

    # What a record and a marker do.

    def is_pending(self, producer_id: int) -> bool:
        """Whether the offset of a record waits for the end of a transaction."""
        return producer_id != NO_PRODUCER

    def replaces(self, new: Commit, old: Commit | None) -> bool:
        """A plain commit replaces what was there, also with a smaller offset."""
        return True

    def takes_effect(self, commit: bool) -> bool:
        """Whether the pending offsets of a transaction that ends are kept."""
        return commit

    def is_later(self, record_offset: int, stored_record_offset: int) -> bool:
        """Whether a pending offset replaces a stored one: the order of their records decides."""
        return record_offset > stored_record_offset

    def ended_by(self, producer_id: int, pending: Iterable[int]) -> list[int]:
        """Whose pending offsets a marker decides; `pending` are the producers that have some."""
        return [producer_id]

    def takes_over(self, pending: bool) -> bool:
        """Whether a new coordinator reads what the one before has written; all of it."""
        return True

    # What a fetch is told.

    def told(self, stored: Commit | None, pending: Commit | None) -> Commit | None:
        """Pending offsets are told to nobody."""
        return stored

    def is_unstable(self, require_stable: bool, pending: bool, pending_in_group: bool) -> bool:
        """Whether a partition is answered UNSTABLE_OFFSET_COMMIT (KIP-447)."""
        return require_stable and pending

    def told_epoch(self, leader_epoch: int) -> int:
        """The leader epoch as it was committed (KIP-320)."""
        return leader_epoch

    def told_metadata(self, metadata: str) -> str:
        return metadata
