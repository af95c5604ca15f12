"""How a transactional id goes from one state to the next: what the log is to say of it.

Source: TransactionMetadata (prepareAddPartitions, prepareAbortOrCommit, prepareComplete,
prepareIncrementProducerEpoch, prepareProducerIdRotation, prepareFenceProducerEpoch), 4.3.
"""

from dataclasses import replace

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.rules.transactions import TransactionRules
from kafka_tck.reference.transactions.states import (
    NO_EPOCH,
    NO_ID,
    NO_TIME,
    State,
    TopicPartition,
    Transaction,
    prepared,
)


def initialized(
    rules: TransactionRules, known: Transaction, expected: int | None, timeout_ms: int, now: int
) -> Transaction:
    """InitProducerId outside of a transaction: the epoch rises, unless it is asked for again.

    `expected` is the epoch that the caller thinks it has. Raises `Refusal`.
    """
    epochs = rules.epochs_after_init(known, expected)
    if epochs is None:
        raise Refusal("PRODUCER_FENCED")
    epoch, last_epoch = epochs
    return _emptied(known, epoch, last_epoch, timeout_ms, now)


def rotated(
    known: Transaction, producer_id: int, timeout_ms: int, now: int, *, is_owner: bool
) -> Transaction:
    """The epochs of a producer id are used up: another one, with the epochs from 0."""
    last_epoch = known.epoch if is_owner else NO_EPOCH
    fresh = replace(known, producer_id=producer_id)
    return _emptied(fresh, 0, last_epoch, timeout_ms, now)


def _emptied(
    known: Transaction, epoch: int, last_epoch: int, timeout_ms: int, now: int
) -> Transaction:
    return replace(
        known,
        state=State.EMPTY,
        epoch=epoch,
        last_epoch=last_epoch,
        timeout_ms=timeout_ms,
        partitions=frozenset(),
        started=NO_TIME,
        updated=now,
    )


def with_partitions(
    rules: TransactionRules,
    known: Transaction,
    partitions: frozenset[TopicPartition],
    level: int,
    now: int,
) -> Transaction:
    """Partitions join the transaction, which the first of them begins."""
    return replace(
        known,
        state=State.ONGOING,
        partitions=known.partitions | partitions,
        started=rules.start_of_transaction(known, now),
        updated=now,
        level=level,
    )


def ended(
    rules: TransactionRules,
    known: Transaction,
    *,
    commit: bool,
    level: int,
    next_id: int,
    now: int,
) -> Transaction:
    """The outcome is decided; from transaction version 2 on under a raised epoch.

    Where nothing was written there is a transaction of no partitions.
    """
    was_open = known.state is State.ONGOING
    epoch = rules.epoch_of_end(known.epoch, level)
    return replace(
        known,
        state=prepared(commit),
        epoch=epoch,
        last_epoch=known.epoch if epoch != known.epoch else known.last_epoch,
        next_id=next_id,
        started=known.started if was_open else now,
        partitions=known.partitions if was_open else frozenset(),
        updated=now,
        level=level,
    )


def fenced(rules: TransactionRules, known: Transaction, level: int, now: int) -> Transaction:
    """The coordinator aborts below transaction version 2: nobody may ask for the epoch again."""
    return replace(
        known,
        state=State.PREPARE_ABORT,
        epoch=rules.epoch_of_fence(known.epoch),
        last_epoch=NO_EPOCH,
        updated=now,
        level=level,
    )


def completed(known: Transaction, now: int) -> Transaction:
    """All markers are written; a producer id whose epochs are used up gives way to the next."""
    commit = known.state is State.PREPARE_COMMIT
    done = replace(
        known,
        state=State.COMPLETE_COMMIT if commit else State.COMPLETE_ABORT,
        partitions=frozenset(),
        updated=now,
    )
    if known.next_id == NO_ID:
        return done
    return replace(
        done,
        producer_id=known.next_id,
        next_id=NO_ID,
        epoch=0,
    )
