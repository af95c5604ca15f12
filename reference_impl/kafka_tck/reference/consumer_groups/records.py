"""Records of `__consumer_offsets` about consumer groups, in Kafka's own bytes.

A key says by its version what it is about; no value says that this is gone. What 4.0 wrote of the
partitions of topics (key 4) has been replaced by a hash, and is read over.
Source: ConsumerGroup*Key.json, ConsumerGroup*Value.json (3-8, 16), 4.3.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kafka_tck.reference.consumer_groups.coding import (
    NO_TAGS,
    Reader,
    array_of,
    data_of,
    int32s_of,
    plain_text,
    tags_of,
    text_of,
)
from kafka_tck.reference.consumer_groups.members import (
    ClassicMember,
    Member,
    MemberState,
    Partition,
    by_topic,
)

_VERSION_0: Final = struct.pack(">h", 0)
_ONLY_TAG: Final = 0


class KeyKind(IntEnum):
    """What a record is about: the version of its key."""

    GROUP = 3
    TOPICS = 4
    MEMBER = 5
    TARGET = 6
    TARGET_OF_MEMBER = 7
    CURRENT = 8
    REGEX = 16

    @property
    def has_name(self) -> bool:
        """Whether the key names a member, or a regex, besides the group."""
        return self not in (KeyKind.GROUP, KeyKind.TOPICS, KeyKind.TARGET)


@dataclass(frozen=True, slots=True)
class Key:
    """`name` is a member id, a regular expression, or "" where the kind has none."""

    kind: KeyKind
    group: str
    name: str = ""

    def encode(self) -> bytes:
        head = struct.pack(">h", self.kind) + plain_text(self.group)
        return head + (plain_text(self.name) if self.kind.has_name else b"")


def read_key(data: bytes) -> Key | None:
    """None for a key that is not about consumer groups."""
    reader = Reader(data)
    version = reader.number(2)
    if version not in list(KeyKind):
        return None
    kind = KeyKind(version)
    group = reader.plain_text()
    return Key(kind, group, reader.plain_text() if kind.has_name else "")


@dataclass(frozen=True, slots=True)
class GroupValue:
    """The group epoch, and the hash of the topics that it was raised for."""

    epoch: int
    metadata_hash: int = 0

    def encode(self) -> bytes:
        hashed = {_ONLY_TAG: struct.pack(">q", self.metadata_hash)} if self.metadata_hash else {}
        return _VERSION_0 + struct.pack(">i", self.epoch) + tags_of(hashed)


@dataclass(frozen=True, slots=True)
class TargetValue:
    """The epoch of the target assignment, and when it was made (ms since 1970)."""

    epoch: int
    made_at: int = 0

    def encode(self) -> bytes:
        made = {_ONLY_TAG: struct.pack(">q", self.made_at)} if self.made_at else {}
        return _VERSION_0 + struct.pack(">i", self.epoch) + tags_of(made)


@dataclass(frozen=True, slots=True)
class RegexValue:
    """The topics that a regular expression matches; in which metadata, and when (ms)."""

    topics: frozenset[str]
    version: int
    resolved_at: int

    def encode(self) -> bytes:
        topics = array_of(text_of(topic) for topic in sorted(self.topics))
        return _VERSION_0 + topics + struct.pack(">qq", self.version, self.resolved_at) + NO_TAGS


def target_of(partitions: Iterable[Partition]) -> bytes:
    """The value that has the target of one member."""
    return (
        _VERSION_0
        + array_of(
            topic.bytes + int32s_of(indexes) + NO_TAGS
            for topic, indexes in by_topic(partitions).items()
        )
        + NO_TAGS
    )


def metadata_of(member: Member) -> bytes:
    """The value that has what a member says of itself."""
    return b"".join(
        (
            _VERSION_0,
            text_of(member.instance_id),
            text_of(member.rack_id),
            text_of(member.client_id),
            text_of(member.client_host),
            array_of(text_of(topic) for topic in sorted(member.topics)),
            text_of(member.regex),
            struct.pack(">i", member.rebalance_timeout_ms),
            text_of(member.assignor),
            tags_of({_ONLY_TAG: _classic_of(member.classic)}),
        )
    )


def _classic_of(classic: ClassicMember | None) -> bytes:
    """A struct that may be null: a byte says whether it is."""
    if classic is None:
        return b"\x00"
    protocols = (text_of(name) + data_of(data) + NO_TAGS for name, data in classic.protocols)
    timeout = struct.pack(">i", classic.session_timeout_ms)
    return b"\x01" + timeout + array_of(protocols) + NO_TAGS


def current_of(member: Member) -> bytes:
    """The value that has what a member holds."""
    return b"".join(
        (
            _VERSION_0,
            struct.pack(">iib", member.epoch, member.previous_epoch, member.state),
            _held(member.assigned),
            _held(member.revoking),
            NO_TAGS,
        )
    )


def _held(partitions: Mapping[Partition, int]) -> bytes:
    topics = []
    for topic, indexes in by_topic(partitions).items():
        epochs = int32s_of(partitions[topic, index] for index in indexes)
        topics.append(topic.bytes + int32s_of(indexes) + tags_of({_ONLY_TAG: epochs}))
    return array_of(topics)


# What is read back.


def read_group(data: bytes) -> GroupValue:
    epoch, tags = _number_and_tags(data)
    return GroupValue(epoch, int.from_bytes(tags.get(_ONLY_TAG, b""), signed=True))


def read_target(data: bytes) -> TargetValue:
    epoch, tags = _number_and_tags(data)
    return TargetValue(epoch, int.from_bytes(tags.get(_ONLY_TAG, b""), signed=True))


def _number_and_tags(data: bytes) -> tuple[int, dict[int, bytes]]:
    reader = Reader(data, 2)
    return reader.number(4), reader.tags()


def read_regex(data: bytes) -> RegexValue:
    reader = Reader(data, 2)
    topics = frozenset(reader.array(Reader.text))
    return RegexValue(topics, reader.number(8), reader.number(8))


def read_target_of(data: bytes) -> frozenset[Partition]:
    reader = Reader(data, 2)
    found: set[Partition] = set()
    for _ in range(reader.unsigned() - 1):
        topic = reader.uuid()
        found |= {(topic, index) for index in reader.int32s()}
        reader.tags()
    return frozenset(found)


def read_metadata(member_id: str, data: bytes) -> Member:
    """A member that holds nothing yet."""
    reader = Reader(data, 2)
    instance_id, rack_id = reader.nullable_text(), reader.nullable_text()
    client_id, client_host = reader.text(), reader.text()
    topics, regex = frozenset(reader.array(Reader.text)), reader.text()
    timeout_ms, assignor = reader.number(4), reader.nullable_text()
    classic = reader.tags().get(_ONLY_TAG)
    return Member(
        member_id,
        instance_id=instance_id,
        rack_id=rack_id,
        rebalance_timeout_ms=timeout_ms,
        client_id=client_id,
        client_host=client_host,
        topics=topics,
        regex=regex,
        assignor=assignor,
        classic=None if classic is None else _read_classic(Reader(classic)),
    )


def _read_classic(reader: Reader) -> ClassicMember | None:
    if not reader.number(1):
        return None
    return ClassicMember(reader.number(4), tuple(reader.array(_read_protocol)))


def _read_protocol(reader: Reader) -> tuple[str, bytes]:
    name, metadata = reader.text(), reader.nullable_data() or b""
    reader.tags()
    return name, metadata


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """What a member holds, and at which epochs."""

    epoch: int
    previous_epoch: int
    state: MemberState
    assigned: Mapping[Partition, int]
    revoking: Mapping[Partition, int]


def read_current(data: bytes) -> CurrentValue:
    reader = Reader(data, 2)
    epoch, previous, state = reader.number(4), reader.number(4), MemberState(reader.number(1))
    return CurrentValue(
        epoch, previous, state, _read_held(reader, epoch), _read_held(reader, epoch)
    )


def _read_held(reader: Reader, epoch: int) -> dict[Partition, int]:
    """Partitions with their epochs; records of before 4.3 have none, and mean the member's."""
    found: dict[Partition, int] = {}
    for _ in range(reader.unsigned() - 1):
        topic, indexes = reader.uuid(), reader.int32s()
        epochs = reader.tags().get(_ONLY_TAG)
        given = [epoch] * len(indexes) if epochs is None else Reader(epochs).int32s()
        found |= {(topic, i): e for i, e in zip(indexes, given, strict=True)}
    return found
