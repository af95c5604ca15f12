"""Open transactions: what ends them, and how far those may read who want only what is decided."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.log.producers import ProducerEntry

if TYPE_CHECKING:
    from kafka_tck.reference.log.aborted import Aborted
    from kafka_tck.reference.log.markers import Marker

BUMPS_SINCE: Final = 2
"""The first transaction.version in which the end of a transaction raises the epoch (KIP-890)."""

LAST_EPOCH: Final = 2**15 - 1


class TransactionRules:
    """Source: ProducerAppendInfo, ProducerStateManager, UnifiedLog, TransactionIndex."""

    def may_write_plain(self, entry: ProducerEntry) -> bool:
        """Whether a producer may write outside of its transaction: not while that is open."""
        return entry.transaction_start is None

    def begins_at(self, entry: ProducerEntry, transactional: bool, offset: int) -> int | None:
        """The first offset of the open transaction of a producer who now has a batch there."""
        if entry.transaction_start is not None:
            return entry.transaction_start
        return offset if transactional else None

    def marker_epoch_is_allowed(self, entry: ProducerEntry, epoch: int, version: int) -> bool:
        """Whether a marker of an epoch may come; `version` is its transaction.version.

        From 2 on each transaction has an epoch of its own, and its marker a later one; the same
        epoch is a marker that is repeated, or the last epoch that there is (KIP-1228).
        """
        if version < BUMPS_SINCE or epoch != entry.epoch:
            return epoch >= entry.epoch
        return entry.transaction_start is None or epoch == LAST_EPOCH

    def coordinator_is_present(self, entry: ProducerEntry, coordinator_epoch: int) -> bool:
        """Whether a marker is of the present transaction coordinator, or of a later one."""
        return coordinator_epoch >= entry.coordinator_epoch

    def marker_needs_transaction(self) -> bool:
        """Whether a marker is refused where its producer has no open transaction."""
        return False

    def after_marker(self, entry: ProducerEntry, marker: "Marker") -> ProducerEntry:
        """What is known of a producer when a marker has ended its transaction."""
        return replace(
            entry.of_epoch(marker.epoch),
            last_timestamp=marker.timestamp,
            coordinator_epoch=marker.coordinator_epoch,
            transaction_start=None,
        )

    def lso(self, hw: int, first_unstable: int | None, log_start: int) -> int:
        """The last stable offset: the first that a reader of decided records may not have."""
        return hw if first_unstable is None else min(hw, max(first_unstable, log_start))

    def holds_back(self, marker_offset: int, hw: int) -> bool:
        """Whether a transaction that was ended counts as open still: its marker may get lost."""
        return marker_offset >= hw

    def notes_abort(self, marker: "Marker") -> bool:
        """Whether the end of a transaction gets into the index of aborted ones."""
        return not marker.commit

    def lso_after(self, others: Sequence[int], marker_offset: int) -> int:
        """The last stable offset with a marker, by where the others' open transactions begin."""
        return min(others, default=marker_offset + 1)

    def overlaps(self, entry: "Aborted", start: int, end: int) -> bool:
        """Whether a reader of [start, end) must know of an aborted transaction."""
        return entry.last_offset >= start and entry.first_offset < end

    def is_last_to_ask(self, entry: "Aborted", end: int) -> bool:
        """Whether the entries after this one cannot concern a reader of what is below `end`."""
        return entry.lso >= end

    def looks_for_aborted_further(self) -> bool:
        """Whether later segments are asked too: a marker may be far behind its records."""
        return True

    def reloaded_aborted(self, entries: "Sequence[Aborted]") -> "Sequence[Aborted]":
        """What an index of aborted transactions says is believed when it is opened."""
        return entries
