"""ListTransactions: the transactional ids that this broker coordinates, through filters.

v0-v2: v1 filters by duration (KIP-994), v2 by a pattern of the id (KIP-1152). State names that do
not exist are told back; a pattern that is none is INVALID_REGULAR_EXPRESSION.
Source: TransactionStateManager.listTransactionStates, 4.3.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.transactions.shard import TransactionShard
from kafka_tck.reference.transactions.states import BY_SPELLING, State, Transaction
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    body, version = request.body, request.header.version
    pattern = (body.transactional_id_pattern or "") if version >= 2 else ""
    unknown = [name for name in body.state_filters if name not in BY_SPELLING]
    try:
        _check(broker, pattern)
    except Refusal as refusal:
        return {"error_code": error_code(refusal.error)}
    longer_than_ms = body.duration_filter if version >= 1 else -1
    return {
        "error_code": 0,
        "unknown_state_filters": unknown,
        "transaction_states": [
            {
                "transactional_id": known.transactional_id,
                "producer_id": known.producer_id,
                "transaction_state": known.state.spelling,
            }
            for known in _filtered(broker, body, longer_than_ms, pattern)
        ],
    }


def _check(broker: "Broker", pattern: str) -> None:
    if broker.coordinators.is_loading("transaction"):
        raise Refusal("COORDINATOR_LOAD_IN_PROGRESS")
    try:
        re.compile(pattern)
    except re.error:
        raise Refusal("INVALID_REGULAR_EXPRESSION") from None


def _filtered(
    broker: "Broker", body: Message, longer_than_ms: int, pattern: str
) -> Iterator[Transaction]:
    wanted = {BY_SPELLING[name] for name in body.state_filters if name in BY_SPELLING}
    for shard in broker.coordinators.all_of("transaction"):
        assert isinstance(shard, TransactionShard)
        for entry in shard.in_order():
            known = entry.transaction
            if entry.pending is not State.DEAD and broker.rules.transactions.lists(
                known,
                broker.now,
                states=wanted if body.state_filters else None,
                producer_ids=body.producer_id_filters,
                longer_than_ms=longer_than_ms,
                pattern=pattern,
            ):
                yield known
