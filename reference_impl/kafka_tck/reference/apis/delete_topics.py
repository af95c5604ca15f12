"""DeleteTopics: the broker forwards, the controller decides each topic on its own.

v1-v6. From v6 a topic may be named by id instead. A name or id twice, or both for one topic, is
INVALID_REQUEST. The topic is gone for every broker as soon as the controller says so.
Source: ControllerApis.deleteTopics, 4.3.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kafka_tck.reference.decisions import Decision
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.records import RemoveTopicRecord
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import ZERO_ID, Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    if body.timeout_ms <= 0:
        return _refuse_all(body, version, "REQUEST_TIMED_OUT")
    question = Forwarded("DeleteTopics", version, body)
    answer: Fields | None = yield Question(question, broker.now + body.timeout_ms)
    return answer if answer is not None else _refuse_all(body, version, "REQUEST_TIMED_OUT")


def _result(name: str | None, topic_id: UUID, error: str, message: str | None = None) -> Fields:
    code = error_code(error)
    return {"name": name, "topic_id": topic_id, "error_code": code, "error_message": message}


def _named(body: Message, version: int) -> list[tuple[str | None, UUID]]:
    """Every topic of the request: its name, its id, or a mistaken both or neither."""
    if version >= 6:
        return [(topic.name, topic.topic_id or ZERO_ID) for topic in body.topics]
    return [(name, ZERO_ID) for name in body.topic_names]


def _refuse_all(body: Message, version: int, error: str, message: str | None = None) -> Fields:
    return {
        "responses": [
            _result(name, topic_id, error, message) for name, topic_id in _named(body, version)
        ]
    }


def decide(controller: "Controller", version: int, body: Message) -> Fields:
    if not controller.settings.flag("delete.topic.enable"):
        error = "TOPIC_DELETION_DISABLED" if version >= 3 else "INVALID_REQUEST"
        return _refuse_all(body, version, error, "Topic deletion is disabled.")
    found = _delete_all(controller, _named(body, version))
    decisions = controller.rules.topics.kept("DeleteTopics", found)
    controller.append(*(record for decision in decisions for record in decision.records))
    return {"responses": [decision.answer for decision in decisions]}


def _delete_all(controller: "Controller", named: list[tuple[str | None, UUID]]) -> list[Decision]:
    times = Counter(named)
    if controller.rules.topics.may_repeat("DeleteTopics"):
        times = Counter(dict.fromkeys(times, 1))
    refused, resolved = [], []
    for (name, topic_id), count in times.items():
        fault = _fault(name, topic_id, count)
        if fault is not None:
            refused.append(Decision(_result(name, topic_id, "INVALID_REQUEST", fault)))
        else:
            resolved.append((name, topic_id))
    doubled = {topic_id for (name, topic_id), count in times.items() if not name and count > 1}
    ids: dict[UUID, str] = {}
    for name, topic_id in resolved:
        refused += _resolve(controller, name, topic_id, ids, doubled)
    return refused + [
        Decision(_result(name, topic_id, "NONE"), [RemoveTopicRecord(topic_id)])
        for topic_id, name in ids.items()
    ]


def _fault(name: str | None, topic_id: UUID, count: int) -> str | None:
    if name is None and topic_id == ZERO_ID:
        return "Neither topic name nor id were specified."
    if name is not None and topic_id != ZERO_ID:
        return "You may not specify both topic name and topic id."
    if count > 1:
        return f"Duplicate topic {'id' if name is None else 'name'}."
    return None


def _resolve(
    controller: "Controller",
    name: str | None,
    topic_id: UUID,
    ids: dict[UUID, str],
    doubled: Collection[UUID],
) -> Iterator[Decision]:
    """Notes in `ids` what is to be deleted; yields the refusals. `doubled` ids are given twice."""
    rules = controller.rules.topics
    if name is None:
        by_id = rules.topic_of_id("DeleteTopics", topic_id, controller.image)
        if by_id is None:
            text = "This server does not host this topic ID."
            yield Decision(_result(None, topic_id, "UNKNOWN_TOPIC_ID", text))
        else:
            ids[by_id.topic_id] = by_id.name
        return
    topic = controller.image.topics.get(name)
    if topic is None:
        error = rules.error_of_unknown_deletion()
        text = "This server does not host this topic-partition."
        yield Decision(_result(name, ZERO_ID, error, text))
    elif topic.topic_id in ids or topic.topic_id in doubled:
        ids.pop(topic.topic_id, None)
        text = "The provided topic name maps to an ID that was already supplied."
        yield Decision(_result(name, topic.topic_id, "INVALID_REQUEST", text))
    else:
        ids[topic.topic_id] = name
