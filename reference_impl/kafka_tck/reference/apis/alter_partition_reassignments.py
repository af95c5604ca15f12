"""AlterPartitionReassignments: partitions go over to other replicas, or back (KIP-455).

v0-v1. Each partition is decided on its own; null replicas cancel. From v1 a request may insist on
the number of replicas (KIP-860). Source: ReplicationControlManager, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.reassigning import cancel, check_target, start
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]

FACTOR_SINCE: Final = 1


def handle(broker: "Broker", request: Request) -> Steps:
    body = request.body
    if not body.topics:
        return {"error_code": 0, "responses": []}
    if body.timeout_ms <= 0:
        return _timed_out(body)
    question = Forwarded("AlterPartitionReassignments", request.header.version, body)
    answer: Fields | None = yield Question(question, broker.now + body.timeout_ms)
    return answer if answer is not None else _timed_out(body)


def _timed_out(body: Message) -> Fields:
    responses = [
        {
            "name": topic.name,
            "partitions": [
                _result(p.partition_index, "REQUEST_TIMED_OUT") for p in topic.partitions
            ],
        }
        for topic in body.topics
    ]
    return {"error_code": error_code("REQUEST_TIMED_OUT"), "responses": responses}


def _result(index: int, error: str, message: str | None = None) -> Fields:
    return {
        "partition_index": index,
        "error_code": error_code(error),
        "error_message": message,
    }


def decide(controller: "Controller", version: int, body: Message) -> Fields:
    may_change = version < FACTOR_SINCE or bool(body.allow_replication_factor_change)
    responses = [
        {
            "name": topic.name,
            "partitions": [
                _alter(controller, topic.name, part, may_change) for part in topic.partitions
            ],
        }
        for topic in body.topics
    ]
    return {
        "allow_replication_factor_change": may_change,
        "error_code": 0,
        "responses": responses,
    }


def _alter(controller: "Controller", topic: str, asked: Message, may_change: bool) -> Fields:
    index = asked.partition_index
    try:
        _decide(controller, topic, index, asked.replicas, may_change)
    except Refusal as refusal:
        return _result(index, refusal.error, refusal.message)
    return _result(index, "NONE")


def _decide(
    controller: "Controller", topic: str, index: int, target: list[int] | None, may_change: bool
) -> None:
    unknown = controller.rules.reassignments.error_of_unknown()
    if topic not in controller.image.topics:
        raise Refusal(unknown, f"Unable to find a topic named {topic}.")
    partition = controller.image.partition(topic, index)
    if partition is None:
        raise Refusal(unknown, f"Unable to find partition {topic}:{index}.")
    if target is None:
        cancel(controller, partition)
        return
    check_target(controller, target)
    present = len(partition.replicas) - len(partition.adding)
    if not controller.rules.reassignments.keeps_factor(may_change, present, len(target)):
        text = f"The replication factor is changed from {present} to {len(target)}"
        raise Refusal("INVALID_REPLICATION_FACTOR", text)
    start(controller, partition, target)
