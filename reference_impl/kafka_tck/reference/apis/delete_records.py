"""DeleteRecords: raises the log start to an offset, also inside a batch; -1 is the HW.

v0-v2, alike. Of a partition named twice, the last counts. Followers do not fetch yet, so that the
leader's answer is the whole answer.
Source: ReplicaManager.deleteRecords, Partition.deleteRecordsOnLeader, DelayedDeleteRecords, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.apis.leading import led
from kafka_tck.reference.log import Refusal
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    wanted: dict[str, dict[int, Message]] = {}
    for topic in request.body.topics:
        for part in topic.partitions:
            wanted.setdefault(topic.name, {})[part.partition_index] = part
    return {
        "topics": [
            {"name": name, "partitions": [_answer(broker, name, p) for p in parts.values()]}
            for name, parts in wanted.items()
        ]
    }


def _answer(broker: "Broker", topic: str, part: Message) -> dict[str, Any]:
    answer = {"partition_index": part.partition_index, "low_watermark": -1, "error_code": 0}
    try:
        return answer | {"low_watermark": _delete(broker, topic, part)}
    except Refusal as refusal:
        low = broker.rules.offsets.low_watermark_of_refusal()
        return answer | {"error_code": error_code(refusal.error), "low_watermark": low}


def _delete(broker: "Broker", topic: str, part: Message) -> int:
    """The log start after it."""
    rules = broker.rules.offsets
    if broker.image.partition(topic, part.partition_index) is None:
        raise Refusal("UNKNOWN_TOPIC_OR_PARTITION")
    if rules.protects(topic):
        raise Refusal("INVALID_TOPIC_EXCEPTION")
    partition = led(broker, topic, part.partition_index)
    config = partition.log.config
    if not rules.may_delete_from(config.deletes or not config.compacts):
        raise Refusal("POLICY_VIOLATION")
    target = rules.delete_target(part.offset, partition.log)
    if not rules.may_delete_to(target, partition.log.hw):
        partition.log.raise_log_start(rules.start_after_refusal(partition.log))
        raise Refusal("OFFSET_OUT_OF_RANGE")
    partition.log.raise_log_start(target)
    broker.changed(topic, part.partition_index)
    return partition.log.log_start
