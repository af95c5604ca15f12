"""AddOffsetsToTxn: the offsets partition of a group joins the transaction.

v0-v4. The group id is not checked. Before v2 PRODUCER_FENCED is INVALID_PRODUCER_EPOCH.
Source: KafkaApis.handleAddOffsetsToTxnRequest, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.apis.fencing import code_of
from kafka_tck.reference.coordination import apart
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps
from kafka_tck.reference.transactions.coordinating import add_partitions
from kafka_tck.reference.transactions.finding import shard_of
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

FENCES = 2


def handle(broker: "Broker", request: Request) -> Steps:
    body = request.body
    kind = broker.coordinators.kind("group")
    index = broker.coordinators.partition_of(kind.name, body.group_id)
    name, producer = body.transactional_id, (body.producer_id, body.producer_epoch)
    try:
        shard = shard_of(broker, name)
        members = frozenset({(kind.topic, index)})
        yield from apart(broker, add_partitions(shard, name, producer, members, level=0))
    except Refusal as refusal:
        return {"error_code": code_of(refusal, request.header.version, FENCES)}
    return {"error_code": 0}
