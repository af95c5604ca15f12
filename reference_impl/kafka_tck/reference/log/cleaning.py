"""What the cleaner keeps of each batch, and how it writes the rest away.

Source: Cleaner.buildOffsetMap, cleanInto and shouldRetainRecord; MemoryRecords.filterTo.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kafka_tck.reference.log.aborted import Spans
from kafka_tck.reference.log.header import read_header
from kafka_tck.reference.log.segment import Segment
from kafka_tck.wire.batches import HEADER_SIZE, OVERHEAD, Batch, Record, make_batch, read_records

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log

_DELETE_HORIZON = 0x40
_KEPT = 0x38
"""The timestamp type, transactional and control bits."""


def aborted_spans(log: "Log") -> Spans:
    """The transactions whose records are cleaned away."""
    if log.rules.counts_aborted():
        return Spans(())
    return Spans(entry for segment in log.segments for entry in segment.aborted)


def latest_offsets(log: "Log", start: int, end: int, aborted: Spans) -> dict[bytes, int]:
    """The last offset of each key in [start, end); markers have no keys in this sense."""
    latest: dict[bytes, int] = {}
    for segment in log.segments.between(start, end):
        for position, header in segment.headers(segment.index.lookup(start)):
            if header.is_control or aborted.hold(header):
                continue
            for record in read_records(segment.batch(position, header.size)):
                if record.key is None or record.offset < start:
                    continue
                if log.rules.supersedes(record, latest.get(record.key)):
                    latest[record.key] = record.offset
    return latest


@dataclass(frozen=True)
class Cleaning:
    """One round of cleaning: the latest offsets of the dirty keys, and where the round ends.

    The markers of transactions all stay, and what indexes know of the aborted ones.
    """

    log: "Log"
    latest: dict[bytes, int]
    end: int
    aborted: Spans

    def clean_into(self, source: Segment, target: Segment) -> None:
        """Copies what stays of a segment to the end of another."""
        for position, header in source.headers():
            kept = self.cleaned(source.batch(position, header.size))
            if kept is not None:
                data = kept.encode()
                target.append(data, [read_header(data)], self.log.now)
        for entry in source.aborted:
            target.aborted.append(entry)

    def cleaned(self, batch: Batch) -> Batch | None:
        """The batch with what stays of it; without records if only its header is needed."""
        records = read_records(batch)
        kept = [record for record in records if self._stays(batch, record)]
        if not kept:
            return _emptied(batch) if self._header_stays(batch) else None
        sets_horizon = _has_tombstone(kept) and not batch.delete_horizon
        if len(kept) == len(records) and not sets_horizon:
            return batch
        horizon = self.log.rules.horizon_of(self.log.now, self.log.config)
        kept = self.log.rules.as_kept(kept)
        return _with_records(batch, kept, horizon if sets_horizon else _horizon_of(batch))

    def _stays(self, batch: Batch, record: Record) -> bool:
        if record.offset >= self.end or batch.is_control:
            return True
        if record.key is None or self.aborted.hold(batch):
            return False
        rules = self.log.rules
        return rules.is_latest(record.offset, self.latest.get(record.key)) and rules.keeps_value(
            record, _horizon_of(batch), self.log.now
        )

    def _header_stays(self, batch: Batch) -> bool:
        entry = self.log.producers.get(batch.producer_id) if batch.producer_id >= 0 else None
        return self.log.rules.keeps_empty_for_producer(
            batch, entry
        ) or self.log.rules.keeps_empty_for_end(batch, self.end)


def _has_tombstone(records: list[Record]) -> bool:
    return any(record.value is None for record in records)


def _horizon_of(batch: Batch) -> int | None:
    """With the horizon bit, the base timestamp says until when tombstones stay (KIP-534)."""
    return batch.base_timestamp if batch.delete_horizon else None


def _emptied(batch: Batch) -> Batch:
    """The header alone: offsets, producer and epochs (DefaultRecordBatch.writeEmptyHeader)."""
    return replace(
        batch,
        length=HEADER_SIZE - OVERHEAD,
        attributes=batch.attributes & _KEPT,
        base_timestamp=-1,
        count=0,
        payload=b"",
    ).with_true_crc()


def _with_records(batch: Batch, kept: list[Record], horizon: int | None) -> Batch:
    """The batch with fewer records, or another horizon; offsets and times stay."""
    plain = [replace(record, attributes=0) for record in kept]
    written = make_batch(
        plain,
        codec=batch.codec,
        base_offset=batch.base_offset,
        leader_epoch=batch.leader_epoch,
        producer_id=batch.producer_id,
        producer_epoch=batch.producer_epoch,
        base_sequence=batch.base_sequence,
        attributes=(batch.attributes & _KEPT) | (0 if horizon is None else _DELETE_HORIZON),
        base_timestamp=horizon,
        max_timestamp=batch.max_timestamp if batch.log_append_time else None,
    )
    return replace(written, last_offset_delta=batch.last_offset_delta).with_true_crc()
