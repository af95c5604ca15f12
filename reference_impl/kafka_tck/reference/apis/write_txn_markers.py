"""WriteTxnMarkers: a transaction coordinator ends transactions on the partitions of this broker.

v1-v2; v2 says of each marker by which transaction.version it is (KIP-1228). Whoever may alter the
cluster may send it, so that an operator can end a transaction that hangs (KIP-664). Answered when
every replica in sync has every marker, as acks=all. Entries of one producer are answered as one; of
a partition named twice, the last counts. A marker for `__consumer_offsets` is written where the
group coordinator is at work, who reads it in the log.

A marker that names no producer makes Kafka itself fail: all are answered UNKNOWN_SERVER_ERROR, and
those before it are written. Apache Kafka up to 4.3.1 never answers a request in which a marker
names a partition twice, or in which only unknown ones follow a marker that was written.
Source: KafkaApis.handleWriteTxnMarkersRequest, 4.3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.leading import led
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.steps import Outcome, Steps, Until
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

OFFSETS_TOPIC: Final = "__consumer_offsets"
VERSION_SINCE: Final = 2
NOBODY: Final = -1


@dataclass(slots=True)
class _Part:
    """One marker for one partition, and how it went; `offset` is -1 if it is in no log."""

    marker: Message
    topic: str
    index: int
    error: str = "NONE"
    offset: int = -1

    @property
    def key(self) -> tuple[str, int]:
        return self.topic, self.index


def handle(broker: "Broker", request: Request) -> Outcome | Steps:
    parts = list(_parts(request.body))
    rules = broker.rules.markers
    for position, part in enumerate(parts):
        if not _is_hosted(broker, part):
            part.error = "UNKNOWN_TOPIC_OR_PARTITION"
        elif NOBODY in (part.marker.producer_id, part.marker.producer_epoch):
            return _fail(parts)
        elif rules.is_written(position, len(parts)):
            _write(broker, part, request.header.version)
    if rules.waits_for_replicas():
        return _wait(broker, parts)
    return _answer(parts)


def _parts(body: Message) -> Iterator[_Part]:
    for marker in body.markers:
        for topic in marker.topics:
            for index in topic.partition_indexes:
                yield _Part(marker, topic.name, index)


def _is_hosted(broker: "Broker", part: _Part) -> bool:
    return broker.replicas.get(*part.key) is not None


def _fail(parts: list[_Part]) -> Mapping[str, Any]:
    for part in parts:
        part.error = "UNKNOWN_SERVER_ERROR"
    return _answer(parts)


def _write(broker: "Broker", part: _Part, version: int) -> None:
    """Appends one marker, or notes why not."""
    marker = part.marker
    try:
        partition = _led(broker, part)
        part.offset = partition.log.append_marker(
            marker.producer_id,
            marker.producer_epoch,
            broker.rules.markers.result_of(marker.transaction_result, part.index),
            marker.coordinator_epoch,
            partition.leader_epoch,
            marker.transaction_version if version >= VERSION_SINCE else 0,
            now=broker.now,
        )
    except Refusal as refusal:
        part.error = refusal.error
        return
    partition.raise_hw(broker.now)
    broker.changed(*part.key)


def _led(broker: "Broker", part: _Part) -> Partition:
    """The partition, if a marker may be written to it now. Raises `Refusal`."""
    partition = led(broker, *part.key)
    if part.topic == OFFSETS_TOPIC:
        _check_coordinator(broker, part)
    if not _is_in_sync(broker, partition):
        raise Refusal("NOT_ENOUGH_REPLICAS")
    return partition


def _check_coordinator(broker: "Broker", part: _Part) -> None:
    """Raises `Refusal` where the coordinator of the groups is not, or not yet, at work."""
    kind = broker.coordinators.kind_of_topic(part.topic)
    if kind is None:
        return
    try:
        broker.coordinators.at(kind.name, part.index)
    except Refusal as refusal:
        raise Refusal("NOT_LEADER_OR_FOLLOWER") from refusal


def _is_in_sync(broker: "Broker", partition: Partition) -> bool:
    rules = broker.rules.produce
    return rules.enough_in_sync(-1, len(partition.state.isr), partition.min_isr())


def _wait(broker: "Broker", parts: list[_Part]) -> Steps:
    waiting = [part for part in parts if part.offset >= 0]

    def all_decided() -> bool:
        return all(_is_decided(broker, part) for part in waiting)

    deadline = broker.now + broker.settings.number("request.timeout.ms")
    if not (yield Until(all_decided, deadline, tuple(part.key for part in waiting))):
        for part in waiting:
            if not _is_decided(broker, part):
                part.error = "REQUEST_TIMED_OUT"
    return _answer(parts)


def _is_decided(broker: "Broker", part: _Part) -> bool:
    """Whether nothing more is to come of this marker; notes a lost leadership."""
    if part.error != "NONE":
        return True
    try:
        partition = led(broker, *part.key)
    except Refusal as refusal:
        part.error = refusal.error
        return True
    if not broker.rules.produce.is_acknowledged(partition.log.hw, part.offset):
        return False
    if not _is_in_sync(broker, partition):
        part.error = "NOT_ENOUGH_REPLICAS_AFTER_APPEND"
    return True


def _answer(parts: list[_Part]) -> Mapping[str, Any]:
    errors: dict[int, dict[str, dict[int, str]]] = {}
    for part in parts:
        topics = errors.setdefault(part.marker.producer_id, {})
        topics.setdefault(part.topic, {})[part.index] = part.error
    return {
        "markers": [
            {"producer_id": producer_id, "topics": [_topic(*item) for item in topics.items()]}
            for producer_id, topics in errors.items()
        ]
    }


def _topic(name: str, errors: Mapping[int, str]) -> dict[str, Any]:
    return {
        "name": name,
        "partitions": [
            {"partition_index": index, "error_code": error_code(error)}
            for index, error in errors.items()
        ],
    }
