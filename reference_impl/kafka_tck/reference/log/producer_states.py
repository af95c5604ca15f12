"""The producers of one partition, and their transactions.

Source: ProducerStateManager, ProducerAppendInfo.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kafka_tck.reference.log.aborted import Aborted
from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.header import Header, last_sequence
from kafka_tck.reference.log.markers import Marker, read_marker
from kafka_tck.reference.log.origin import Origin
from kafka_tck.reference.log.producers import BatchMark, ProducerEntry
from kafka_tck.reference.log.refusal import Refusal
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.segment import file_name
from kafka_tck.reference.log.snapshots import (
    SUFFIX,
    BadSnapshot,
    read_snapshot,
    write_snapshot,
)
from kafka_tck.reference.log.storage import Directory
from kafka_tck.wire.batches import Batch


class ProducerStates:
    """What is known of each producer id, up to `end_offset`, and the snapshots of it on disk."""

    def __init__(self, directory: Directory, rules: LogRules) -> None:
        self._directory = directory
        self._rules = rules
        self._entries: dict[int, ProducerEntry] = {}
        self._open: dict[int, int] = {}
        """Where the open transaction of a producer begins."""
        self._ended: dict[int, int] = {}
        """Where the marker is of a transaction, by where that begins: the HW is not past it."""
        self.end_offset = 0
        self._snapshot_offset = 0

    @property
    def entries(self) -> Mapping[int, ProducerEntry]:
        return MappingProxyType(self._entries)

    def get(self, producer_id: int) -> ProducerEntry | None:
        return self._entries.get(producer_id)

    def duplicate_of(self, batch: Batch) -> BatchMark | None:
        """The remembered batch that this one repeats."""
        entry = self._entries.get(batch.producer_id)
        return None if entry is None else self._rules.duplicate_of(entry, batch)

    def open_transaction(self, producer_id: int) -> int | None:
        """The first offset of a producer's open transaction."""
        return self._open.get(producer_id)

    def is_open(self, producer_id: int, epoch: int) -> bool:
        """Whether a producer has a transaction open in just this epoch."""
        entry = self._entries.get(producer_id)
        return producer_id in self._open and entry is not None and entry.epoch == epoch

    def is_stale(self, producer_id: int, epoch: int) -> bool:
        """Whether a later epoch of a producer has been seen."""
        entry = self._entries.get(producer_id)
        return entry is not None and not self._rules.epoch_is_allowed(entry, epoch)

    def first_unstable(self, hw: int) -> int | None:
        """The first offset of the transactions that are open, or were ended at or after the HW."""
        held = (at for at, marker in self._ended.items() if self._rules.holds_back(marker, hw))
        return min((*self._open.values(), *held), default=None)

    def committed_to(self, hw: int) -> None:
        """The HW has moved: the transactions whose markers it has passed are over for good."""
        self._ended = {
            start: marker
            for start, marker in self._ended.items()
            if self._rules.holds_back(marker, hw)
        }

    def check(self, batch: Batch, origin: Origin) -> None:
        """Refuses what the state of its producer does not allow, and changes nothing."""
        entry = self._entries.get(batch.producer_id, ProducerEntry(batch.producer_id))
        if batch.is_control:
            marker = read_marker(batch)
            if marker is not None:
                self._check_marker(entry, marker, origin.transaction_version)
            return
        self._check_epoch(entry, batch)
        if origin.from_client:
            self._check_sequence(entry, batch, origin.produce_version)
        if not batch.is_transactional and not self._rules.may_write_plain(entry):
            raise Refusal(
                "INVALID_TXN_STATE",
                f"producer {batch.producer_id} has a transaction open since offset "
                f"{entry.transaction_start}, and this batch is not part of it",
            )

    def _check_marker(self, entry: ProducerEntry, marker: Marker, version: int) -> None:
        rules = self._rules
        if not rules.marker_epoch_is_allowed(entry, marker.epoch, version):
            raise Refusal(
                "INVALID_PRODUCER_EPOCH",
                f"a marker of epoch {marker.epoch} of producer {marker.producer_id}, "
                f"whose last seen epoch is {entry.epoch}",
            )
        if not rules.coordinator_is_present(entry, marker.coordinator_epoch):
            raise Refusal(
                "TRANSACTION_COORDINATOR_FENCED",
                f"a marker of coordinator epoch {marker.coordinator_epoch} after one of "
                f"{entry.coordinator_epoch}",
            )
        if entry.transaction_start is None and rules.marker_needs_transaction():
            raise Refusal("INVALID_TXN_STATE", "a marker where no transaction is open")

    def _check_epoch(self, entry: ProducerEntry, batch: Batch) -> None:
        if not self._rules.epoch_is_allowed(entry, batch.producer_epoch):
            raise Refusal(
                "INVALID_PRODUCER_EPOCH",
                f"epoch {batch.producer_epoch} of producer {batch.producer_id}, "
                f"which is smaller than the last seen epoch {entry.epoch}",
            )

    def _check_sequence(self, entry: ProducerEntry, batch: Batch, version: int) -> None:
        if not self._is_in_sequence(entry, batch, version):
            if self._rules.counts_refused_batches():
                self._put(self._after(batch))
            raise Refusal(
                "OUT_OF_ORDER_SEQUENCE_NUMBER",
                f"producer {batch.producer_id} sends sequence {batch.base_sequence} of epoch "
                f"{batch.producer_epoch} after {entry.last_sequence} of {entry.epoch}",
            )

    def _is_in_sequence(self, entry: ProducerEntry, batch: Batch, version: int) -> bool:
        begins_late = batch.is_transactional and batch.base_sequence != 0
        if begins_late and not self._rules.may_resume_anywhere(entry, version):
            return False
        if self._rules.may_start_anywhere(entry):
            return True
        if batch.producer_epoch != entry.epoch:
            return self._rules.starts_new_epoch(batch.base_sequence)
        return self._rules.follows(entry.last_sequence, batch.base_sequence)

    def note(self, batch: Header | Batch) -> Aborted | None:
        """Takes a batch into account that is in the log; a control batch comes whole.

        Returns what the index of aborted transactions must hold, if one ends so.
        """
        aborted = None
        if batch.producer_id >= 0 and not batch.is_control:
            self._put(self._after(batch))
        elif batch.producer_id >= 0 and isinstance(batch, Batch):
            marker = read_marker(batch)
            aborted = None if marker is None else self._end(marker)
        self.end_offset = batch.last_offset + 1
        return aborted

    def _put(self, entry: ProducerEntry) -> None:
        self._entries[entry.producer_id] = entry
        if entry.transaction_start is None:
            self._open.pop(entry.producer_id, None)
        else:
            self._open[entry.producer_id] = entry.transaction_start

    def _end(self, marker: Marker) -> Aborted | None:
        """A marker ends its producer's transaction, if one is open."""
        entry = self._entries.get(marker.producer_id, ProducerEntry(marker.producer_id))
        self._put(self._rules.after_marker(entry, marker))
        start = entry.transaction_start
        if start is None:
            return None
        self._ended[start] = marker.offset
        if not self._rules.notes_abort(marker):
            return None
        others = [at for other, at in self._open.items() if other != marker.producer_id]
        lso = self._rules.lso_after(others, marker.offset)
        return Aborted(marker.producer_id, start, marker.offset, lso)

    def _after(self, header: Header | Batch) -> ProducerEntry:
        known = self._entries.get(header.producer_id, ProducerEntry(header.producer_id))
        entry = known.of_epoch(header.producer_epoch)
        mark = BatchMark(
            last_sequence(header.base_sequence, header.last_offset_delta),
            header.last_offset,
            header.last_offset_delta,
            header.max_timestamp,
        )
        start = self._rules.begins_at(known, header.is_transactional, header.base_offset)
        return replace(
            entry,
            batches=self._rules.remembered((*entry.batches, mark)),
            last_timestamp=header.max_timestamp,
            transaction_start=start,
        )

    def expire(self, now: int, config: LogConfig) -> None:
        """Forgets the producers that have been silent for too long."""
        self._entries = {
            producer_id: entry
            for producer_id, entry in self._entries.items()
            if not self._rules.producer_is_expired(entry, now, config)
        }

    def is_empty(self) -> bool:
        return not self._entries and not self._ended

    def _forget_all(self) -> None:
        self._entries, self._open, self._ended = {}, {}, {}

    def snapshot_offsets(self) -> list[int]:
        """The offsets of the snapshots on disk, ascending."""
        names = self._directory.names()
        return [int(name[: -len(SUFFIX)]) for name in names if name.endswith(SUFFIX)]

    def take_snapshot(self) -> None:
        """Writes the state at `end_offset`, unless a snapshot says the same."""
        if self.end_offset > self._snapshot_offset:
            name = file_name(self.end_offset, SUFFIX)
            self._directory.store(name, write_snapshot(self._entries.values()))
            self._snapshot_offset = self.end_offset

    def remove_snapshots(self, offsets: Iterable[int]) -> None:
        for offset in offsets:
            self._directory.remove(file_name(offset, SUFFIX))

    def remove_strays(self, bases: Sequence[int]) -> None:
        """Removes the snapshots that no segment begins at, but one after all of them."""
        strays = [at for at in self.snapshot_offsets() if at not in bases]
        self.remove_snapshots(at for at in strays if at != strays[-1] or at < max(bases))

    def log_start_rose(self, log_start: int) -> None:
        self.end_offset = max(self.end_offset, log_start)
        self._snapshot_offset = max(self.snapshot_offsets(), default=log_start)

    def clear(self, offset: int) -> None:
        """Forgets everything, the snapshots too; the log begins again at an offset."""
        self._forget_all()
        self.remove_snapshots(self.snapshot_offsets())
        self.end_offset, self._snapshot_offset = offset, 0

    def reload(self, log_start: int, leo: int, now: int, config: LogConfig) -> None:
        """Goes back to the newest snapshot within the log (truncateAndReload)."""
        outside = [at for at in self.snapshot_offsets() if not log_start < at <= leo]
        self.remove_snapshots(outside)
        if leo == self.end_offset:
            self.log_start_rose(log_start)
            return
        self._forget_all()
        self._load(log_start, now, config)

    def _load(self, log_start: int, now: int, config: LogConfig) -> None:
        for offset in reversed(self.snapshot_offsets()):
            data = self._directory.load(file_name(offset, SUFFIX))
            try:
                entries = self._rules.reloaded(read_snapshot(data or b""))
            except BadSnapshot:
                self.remove_snapshots([offset])
                continue
            for entry in entries:
                self._put(entry)
            self.expire(now, config)
            self.end_offset = self._snapshot_offset = offset
            return
        self.end_offset = self._snapshot_offset = log_start
