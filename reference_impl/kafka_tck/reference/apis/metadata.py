"""Metadata: brokers, topics, partitions, leaders.

v0-v13. A null list of topics asks for all, an empty one for none (v0: for all). From v12 a topic
may be asked for by id alone. An unknown topic is created if the broker's auto.create.topics.enable
and the request (v4+; before it always does) allow it; the first answer still says that it is
unknown. v0 leaves brokers that are not alive out of replicas and ISR.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kafka_tck.reference.apis.create_topics import ask_to_create
from kafka_tck.reference.image import INTERNAL_TOPICS, TopicState
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.records import PartitionRecord
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import ZERO_ID, Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

TOPIC_OPERATIONS: Final = frozenset({3, 4, 5, 6, 7, 8, 10, 11})
"""What may be done to a topic, by AclOperation's codes; without an authorizer everything may."""
CLUSTER_OPERATIONS: Final = frozenset({5, 7, 8, 9, 10, 11, 12})

Fields = Mapping[str, Any]


def handle(broker: "Broker", request: Request) -> Fields:
    body, version = request.body, request.header.version
    if version < 12 and _names_by_id(body):
        return _refuse_all(body, "INVALID_REQUEST")
    if not _ids(body, version) and any(topic.name is None for topic in body.topics or ()):
        return _refuse_all(body, "UNKNOWN_SERVER_ERROR")
    wanted = _topics(broker, body, version)
    cluster = bool(body.include_cluster_authorized_operations) if 8 <= version <= 10 else False
    rules = broker.rules.metadata
    controller = broker.node if broker.image.is_alive(broker.node) else -1
    return {
        "brokers": [
            {"node_id": b.broker_id, "host": b.host, "port": b.port, "rack": b.rack}
            for b in rules.told_brokers(broker.image.alive())
        ],
        "cluster_id": broker.cluster_id,
        "controller_id": rules.told_controller(controller),
        "topics": wanted,
        "authorized_operations": set(CLUSTER_OPERATIONS) if cluster else None,
    }


def _names_by_id(body: Message) -> bool:
    return any(
        topic.name is None or (getattr(topic, "topic_id", None) or ZERO_ID) != ZERO_ID
        for topic in body.topics or ()
    )


def _ids(body: Message, version: int) -> list[UUID]:
    """The ids that are asked for; where there is one, all names are ignored."""
    if version < 12:
        return []
    return [topic.topic_id for topic in body.topics or () if (topic.topic_id or ZERO_ID) != ZERO_ID]


def _refuse_all(body: Message, error: str) -> Fields:
    code = error_code(error)
    topics = [
        {"error_code": code, "name": t.name or "", "topic_id": t.topic_id or ZERO_ID}
        for t in body.topics
    ]
    return {"topics": topics, "error_code": code}


def _topics(broker: "Broker", body: Message, version: int) -> list[Fields]:
    rules = broker.rules.metadata
    described = version >= 8 and bool(body.include_topic_authorized_operations)
    if body.topics is None and rules.null_means_all():
        every: Iterator[TopicState] = (t for _, t in sorted(broker.image.topics.items()))
        return [_known(broker, topic, version, described) for topic in every]
    if not body.topics and not rules.empty_means_none(version):
        return [_known(broker, t, version, described) for t in broker.image.topics.values()]
    allowed = version < 4 or bool(body.allow_auto_topic_creation)
    ids = _ids(body, version)
    if ids:
        return [_by_id(broker, topic_id, version, described) for topic_id in dict.fromkeys(ids)]
    names = dict.fromkeys(topic.name for topic in body.topics or ())
    answers = (_by_name(broker, name, version, described, allowed) for name in names)
    return [answer for answer in answers if answer is not None]


def _by_id(broker: "Broker", topic_id: UUID, version: int, described: bool) -> Fields:
    topic = broker.rules.topics.topic_of_id("Metadata", topic_id, broker.image)
    if topic is None:
        code = error_code("UNKNOWN_TOPIC_ID")
        return {"error_code": code, "name": None, "topic_id": topic_id}
    return _known(broker, topic, version, described)


def _by_name(
    broker: "Broker", name: str, version: int, described: bool, allowed: bool
) -> Fields | None:
    topic = broker.image.topics.get(name)
    if topic is not None:
        return _known(broker, topic, version, described)
    enabled = broker.settings.flag("auto.create.topics.enable")
    fault = broker.rules.topics.fault_of_name(name)
    if fault is None and broker.rules.metadata.may_create(enabled, allowed):
        ask_to_create(broker, name)
    error = broker.rules.metadata.error_of_unknown(fault)
    if error is None:
        return None
    internal = name in INTERNAL_TOPICS
    return {
        "error_code": error_code(error),
        "name": name,
        "is_internal": internal,
        "authorized_operations": set(TOPIC_OPERATIONS) if described else None,
    }


def _known(broker: "Broker", topic: TopicState, version: int, described: bool) -> Fields:
    told = broker.rules.metadata.told_partitions(list(topic.in_order()), version)
    return {
        "error_code": 0,
        "name": topic.name,
        "topic_id": topic.topic_id,
        "is_internal": topic.name in INTERNAL_TOPICS,
        "partitions": [_partition(broker, part, version) for part in told],
        "authorized_operations": set(TOPIC_OPERATIONS) if described else None,
    }


def _partition(broker: "Broker", partition: PartitionRecord, version: int) -> Fields:
    rules = broker.rules.metadata
    leader = rules.shows_leader(partition)
    isr = list(rules.shows_isr(partition))
    alive = [node for node in partition.replicas if broker.image.is_alive(node)]
    try:
        _check_leader(broker, leader)
        if version == 0:
            _check_all_alive(partition, alive, isr)
        error = "NONE"
    except Refusal as refusal:
        error = refusal.error
    return {
        "error_code": error_code(error),
        "partition_index": partition.partition_id,
        "leader_id": leader,
        "leader_epoch": rules.shows_leader_epoch(partition),
        "replica_nodes": alive if version == 0 else list(partition.replicas),
        "isr_nodes": [n for n in isr if n in alive] if version == 0 else isr,
        "offline_replicas": [n for n in partition.replicas if n not in alive],
    }


def _check_leader(broker: "Broker", leader: int) -> None:
    if leader == -1 or not broker.image.is_alive(leader):
        raise Refusal("LEADER_NOT_AVAILABLE")


def _check_all_alive(partition: PartitionRecord, alive: list[int], isr: list[int]) -> None:
    if len(alive) < len(partition.replicas) or any(node not in alive for node in isr):
        raise Refusal("REPLICA_NOT_AVAILABLE")
