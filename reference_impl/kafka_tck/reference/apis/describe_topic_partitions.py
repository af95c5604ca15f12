"""DescribeTopicPartitions: partitions page by page, in the order of topic names (KIP-966).

v0. At most `response_partition_limit` partitions (2000 of the broker's own); the cursor says where
the next page begins. An unknown topic has an entry with an error, and takes no place.
Source: DescribeTopicPartitionsRequestHandler, KRaftMetadataCache, 4.3.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.metadata import TOPIC_OPERATIONS
from kafka_tck.reference.image import INTERNAL_TOPICS, TopicState
from kafka_tck.reference.records import PartitionRecord
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

_OPERATIONS: Final = sum(1 << operation for operation in TOPIC_OPERATIONS)


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    body = request.body
    start, first = _start(body.cursor)
    asked = {topic.name for topic in body.topics}
    names = sorted(name for name in asked or broker.image.topics if name >= start)
    rules = broker.rules.metadata
    if body.cursor is not None and not rules.cursor_is_legal(start, first, asked):
        return _refuse_all(topic.name for topic in body.topics)
    own = broker.settings.number("max.request.partition.size.limit")
    room = max(min(own, body.response_partition_limit), 1)
    topics: list[dict[str, Any]] = []
    for name in names:
        if room == 0:
            return _page(topics, name, 0)
        entry, left = _topic(broker, name, first if name == start else 0, room)
        topics.append(entry)
        room -= len(entry.get("partitions", ()))
        if left is not None:
            return _page(topics, name, left)
    return {"topics": topics, "next_cursor": None}


def _start(cursor: Message | None) -> tuple[str, int]:
    return ("", 0) if cursor is None else (cursor.topic_name, cursor.partition_index)


def _page(topics: list[dict[str, Any]], name: str, index: int) -> Mapping[str, Any]:
    return {"topics": topics, "next_cursor": {"topic_name": name, "partition_index": index}}


def _refuse_all(names: Iterable[str]) -> Mapping[str, Any]:
    """The cursor is none of the topics asked for, or no partition."""
    code = error_code("INVALID_REQUEST")
    unknown = {"error_code": code, "topic_authorized_operations": -(2**31)}
    return {"topics": [unknown | {"name": name} for name in names]}


def _topic(broker: "Broker", name: str, first: int, room: int) -> tuple[dict[str, Any], int | None]:
    """The entry, and the partition with which the next page begins."""
    topic = broker.image.topics.get(name)
    if topic is None:
        return _unknown(broker, name), None
    end = min(len(topic.partitions), first + room)
    shown = [topic.partitions[index] for index in range(first, end)]
    following = broker.rules.metadata.next_page_begins(end)
    return _known(broker, topic, shown), following if end < len(topic.partitions) else None


def _unknown(broker: "Broker", name: str) -> dict[str, Any]:
    fault = broker.rules.topics.fault_of_name(name)
    error = "UNKNOWN_TOPIC_OR_PARTITION" if fault is None else "INVALID_TOPIC_EXCEPTION"
    return {
        "error_code": error_code(error),
        "name": name,
        "is_internal": name in INTERNAL_TOPICS,
        "topic_authorized_operations": _OPERATIONS,
    }


def _known(
    broker: "Broker", topic: TopicState, partitions: list[PartitionRecord]
) -> dict[str, Any]:
    return {
        "error_code": 0,
        "name": topic.name,
        "topic_id": topic.topic_id,
        "is_internal": topic.name in INTERNAL_TOPICS,
        "partitions": [_partition(broker, partition) for partition in partitions],
        "topic_authorized_operations": _OPERATIONS,
    }


def _partition(broker: "Broker", partition: PartitionRecord) -> dict[str, Any]:
    rules = broker.rules.metadata
    error = "NONE" if broker.image.is_alive(partition.leader) else "LEADER_NOT_AVAILABLE"
    offline = [node for node in partition.replicas if not broker.image.is_alive(node)]
    return {
        "error_code": error_code(error),
        "partition_index": partition.partition_id,
        "leader_id": rules.shows_leader(partition),
        "leader_epoch": rules.shows_leader_epoch(partition),
        "replica_nodes": list(partition.replicas),
        "isr_nodes": list(rules.shows_isr(partition)),
        "eligible_leader_replicas": list(partition.elr),
        "last_known_elr": [n for n in [partition.last_leader] if n >= 0],
        "offline_replicas": offline,
    }
