"""DescribeTransactions: what the coordinator keeps of each transactional id that is asked for.

v0. An id that is being removed is not found any more.
Source: TransactionCoordinator.handleDescribeTransactions, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.transactions.finding import shard_of
from kafka_tck.reference.transactions.states import State, Transaction
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    return {"transaction_states": [_told(broker, name) for name in request.body.transactional_ids]}


def _told(broker: "Broker", name: str) -> Mapping[str, Any]:
    try:
        return {"transactional_id": name, **_described(_known(broker, name))}
    except Refusal as refusal:
        return {
            "error_code": error_code(refusal.error),
            "transactional_id": name,
            "transaction_state": "",
            "producer_id": 0,
            "producer_epoch": 0,
        }


def _known(broker: "Broker", name: str) -> Transaction:
    entry = shard_of(broker, name).entries.get(name)
    if entry is None or entry.pending is State.DEAD:
        raise Refusal("TRANSACTIONAL_ID_NOT_FOUND")
    return entry.transaction


def _described(known: Transaction) -> Mapping[str, Any]:
    topics: dict[str, list[int]] = {}
    for topic, index in sorted(known.partitions):
        topics.setdefault(topic, []).append(index)
    return {
        "error_code": 0,
        "transaction_state": known.state.spelling,
        "transaction_timeout_ms": known.timeout_ms,
        "transaction_start_time_ms": known.started,
        "producer_id": known.producer_id,
        "producer_epoch": known.epoch,
        "topics": [{"topic": name, "partitions": parts} for name, parts in topics.items()],
    }
