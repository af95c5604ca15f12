"""Questions to one broker about the partition of a trace, each over a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Target, Unreachable
from kafka_tck.wire.batches import read_records, split_batches
from kafka_tck.wire.errors import error_name

TOPIC: Final = "played"
PATIENCE: Final = 30.0
"""Seconds, on the target's clock, until what passes by itself must have passed."""

_DEBUGGER: Final = -2
"""The replica id of a debugging consumer."""


class Otherwise(Exception):
    """The cluster did not do what the trace says."""


@contextmanager
def client_of(target: Target, node: int) -> Iterator[RawClient]:
    """A client for one question. Raises `Otherwise` if the node cannot be reached."""
    try:
        client = RawClient(target, node)
    except Unreachable as gone:
        raise Otherwise(str(gone)) from None
    try:
        yield client
    finally:
        client.close()


def node_of_coordinator(target: Target, key: str, kind: int) -> int:
    """The node that coordinates a real name, once there is one. Raises `Otherwise`."""

    def found() -> int | None:
        with client_of(target, target.nodes()[0]) as client:
            answer = client.call("FindCoordinator", 3, key=key, key_type=kind)
        if not isinstance(answer, Answer) or answer.body.error_code != 0:
            return None
        return int(answer.body.node_id)

    node = target.clock.until(found, PATIENCE)
    if node is None:
        raise Otherwise(f"no coordinator of {key} is found")
    return node


def made_topic(target: Target, name: str, partitions: int, within: float) -> None:
    """Makes a topic with one replica of each partition, and waits until all of them are led."""
    topic = {
        "name": name,
        "num_partitions": partitions,
        "replication_factor": 1,
        "assignments": [],
        "configs": [],
    }
    node = target.nodes()[0]
    with client_of(target, node) as client:
        answer = client.call("CreateTopics", 5, topics=[topic], timeout_ms=30_000)
    if target.clock.until(lambda: _all_are_led(target, node, name, partitions), within) is None:
        raise Otherwise(f"{name} is not made: {answer}")


def _all_are_led(target: Target, node: int, name: str, count: int) -> bool | None:
    with client_of(target, node) as client:
        answer = client.call("Metadata", 9, topics=[{"name": name}])
    if not isinstance(answer, Answer):
        return None
    led = [one for one in answer.body.topics[0].partitions if one.leader_id in target.nodes()]
    return True if len(led) == count and all(_serves(target, name, one) for one in led) else None


def _serves(target: Target, name: str, partition: Any) -> bool:
    """Whether the leader knows that it is: Metadata may say so a little earlier."""
    index = int(partition.partition_index)
    return listed_offset(target, int(partition.leader_id), -1, name, index) is not None


def described(target: Target, node: int) -> Any:
    """The partition as Metadata shows it; None if it does not."""
    with client_of(target, node) as client:
        answer = client.call("Metadata", 9, topics=[{"name": TOPIC}])
    if isinstance(answer, Answer) and answer.body.topics[0].partitions:
        return answer.body.topics[0].partitions[0]
    return None


def listed_offset(
    target: Target, node: int, timestamp: int, topic: str = TOPIC, index: int = 0
) -> int | None:
    """The answer to ListOffsets; None for every error, such as that of a broker not leading."""
    part = {"partition_index": index, "timestamp": timestamp}
    topics = [{"name": topic, "partitions": [part]}]
    with client_of(target, node) as client:
        answer = client.call("ListOffsets", 7, replica_id=-1, isolation_level=0, topics=topics)
    if not isinstance(answer, Answer):
        return None
    found = answer.body.topics[0].partitions[0]
    return int(found.offset) if error_name(found.error_code) == "NONE" else None


def log_end(target: Target, node: int, leader_epoch: int) -> int | None:
    """Where the log of the leader of this epoch ends, above the high watermark too."""
    part = {"partition": 0, "current_leader_epoch": -1, "leader_epoch": leader_epoch}
    topics = [{"topic": TOPIC, "partitions": [part]}]
    with client_of(target, node) as client:
        answer = client.call("OffsetForLeaderEpoch", 3, replica_id=-1, topics=topics)
    if not isinstance(answer, Answer):
        return None
    found = answer.body.topics[0].partitions[0]
    return int(found.end_offset) if error_name(found.error_code) == "NONE" else None


def shown_records(target: Target, node: int, start: int = 0) -> list[int]:
    """The numbers of the records that a leader serves from an offset, in the order of the log.

    They are those below its high watermark; none if it has no such offset.
    """
    part = {
        "partition": 0,
        "current_leader_epoch": -1,
        "fetch_offset": start,
        "log_start_offset": -1,
        "partition_max_bytes": 1 << 20,
    }
    with client_of(target, node) as client:
        answer = client.call(
            "Fetch",
            11,
            replica_id=_DEBUGGER,
            max_wait_ms=0,
            min_bytes=0,
            max_bytes=1 << 20,
            isolation_level=0,
            session_id=0,
            session_epoch=-1,
            topics=[{"topic": TOPIC, "partitions": [part]}],
            forgotten_topics_data=[],
            rack_id="",
        )
    if not isinstance(answer, Answer):
        raise Otherwise(f"broker {node} cannot be read: {answer}")
    data = bytes(answer.body.responses[0].partitions[0].records or b"")
    return [
        int(record.value or b"-1")
        for batch in split_batches(data)
        for record in read_records(batch)
    ]
