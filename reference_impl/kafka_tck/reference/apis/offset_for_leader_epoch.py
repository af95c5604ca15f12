"""OffsetForLeaderEpoch: where a leader epoch ends in the leader's log.

v2-v4. An epoch above the latest, or -1, answers -1 and -1 without an error.
Source: ReplicaManager.lastOffsetForLeaderEpoch, Partition.lastOffsetForLeaderEpoch, 4.3.
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
    return {
        "topics": [
            {
                "topic": topic.topic,
                "partitions": [_answer(broker, topic.topic, part) for part in topic.partitions],
            }
            for topic in request.body.topics
        ]
    }


def _answer(broker: "Broker", topic: str, part: Message) -> dict[str, Any]:
    answer = {"error_code": 0, "partition": part.partition, "leader_epoch": -1, "end_offset": -1}
    try:
        asked = part.current_leader_epoch
        partition = led(broker, topic, part.partition, asked, api="OffsetForLeaderEpoch")
    except Refusal as refusal:
        return answer | {"error_code": error_code(refusal.error)}
    found = partition.log.epochs.end_offset_for(part.leader_epoch, partition.log.leo)
    if found is None:
        return answer
    epoch, end = found
    return answer | {"leader_epoch": epoch, "end_offset": end}
