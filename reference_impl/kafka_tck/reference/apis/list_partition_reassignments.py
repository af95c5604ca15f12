"""ListPartitionReassignments: which partitions are going over to other replicas (KIP-455).

v0. Without a list all of them; unknown topics and partitions, and those that stay where they are,
are not mentioned. Source: ReplicationControlManager.listPartitionReassignments, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]


def handle(broker: "Broker", request: Request) -> Steps:
    body = request.body
    question = Forwarded("ListPartitionReassignments", request.header.version, body)
    answer: Fields | None = yield Question(question, broker.now + max(body.timeout_ms, 0))
    if answer is None:
        return {"error_code": error_code("REQUEST_TIMED_OUT"), "topics": []}
    return answer


def decide(controller: "Controller", _version: int, body: Message) -> Fields:
    topics = controller.image.topics
    asked = (
        [(name, sorted(topic.partitions)) for name, topic in topics.items()]
        if body.topics is None
        else [(topic.name, list(topic.partition_indexes)) for topic in body.topics]
    )
    found = []
    for name, indexes in asked:
        partitions = [_listed(controller, name, index) for index in indexes]
        shown = [partition for partition in partitions if partition is not None]
        if shown:
            found.append({"name": name, "partitions": shown})
    return {"error_code": 0, "topics": found}


def _listed(controller: "Controller", topic: str, index: int) -> Fields | None:
    """What the list says of one partition; None if it says nothing."""
    rules = controller.rules.reassignments
    partition = controller.image.partition(topic, index)
    if partition is None or not rules.is_listed(partition.adding, partition.removing):
        return None
    return {
        "partition_index": index,
        "replicas": list(partition.replicas),
        "adding_replicas": rules.listed(partition.adding),
        "removing_replicas": rules.listed(partition.removing),
    }
