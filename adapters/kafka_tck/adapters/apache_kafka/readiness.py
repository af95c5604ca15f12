"""Whether a node can serve: asked through the one door, never read from a log."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.target import Connection, Silence
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import Message, decode_response, encode_request
from kafka_tck.wire.strict import Malformed

_METADATA: Final = 9
_INIT_PRODUCER_ID: Final = 4
_LIST_OFFSETS: Final = 7
_DESCRIBE_QUORUM: Final = 0
"""Versions that every release from 3.3 to 4.3 has."""

_PATIENCE: Final = 2.0
_QUORUM: Final = "__cluster_metadata"
_LATEST: Final = -1
_LEADS: Final = frozenset({"NONE", "OFFSET_NOT_AVAILABLE"})


def ask(connection: Connection, api: str, version: int, **fields: Any) -> Message | None:
    """The body of the answer to one request, None if there is no such answer."""
    connection.send(framed(encode_request(api, version, fields, correlation_id=1)))
    frame = connection.receive(_PATIENCE)
    if isinstance(frame, Silence):
        return None
    try:
        return decode_response(api, version, frame)[1]
    except Malformed:
        return None


@dataclass(frozen=True)
class View:
    """Who is there and who leads, as one node shows it; alike at all that are up to date."""

    brokers: frozenset[int]
    leaders: frozenset[tuple[str, int, int, int]]
    """Topic, partition, leader and leader epoch."""


def view(
    connection: Connection, cluster_id: str, node: int, running: Collection[int]
) -> View | None:
    """What the node shows if it can serve, else None.

    It shows all running nodes, hears the controller, gives producer ids and leads what it should.
    The cluster id tells our node from someone else's that has taken the port.
    """
    metadata = ask(connection, "Metadata", _METADATA, topics=None)
    if metadata is None or metadata.cluster_id != cluster_id:
        return None
    seen = _view(metadata)
    is_well = (
        seen.brokers.issuperset(running)
        and _hears_controller(connection)
        and _gives_producer_ids(connection)
        and not any(_awaits_leader(partition, running) for _, partition in _all(metadata))
        and _leads(connection, _led_by(metadata, node))
    )
    return seen if is_well else None


def _view(metadata: Message) -> View:
    return View(
        frozenset(broker.node_id for broker in metadata.brokers),
        frozenset(
            (topic, each.partition_index, each.leader_id, each.leader_epoch)
            for topic, each in _all(metadata)
        ),
    )


def _hears_controller(connection: Connection) -> bool:
    """Whether a request that only the active controller answers is answered through the node.

    A node that stood still, or was cut off, knows of nothing that happened meanwhile.
    """
    topic = {"topic_name": _QUORUM, "partitions": [{"partition_index": 0}]}
    answer = ask(connection, "DescribeQuorum", _DESCRIBE_QUORUM, topics=[topic])
    return (
        answer is not None
        and error_name(answer.error_code) == "NONE"
        and all(error_name(each.error_code) == "NONE" for each in answer.topics[0].partitions)
    )


def _gives_producer_ids(connection: Connection) -> bool:
    """A broker needs its first block of ids from the controller before it can."""
    answer = ask(
        connection,
        "InitProducerId",
        _INIT_PRODUCER_ID,
        transactional_id=None,
        transaction_timeout_ms=1000,
        producer_id=-1,
        producer_epoch=-1,
    )
    return answer is not None and error_name(answer.error_code) == "NONE"


def _all(metadata: Message) -> Iterator[tuple[str, Message]]:
    return ((topic.name, partition) for topic in metadata.topics for partition in topic.partitions)


def _awaits_leader(partition: Message, running: Collection[int]) -> bool:
    """Whether there is no leader although a replica in sync runs, so that one is to come."""
    return partition.leader_id == -1 and not set(running).isdisjoint(partition.isr_nodes)


def _led_by(metadata: Message, node: int) -> dict[str, list[int]]:
    led: dict[str, list[int]] = {}
    for topic, partition in _all(metadata):
        if partition.leader_id == node:
            led.setdefault(topic, []).append(partition.partition_index)
    return led


def _leads(connection: Connection, led: Mapping[str, list[int]]) -> bool:
    """Whether the node answers for the partitions that Metadata says it leads.

    The metadata cache is ahead of the replica manager by a few milliseconds. A new leader whose
    followers are away does not know its high watermark, and serves all the same.
    """
    if not led:
        return True
    topics = [
        {
            "name": topic,
            "partitions": [{"partition_index": index, "timestamp": _LATEST} for index in indexes],
        }
        for topic, indexes in led.items()
    ]
    fields = {"replica_id": -1, "isolation_level": 0, "topics": topics}
    answer = ask(connection, "ListOffsets", _LIST_OFFSETS, **fields)
    return answer is not None and all(
        error_name(partition.error_code) in _LEADS for _, partition in _all(answer)
    )
