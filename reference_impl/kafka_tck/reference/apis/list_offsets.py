"""ListOffsets: offsets by time, and the special ones.

v1-v11. -1 latest (HW, or LSO for read_committed), -2 earliest, -3 of the greatest timestamp (v7+),
-4 earliest local (v8+), -5 latest tiered (v9+), -6 earliest pending upload (v11+); any other
negative time, and a special one in a version that does not know it, is UNSUPPORTED_VERSION. Leader
epochs from v4. v10 brings a timeout, for tiered logs only. A topic named twice is answered once, a
partition named twice is INVALID_REQUEST. Below v5 a leader that does not know its HW says
LEADER_NOT_AVAILABLE.
Source: ReplicaManager.fetchOffset, Partition.fetchOffsetForTimestamp, 4.3.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.apis.leading import NO_EPOCH, check_epoch, hosted, led
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.log.lookup import TimestampAndOffset
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.rules.offsets import (
    EARLIEST,
    EARLIEST_LOCAL,
    EARLIEST_PENDING_UPLOAD,
    LATEST,
    LATEST_TIERED,
    MAX_TIMESTAMP,
)
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

CONSUMER, DEBUGGER = -1, -2


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    body, version = request.body, request.header.version
    if version >= 2 and body.isolation_level not in (0, 1):
        return _refuse_all(body)
    times = Counter(
        (topic.name, part.partition_index) for topic in body.topics for part in topic.partitions
    )
    answers: dict[str, dict[int, dict[str, Any]]] = {}
    for topic in body.topics:
        for part in topic.partitions:
            doubled = times[topic.name, part.partition_index] > 1
            answer = _answer(broker, body, version, topic.name, part, doubled)
            answers.setdefault(topic.name, {})[part.partition_index] = answer
    return {
        "topics": [
            {"name": name, "partitions": list(parts.values())} for name, parts in answers.items()
        ]
    }


def _refuse_all(body: Message) -> Mapping[str, Any]:
    """A request that makes Kafka itself fail, such as one with an unknown isolation level."""
    failed = {
        "error_code": error_code("UNKNOWN_SERVER_ERROR"),
        "timestamp": -1,
        "offset": -1,
    }
    return {
        "topics": [
            {
                "name": topic.name,
                "partitions": [
                    failed | {"partition_index": part.partition_index} for part in topic.partitions
                ],
            }
            for topic in body.topics
        ]
    }


def _answer(
    broker: "Broker", body: Message, version: int, topic: str, part: Message, doubled: bool
) -> dict[str, Any]:
    answer = {"partition_index": part.partition_index, "error_code": 0, "timestamp": -1}
    try:
        if doubled and not broker.rules.offsets.may_ask_twice():
            raise Refusal("INVALID_REQUEST")
        if not broker.rules.offsets.knows(part.timestamp, version):
            raise Refusal("UNSUPPORTED_VERSION")
        found = broker.rules.offsets.told(_find(broker, body, version, topic, part), version)
    except Refusal as refusal:
        error = refusal.error
        if error == "OFFSET_NOT_AVAILABLE" and version < 5:
            error = "LEADER_NOT_AVAILABLE"
        return answer | {"error_code": error_code(error), "offset": -1}
    answer |= {"timestamp": found.timestamp, "offset": found.offset}
    return answer | {"leader_epoch": found.epoch}


def _find(
    broker: "Broker", body: Message, version: int, topic: str, part: Message
) -> TimestampAndOffset:
    epoch = part.current_leader_epoch if version >= 4 else NO_EPOCH
    isolation = body.isolation_level if version >= 2 else 0
    if body.replica_id == DEBUGGER:
        partition = hosted(broker, topic, part.partition_index)
        check_epoch(broker, partition, epoch)
    else:
        partition = led(broker, topic, part.partition_index, epoch, api="ListOffsets")
    return _look_up(broker, partition, part.timestamp, isolation, body.replica_id == CONSUMER)


def _look_up(
    broker: "Broker", partition: Partition, timestamp: int, isolation: int, for_consumer: bool
) -> TimestampAndOffset:
    rules, log = broker.rules.offsets, partition.log
    lagging = for_consumer and partition.hw_is_behind_epoch()
    if timestamp == LATEST:
        if lagging:
            raise Refusal("OFFSET_NOT_AVAILABLE")
        latest = rules.latest(log, isolation) if for_consumer else log.leo
        return TimestampAndOffset(-1, latest, rules.latest_epoch(partition.leader_epoch))
    if timestamp == EARLIEST:
        return rules.earliest(log)
    if timestamp == EARLIEST_LOCAL:
        return rules.earliest_local(log)
    if timestamp in (LATEST_TIERED, EARLIEST_PENDING_UPLOAD):
        return rules.tiered(log)
    bound = rules.bound_of_lookup(log, isolation) if for_consumer else log.leo
    if timestamp == MAX_TIMESTAMP:
        found = log.offset_of_max_timestamp(bound)
    else:
        found = log.offset_for_time(timestamp, bound=bound)
    if found is None and lagging:
        raise Refusal("OFFSET_NOT_AVAILABLE")
    return rules.of_no_record(log) if found is None else found
