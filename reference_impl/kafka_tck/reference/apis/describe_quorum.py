"""DescribeQuorum: who leads the metadata log, and how far its voters are (KIP-595).

v0-v2. Only a request for partition 0 of `__cluster_metadata`, and nothing besides, is answered;
any other gets an error in each partition. The bundled cluster has one controller, which is no
broker: it is the leader and the only voter, its node id is 0, and it has no address to tell. Its
epoch counts the controllers since the process began. No broker is an observer here: brokers are
told the metadata log, they do not fetch it.
Source: KafkaRaftClient.handleDescribeQuorumRequest, DescribeQuorumRequest, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.messages import CONTROLLER, Forwarded
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]

METADATA_LOG: Final = "__cluster_metadata"
PATIENCE_MS: Final = 30_000

_NOT_HERE: Final = "This server does not host this topic-partition."


def handle(broker: "Broker", request: Request) -> Steps:
    question = Forwarded("DescribeQuorum", request.header.version, request.body)
    answer: Fields | None = yield Question(question, broker.now + PATIENCE_MS)
    if answer is None:
        text = "The request timed out."
        return {"error_code": error_code("REQUEST_TIMED_OUT"), "error_message": text}
    return answer


def decide(controller: "Controller", _version: int, body: Message) -> Fields:
    asked = [
        (topic.topic_name, [p.partition_index for p in topic.partitions]) for topic in body.topics
    ]
    if asked != [(METADATA_LOG, [0])]:
        return _answer([(name, [_not_here(index) for index in indexes]) for name, indexes in asked])
    nodes = [{"node_id": CONTROLLER, "listeners": []}]
    return _answer([(METADATA_LOG, [_quorum(controller)])]) | {"nodes": nodes}


def _answer(topics: list[tuple[str, list[Fields]]]) -> dict[str, Any]:
    return {
        "error_code": 0,
        "error_message": "",
        "topics": [{"topic_name": name, "partitions": parts} for name, parts in topics],
    }


def _not_here(index: int) -> Fields:
    code = error_code("UNKNOWN_TOPIC_OR_PARTITION")
    return {"partition_index": index, "error_code": code, "error_message": _NOT_HERE}


def _quorum(controller: "Controller") -> Fields:
    end = len(controller.log)
    voter = {
        "replica_id": CONTROLLER,
        "log_end_offset": end,
        "last_fetch_timestamp": controller.now,
        "last_caught_up_timestamp": controller.now,
    }
    return {
        "partition_index": 0,
        "error_code": 0,
        "error_message": "",
        "leader_id": CONTROLLER,
        "leader_epoch": controller.epoch,
        "high_watermark": end,
        "current_voters": [voter],
        "observers": [],
    }
