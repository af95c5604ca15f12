"""Record batches of magic 2: every field readable as it is, every field forgeable.

An honest batch comes from `make_batch`. A forged one is the honest one with a field replaced:
`dataclasses.replace(batch, count=7).with_true_crc().encode()`.
Source: org.apache.kafka.common.record.internal.DefaultRecordBatch, 4.3.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from crc32c import crc32c

from kafka_tck.wire.compression import LIMIT, BadCompression, compress, decompress
from kafka_tck.wire.legacy import BadBatch, magic_of, make_message
from kafka_tck.wire.records import (
    BadRecords,
    Record,
    decode_records,
    encode_record,
    encode_records,
)

__all__ = [
    "HEADER_SIZE",
    "OVERHEAD",
    "BadBatch",
    "BadCompression",
    "BadRecords",
    "Batch",
    "Record",
    "encode_record",
    "magic_of",
    "make_batch",
    "make_message",
    "read_batch",
    "read_records",
    "split_batches",
]

HEADER_SIZE: Final = 61
"""Bytes of a batch before its records."""

OVERHEAD: Final = 12
"""Bytes that the length field does not count: the base offset and the length itself."""

_HEADER: Final = struct.Struct(">qiibIhiqqqhii")
_CHECKED: Final = struct.Struct(">hiqqqhii")

_CODEC: Final = 0x07
_LOG_APPEND_TIME: Final = 0x08
TRANSACTIONAL: Final = 0x10
_CONTROL: Final = 0x20
_DELETE_HORIZON: Final = 0x40


@dataclass(frozen=True, slots=True)
class Batch:
    """The 61 header bytes field by field, and the payload: record bytes, maybe compressed."""

    base_offset: int
    length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    count: int
    payload: bytes

    @property
    def codec(self) -> int:
        return self.attributes & _CODEC

    @property
    def log_append_time(self) -> bool:
        return bool(self.attributes & _LOG_APPEND_TIME)

    @property
    def is_transactional(self) -> bool:
        return bool(self.attributes & TRANSACTIONAL)

    @property
    def is_control(self) -> bool:
        return bool(self.attributes & _CONTROL)

    @property
    def delete_horizon(self) -> bool:
        return bool(self.attributes & _DELETE_HORIZON)

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def size(self) -> int:
        """Bytes of the whole batch, as its length field says."""
        return OVERHEAD + self.length

    @property
    def true_crc(self) -> int:
        """CRC-32C of everything from the attributes to the end."""
        checked = _CHECKED.pack(
            self.attributes,
            self.last_offset_delta,
            self.base_timestamp,
            self.max_timestamp,
            self.producer_id,
            self.producer_epoch,
            self.base_sequence,
            self.count,
        )
        return int(crc32c(self.payload, crc32c(checked)))

    def encode(self) -> bytes:
        """Exactly these fields; nothing is corrected. struct.error if one does not fit."""
        return (
            _HEADER.pack(
                self.base_offset,
                self.length,
                self.leader_epoch,
                self.magic,
                self.crc,
                self.attributes,
                self.last_offset_delta,
                self.base_timestamp,
                self.max_timestamp,
                self.producer_id,
                self.producer_epoch,
                self.base_sequence,
                self.count,
            )
            + self.payload
        )

    def with_true_crc(self) -> "Batch":
        """The same batch with its crc, and nothing else, computed again."""
        return replace(self, crc=self.true_crc)

    def with_payload(self, payload: bytes) -> "Batch":
        """The same batch with other record bytes; length and crc follow, the count does not."""
        length = HEADER_SIZE - OVERHEAD + len(payload)
        return replace(self, payload=payload, length=length).with_true_crc()


def make_batch(
    records: Sequence[Record],
    *,
    codec: int = 0,
    base_offset: int = 0,
    leader_epoch: int = -1,
    producer_id: int = -1,
    producer_epoch: int = -1,
    base_sequence: int = -1,
    attributes: int = 0,
    base_timestamp: int | None = None,
    max_timestamp: int | None = None,
) -> Batch:
    """An honest batch. `attributes` are or'ed with the codec.

    A record without an offset (-1) follows the one before it. The base timestamp is the first
    record's and the maximum the records' own, unless given.
    """
    offsets = _offsets(records, base_offset)
    if base_timestamp is None:
        base_timestamp = records[0].timestamp if records else -1
    if max_timestamp is None:
        max_timestamp = max((record.timestamp for record in records), default=-1)
    plain = encode_records(records, offsets, base_offset=base_offset, base_timestamp=base_timestamp)
    payload = compress(codec, plain)
    return Batch(
        base_offset=base_offset,
        length=HEADER_SIZE - OVERHEAD + len(payload),
        leader_epoch=leader_epoch,
        magic=2,
        crc=0,
        attributes=attributes | codec,
        last_offset_delta=offsets[-1] - base_offset if offsets else 0,
        base_timestamp=base_timestamp,
        max_timestamp=max_timestamp,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        base_sequence=base_sequence,
        count=len(records),
        payload=payload,
    ).with_true_crc()


def _offsets(records: Sequence[Record], base_offset: int) -> list[int]:
    offsets: list[int] = []
    following = base_offset
    for record in records:
        offsets.append(following if record.offset == -1 else record.offset)
        following = offsets[-1] + 1
    return offsets


def read_batch(data: bytes, at: int = 0) -> Batch:
    """The batch that starts at a position; its crc is not checked.

    Raises `BadBatch` if the magic is not 2, the length is too small for a header, or the bytes
    end before the batch does.
    """
    magic = magic_of(data, at)
    if magic != 2:
        raise BadBatch(f"magic {magic}")
    if len(data) - at < HEADER_SIZE:
        raise BadBatch("the header of a batch is cut")
    fields = _HEADER.unpack_from(data, at)
    length = fields[1]
    if length < HEADER_SIZE - OVERHEAD:
        raise BadBatch(f"a batch announces a length of {length}")
    if len(data) - at < OVERHEAD + length:
        raise BadBatch(f"a batch announces a length of {length} and is cut")
    values = (*fields, bytes(data[at + HEADER_SIZE : at + OVERHEAD + length]))
    return Batch(*values)


def split_batches(data: bytes) -> list[Batch]:
    """The whole batches in order; an incomplete one at the end is left out, as Kafka does.

    Raises `BadBatch` for a magic other than 2 or a length too small for a header.
    """
    batches: list[Batch] = []
    at = 0
    while (size := _announced_size(data, at)) is not None and at + size <= len(data):
        batches.append(read_batch(data, at))
        at += size
    return batches


def _announced_size(data: bytes, at: int) -> int | None:
    if len(data) - at < OVERHEAD:
        return None
    length = int.from_bytes(data[at + 8 : at + OVERHEAD], signed=True)
    if length < HEADER_SIZE - OVERHEAD:
        raise BadBatch(f"a batch announces a length of {length}")
    return OVERHEAD + length


def read_records(batch: Batch, limit: int = LIMIT) -> list[Record]:
    """The records with absolute offsets and timestamps; at most `limit` uncompressed bytes.

    Raises `BadRecords` if the payload does not decompress or is not `count` whole records.
    """
    if batch.count == 0 and not batch.payload:
        return []  # what compaction leaves of a batch, whatever its codec
    try:
        plain = decompress(batch.codec, batch.payload, limit)
    except BadCompression as error:
        raise BadRecords(str(error)) from None
    return decode_records(
        plain,
        batch.count,
        base_offset=batch.base_offset,
        base_timestamp=batch.base_timestamp,
        append_time=batch.max_timestamp if batch.log_append_time else None,
    )
