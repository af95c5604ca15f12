"""InitProducerId without a transactional id: a fresh producer id with epoch 0, each time.

v0-v5; v6 is not released (KIP-939). A producer id and epoch in the request are ignored, but one
without the other is INVALID_REQUEST. Ids come in blocks of 1000 from the controller; while a
broker waits for its first one the answer is COORDINATOR_LOAD_IN_PROGRESS. Transactional ids belong
to transactions.
Source: TransactionCoordinator.handleInitProducerId, RPCProducerIdManager, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.messages import AllocateProducerIds, ProducerIdBlock
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

PATIENCE_MS = 1_000


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    if body.transactional_id is not None:
        return _refused("NOT_COORDINATOR" if body.transactional_id else "INVALID_REQUEST")
    if version >= 3 and (body.producer_id == -1) != (body.producer_epoch == -1):
        return _refused("INVALID_REQUEST")
    if broker.producer_ids.is_empty():
        block = yield Question(AllocateProducerIds(), broker.now + PATIENCE_MS)
        if isinstance(block, ProducerIdBlock):
            broker.producer_ids.take_block(block)
    if broker.producer_ids.is_empty():
        return _refused("COORDINATOR_LOAD_IN_PROGRESS")
    drawn = broker.rules.produce.producer_id(broker.producer_ids)
    return {"error_code": 0, "producer_id": drawn, "producer_epoch": 0}


def _refused(error: str) -> Mapping[str, Any]:
    return {"error_code": error_code(error), "producer_id": -1, "producer_epoch": -1}
