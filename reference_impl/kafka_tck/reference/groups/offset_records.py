"""Records of `__consumer_offsets` about committed offsets, in Kafka's own bytes.

A key says group, topic and partition; a value what was committed. No value: the offset is gone. A
key of version 2 is a whole group's; here only its end (no value) means something.
Source: OffsetCommitKey.json (0-1), OffsetCommitValue.json (0-4), GroupMetadataKey.json (2), 4.3.
"""

import struct
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kafka_tck.wire.messages import ZERO_ID
from kafka_tck.wire.varints import read_uvarint, write_uvarint

NO_EXPIRY: Final = -1

_OFFSET_KEY: Final = 1
_GROUP_KEY: Final = 2
_WITH_EXPIRY: Final = 1
_NEWEST: Final = 4
_WITH_EPOCH: Final = 3
_TOPIC_ID_TAG: Final = 0


@dataclass(frozen=True, slots=True)
class OffsetKey:
    """Whose offset, and of which partition."""

    group: str
    topic: str
    partition: int

    def encode(self) -> bytes:
        head = struct.pack(">h", _OFFSET_KEY) + _text(self.group) + _text(self.topic)
        return head + struct.pack(">i", self.partition)


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A group as a whole."""

    group: str

    def encode(self) -> bytes:
        return struct.pack(">h", _GROUP_KEY) + _text(self.group)


@dataclass(frozen=True, slots=True)
class Commit:
    """What was committed; times are ms since 1970. Leader epoch -1 and a zero id: not told."""

    offset: int
    leader_epoch: int
    metadata: str
    committed_at: int
    expires_at: int = NO_EXPIRY
    topic_id: UUID = ZERO_ID

    def encode(self) -> bytes:
        """Version 1 if the client has said when it expires, else the newest."""
        if self.expires_at != NO_EXPIRY:
            head = struct.pack(">hq", _WITH_EXPIRY, self.offset) + _text(self.metadata)
            return head + struct.pack(">qq", self.committed_at, self.expires_at)
        metadata = self.metadata.encode()
        head = struct.pack(">hqi", _NEWEST, self.offset, self.leader_epoch)
        head += write_uvarint(len(metadata) + 1) + metadata + struct.pack(">q", self.committed_at)
        if self.topic_id == ZERO_ID:
            return head + write_uvarint(0)
        return head + bytes((1, _TOPIC_ID_TAG, 16)) + self.topic_id.bytes


def read_key(data: bytes) -> OffsetKey | GroupKey | None:
    """None for a key of a version that says nothing about offsets."""
    (version,) = struct.unpack_from(">h", data)
    group, at = _read_text(data, 2)
    if version == _GROUP_KEY:
        return GroupKey(group)
    if version > _OFFSET_KEY:
        return None
    topic, at = _read_text(data, at)
    return OffsetKey(group, topic, *struct.unpack_from(">i", data, at))


def read_commit(data: bytes) -> Commit:
    """Versions 0-4. struct.error or IndexError if the bytes are cut."""
    version, offset = struct.unpack_from(">hq", data)
    at, leader_epoch = 10, -1
    if version >= _WITH_EPOCH:
        (leader_epoch,) = struct.unpack_from(">i", data, at)
        at += 4
    metadata, at = _read_text(data, at, compact=version >= _NEWEST)
    (committed_at,) = struct.unpack_from(">q", data, at)
    at += 8
    expires_at, topic_id = NO_EXPIRY, ZERO_ID
    if version == _WITH_EXPIRY:
        (expires_at,) = struct.unpack_from(">q", data, at)
    elif version >= _NEWEST:
        topic_id = _read_topic_id(data, at)
    return Commit(offset, leader_epoch, metadata, committed_at, expires_at, topic_id)


def _read_topic_id(data: bytes, at: int) -> UUID:
    """The topic id among the tagged fields; zero if it is not there."""
    count, at = read_uvarint(data, at)
    for _ in range(count):
        tag, at = read_uvarint(data, at)
        size, at = read_uvarint(data, at)
        if tag == _TOPIC_ID_TAG:
            return UUID(bytes=data[at : at + size])
        at += size
    return ZERO_ID


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def _read_text(data: bytes, at: int, *, compact: bool = False) -> tuple[str, int]:
    if compact:
        length, at = read_uvarint(data, at)
        length -= 1
    else:
        (length,) = struct.unpack_from(">h", data, at)
        at += 2
    return data[at : at + length].decode(), at + length
