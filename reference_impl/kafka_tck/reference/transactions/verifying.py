"""Asking the coordinator whether partitions are in a transaction, or to take them into it.

The leader of a partition asks before it appends to a transaction that is not open there. Old
clients have added the partition themselves, and it is only verified; others count on the leader.
Source: AddPartitionsToTxnManager, ReplicaManager.handleProduceAppend, 4.3.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.steps import Call, Until, Waited
from kafka_tck.reference.transactions.states import TopicPartition
from kafka_tck.wire.errors import error_name

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

LANE: Final = 2
VERSION: Final = 5

Errors = Mapping[TopicPartition, str]

_TROUBLE: Final = {
    "NETWORK_EXCEPTION",
    "COORDINATOR_LOAD_IN_PROGRESS",
    "COORDINATOR_NOT_AVAILABLE",
    "NOT_COORDINATOR",
}


class Support(Enum):
    """What a client's request can do: by the version of Produce or TxnOffsetCommit."""

    OLD = "knows no TRANSACTION_ABORTABLE"
    ABORTABLE = "knows TRANSACTION_ABORTABLE"
    ADDS = "counts on the leader to add the partition"


def ask_coordinator(
    broker: "Broker",
    transactional_id: str,
    producer: tuple[int, int],
    partitions: Sequence[TopicPartition],
    support: Support,
    begin: Callable[[], None] = lambda: None,
) -> Waited[Errors]:
    """The errors of the partitions that may not be written to, as the coordinator's answer says.

    Where the transaction before is still being completed, an addition is repeated for a while;
    `begin` is called before each attempt, as what happens from then on counts.
    """
    number = broker.settings.number
    deadline = broker.now + min(
        number("add.partitions.to.txn.retry.backoff.max.ms"), number("request.timeout.ms")
    )
    while True:
        begin()
        errors = yield from _ask(broker, transactional_id, producer, partitions, support)
        waits = support is Support.ADDS and broker.rules.transactions.retries_concurrent()
        if not waits or "CONCURRENT_TRANSACTIONS" not in errors.values() or broker.now >= deadline:
            return errors
        pause = number("add.partitions.to.txn.retry.backoff.ms")
        yield Until(lambda: False, broker.now + pause, ())


def _ask(
    broker: "Broker",
    transactional_id: str,
    producer: tuple[int, int],
    partitions: Sequence[TopicPartition],
    support: Support,
) -> Waited[Errors]:
    kind = broker.coordinators.kind("transaction")
    index = broker.coordinators.partition_of(kind.name, transactional_id)
    state = broker.image.partition(kind.topic, index)
    if state is None or not broker.image.is_alive(state.leader):
        return dict.fromkeys(partitions, "COORDINATOR_NOT_AVAILABLE")
    deadline = broker.now + broker.settings.number("request.timeout.ms")
    fields = _request(transactional_id, producer, partitions, support)
    body = yield Call(state.leader, LANE, "AddPartitionsToTxn", VERSION, fields, deadline)
    if body is None:
        return dict.fromkeys(partitions, "NETWORK_EXCEPTION")
    return {key: _mapped(error, support) for key, error in _errors(body) if error != "NONE"}


def _request(
    transactional_id: str,
    producer: tuple[int, int],
    partitions: Sequence[TopicPartition],
    support: Support,
) -> dict[str, Any]:
    topics: dict[str, list[int]] = {}
    for topic, index in partitions:
        topics.setdefault(topic, []).append(index)
    one = {
        "transactional_id": transactional_id,
        "producer_id": producer[0],
        "producer_epoch": producer[1],
        "verify_only": support is not Support.ADDS,
        "topics": [{"name": name, "partitions": indexes} for name, indexes in topics.items()],
    }
    return {"transactions": [one]}


def _errors(body: Any) -> list[tuple[TopicPartition, str]]:
    return [
        ((topic.name, part.partition_index), error_name(part.partition_error_code))
        for one in body.results_by_transaction
        for topic in one.topic_results
        for part in topic.results_by_partition
    ]


def _mapped(error: str, support: Support) -> str:
    if error == "PRODUCER_FENCED":
        return "INVALID_PRODUCER_EPOCH"
    if error == "TRANSACTION_ABORTABLE" and support is Support.OLD:
        return "INVALID_TXN_STATE"
    return error


def error_for_producer(error: str, support: Support) -> tuple[str, str | None]:
    """What a Produce is told of such an error, and in which words if in any.

    Old clients do not repeat a batch after trouble with a coordinator, but they do after this.
    """
    busy = error == "CONCURRENT_TRANSACTIONS" and support is not Support.ADDS
    if busy or error in _TROUBLE:
        text = (
            "Unable to verify the partition has been added to the transaction. Underlying error: "
        )
        return "NOT_ENOUGH_REPLICAS", text + error
    if error == "INVALID_TXN_STATE":
        return error, "Partition was not added to the transaction"
    return error, None
