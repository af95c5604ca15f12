"""The producers of one partition. Source: ProducerStateManager, ProducerAppendInfo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.header import Header, last_sequence
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

    def check(self, batch: Batch, from_client: bool) -> None:
        """Refuses a batch of an old epoch, and, from a client, one out of sequence."""
        entry = self._entries.get(batch.producer_id, ProducerEntry(batch.producer_id))
        if not self._rules.epoch_is_allowed(entry, batch.producer_epoch):
            raise Refusal(
                "INVALID_PRODUCER_EPOCH",
                f"epoch {batch.producer_epoch} of producer {batch.producer_id}, "
                f"which is smaller than the last seen epoch {entry.epoch}",
            )
        if from_client and not self._is_in_sequence(entry, batch):
            if self._rules.counts_refused_batches():
                self._entries[batch.producer_id] = self._after(batch)
            raise Refusal(
                "OUT_OF_ORDER_SEQUENCE_NUMBER",
                f"producer {batch.producer_id} sends sequence {batch.base_sequence} of epoch "
                f"{batch.producer_epoch} after {entry.last_sequence} of {entry.epoch}",
            )

    def _is_in_sequence(self, entry: ProducerEntry, batch: Batch) -> bool:
        if self._rules.may_start_anywhere(entry):
            return True
        if batch.producer_epoch != entry.epoch:
            return self._rules.starts_new_epoch(batch.base_sequence)
        return self._rules.follows(entry.last_sequence, batch.base_sequence)

    def note(self, header: Header | Batch) -> None:
        """Takes a batch into account that is in the log."""
        if header.producer_id >= 0:
            self._entries[header.producer_id] = self._after(header)
        self.end_offset = header.last_offset + 1

    def _after(self, header: Header | Batch) -> ProducerEntry:
        known = self._entries.get(header.producer_id, ProducerEntry(header.producer_id))
        entry = known.of_epoch(header.producer_epoch)
        mark = BatchMark(
            last_sequence(header.base_sequence, header.last_offset_delta),
            header.last_offset,
            header.last_offset_delta,
            header.max_timestamp,
        )
        marks = self._rules.remembered((*entry.batches, mark))
        return replace(entry, batches=marks, last_timestamp=header.max_timestamp)

    def expire(self, now: int, config: LogConfig) -> None:
        """Forgets the producers that have been silent for too long."""
        self._entries = {
            producer_id: entry
            for producer_id, entry in self._entries.items()
            if not self._rules.producer_is_expired(entry, now, config)
        }

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
        self._entries = {}
        self.remove_snapshots(self.snapshot_offsets())
        self.end_offset, self._snapshot_offset = offset, 0

    def reload(self, log_start: int, leo: int, now: int, config: LogConfig) -> None:
        """Goes back to the newest snapshot within the log (truncateAndReload)."""
        outside = [at for at in self.snapshot_offsets() if not log_start < at <= leo]
        self.remove_snapshots(outside)
        if leo == self.end_offset:
            self.log_start_rose(log_start)
            return
        self._entries = {}
        self._load(log_start, now, config)

    def _load(self, log_start: int, now: int, config: LogConfig) -> None:
        for offset in reversed(self.snapshot_offsets()):
            data = self._directory.load(file_name(offset, SUFFIX))
            try:
                entries = self._rules.reloaded(read_snapshot(data or b""))
            except BadSnapshot:
                self.remove_snapshots([offset])
                continue
            self._entries = {entry.producer_id: entry for entry in entries}
            self.expire(now, config)
            self.end_offset = self._snapshot_offset = offset
            return
        self.end_offset = self._snapshot_offset = log_start
