"""Questions to real brokers, for tests: topics, records, who leads and who follows."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from kafka_tck.adapters.apache_kafka.kafka_target import ApacheKafkaTarget
from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

LONG = 30.0


def ask(target: ApacheKafkaTarget, node: int, api: str, version: int, **fields: Any) -> Message:
    client = RawClient(target, node)
    try:
        answer = client.call(api, version, **fields)
    finally:
        client.close()
    assert isinstance(answer, Answer), answer
    return answer.body


def create(target: ApacheKafkaTarget, name: str, nodes: list[int], **configs: str) -> None:
    topic = {
        "name": name,
        "num_partitions": -1,
        "replication_factor": -1,
        "assignments": [{"partition_index": 0, "broker_ids": nodes}],
        "configs": [{"name": key.replace("_", "."), "value": configs[key]} for key in configs],
    }
    made = ask(target, nodes[0], "CreateTopics", 5, topics=[topic], timeout_ms=9000).topics[0]
    assert made.error_code == 0, made.error_message
    comes_true(target, lambda: end_offset(target, name, nodes[0]) == 0)
    for node in target.nodes():
        comes_true(target, partial(knows, target, name, node))


def produce(
    target: ApacheKafkaTarget, name: str, node: int, acks: int = -1, timeout_ms: int = 14_000
) -> str:
    """The name of the error code."""
    batch = make_batch([Record(None, b"value", timestamp=time.time_ns() // 1_000_000)]).encode()
    data = [{"name": name, "partition_data": [{"index": 0, "records": batch}]}]
    fields = {"transactional_id": None, "acks": acks, "timeout_ms": timeout_ms, "topic_data": data}
    answer = ask(target, node, "Produce", 8, **fields)
    return error_name(answer.responses[0].partition_responses[0].error_code)


def end_offset(target: ApacheKafkaTarget, name: str, node: int) -> int | None:
    part = {"partition_index": 0, "timestamp": -1}
    topics = [{"name": name, "partitions": [part]}]
    fields = {"replica_id": -1, "isolation_level": 0, "topics": topics}
    found = ask(target, node, "ListOffsets", 7, **fields).topics[0].partitions[0]
    return None if found.error_code else int(found.offset)


def knows(target: ApacheKafkaTarget, name: str, node: int) -> bool:
    """Whether Metadata of the node has the partition."""
    return bool(ask(target, node, "Metadata", 9, topics=[{"name": name}]).topics[0].partitions)


def partition(target: ApacheKafkaTarget, name: str, node: int) -> Message:
    """The partition as Metadata of a node shows it."""
    return ask(target, node, "Metadata", 9, topics=[{"name": name}]).topics[0].partitions[0]


def isr(target: ApacheKafkaTarget, name: str, node: int = 1) -> set[int]:
    return set(partition(target, name, node).isr_nodes)


def quorum_leader(target: ApacheKafkaTarget, node: int) -> int:
    """The active controller; `node` asks it."""
    topic = {"topic_name": "__cluster_metadata", "partitions": [{"partition_index": 0}]}
    answer = ask(target, node, "DescribeQuorum", 0, topics=[topic])
    return int(answer.topics[0].partitions[0].leader_id)


def comes_true(target: ApacheKafkaTarget, condition: Callable[[], bool]) -> None:
    assert target.clock.until(lambda: condition() or None, LONG)
