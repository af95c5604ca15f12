"""OffsetDelete: the offsets of some partitions of a group are gone, pending ones too.

v0. A group without members is subscribed to nothing, so that any of its offsets may go.
Source: KafkaApis.handleOffsetDeleteRequest, OffsetMetadataManager.deleteOffsets, 4.3.
"""

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
    group = request.body.group_id
    entries = Entries.of(broker, request.body.topics, "OffsetDelete", by_id=False)
    keys = (
        OffsetKey(group, topic.name, part.partition_index)
        for topic in entries.accepted
        for part in topic.parts
    )
    try:
        if not group:
            raise Refusal("INVALID_GROUP_ID")
        shard = shard_of(broker, group)
        offsets = yield from shard.settled()
        if not offsets.has_group(group):
            raise Refusal("GROUP_ID_NOT_FOUND")
        yield from shard.delete([key for key in keys if offsets.has(key)])
    except Refusal as refusal:
        return {"error_code": error_code(refusal.error), "topics": []}
    return {"error_code": 0, **entries.answer(lambda part: "NONE")}
