"""EndTxn: commits or aborts; answered when the outcome is decided, before the markers.

v0-v5. v5 (transaction version 2) raises the epoch and answers what to use next. Before v2
PRODUCER_FENCED is INVALID_PRODUCER_EPOCH.
Source: KafkaApis.handleEndTxnRequest, TransactionCoordinator.endTransaction, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.apis.fencing import code_of
from kafka_tck.reference.coordination import apart
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.reference.transactions.coordinating import end_transaction
from kafka_tck.reference.transactions.finding import shard_of
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

FENCES = 2
RAISES = 5


def handle(broker: "Broker", request: Request) -> Steps:
    try:
        producer_id, epoch = yield from _end(broker, request)
    except Refusal as refusal:
        return {"error_code": code_of(refusal, request.header.version, FENCES)}
    if request.header.version < RAISES:
        return {"error_code": 0}
    return {"error_code": 0, "producer_id": producer_id, "producer_epoch": epoch}


def _end(broker: "Broker", request: Request) -> Waited[tuple[int, int]]:
    body, raises = request.body, request.header.version >= RAISES
    name, producer = body.transactional_id, (body.producer_id, body.producer_epoch)
    end = end_transaction(
        shard_of(broker, name), name, producer, commit=body.committed, level=2 if raises else 0
    )
    return (yield from apart(broker, end))
