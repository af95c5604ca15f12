"""Writing records of a coordinator: appended by the leader, and answered when they are committed.

Source: TransactionStateManager.appendTransactionToLog, CoordinatorOperationExceptionHelper, 4.3.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.log import Appended, Refusal
from kafka_tck.reference.steps import Until, Waited
from kafka_tck.wire.batches import Batch, Record, make_batch

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.partition import Partition

NO_ROOM: Final = {"MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE", "INVALID_FETCH_SIZE"}

_SAID: Final = {
    "UNKNOWN_TOPIC_OR_PARTITION": "COORDINATOR_NOT_AVAILABLE",
    "NOT_ENOUGH_REPLICAS": "COORDINATOR_NOT_AVAILABLE",
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND": "COORDINATOR_NOT_AVAILABLE",
    "REQUEST_TIMED_OUT": "COORDINATOR_NOT_AVAILABLE",
    "NOT_LEADER_OR_FOLLOWER": "NOT_COORDINATOR",
    "KAFKA_STORAGE_ERROR": "NOT_COORDINATOR",
} | dict.fromkeys(NO_ROOM, "UNKNOWN_SERVER_ERROR")


def error_of_write(error: str) -> str:
    """What a client is told of a coordinator's write that failed."""
    return _SAID.get(error, error)


def write(
    broker: "Broker",
    topic: str,
    index: int,
    epoch: int,
    records: Sequence[Record],
    *,
    timeout_ms: int,
    at_once: bool = True,
    transaction: tuple[int, int] | None = None,
    sequence: int = -1,
    appended_then: Callable[[], None] = lambda: None,
) -> Waited[Appended]:
    """Appends one batch to a partition that is led in `epoch`, and waits until it is committed.

    `at_once` is whether too small an ISR refuses it before the append (transactions) or lets it
    wait for its time to be over (groups); `transaction` has the producer id and epoch of a batch
    that is part of one, `sequence` is its first record's; `appended_then` is called in between.
    Raises `Refusal` with what a client is told; after REQUEST_TIMED_OUT and the like the records
    may be committed all the same.
    """
    try:
        partition = _led(broker, topic, index, epoch)
        batch = _batch(records, transaction, sequence)
        appended = _append(broker, partition, batch, at_once)
        appended_then()
        broker.changed(topic, index)
        deadline = broker.now + timeout_ms
        done = _Committed(broker, topic, index, epoch, appended.last_offset)
        if not (yield Until(done, deadline, ((topic, index),))):
            raise Refusal("REQUEST_TIMED_OUT")
        _check_in_sync(
            broker, _led(broker, topic, index, epoch), "NOT_ENOUGH_REPLICAS_AFTER_APPEND"
        )
    except Refusal as refusal:
        raise Refusal(error_of_write(refusal.error), refusal.message) from refusal
    return appended


class _Committed:
    """Whether nothing more is to come of a batch: it is committed, or another broker leads."""

    def __init__(self, broker: "Broker", topic: str, index: int, epoch: int, last: int) -> None:
        self._broker = broker
        self._at = (topic, index, epoch)
        self._last = last

    def __call__(self) -> bool:
        try:
            partition = _led(self._broker, *self._at)
        except Refusal:
            return True
        return self._broker.rules.produce.is_acknowledged(partition.log.hw, self._last)


def _led(broker: "Broker", topic: str, index: int, epoch: int) -> "Partition":
    partition = broker.replicas.get(topic, index)
    if partition is None or not partition.leads or partition.leader_epoch != epoch:
        raise Refusal("NOT_LEADER_OR_FOLLOWER")
    return partition


def _check_in_sync(broker: "Broker", partition: "Partition", error: str) -> None:
    rules = broker.rules.produce
    if not rules.enough_in_sync(-1, len(partition.state.isr), partition.min_isr()):
        raise Refusal(error)


def _append(broker: "Broker", partition: "Partition", batch: Batch, at_once: bool) -> Appended:
    if at_once:
        _check_in_sync(broker, partition, "NOT_ENOUGH_REPLICAS")
    appended = partition.log.append_as_leader(
        batch.encode(),
        epoch=partition.leader_epoch,
        now=broker.now,
        origin="coordinator",
    )
    partition.raise_hw(broker.now)
    return appended


_TRANSACTIONAL: Final = 0x10


def _batch(records: Sequence[Record], transaction: tuple[int, int] | None, sequence: int) -> Batch:
    if transaction is None:
        return make_batch(records, base_sequence=sequence)
    producer_id, producer_epoch = transaction
    return make_batch(
        records,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        base_sequence=sequence,
        attributes=_TRANSACTIONAL,
    )
