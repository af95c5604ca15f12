"""What consumers of the classic protocol write into JoinGroup, and read out of SyncGroup.

Source: ConsumerProtocolSubscription, ConsumerProtocolAssignment, 4.3 (version 1 of each).
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final

_VERSION: Final = 1
_NO_DATA: Final = struct.pack(">i", -1)

ByTopic = Mapping[str, list[int]]
"""Partitions by the real names of their topics."""


def subscription(topics: Iterable[str], owned: ByTopic) -> bytes:
    """Which topics a member wants, and what it has."""
    names = sorted(topics)
    wanted = struct.pack(">hi", _VERSION, len(names)) + b"".join(map(_text, names))
    return wanted + _NO_DATA + _partitions(owned)


def assignment(given: ByTopic) -> bytes:
    """What a leader gives to a member."""
    return struct.pack(">h", _VERSION) + _partitions(given) + _NO_DATA


def read_assignment(data: bytes) -> dict[str, list[int]]:
    """What a member is given; nothing, if there are no bytes at all."""
    if not data:
        return {}
    (count,) = struct.unpack_from(">i", data, 2)
    given, at = {}, 6
    for _ in range(count):
        (length,) = struct.unpack_from(">h", data, at)
        topic = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        (many,) = struct.unpack_from(">i", data, at)
        given[topic] = list(struct.unpack_from(f">{many}i", data, at + 4))
        at += 4 + 4 * many
    return given


def _partitions(by_topic: ByTopic) -> bytes:
    out = struct.pack(">i", len(by_topic))
    for topic, indexes in sorted(by_topic.items()):
        out += _text(topic) + struct.pack(f">i{len(indexes)}i", len(indexes), *indexes)
    return out


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">h", len(data)) + data
