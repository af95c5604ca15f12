"""The message formats before magic 2: told apart, and written, so that a broker can be tried.

Source: org.apache.kafka.common.record.internal.LegacyRecord, 4.3.
"""

import struct
import zlib
from typing import Final

_MAGIC_AT: Final = 16


class BadBatch(Exception):
    """These bytes do not start a whole batch of magic 2."""


def magic_of(data: bytes, at: int = 0) -> int:
    """The magic of the batch or message set at a position; nothing else is read.

    It is byte 16 in all versions. Raises `BadBatch` if the bytes end before it.
    """
    if len(data) - at <= _MAGIC_AT:
        raise BadBatch("the bytes end before the magic")
    return int.from_bytes(data[at + _MAGIC_AT : at + _MAGIC_AT + 1], signed=True)


def make_message(
    magic: int,
    key: bytes | None,
    value: bytes | None,
    *,
    offset: int = 0,
    timestamp: int = -1,
    attributes: int = 0,
) -> bytes:
    """One honest message of magic 0 (which has no timestamp) or 1, uncompressed."""
    stamp = struct.pack(">q", timestamp) if magic == 1 else b""
    body = struct.pack(">bb", magic, attributes) + stamp + _sized(key) + _sized(value)
    return struct.pack(">qiI", offset, 4 + len(body), zlib.crc32(body)) + body


def _sized(value: bytes | None) -> bytes:
    return struct.pack(">i", -1) if value is None else struct.pack(">i", len(value)) + value
