"""From record bytes to the facts that the model judges: a reading that trusts nothing."""

import struct

from kafka_tck.model.batch_facts import BatchFacts, End, Payload, RecordBytes
from kafka_tck.model.ledger import Entry
from kafka_tck.wire.batches import HEADER_SIZE, OVERHEAD, BadRecords, Batch, read_records
from kafka_tck.wire.compression import CODEC_NAMES, BadCompression, decompress
from kafka_tck.wire.records import decode_records
from kafka_tck.wire.varints import BadVarint, read_varint

_HEADER = struct.Struct(">qiibIhiqqqhii")
_SMALLEST_LENGTH = 14
_MAGIC_AT = 16
_LARGEST = 2**31 - 1


def read_bytes(data: bytes) -> RecordBytes:
    """The whole batches of these bytes and what follows them.

    Source: ByteBufferLogInputStream.nextBatchSize.
    """
    batches: list[BatchFacts] = []
    at = 0
    while (end := _end_at(data, at)) is None:
        size = OVERHEAD + _length_at(data, at)
        batches.append(_facts(data[at : at + size]))
        at += size
    return RecordBytes(tuple(batches), end)


def _length_at(data: bytes, at: int) -> int:
    return int.from_bytes(data[at + 8 : at + OVERHEAD], signed=True)


def _end_at(data: bytes, at: int) -> End | None:
    """Why no whole batch stands here; None if one does."""
    left = len(data) - at
    if left < OVERHEAD:
        return End.CUT if left else End.NOTHING
    length = _length_at(data, at)
    if length < _SMALLEST_LENGTH:
        return End.CORRUPT
    if left <= _MAGIC_AT:
        return End.CUT
    if data[at + _MAGIC_AT] > 2:
        return End.CORRUPT
    if OVERHEAD + length > _LARGEST:
        return End.OVERFLOWS
    return End.CUT if left < OVERHEAD + length else None


def _facts(data: bytes) -> BatchFacts:
    batch = _batch(data)
    if batch.magic != 2:
        return BatchFacts(len(data), batch.magic)
    payload, plain_size, records = _payload(batch)
    return BatchFacts(
        size=len(data),
        magic=batch.magic,
        base_offset=batch.base_offset,
        crc_is_right=len(data) >= HEADER_SIZE and batch.crc == batch.true_crc,
        codec=batch.codec,
        claims_append_time=batch.log_append_time,
        is_transactional=batch.is_transactional,
        is_control=batch.is_control,
        last_offset_delta=batch.last_offset_delta,
        count=batch.count,
        base_timestamp=batch.base_timestamp,
        max_timestamp=batch.max_timestamp,
        producer_id=batch.producer_id,
        producer_epoch=batch.producer_epoch,
        base_sequence=batch.base_sequence,
        payload=payload,
        plain_size=plain_size,
        records=records,
    )


def _batch(data: bytes) -> Batch:
    """The header as far as it goes, and the rest."""
    fields = _HEADER.unpack_from(data.ljust(HEADER_SIZE, b"\0"))
    values = (*fields, data[HEADER_SIZE:])
    return Batch(*values)


def _payload(batch: Batch) -> tuple[Payload, int, tuple[Entry, ...]]:
    if batch.codec not in CODEC_NAMES:
        return Payload.DOES_NOT_DECOMPRESS, 0, ()
    try:
        plain = decompress(batch.codec, batch.payload)
    except BadCompression:
        return Payload.DOES_NOT_DECOMPRESS, 0, ()
    try:
        records = read_records(batch)
    except BadRecords:
        return _why_unreadable(plain, batch.count), len(plain), ()
    base = batch.base_offset
    entries = (Entry(r.offset - base, r.timestamp, r.key, r.value, r.headers) for r in records)
    return Payload.READABLE, len(plain), tuple(entries)


def _why_unreadable(plain: bytes, count: int) -> Payload:
    """Walks from record to record by their lengths, at most as many as are announced."""
    at = 0
    for _ in range(max(0, count)):
        if at >= len(plain):
            return Payload.WRONG_COUNT
        try:
            length, start = read_varint(plain, at)
            decode_records(plain[at : start + length], 1, base_offset=0, base_timestamp=0)
        except (BadVarint, BadRecords):
            return Payload.WRONG_LENGTHS
        at = start + length
    return Payload.WRONG_COUNT
