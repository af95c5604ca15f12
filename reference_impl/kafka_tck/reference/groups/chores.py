"""What the group coordinator does by the clock: offsets expire, and groups that have none left.

Source: GroupCoordinatorShard.cleanupGroupMetadata, OffsetMetadataManager.cleanupExpiredOffsets,
OffsetExpirationConditionImpl, 4.3.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.groups.group import Group
from kafka_tck.reference.groups.offset_records import NO_EXPIRY, OffsetKey
from kafka_tck.reference.groups.offsets import GroupOffsets
from kafka_tck.reference.groups.shard import GroupShard, shards_of
from kafka_tck.reference.log import Refusal
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

_MINUTE_MS: Final = 60_000


def expire_offsets(broker: "Broker", now: int) -> None:
    """Removes what has not been committed anew for offsets.retention.minutes (KIP-211)."""
    for shard in shards_of(broker):
        try:
            offsets = shard.offsets()
        except Refusal:
            continue
        keys = [key for group in shard.groups for key in _expired(shard, group, offsets)]
        shard.write_later([Record(key, None, timestamp=now) for key in keys])


def _expired(shard: GroupShard, group: Group, offsets: GroupOffsets) -> Iterator[bytes]:
    """The keys of a group's offsets that go, and of the group itself if nothing is left of it."""
    keys = offsets.keys_of(group.group_id)
    gone = [key for key in keys if _is_expired(shard, group, offsets, key)]
    yield from (key.encode() for key in gone)
    rules = shard.broker.rules.classic_groups
    is_empty = group.state == "Empty" and len(gone) == len(keys)
    if rules.is_removed(is_empty, offsets.has_pending(group.group_id)):
        yield from group.tombstones()


def _is_expired(shard: GroupShard, group: Group, offsets: GroupOffsets, key: OffsetKey) -> bool:
    commit = offsets.committed(key)
    age_from = None if commit is None else group.offsets_age_from(commit.committed_at)
    if commit is None or age_from is None or offsets.is_pending(key):
        return False
    rules, broker = shard.broker.rules.classic_groups, shard.broker
    if not rules.expires_in(group.subscribes_to(key.topic)):
        return False
    expires_at = None if commit.expires_at == NO_EXPIRY else commit.expires_at
    retention_ms = broker.settings.number("offsets.retention.minutes") * _MINUTE_MS
    return rules.expired(broker.now, age_from, retention_ms, expires_at)
