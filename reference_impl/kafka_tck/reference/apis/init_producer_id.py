"""InitProducerId: a fresh producer id, or the next epoch of a transactional id.

v0-v5; v6 is not released (KIP-939). Without a transactional id each call gets a fresh producer id
with epoch 0, and a producer id and epoch in the request are ignored, but one without the other is
INVALID_REQUEST. Ids come in blocks of 1000 from the controller; while a broker waits for its first
one the answer is COORDINATOR_LOAD_IN_PROGRESS. With one, its coordinator answers: see
transactions. Before v4 PRODUCER_FENCED is INVALID_PRODUCER_EPOCH.
Source: KafkaApis, TransactionCoordinator.handleInitProducerId, RPCProducerIdManager, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.apis.fencing import code_of
from kafka_tck.reference.coordination import apart
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.producer_ids import fresh_producer_id
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.reference.transactions.coordinating import init_producer_id
from kafka_tck.reference.transactions.finding import shard_of
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

KNOWS_ITSELF = 3
FENCES = 4


def handle(broker: "Broker", request: Request) -> Steps:
    try:
        producer_id, epoch = yield from _init(broker, request)
    except Refusal as refusal:
        code = code_of(refusal, request.header.version, FENCES)
        return {"error_code": code, "producer_id": -1, "producer_epoch": -1}
    return {"error_code": 0, "producer_id": producer_id, "producer_epoch": epoch}


def _init(broker: "Broker", request: Request) -> Waited[tuple[int, int]]:
    body = request.body
    expected: tuple[int, int] | None = None
    if request.header.version >= KNOWS_ITSELF:
        if (body.producer_id == -1) != (body.producer_epoch == -1):
            raise Refusal("INVALID_REQUEST")
        if body.producer_id != -1:
            expected = body.producer_id, body.producer_epoch
    name, timeout_ms = body.transactional_id, body.transaction_timeout_ms
    if name is None:
        fresh = yield from fresh_producer_id(broker)
        return fresh, 0
    if not name:
        raise Refusal("INVALID_REQUEST")
    longest = broker.settings.number("transaction.max.timeout.ms")
    if not broker.rules.transactions.timeout_is_legal(timeout_ms, longest):
        raise Refusal("INVALID_TRANSACTION_TIMEOUT")
    shard = shard_of(broker, name)
    return (yield from apart(broker, init_producer_id(shard, name, timeout_ms, expected)))
