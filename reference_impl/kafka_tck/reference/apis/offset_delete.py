"""OffsetDelete: the offsets of some partitions of a group are gone, pending ones too.

v0. While there are consumers only offsets of topics that none of them subscribes to may go; a group
without members is subscribed to nothing.
Source: KafkaApis.handleOffsetDeleteRequest, OffsetMetadataManager.deleteOffsets, 4.3.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kafka_tck.reference.apis.committing import Entries
from kafka_tck.reference.groups.offset_records import OffsetKey
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def handle(broker: "Broker", request: Request) -> Steps:
    group_id = request.body.group_id
    entries = Entries.of(broker, request.body.topics, "OffsetDelete", by_id=False)
    try:
        if not group_id:
            raise Refusal("INVALID_GROUP_ID")
        shard = shard_of(broker, group_id)
        offsets = yield from shard.settled(stable=True)
        group = shard.groups.get(group_id)
        fault = "GROUP_ID_NOT_FOUND" if group is None else group.fault_of_offset_delete()
        if group is None or fault is not None:
            raise Refusal(fault or "GROUP_ID_NOT_FOUND")
        keeps = broker.rules.classic_groups.keeps_offsets
        kept = {t.name for t in entries.accepted if keeps(group.subscribes_to(t.name))}
        keys = _keys(group_id, entries, kept)
        yield from shard.delete([key for key in keys if offsets.has(key)])
    except Refusal as refusal:
        return {"error_code": error_code(refusal.error), "topics": []}
    error_of = dict.fromkeys(kept, "GROUP_SUBSCRIBED_TO_TOPIC")
    return {
        "error_code": 0,
        **entries.answer(lambda topic, part: error_of.get(topic, "NONE")),
    }


def _keys(group_id: str, entries: Entries, kept: set[str]) -> Iterator[OffsetKey]:
    """All that was asked for, but for these topics."""
    for topic in entries.accepted:
        if topic.name not in kept:
            for part in topic.parts:
                yield OffsetKey(group_id, topic.name, part.partition_index)
