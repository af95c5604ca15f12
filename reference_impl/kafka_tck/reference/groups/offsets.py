"""The offsets of groups: what the records of one partition of `__consumer_offsets` add up to.

A pure fold: batches go in, in the order of the log. An offset with a producer id waits for the
marker of its transaction. A commit marker lets it replace what is stored only if its record is the
later one; an abort marker drops it. So a new coordinator that reads the log again knows the same.
Source: OffsetMetadataManager.replay, replayEndTransactionMarker, 4.3.
"""

from dataclasses import dataclass

from kafka_tck.reference.groups.offset_records import (
    Commit,
    OffsetKey,
    read_commit,
    read_key,
)
from kafka_tck.reference.log.markers import read_marker
from kafka_tck.reference.rules.group_offsets import GroupOffsetRules
from kafka_tck.wire.batches import Batch, Record, read_records


@dataclass(frozen=True, slots=True)
class Stored:
    """A commit, and the offset of its record in the log."""

    commit: Commit
    record_offset: int


class GroupOffsets:
    """`stored` are the committed offsets; `pending` those of open transactions, by producer id."""

    def __init__(self, rules: GroupOffsetRules) -> None:
        self._rules = rules
        self.stored: dict[OffsetKey, Stored] = {}
        self.pending: dict[int, dict[OffsetKey, Stored]] = {}

    # What the log says.

    def replay(self, batch: Batch) -> None:
        """One more batch of the log, data or marker."""
        if not batch.is_control:
            for record in read_records(batch):
                self._take(record, batch.producer_id)
            return
        marker = read_marker(batch)
        if marker is not None:
            self._end(marker.producer_id, marker.commit)

    def _take(self, record: Record, producer_id: int) -> None:
        key = read_key(record.key or b"")
        if isinstance(key, OffsetKey) and record.value is None:
            self._forget(key)
        elif isinstance(key, OffsetKey) and record.value is not None:
            self.take(key, Stored(read_commit(record.value), record.offset), producer_id)

    def take(self, key: OffsetKey, stored: Stored, producer_id: int) -> None:
        """An offset was committed, or is pending."""
        if self._rules.is_pending(producer_id):
            self.pending.setdefault(producer_id, {})[key] = stored
        else:
            if self._rules.replaces(stored.commit, _commit_of(self.stored.get(key))):
                self.stored[key] = stored

    def _forget(self, key: OffsetKey) -> None:
        self.stored.pop(key, None)
        for offsets in self.pending.values():
            offsets.pop(key, None)

    def _end(self, producer_id: int, commit: bool) -> None:
        for ended in self._rules.ended_by(producer_id, self.pending):
            offsets = self.pending.pop(ended, {})
            if self._rules.takes_effect(commit):
                self._apply(offsets)

    def _apply(self, offsets: dict[OffsetKey, Stored]) -> None:
        for key, pending in offsets.items():
            old = self.stored.get(key)
            if old is None or self._rules.is_later(pending.record_offset, old.record_offset):
                self.stored[key] = pending

    # What can be asked.

    def committed(self, key: OffsetKey) -> Commit | None:
        stored, pending = self.stored.get(key), self._pending_of(key)
        return self._rules.told(_commit_of(stored), _commit_of(pending))

    def is_pending(self, key: OffsetKey) -> bool:
        """Whether a transaction that has not ended has committed an offset here."""
        return self._pending_of(key) is not None

    def has_pending(self, group: str) -> bool:
        return any(key.group == group for offsets in self.pending.values() for key in offsets)

    def has(self, key: OffsetKey) -> bool:
        """Whether there is an offset of it, committed or pending."""
        return key in self.stored or self.is_pending(key)

    def all_keys(self) -> list[OffsetKey]:
        """Of all groups, what has an offset, committed or pending."""
        found = dict.fromkeys(self.stored)
        for offsets in self.pending.values():
            found |= dict.fromkeys(offsets)
        return list(found)

    def keys_of(self, group: str) -> list[OffsetKey]:
        """The partitions that the group has committed offsets of."""
        return [key for key in self.stored if key.group == group]

    def _pending_of(self, key: OffsetKey) -> Stored | None:
        """The latest of them."""
        found = [offsets[key] for offsets in self.pending.values() if key in offsets]
        return max(found, key=lambda stored: stored.record_offset, default=None)


def _commit_of(stored: Stored | None) -> Commit | None:
    return None if stored is None else stored.commit
