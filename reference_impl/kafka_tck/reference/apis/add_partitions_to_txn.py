"""AddPartitionsToTxn: partitions join a transaction, or are asked about.

v0-v3 are for clients. v4 and v5 are for brokers: several transactional ids at once, each with
`verify_only` or not; a client is served too. If one partition of an id does not exist none is
added: the others are OPERATION_NOT_ATTEMPTED. Before v2 PRODUCER_FENCED is INVALID_PRODUCER_EPOCH.
Source: KafkaApis.handleAddPartitionsToTxnRequest, 4.3.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.apis.fencing import code_of
from kafka_tck.reference.coordination import apart
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.reference.transactions.coordinating import add_partitions, verify_partitions
from kafka_tck.reference.transactions.finding import shard_of
from kafka_tck.reference.transactions.states import TopicPartition
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

FENCES = 2
BATCHED = 4

Codes = Mapping[TopicPartition, int]


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    if version < BATCHED:
        name = body.v3_and_below_transactional_id
        producer = body.v3_and_below_producer_id, body.v3_and_below_producer_epoch
        members = _members(body.v3_and_below_topics)
        codes = yield from _answer(broker, version, name, producer, members, verify_only=False)
        return {"results_by_topic_v3_and_below": _told(codes)}
    results = []
    for one in body.transactions:
        name, producer = one.transactional_id, (one.producer_id, one.producer_epoch)
        codes = yield from _answer(
            broker, version, name, producer, _members(one.topics), verify_only=one.verify_only
        )
        results.append({"transactional_id": name, "topic_results": _told(codes)})
    return {"error_code": 0, "results_by_transaction": results}


def _members(topics: list[Message]) -> list[TopicPartition]:
    every = ((topic.name, index) for topic in topics for index in topic.partitions)
    return list(dict.fromkeys(every))


def _told(codes: Codes) -> list[dict[str, Any]]:
    topics: dict[str, list[dict[str, int]]] = {}
    for (topic, index), code in codes.items():
        told = {"partition_index": index, "partition_error_code": code}
        topics.setdefault(topic, []).append(told)
    return [{"name": name, "results_by_partition": parts} for name, parts in topics.items()]


def _answer(
    broker: "Broker",
    version: int,
    name: str,
    producer: tuple[int, int],
    members: list[TopicPartition],
    *,
    verify_only: bool,
) -> Waited[Codes]:
    unknown = {key for key in members if broker.image.partition(*key) is None}
    if unknown:
        errors = {
            key: "UNKNOWN_TOPIC_OR_PARTITION" if key in unknown else "OPERATION_NOT_ATTEMPTED"
            for key in members
        }
        if broker.rules.transactions.may_add(unknown):
            known = frozenset(members) - unknown
            with suppress(Refusal):
                yield from apart(
                    broker, add_partitions(shard_of(broker, name), name, producer, known, 0)
                )
        return {key: error_code(error) for key, error in errors.items()}
    wanted = frozenset(members)
    try:
        shard = shard_of(broker, name)
        if verify_only:
            verified = verify_partitions(shard, name, producer, wanted)
            return {key: error_code(verified[key]) for key in members}
        level = 2 if version >= BATCHED else 0
        yield from apart(broker, add_partitions(shard, name, producer, wanted, level))
    except Refusal as refusal:
        return dict.fromkeys(members, code_of(refusal, version, FENCES))
    return dict.fromkeys(members, 0)
