"""Records inside a batch of magic 2: varints, deltas, headers.

Source: org.apache.kafka.common.record.internal.DefaultRecord, 4.3. Reading accepts exactly what
its `readFrom(ByteBuffer)` accepts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kafka_tck.wire.varints import BadVarint, int64, read_varint, read_varlong, write_varint

Headers = tuple[tuple[str, bytes | None], ...]

SMALLEST: Final = 7
"""Bytes of the smallest record: length, attributes, two deltas, two lengths, header count."""

_NULL: Final = write_varint(-1)


@dataclass(frozen=True, slots=True)
class Record:
    """One record with absolute values: timestamp in ms since 1970, offset in the partition.

    A header key that is not UTF-8 is kept with surrogate escapes, so it survives a round trip.
    """

    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp: int = -1
    offset: int = -1
    attributes: int = 0


class BadRecords(Exception):
    """The payload of a batch is not the records that its header announces."""


def encode_record(
    record: Record,
    offset_delta: int,
    timestamp_delta: int,
    *,
    length: int | None = None,
    key_length: int | None = None,
    value_length: int | None = None,
    header_count: int | None = None,
) -> bytes:
    """One record's bytes. The record's own offset and timestamp are not used, the deltas are.

    The last four parameters lie; left out, each has its true value.
    """
    body = b"".join(
        (
            (record.attributes & 0xFF).to_bytes(),
            write_varint(timestamp_delta),
            write_varint(offset_delta),
            _bytes(record.key, key_length),
            _bytes(record.value, value_length),
            write_varint(len(record.headers) if header_count is None else header_count),
            *(_header(key, value) for key, value in record.headers),
        )
    )
    return write_varint(len(body) if length is None else length) + body


def _bytes(value: bytes | None, length: int | None = None) -> bytes:
    if value is None:
        return _NULL if length is None else write_varint(length)
    return write_varint(len(value) if length is None else length) + value


def _header(key: str, value: bytes | None) -> bytes:
    return _bytes(key.encode(errors="surrogateescape")) + _bytes(value)


def decode_records(
    payload: bytes,
    count: int,
    *,
    base_offset: int,
    base_timestamp: int,
    append_time: int | None = None,
) -> list[Record]:
    """All records of an uncompressed payload. Raises `BadRecords`.

    Every record gets `append_time` as its timestamp, if there is one (LogAppendTime).
    """
    if not 0 <= count <= len(payload) // SMALLEST:
        raise BadRecords(f"{len(payload)} bytes cannot hold {count} records")
    records = []
    at = 0
    try:
        for _ in range(count):
            record, at = _read_record(payload, at, base_offset, base_timestamp, append_time)
            records.append(record)
    except BadVarint as error:
        raise BadRecords(str(error)) from None
    if at != len(payload):
        raise BadRecords(f"{len(payload) - at} bytes follow the last of {count} records")
    return records


def _read_record(
    data: bytes, at: int, base_offset: int, base_timestamp: int, append_time: int | None
) -> tuple[Record, int]:
    length, at = read_varint(data, at)
    end = at + length
    if length < 1 or end > len(data):
        raise BadRecords(f"a record announces {length} bytes, {len(data) - at} are left")
    attributes = data[at]
    timestamp_delta, at = read_varlong(data, at + 1)
    offset_delta, at = read_varint(data, at)
    key, at = _read_bytes(data, at)
    value, at = _read_bytes(data, at)
    count, at = read_varint(data, at)
    headers, at = _read_headers(data, at, count) if count else ((), at)
    if at != end:
        raise BadRecords(f"a record announces {length} bytes and has {length + at - end}")
    timestamp = int64(base_timestamp + timestamp_delta) if append_time is None else append_time
    offset = int64(base_offset + offset_delta)
    return Record(key, value, headers, timestamp, offset, attributes), at


def _read_bytes(data: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = read_varint(data, at)
    if length < 0:
        return None, at
    end = at + length
    if end > len(data):
        raise BadRecords(f"a field announces {length} bytes, {len(data) - at} are left")
    return data[at:end], end


def _read_headers(data: bytes, at: int, count: int) -> tuple[Headers, int]:
    if not 0 <= count <= len(data) - at:
        raise BadRecords(f"a record announces {count} headers")
    headers = []
    for _ in range(count):
        key, at = _read_bytes(data, at)
        if key is None:
            raise BadRecords("the key of a header is null")
        value, at = _read_bytes(data, at)
        headers.append((key.decode(errors="surrogateescape"), value))
    return tuple(headers), at


def encode_records(
    records: Sequence[Record], offsets: Sequence[int], *, base_offset: int, base_timestamp: int
) -> bytes:
    """All records one after another, with deltas to the two bases."""
    return b"".join(
        encode_record(record, offset - base_offset, int64(record.timestamp - base_timestamp))
        for record, offset in zip(records, offsets, strict=True)
    )
