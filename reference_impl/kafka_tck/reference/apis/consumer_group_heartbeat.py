"""ConsumerGroupHeartbeat: a member of a consumer group joins, goes on, or leaves.

v0 and v1; from v1 on a member brings its own id, and may subscribe by a regular expression. At
level 0 of group.version there are no consumer groups.
Source: KafkaApis.handleConsumerGroupHeartbeat, GroupCoordinatorService.consumerGroupHeartbeat, 4.3.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.consumer_groups.coordinating import Answer, heartbeat, leave
from kafka_tck.reference.consumer_groups.members import Partition, by_topic
from kafka_tck.reference.consumer_groups.requests import Heartbeat
from kafka_tck.reference.features import GROUPS
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

CLIENT_HOST = "/127.0.0.1"


def handle(broker: "Broker", request: Request) -> Steps:
    header = request.header
    asked = Heartbeat.of(request.body, header.version, header.client_id or "", CLIENT_HOST)
    try:
        if not broker.image.features.get(GROUPS, 0):
            raise Refusal("UNSUPPORTED_VERSION")
        assignors = broker.settings.value("group.consumer.assignors")
        assert isinstance(assignors, tuple)
        fault = asked.fault(broker.rules.consumer_groups, assignors)
        if fault is not None:
            raise Refusal(fault)
        shard = shard_of(broker, asked.group_id)
        answer = yield from (leave if asked.leaves else heartbeat)(shard, asked)
    except Refusal as refusal:
        return {"error_code": error_code(refusal.error), "error_message": refusal.message}
    return _told(answer)


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "error_code": 0,
        "member_id": answer.member_id,
        "member_epoch": answer.epoch,
        "heartbeat_interval_ms": answer.interval_ms,
        "assignment": None if answer.assigned is None else _assignment(answer.assigned),
    }


def _assignment(partitions: Collection[Partition]) -> dict[str, Any]:
    return {
        "topic_partitions": [
            {"topic_id": topic, "partitions": indexes}
            for topic, indexes in by_topic(partitions).items()
        ]
    }
