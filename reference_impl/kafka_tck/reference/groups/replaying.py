"""What a record of `__consumer_offsets` does to the groups: by the version of its key.

0 and 1 are committed offsets, of which a group exists; 2 is a classic group as a whole; all above
belong to consumer groups, and `REPLAYS` says what they do.
Source: CoordinatorRecordType, GroupCoordinatorShard.replay, 4.3.
"""

import struct
from collections.abc import Callable
from typing import Final

from kafka_tck.reference.classic_groups.group import ClassicGroup
from kafka_tck.reference.classic_groups.records import describe
from kafka_tck.reference.groups.offset_records import GroupKey, read_key
from kafka_tck.reference.groups.registry import GroupRegistry
from kafka_tck.wire.batches import Record

OFFSET_KEYS: Final = (0, 1)
CLASSIC_KEY: Final = 2

Replay = Callable[[GroupRegistry, Record], None]

REPLAYS: Final[dict[int, Replay]] = {}
"""By the version of the key: what other records do."""


def version_of(record: Record) -> int:
    """The version of the record's key."""
    version: int
    (version,) = struct.unpack_from(">h", record.key or b"\xff\xff")
    return version


def replay(groups: GroupRegistry, record: Record) -> None:
    """One more record, in the order of the log."""
    version = version_of(record)
    if version in OFFSET_KEYS:
        key = read_key(record.key or b"")
        if key is not None and record.value is not None:
            groups.begin(key.group)
    elif version == CLASSIC_KEY:
        _replay_classic(groups, record)
    elif version in REPLAYS:
        REPLAYS[version](groups, record)


def replay_written(groups: GroupRegistry, record: Record) -> None:
    """A record that this coordinator has appended; the classic group that it describes is the one
    that wrote it, which knows more than the record."""
    if version_of(record) != CLASSIC_KEY or record.value is None:
        replay(groups, record)


def _replay_classic(groups: GroupRegistry, record: Record) -> None:
    key = read_key(record.key or b"")
    assert isinstance(key, GroupKey)
    if record.value is None:
        groups.remove(key.group)
    else:
        group = ClassicGroup(groups.shard, key.group)
        describe(group, record.value)
        groups.put(group)
