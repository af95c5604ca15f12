"""Producer snapshots: the producers of a partition at an offset, in Kafka's file format.

Of each producer only the last batch is kept (requirement D-24).
Source: ProducerStateManager.writeSnapshot and readSnapshot, ProducerSnapshot.json version 1.
"""

import struct
from collections.abc import Iterable
from typing import Final

from crc32c import crc32c

from kafka_tck.reference.log.producers import BatchMark, ProducerEntry

SUFFIX: Final = ".snapshot"

_START: Final = struct.Struct(">hI")
_COUNT: Final = struct.Struct(">i")
_ENTRY: Final = struct.Struct(">qhiqiqiq")
_VERSION: Final = 1


class BadSnapshot(Exception):
    """The file is not a whole snapshot of version 1."""


def write_snapshot(entries: Iterable[ProducerEntry]) -> bytes:
    """The bytes of a snapshot file."""
    packed = [_ENTRY.pack(*_fields(entry)) for entry in entries]
    body = _COUNT.pack(len(packed)) + b"".join(packed)
    return _START.pack(_VERSION, crc32c(body)) + body


def _fields(entry: ProducerEntry) -> tuple[int, ...]:
    last = entry.batches[-1] if entry.batches else None
    return (
        entry.producer_id,
        entry.epoch,
        entry.last_sequence,
        entry.last_data_offset,
        last.offset_delta if last else 0,
        entry.last_timestamp,
        entry.coordinator_epoch,
        -1 if entry.transaction_start is None else entry.transaction_start,
    )


def read_snapshot(data: bytes) -> list[ProducerEntry]:
    """The producers of a snapshot file. Raises `BadSnapshot`."""
    try:
        version, crc = _START.unpack_from(data)
        (count,) = _COUNT.unpack_from(data, _START.size)
    except struct.error:
        raise BadSnapshot("a producer snapshot is cut") from None
    body = data[_START.size :]
    if version != _VERSION or crc != crc32c(body):
        raise BadSnapshot(f"a producer snapshot has version {version} or a wrong crc")
    if len(body) != _COUNT.size + count * _ENTRY.size:
        raise BadSnapshot(f"a producer snapshot of {len(data)} bytes announces {count} entries")
    return [_entry(*fields) for fields in _ENTRY.iter_unpack(body[_COUNT.size :])]


def _entry(
    producer_id: int,
    epoch: int,
    last_sequence: int,
    last_offset: int,
    offset_delta: int,
    timestamp: int,
    coordinator_epoch: int,
    transaction_start: int,
) -> ProducerEntry:
    mark = BatchMark(last_sequence, last_offset, offset_delta, timestamp)
    return ProducerEntry(
        producer_id,
        epoch,
        (mark,) if last_offset >= 0 else (),
        timestamp,
        coordinator_epoch,
        transaction_start if transaction_start >= 0 else None,
    )
