"""DeleteRecords: raises the log start to an offset, also inside a batch; -1 is the HW.

v0-v2, alike. Of a partition named twice, the last counts. The answer waits until every replica
that runs has raised its own log start, or for the time that the request gives.
Source: ReplicaManager.deleteRecords, Partition.deleteRecordsOnLeader, DelayedDeleteRecords, 4.3.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.apis.leading import led
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Until
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


@dataclass(slots=True)
class _Part:
    """One partition of the request, and how it went: the log start to reach, or the error."""

    topic: str
    wanted: Message
    target: int = -1
    error: str = "NONE"
    low: int = -1
    low_before: int = -1
    """The low watermark when the wait began: that of an answer that comes too late."""

    @property
    def key(self) -> tuple[str, int]:
        return self.topic, self.wanted.partition_index


def handle(broker: "Broker", request: Request) -> Steps:
    parts: dict[tuple[str, int], _Part] = {}
    for topic in request.body.topics:
        for wanted in topic.partitions:
            parts[topic.name, wanted.partition_index] = _Part(topic.name, wanted)
    for part in parts.values():
        _begin(broker, part)
    waiting = [part for part in parts.values() if part.error == "NONE"]
    deadline = broker.now + max(0, request.body.timeout_ms)
    keys = tuple(part.key for part in waiting)
    yield Until(lambda: all(_is_done(broker, part) for part in waiting), deadline, keys)
    for part in waiting:
        if part.error == "NONE" and not _is_done(broker, part):
            part.error, part.low = "REQUEST_TIMED_OUT", part.low_before
    return _answer(parts.values())


def _begin(broker: "Broker", part: _Part) -> None:
    """Raises the leader's log start, or notes why not."""
    try:
        part.target = _delete(broker, part.topic, part.wanted)
        hosted = broker.replicas.get(*part.key)
        part.low = part.low_before = -1 if hosted is None else hosted.low_watermark()
    except Refusal as refusal:
        part.error = refusal.error
        part.low = broker.rules.offsets.low_watermark_of_refusal()


def _is_done(broker: "Broker", part: _Part) -> bool:
    """Whether every replica that runs has followed; a lost leadership ends the wait."""
    try:
        partition = led(broker, *part.key)
    except Refusal as refusal:
        part.error, part.low = refusal.error, -1
        return True
    low = partition.low_watermark()
    part.low = max(part.low, low)
    return low >= part.target


def _answer(parts: Iterable[_Part]) -> Mapping[str, Any]:
    topics: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        answer = {
            "partition_index": part.wanted.partition_index,
            "low_watermark": part.low,
            "error_code": error_code(part.error),
        }
        topics.setdefault(part.topic, []).append(answer)
    return {"topics": [{"name": name, "partitions": told} for name, told in topics.items()]}


def _delete(broker: "Broker", topic: str, part: Message) -> int:
    """The log start after it."""
    rules = broker.rules.offsets
    if broker.image.partition(topic, part.partition_index) is None:
        raise Refusal("UNKNOWN_TOPIC_OR_PARTITION")
    if rules.protects(topic):
        raise Refusal("INVALID_TOPIC_EXCEPTION")
    partition = led(broker, topic, part.partition_index)
    config = partition.log.config
    if not rules.may_delete_from(config.deletes or not config.compacts):
        raise Refusal("POLICY_VIOLATION")
    target = rules.delete_target(part.offset, partition.log)
    if not rules.may_delete_to(target, partition.log.hw):
        partition.log.raise_log_start(rules.start_after_refusal(partition.log))
        raise Refusal("OFFSET_OUT_OF_RANGE")
    partition.log.raise_log_start(target)
    broker.changed(topic, part.partition_index)
    return partition.log.log_start
