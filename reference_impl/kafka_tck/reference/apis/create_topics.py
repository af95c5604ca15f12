"""CreateTopics: the broker forwards, the controller decides each topic on its own.

v2-v7. v5 answers partition count, replication factor and configs of what was created, v7 its id.
A name twice in a request is refused once and creates nothing. validate_only runs every check.
The ISR of a new partition are those of its replicas that are not fenced; the first of them leads.
Source: ControllerApis.createTopics, ReplicationControlManager.createTopics, 4.3.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kafka_tck.reference.decisions import Decision
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.placement import placed, read_assignment
from kafka_tck.reference.records import (
    ConfigRecord,
    MetadataRecord,
    PartitionRecord,
    TopicRecord,
)
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.reference.validation import check_topic_configs, effective_configs
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request, build

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

METADATA_TOPIC: Final = "__cluster_metadata"
TOPIC_RESOURCE: Final = 2
MOST_AT_ONCE: Final = 10_000
"""Partitions of one request, and records of the metadata log that one request may write."""

Fields = Mapping[str, Any]


def handle(broker: "Broker", request: Request) -> Steps:
    body = request.body
    if body.timeout_ms <= 0:
        return _timed_out(body)
    question = Forwarded("CreateTopics", request.header.version, body)
    answer: Fields | None = yield Question(question, broker.now + body.timeout_ms)
    return answer if answer is not None else _timed_out(body)


def ask_to_create(broker: "Broker", topic: str) -> None:
    """Automatic creation: nobody waits for the answer."""
    kind = broker.coordinators.kind_of_topic(topic)
    wanted = {"name": topic, "num_partitions": -1, "replication_factor": -1}
    if kind is not None:
        wanted = kind.creation(broker.settings)
    fields = {"topics": [wanted], "timeout_ms": 30_000}
    version = 7
    body = build("CreateTopics", "Request", version, fields)
    broker.ask(Forwarded("CreateTopics", version, body))


def _timed_out(body: Message) -> Fields:
    return {"topics": [_failed(topic.name, "REQUEST_TIMED_OUT", None) for topic in body.topics]}


def _failed(name: str, error: str, message: str | None) -> Fields:
    return {"name": name, "error_code": error_code(error), "error_message": message}


def decide(controller: "Controller", version: int, body: Message) -> Fields:
    """The controller's part: the records of what is created, and the answer."""
    times = Counter(topic.name for topic in body.topics)
    rules = controller.rules.topics
    may_repeat = rules.may_repeat("CreateTopics")
    once = [topic for topic in body.topics if times[topic.name] == 1 or may_repeat]
    if _partitions_of(controller, once) > MOST_AT_ONCE:
        text = "Excessively large number of partitions per request."
        return {"topics": [_failed(t.name, "POLICY_VIOLATION", text) for t in body.topics]}
    before, made = frozenset(controller.image.topics), set[str]()
    decisions: Sequence[Decision] = [_create(controller, topic, before, made) for topic in once]
    if sum(len(decision.records) for decision in decisions) > MOST_AT_ONCE:
        text = "Unable to perform excessively large batch operation."
        return {"topics": [_failed(t.name, "POLICY_VIOLATION", text) for t in body.topics]}
    decisions = rules.kept("CreateTopics", decisions)
    if not body.validate_only or rules.applies_validate_only("CreateTopics"):
        controller.append(*(record for decision in decisions for record in decision.records))
    doubled = [name for name, count in times.items() if count > 1 and not may_repeat]
    return {
        "topics": [decision.answer for decision in decisions]
        + [_failed(name, "INVALID_REQUEST", "Duplicate topic name.") for name in doubled]
    }


def _partitions_of(controller: "Controller", topics: Sequence[Message]) -> int:
    default = controller.settings.number("num.partitions")
    counts = (
        len(topic.assignments) or (default if topic.num_partitions == -1 else topic.num_partitions)
        for topic in topics
        if topic.name != METADATA_TOPIC
    )
    return sum(count for count in counts if count > 0)


def _create(
    controller: "Controller", topic: Message, before: Collection[str], made: set[str]
) -> Decision:
    """`before` are the topics that there were; `made` those of this request, and gets this one."""
    rules = controller.rules.topics
    try:
        _check_name(controller, topic.name, rules.names_to_compare(before, made))
        configs = _configs(topic)
        check_topic_configs(configs, controller.rules.configs)
        assignment = _assignment(controller, topic)
    except Refusal as refusal:
        failed = _failed(topic.name, refusal.error, refusal.message)
        return Decision({**failed, "topic_id": rules.id_of_refused(controller.ids)})
    made.add(topic.name)
    topic_id = rules.new_topic_id(topic.name, controller.ids)
    kept = controller.rules.configs.of_new_topic(configs)
    records = [
        TopicRecord(topic.name, topic_id),
        *_config_records(topic.name, kept),
        *new_partitions(controller, topic_id, assignment),
    ]
    answer = {
        "name": topic.name,
        "topic_id": topic_id,
        "error_code": 0,
        "error_message": None,
        "num_partitions": rules.told_count(len(assignment)),
        "replication_factor": max((len(replicas) for replicas in assignment), default=0),
        "configs": effective_configs(configs, controller.settings, controller.image),
    }
    return Decision(answer, records)


def _check_name(controller: "Controller", name: str, existing: Collection[str]) -> None:
    rules = controller.rules.topics
    if name == METADATA_TOPIC:
        prohibited = f"Creation of internal topic {METADATA_TOPIC} is prohibited."
        raise Refusal("INVALID_REQUEST", prohibited)
    if rules.exists(name, existing):
        raise Refusal("TOPIC_ALREADY_EXISTS", f"Topic '{name}' already exists.")
    fault = rules.fault_of_name(name)
    if fault is not None:
        raise Refusal("INVALID_TOPIC_EXCEPTION", fault)
    other = rules.collision(name, existing)
    if other is not None:
        text = f"Topic '{name}' collides with existing topic: {other}"
        raise Refusal("INVALID_TOPIC_EXCEPTION", text)


def _configs(topic: Message) -> dict[str, str | None]:
    return {config.name: config.value for config in topic.configs}


def _assignment(controller: "Controller", topic: Message) -> list[list[int]]:
    """The replicas of each partition, the preferred leader first."""
    rules = controller.rules.topics
    if topic.assignments:
        return _manual_assignment(controller, topic)
    default = controller.settings.number("default.replication.factor")
    factor = rules.chosen_factor(topic.replication_factor, default)
    if not rules.replication_factor_is_legal(factor):
        text = "Replication factor must be larger than 0, or -1 to use the default value."
        raise Refusal("INVALID_REPLICATION_FACTOR", text)
    if not rules.partition_count_is_legal(topic.num_partitions):
        text = "Number of partitions was set to an invalid non-positive value."
        raise Refusal("INVALID_PARTITIONS", text)
    default = controller.settings.number("num.partitions")
    count = default if topic.num_partitions == -1 else topic.num_partitions
    return placed(controller, count, factor)


def _manual_assignment(controller: "Controller", topic: Message) -> list[list[int]]:
    for name, value in (
        ("replication factor", topic.replication_factor),
        ("numPartitions", topic.num_partitions),
    ):
        if value != -1:
            text = f"A manual partition assignment was specified, but {name} was not set to -1."
            raise Refusal("INVALID_REQUEST", text)
    return read_assignment(controller, topic.assignments)


def _config_records(name: str, configs: Mapping[str, str | None]) -> list[MetadataRecord]:
    return [ConfigRecord(TOPIC_RESOURCE, name, key, text) for key, text in configs.items()]


def new_partitions(
    controller: "Controller", topic_id: UUID, assignment: Sequence[Sequence[int]], first: int = 0
) -> list[PartitionRecord]:
    """New partitions from an index on, each led by its first replica that is alive."""
    records = []
    for index, replicas in enumerate(assignment, first):
        alive = tuple(node for node in replicas if controller.image.is_alive(node))
        records.append(PartitionRecord(topic_id, index, tuple(replicas), alive, alive[0]))
    return records
