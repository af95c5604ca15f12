"""OffsetFetch: the offsets that a group has committed.

v1-v10. No list of topics means all that the group has (v2). v7 may ask for stable offsets: then a
partition with a pending one is answered UNSTABLE_OFFSET_COMMIT. v8 asks for several groups, each
with its own error; v9 may name a member and its epoch, v10 names topics by id. What was never
committed is -1, without an error.
Source: KafkaApis.handleOffsetFetchRequest, OffsetMetadataManager.fetchOffsets, fetchAllOffsets,
OffsetFetchResponse, 4.3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.leading import name_of
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.offset_records import OffsetKey
from kafka_tck.reference.groups.offsets import GroupOffsets
from kafka_tck.reference.groups.shard import GroupShard, shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import ZERO_ID, Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

STABLE: Final = 7
BATCHED: Final = 8
NAMES_MEMBER: Final = 9
BY_ID: Final = 10
GROUP_ERRORS: Final = 2
"""Before this version the error of a group stands in each of its partitions."""

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One topic: how the request names it, its name if it exists, and its partitions."""

    named: Fields
    name: str | None
    indexes: Sequence[int]


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    stable = version >= STABLE and body.require_stable
    if version < BATCHED:
        topics, error = yield from _fetch(broker, body, version, stable)
        if error != "NONE" and version < GROUP_ERRORS:
            topics = [_refused(topic, error) for topic in _asked(broker, body.topics, version)]
        return {"topics": topics, "error_code": error_code(error)}
    groups = []
    for group in body.groups:
        topics, error = yield from _fetch(broker, group, version, stable)
        code = error_code(error)
        groups.append({"group_id": group.group_id, "topics": topics, "error_code": code})
    return {"groups": groups}


def _fetch(
    broker: "Broker", group: Message, version: int, stable: bool
) -> Waited[tuple[list[Fields], str]]:
    """The topics of one group, and its error."""
    try:
        shard = shard_of(broker, group.group_id)
        offsets = yield from shard.settled(stable=stable, late="NOT_COORDINATOR")
        _check_member(shard, group, version)
    except Refusal as refusal:
        return [], refusal.error
    if group.topics is None:
        asked = _all_of(broker, offsets, group.group_id, version)
    else:
        asked = _asked(broker, group.topics, version)
    known = [topic for topic in asked if topic.name is not None]
    told = [_told(broker, offsets, group.group_id, topic, stable) for topic in known]
    strange = [_refused(topic, "UNKNOWN_TOPIC_ID") for topic in asked if topic.name is None]
    return told + strange, "NONE"


def _check_member(shard: GroupShard, group: Message, version: int) -> None:
    """Raises `Refusal` if a member of another epoch asks, or none of the group."""
    found = shard.told(group.group_id)
    if found is not None and version >= NAMES_MEMBER:
        who = Who(group.member_id or "", generation=group.member_epoch, version=version)
        fault = found.fault_of_fetch(who)
        if fault is not None:
            raise Refusal(fault)


def _asked(broker: "Broker", topics: Iterable[Message], version: int) -> list[_Asked]:
    if version < BY_ID:
        return [_Asked({"name": t.name}, t.name, t.partition_indexes) for t in topics]
    return [
        _Asked(
            {"topic_id": topic.topic_id or ZERO_ID},
            name_of(broker, topic.topic_id, "OffsetFetch"),
            topic.partition_indexes,
        )
        for topic in topics
    ]


def _all_of(broker: "Broker", offsets: GroupOffsets, group: str, version: int) -> list[_Asked]:
    """All that the group has; by id, only of topics that exist."""
    indexes: dict[str, list[int]] = {}
    for key in offsets.keys_of(group):
        indexes.setdefault(key.topic, []).append(key.partition)
    if version < BY_ID:
        return [_Asked({"name": name}, name, found) for name, found in indexes.items()]
    known = {name: broker.image.topics[name] for name in indexes if name in broker.image.topics}
    return [
        _Asked({"topic_id": topic.topic_id}, name, indexes[name]) for name, topic in known.items()
    ]


def _told(
    broker: "Broker", offsets: GroupOffsets, group: str, topic: _Asked, stable: bool
) -> Fields:
    keys = [OffsetKey(group, topic.name or "", index) for index in topic.indexes]
    return {**topic.named, "partitions": [_part(broker, offsets, key, stable) for key in keys]}


def _part(broker: "Broker", offsets: GroupOffsets, key: OffsetKey, stable: bool) -> Fields:
    rules, commit = broker.rules.group_offsets, offsets.committed(key)
    if rules.is_unstable(stable, offsets.is_pending(key), offsets.has_pending(key.group)):
        return _nothing(key.partition, "UNSTABLE_OFFSET_COMMIT")
    if commit is None:
        return _nothing(key.partition)
    return {
        "partition_index": key.partition,
        "committed_offset": commit.offset,
        "committed_leader_epoch": rules.told_epoch(commit.leader_epoch),
        "metadata": rules.told_metadata(commit.metadata),
        "error_code": 0,
    }


def _refused(topic: _Asked, error: str) -> Fields:
    return {**topic.named, "partitions": [_nothing(index, error) for index in topic.indexes]}


def _nothing(index: int, error: str = "NONE") -> Fields:
    return {
        "partition_index": index,
        "committed_offset": -1,
        "committed_leader_epoch": -1,
        "metadata": "",
        "error_code": error_code(error),
    }
