"""Produce: one batch per partition to its leader.

Advertised from v0, served in v3-v13. v13 names topics by id. Checks before the log sees a batch, in
this order: a transactional batch without a transactional id, its place in the transaction (see
verifying), the topic, the shape of the records, acks, internal topics, leadership,
min.insync.replicas. A partition named twice: only the last
batch counts. acks=0 is never answered; if any partition fails, the connection ends.
Source: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords, DelayedProduce, 4.3.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kafka_tck.reference.apis.leading import led, name_of
from kafka_tck.reference.apis.redirecting import add_leaders
from kafka_tck.reference.apis.verifying import Unverified, to_verify, verify
from kafka_tck.reference.log import Appended, Refusal, check_produced, is_transactional
from kafka_tck.reference.rules import ProduceRules
from kafka_tck.reference.steps import Ending, Outcome, Steps, Until
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import ZERO_ID, Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Fields = Mapping[str, Any]


@dataclass(slots=True)
class _Part:
    """One partition of the request and how it went."""

    topic: str | None
    topic_id: UUID
    index: int
    records: bytes
    appended: Appended | None = None
    refusal: Refusal | None = None
    in_doubt: bool = False
    """Whether it was appended, and was not acknowledged in time."""

    @property
    def key(self) -> tuple[str, int]:
        return self.topic or "", self.index


def handle(broker: "Broker", request: Request) -> Outcome | Steps:
    body = request.body
    parts = _parts(broker, body, request.header.version)
    rules = broker.rules.produce
    try:
        _check_transactional(rules, body, parts)
    except Refusal as refusal:
        for part in parts:
            part.refusal = refusal
    name, version = body.transactional_id, request.header.version
    asked = [] if name is None else to_verify(broker, parts, version)
    if asked:
        return _verified(broker, request, parts, asked)
    return _append_and_answer(broker, request, parts)


def _verified(
    broker: "Broker", request: Request, parts: list[_Part], asked: list[Unverified]
) -> Steps:
    """The coordinator is asked first, then what it confirms is appended."""
    yield from verify(broker, request.body.transactional_id, asked, request.header.version)
    outcome = _append_and_answer(broker, request, parts)
    return (yield from outcome) if isinstance(outcome, Generator) else outcome


def _append_and_answer(broker: "Broker", request: Request, parts: list[_Part]) -> Outcome | Steps:
    body, rules = request.body, broker.rules.produce
    _append_all(broker, request, parts)
    for part in parts:
        if part.appended is not None and rules.wakes_waiting():
            broker.changed(*part.key)
    if not rules.answers(body.acks):
        failed = any(part.refusal is not None for part in parts)
        return Ending.CLOSE if failed and rules.failure_closes(body.acks) else Ending.SILENCE
    if body.acks == -1:
        return _wait_for_replicas(broker, request, parts)
    return _answer(broker, parts, request.header.version)


def _parts(broker: "Broker", body: Message, version: int) -> list[_Part]:
    found: dict[tuple[Any, int], list[_Part]] = {}
    for topic in body.topic_data:
        topic_id = (topic.topic_id or ZERO_ID) if version >= 13 else ZERO_ID
        name = name_of(broker, topic_id, "Produce") if version >= 13 else topic.name
        for entry in topic.partition_data:
            part = _Part(name, topic_id, entry.index, bytes(entry.records or b""))
            found.setdefault((topic_id if version >= 13 else name, entry.index), []).append(part)
    return [broker.rules.produce.of_same_partition(same) for same in found.values()]


def _check_transactional(rules: ProduceRules, body: Message, parts: list[_Part]) -> None:
    """Raises `Refusal` for the whole request, also where one part begins with no batch."""
    if body.transactional_id is not None or not rules.transactions_need_an_id():
        return
    if any(is_transactional(part.records) for part in parts):
        raise Refusal("TRANSACTIONAL_ID_AUTHORIZATION_FAILED")


def _append_all(broker: "Broker", request: Request, parts: list[_Part]) -> None:
    refused: Refusal | None = None
    for part in parts:
        part.refusal = part.refusal or refused
        _append(broker, request, part)
        if not broker.rules.produce.goes_on_after_refusal():
            refused = part.refusal


def _append(broker: "Broker", request: Request, part: _Part) -> None:
    """Appends to the leader's log, or notes why not."""
    if part.refusal is not None:
        return
    body, version = request.body, request.header.version
    try:
        topic = _known_topic(broker, part, version)
        check_produced(part.records, version, broker.rules.log)
        _check_may_write(broker, topic, body.acks, request.header.client_id)
        partition = led(broker, topic, part.index, api="Produce")
        rules = broker.rules.produce
        if not rules.enough_in_sync(body.acks, len(partition.state.isr), partition.min_isr()):
            too_few = Refusal("NOT_ENOUGH_REPLICAS")
            too_few.log_start = partition.log.log_start
            raise too_few
        part.appended = partition.log.append_as_leader(
            part.records,
            epoch=partition.leader_epoch,
            now=broker.now,
            request_version=version,
        )
        partition.raise_hw(broker.now)
    except Refusal as refusal:
        part.refusal = refusal


def _known_topic(broker: "Broker", part: _Part, version: int) -> str:
    if part.topic is None:
        raise Refusal("UNKNOWN_TOPIC_ID")
    if broker.image.partition(part.topic, part.index) is None:
        raise Refusal(broker.rules.metadata.error_of_no_partition())
    return part.topic


def _check_may_write(broker: "Broker", topic: str, acks: int, client_id: str | None) -> None:
    rules = broker.rules.produce
    if not rules.acks_are_legal(acks):
        raise Refusal("INVALID_REQUIRED_ACKS")
    if not rules.may_write(topic, client_id):
        raise Refusal("INVALID_TOPIC_EXCEPTION")


def _wait_for_replicas(broker: "Broker", request: Request, parts: list[_Part]) -> Steps:
    """acks=all: answered when every replica in sync has every batch, or when time is up."""
    rules = broker.rules.produce
    waiting = [
        part
        for part in parts
        if part.appended is not None and rules.waits_for_replicas(part.appended.duplicate)
    ]

    def all_decided() -> bool:
        return all(_is_decided(broker, part) for part in waiting)

    deadline = broker.now + request.body.timeout_ms
    keys = tuple(part.key for part in waiting)
    if not (yield Until(all_decided, deadline, keys)):
        for part in waiting:
            if not _is_decided(broker, part):
                part.refusal = Refusal("REQUEST_TIMED_OUT")
                part.in_doubt = True
    return _answer(broker, parts, request.header.version)


def _is_decided(broker: "Broker", part: _Part) -> bool:
    """Whether nothing more is to come for this partition; notes a lost leadership."""
    if part.refusal is not None or part.appended is None:
        return True
    rules = broker.rules.produce
    try:
        partition = led(broker, *part.key)
    except Refusal as refusal:
        if not rules.deposed_ends_wait():
            return False
        part.refusal = None if rules.error_when_deposed(refusal.error) == "NONE" else refusal
        return True
    if rules.gives_up(len(partition.state.isr), partition.min_isr()):
        part.refusal = Refusal("NOT_ENOUGH_REPLICAS_AFTER_APPEND")
        return True
    if not rules.is_acknowledged(partition.log.hw, part.appended.last_offset):
        return False
    if not rules.enough_in_sync(-1, len(partition.state.isr), partition.min_isr()):
        part.refusal = Refusal("NOT_ENOUGH_REPLICAS_AFTER_APPEND")
    return True


def _answer(broker: "Broker", parts: list[_Part], version: int) -> Fields:
    topics: dict[Any, list[dict[str, Any]]] = {}
    rules = broker.rules.produce
    for part in (part for part in parts if rules.is_told(part.refusal is not None)):
        key = part.topic_id if version >= 13 else part.topic
        topics.setdefault(key, []).append(_part_answer(broker, part))
    name = "topic_id" if version >= 13 else "name"
    answers = [{name: key, "partition_responses": given} for key, given in topics.items()]
    endpoints = add_leaders(broker, answers, "partition_responses") if version >= 10 else []
    return {"responses": answers, "node_endpoints": endpoints}


def _part_answer(broker: "Broker", part: _Part) -> dict[str, Any]:
    answer: dict[str, Any] = {"index": part.index, "error_code": 0, "base_offset": -1}
    rules = broker.rules.produce
    if part.appended is not None:
        partition = broker.replicas.get(*part.key)
        leo = part.appended.last_offset + 1 if partition is None else partition.log.leo
        answer["base_offset"] = rules.answered_base_offset(
            part.appended.base_offset, leo, part.appended.duplicate
        )
        if part.in_doubt:
            answer["base_offset"] = rules.base_offset_in_doubt(answer["base_offset"])
        answer["log_append_time_ms"] = part.appended.log_append_time
        answer["log_start_offset"] = part.appended.log_start
    if part.refusal is not None:
        answer["error_code"] = error_code(part.refusal.error)
        answer["error_message"] = part.refusal.message if part.refusal.told else None
        if part.appended is None:
            answer["base_offset"] = rules.refused_base_offset()
            answer["log_start_offset"] = part.refusal.log_start
        answer["record_errors"] = [
            {"batch_index": index, "batch_index_error_message": text}
            for index, text in rules.told_errors(part.refusal.record_errors)
        ]
    return answer
