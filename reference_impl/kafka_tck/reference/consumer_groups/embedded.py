"""What consumers of the classic protocol say and are told inside of it: the embedded protocol.

Versions 0 to 3, each of which begins as the one before; what is newer is read as 3.
Source: ConsumerProtocolSubscription.json, ConsumerProtocolAssignment.json, 4.3.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kafka_tck.reference.consumer_groups.coding import Reader, plain_text
from kafka_tck.reference.consumer_groups.members import Partition, by_topic
from kafka_tck.reference.consumer_groups.topics import Topics
from kafka_tck.reference.log import Refusal

NAMES_OWNED: Final = 1
NAMES_RACK: Final = 3
NEWEST: Final = 3

Named = tuple[str, int]
"""A partition by the name of its topic."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """The topics that a consumer subscribes to, and what it owns while it joins."""

    version: int
    topics: frozenset[str]
    owned: tuple[Named, ...] = ()
    rack_id: str | None = None


def read_subscription(data: bytes) -> Subscription:
    """Raises `Refusal` if the bytes are none."""
    try:
        reader = Reader(data)
        version = reader.number(2)
        topics = frozenset(reader.plain_text() for _ in range(reader.number(4)))
        _skip_user_data(reader)
        owned = _read_partitions(reader) if version >= NAMES_OWNED else ()
        rack_id = _read_rack(reader) if version >= NAMES_RACK else None
    except (IndexError, UnicodeDecodeError):
        raise Refusal("UNKNOWN_SERVER_ERROR") from None
    return Subscription(version, topics, owned, rack_id)


def _skip_user_data(reader: Reader) -> int:
    """The length of what an assignor says to itself; -1 for null."""
    length = reader.number(4)
    reader.raw(max(length, 0))
    return length


def _read_partitions(reader: Reader) -> tuple[Named, ...]:
    found: list[Named] = []
    for _ in range(reader.number(4)):
        topic = reader.plain_text()
        found += [(topic, reader.number(4)) for _ in range(reader.number(4))]
    return tuple(found)


def _read_rack(reader: Reader) -> str | None:
    reader.number(4)  # the generation of which it owns that
    length = reader.number(2)
    return None if length < 0 else reader.raw(length).decode()


def read_assignment(data: bytes) -> tuple[Named, ...] | None:
    """What was assigned; None if an assignor adds something that only it can read.

    Raises `Refusal` if the bytes are no assignment; no bytes at all assign nothing.
    """
    if not data:
        return ()
    try:
        reader = Reader(data, 2)
        found = _read_partitions(reader)
        return None if _skip_user_data(reader) > 0 else found
    except (IndexError, UnicodeDecodeError):
        raise Refusal("GROUP_ID_NOT_FOUND") from None


def assignment_of(partitions: Iterable[Partition], topics: Topics, version: int) -> bytes:
    """An assignment in a version that the consumer reads; topics that are gone are left out."""
    names = topics.names()
    found = {names[t]: indexes for t, indexes in by_topic(partitions).items() if t in names}
    out = [struct.pack(">hi", min(version, NEWEST), len(found))]
    for name, indexes in sorted(found.items()):
        numbers = struct.pack(f">i{len(indexes)}i", len(indexes), *indexes)
        out.append(plain_text(name) + numbers)
    return b"".join(out) + struct.pack(">i", -1)


def known_of(named: Iterable[Named], topics: Topics) -> frozenset[Partition]:
    """The partitions of those topics that exist."""
    known = topics.by_name
    return frozenset((known[name].topic_id, index) for name, index in named if name in known)
