"""The record of a classic group in `__consumer_offsets`, in Kafka's own bytes.

The key is the group's (version 2); the value has the generation, the protocol that was chosen, the
leader, and of each member what it said of itself in that protocol and what it was assigned.
Source: GroupMetadataValue.json (0-3 are read, 3 is written), GroupCoordinatorRecordHelpers, 4.3.
"""

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.offset_records import GroupKey
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup

_VERSION: Final = 3
_WITH_REBALANCE_TIMEOUT: Final = 1
_WITH_TIME: Final = 2
_WITH_INSTANCE: Final = 3
_UNKNOWN_TIME: Final = -1


def record_of(
    group: "ClassicGroup", assignments: Mapping[str, bytes] | None = None, *, now: int
) -> Record:
    """The group as it is, with these assignments of members in place of those that they have."""
    given = {m.member_id: m.assignment for m in group.members.values()} | dict(assignments or {})
    value = struct.pack(">h", _VERSION) + _text(group.protocol_type or "")
    value += struct.pack(">i", group.generation) + _text(group.protocol) + _text(group.leader)
    value += struct.pack(">q", _UNKNOWN_TIME if group.since is None else group.since)
    value += struct.pack(">i", len(group.members))
    for member in group.members.values():
        value += _member(member, member.metadata(group.protocol), given[member.member_id])
    return Record(GroupKey(group.group_id).encode(), value, timestamp=now)


def record_of_new(group: "ClassicGroup", *, now: int) -> Record:
    """That the group exists, whatever else has become of it."""
    value = struct.pack(">h", _VERSION) + _text("") + struct.pack(">i", 0)
    value += _text(None) + _text(None)
    value += struct.pack(">qi", _UNKNOWN_TIME if group.since is None else group.since, 0)
    return Record(GroupKey(group.group_id).encode(), value, timestamp=now)


def _member(member: Member, subscription: bytes, assignment: bytes) -> bytes:
    texts = (member.member_id, member.instance_id, member.client_id, member.client_host)
    data = b"".join(_text(text) for text in texts)
    data += struct.pack(">ii", member.rebalance_timeout_ms, member.session_timeout_ms)
    return data + _blob(subscription) + _blob(assignment)


def _text(text: str | None) -> bytes:
    if text is None:
        return struct.pack(">h", -1)
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def _blob(data: bytes) -> bytes:
    return struct.pack(">i", len(data)) + data


def describe(group: "ClassicGroup", data: bytes) -> None:
    """Makes a new group what a value says it is: Stable if it has members, Empty if not."""
    reader = _Reader(data)
    version = reader.short()
    group.protocol_type = reader.text() or None
    group.generation = reader.integer()
    group.protocol, group.leader = reader.text(), reader.text()
    since = reader.long() if version >= _WITH_TIME else _UNKNOWN_TIME
    group.since = None if since == _UNKNOWN_TIME else since
    for _ in range(reader.integer()):
        member = _read_member(reader, version, group)
        group.members[member.member_id] = member
    group.phase = State.STABLE if group.members else State.EMPTY


def _read_member(reader: "_Reader", version: int, group: "ClassicGroup") -> Member:
    member_id = reader.text() or ""
    instance_id = reader.text() if version >= _WITH_INSTANCE else None
    client_id, client_host = reader.text() or "", reader.text() or ""
    rebalance_timeout_ms = reader.integer() if version >= _WITH_REBALANCE_TIMEOUT else -1
    session_timeout_ms = reader.integer()
    if rebalance_timeout_ms == -1:
        rebalance_timeout_ms = session_timeout_ms
    subscription = reader.blob()
    return Member(
        member_id,
        instance_id,
        client_id,
        client_host,
        rebalance_timeout_ms,
        session_timeout_ms,
        group.protocol_type or "",
        ((group.protocol or "", subscription),),
        reader.blob(),
    )


class _Reader:
    """The fields of a value, one after the other. struct.error if the bytes are cut."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _number(self, code: str) -> int:
        number: int
        (number,) = struct.unpack_from(f">{code}", self._data, self._at)
        self._at += struct.calcsize(code)
        return number

    def short(self) -> int:
        return self._number("h")

    def integer(self) -> int:
        return self._number("i")

    def long(self) -> int:
        return self._number("q")

    def text(self) -> str | None:
        length = self._number("h")
        return None if length < 0 else self._take(length).decode()

    def blob(self) -> bytes:
        return self._take(max(self._number("i"), 0))

    def _take(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]
