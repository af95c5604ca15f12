"""CreatePartitions: the broker forwards, the controller decides each topic on its own.

v0-v3, alike. A topic only grows; its present partitions stay as they are.
Source: ControllerApis.createPartitions, ReplicationControlManager.createPartitions, 4.3.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.apis.create_topics import MOST_AT_ONCE, new_partitions
from kafka_tck.reference.image import TopicState
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.placement import INVALID, check_replicas, check_someone_alive, placed
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]


def handle(broker: "Broker", request: Request) -> Steps:
    body = request.body
    if body.timeout_ms <= 0:
        return _timed_out(body)
    question = Forwarded("CreatePartitions", request.header.version, body)
    answer: Fields | None = yield Question(question, broker.now + body.timeout_ms)
    return answer if answer is not None else _timed_out(body)


def _timed_out(body: Message) -> Fields:
    return {"results": [_result(topic.name, "REQUEST_TIMED_OUT", None) for topic in body.topics]}


def _result(name: str, error: str, message: str | None) -> Fields:
    return {"name": name, "error_code": error_code(error), "error_message": message}


def decide(controller: "Controller", _version: int, body: Message) -> Fields:
    times = Counter(topic.name for topic in body.topics)
    may_repeat = controller.rules.topics.may_repeat("CreatePartitions")
    doubled = [name for name, count in times.items() if count > 1 and not may_repeat]
    results = [_result(name, "INVALID_REQUEST", "Duplicate topic name.") for name in doubled]
    for topic in body.topics:
        if times[topic.name] == 1 or may_repeat:
            results.append(_grow(controller, topic, body.validate_only))
    return {"results": results}


def _grow(controller: "Controller", request: Message, validate_only: bool) -> Fields:
    try:
        topic = controller.image.topics.get(request.name)
        if topic is None:
            raise Refusal("UNKNOWN_TOPIC_OR_PARTITION")
        _check_count(controller, topic, request.count)
        assignment = _assignment(controller, topic, request)
    except Refusal as refusal:
        return _result(request.name, refusal.error, refusal.message)
    if not validate_only or controller.rules.topics.applies_validate_only("CreatePartitions"):
        first = len(topic.partitions)
        controller.append(*new_partitions(controller, topic.topic_id, assignment, first))
    return _result(request.name, "NONE", None)


def _check_count(controller: "Controller", topic: TopicState, wanted: int) -> None:
    present = len(topic.partitions)
    if controller.rules.topics.may_grow(present, wanted):
        return
    if wanted == present:
        text = f"Topic already has {present} partition(s)."
    else:
        text = (
            f"The topic {topic.name} currently has {present} partition(s); {wanted} would not be "
            "an increase."
        )
    raise Refusal("INVALID_PARTITIONS", text)


def _assignment(controller: "Controller", topic: TopicState, request: Message) -> list[list[int]]:
    present = len(topic.partitions)
    additional = request.count - present
    if additional > MOST_AT_ONCE:
        # Apache Kafka fails here, and towards 2**31 its process ends (OutOfMemoryError).
        raise Refusal("UNKNOWN_SERVER_ERROR")
    factor = len(topic.partitions[0].replicas)
    asked = request.assignments
    given = controller.rules.topics.chosen_assignment(
        None if asked is None else [list(assignment.broker_ids) for assignment in asked]
    )
    if given is None:
        return placed(controller, additional, factor)
    if len(given) != additional:
        text = (
            f"Attempted to add {additional} additional partition(s), but only {len(given)} "
            "assignment(s) were specified."
        )
        raise Refusal(INVALID, text)
    for index, replicas in enumerate(given, present):
        check_replicas(controller, replicas, factor)
        check_someone_alive(controller, index, replicas)
    return given
