"""What producers ask of the coordinator of their transactional id.

Each function raises `Refusal` with the error as it is in the newest version of the API.
Source: TransactionCoordinator, 4.3.
"""

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.producer_ids import fresh_producer_id
from kafka_tck.reference.steps import Waited
from kafka_tck.reference.transactions.completing import complete
from kafka_tck.reference.transactions.shard import Entry, TransactionShard
from kafka_tck.reference.transactions.states import (
    NO_EPOCH,
    NO_ID,
    State,
    TopicPartition,
    Transaction,
)
from kafka_tck.reference.transactions.transitions import (
    completed,
    ended,
    fenced,
    initialized,
    rotated,
    with_partitions,
)

ProducerAndEpoch = tuple[int, int]


def init_producer_id(
    shard: TransactionShard,
    transactional_id: str,
    timeout_ms: int,
    expected: ProducerAndEpoch | None,
) -> Waited[ProducerAndEpoch]:
    """The producer id and epoch from here on. `expected` is what the caller thinks it has."""
    entry = shard.entries.get(transactional_id)
    if entry is None:
        fresh = yield from fresh_producer_id(shard.broker)
        new = Transaction(transactional_id, fresh, NO_EPOCH, timeout_ms, updated=shard.broker.now)
        entry = shard.entries.setdefault(transactional_id, Entry(new))
    _check_may_init(shard, entry, expected)
    if entry.transaction.state is State.ONGOING and shard.rules.aborts_open_transaction():
        yield from abort(shard, entry)
        raise Refusal("CONCURRENT_TRANSACTIONS")
    after = yield from _initialized(shard, entry, timeout_ms, expected)
    yield from shard.store(entry, after)
    return after.producer_id, after.epoch


def _check_may_init(
    shard: TransactionShard, entry: Entry, expected: ProducerAndEpoch | None
) -> None:
    known, rules = entry.transaction, shard.rules
    prepared = known.state.is_prepared
    if entry.pending is not None and (not prepared or rules.init_waits_for_end(prepared)):
        raise Refusal("CONCURRENT_TRANSACTIONS")
    if expected is not None and not rules.is_known_producer(known, *expected):
        raise Refusal("PRODUCER_FENCED")
    if rules.init_waits_for_end(prepared):
        raise Refusal("CONCURRENT_TRANSACTIONS")
    is_open = known.state is State.ONGOING
    # Kafka up to 4.3 compares the epoch later, and aborts the owner's transaction: a finding.
    if is_open and expected is not None and not rules.may_fence(known, expected[1]):
        raise Refusal("PRODUCER_FENCED")


def _initialized(
    shard: TransactionShard, entry: Entry, timeout_ms: int, expected: ProducerAndEpoch | None
) -> Waited[Transaction]:
    known, broker = entry.transaction, shard.broker
    epoch = None if expected is None else expected[1]
    if shard.rules.is_exhausted(known.epoch) and epoch in (None, known.epoch):
        fresh = yield from _fresh_for(shard, entry)
        return rotated(known, fresh, timeout_ms, broker.now, is_owner=expected is not None)
    return initialized(shard.rules, known, epoch, timeout_ms, broker.now)


def _fresh_for(shard: TransactionShard, entry: Entry) -> Waited[int]:
    """The producer id that is to follow; nothing may happen to the transaction meanwhile."""
    known = entry.transaction
    fresh = yield from fresh_producer_id(shard.broker)
    if entry.transaction is not known or entry.pending not in (None, State.PREPARE_EPOCH_FENCE):
        raise Refusal("CONCURRENT_TRANSACTIONS")
    return fresh


def add_partitions(
    shard: TransactionShard,
    transactional_id: str,
    producer: ProducerAndEpoch,
    partitions: frozenset[TopicPartition],
    level: int,
) -> Waited[None]:
    """Partitions join the transaction, or begin it. `level` is the client's transaction version."""
    entry = shard.entry(transactional_id)
    known, rules = entry.transaction, shard.rules
    if rules.is_busy(entry.pending, State.EMPTY):
        raise Refusal("CONCURRENT_TRANSACTIONS")
    _check_producer(shard, known, producer)
    if rules.is_busy(None, known.state):
        raise Refusal("CONCURRENT_TRANSACTIONS")
    if known.state is State.ONGOING and partitions <= known.partitions:
        return
    after = with_partitions(rules, known, partitions, level, shard.broker.now)
    yield from shard.store(entry, after)


def _check_producer(
    shard: TransactionShard, known: Transaction, producer: ProducerAndEpoch
) -> None:
    producer_id, epoch = producer
    if not shard.rules.is_that_producer(producer_id, known.producer_id):
        raise Refusal("INVALID_PRODUCER_ID_MAPPING")
    if not shard.rules.is_current(epoch, known.epoch):
        raise Refusal("PRODUCER_FENCED")


def verify_partitions(
    shard: TransactionShard,
    transactional_id: str,
    producer: ProducerAndEpoch,
    partitions: frozenset[TopicPartition],
) -> dict[TopicPartition, str]:
    """Of each partition, whether it is in the open transaction; nothing changes."""
    known = shard.entry(transactional_id).transaction
    _check_producer(shard, known, producer)
    if known.state.is_prepared:
        raise Refusal("CONCURRENT_TRANSACTIONS")
    return {
        partition: "NONE" if shard.rules.is_member(partition, known) else "TRANSACTION_ABORTABLE"
        for partition in partitions
    }


def end_transaction(
    shard: TransactionShard,
    transactional_id: str,
    producer: ProducerAndEpoch,
    *,
    commit: bool,
    level: int,
) -> Waited[ProducerAndEpoch]:
    """Decides the outcome; the markers follow. Returns what the producer is to use next.

    `level` is the client's transaction version: 2 raises the epoch.
    """
    entry = shard.entry(transactional_id)
    known = entry.transaction
    error = _error_of_end(shard, entry, producer, commit, raises_epoch=level >= 2)
    if error == "NONE":
        return known.producer_id, known.epoch
    if error is not None:
        entry.transaction = shard.rules.after_refused_end(known, error)
        raise Refusal(error)
    next_id = NO_ID
    if level >= 2 and shard.rules.is_exhausted(known.epoch):
        next_id = yield from _fresh_for(shard, entry)
    after = ended(
        shard.rules, known, commit=commit, level=level, next_id=next_id, now=shard.broker.now
    )
    yield from shard.store(entry, after)
    complete(shard, entry)
    told = completed(after, shard.broker.now)
    return told.producer_id, told.epoch


def _error_of_end(
    shard: TransactionShard,
    entry: Entry,
    producer: ProducerAndEpoch,
    commit: bool,
    *,
    raises_epoch: bool,
) -> str | None:
    """Checks in this order: the producer id, the epoch, a pending transition, the state."""
    known, rules, (producer_id, epoch) = entry.transaction, shard.rules, producer
    overflown = (
        raises_epoch and entry.pending is None and rules.is_overflown_end(known, producer_id, epoch)
    )
    if not overflown and not rules.is_that_producer(producer_id, known.producer_id):
        return "INVALID_PRODUCER_ID_MAPPING"
    again = overflown or (raises_epoch and rules.is_raised_end(known, entry.pending, epoch))
    if raises_epoch and not known.state.is_complete:
        valid = again if known.state.is_prepared else rules.may_end(epoch, known.epoch)
    else:
        valid = again or rules.may_end(epoch, known.epoch)
    if not valid:
        return "PRODUCER_FENCED"
    if entry.pending is not None:
        return "CONCURRENT_TRANSACTIONS"
    return rules.error_of_end(known.state, commit, raises_epoch=raises_epoch, again=again)


def abort(shard: TransactionShard, entry: Entry) -> Waited[None]:
    """The coordinator itself aborts an open transaction, so that its producer is fenced."""
    known, rules = entry.transaction, shard.rules
    level = rules.level_of_abort(shard.level)
    entry.pending = State.PREPARE_EPOCH_FENCE
    try:
        next_id = NO_ID
        if level >= 2 and rules.is_exhausted(known.epoch):
            next_id = yield from _fresh_for(shard, entry)
    finally:
        entry.pending = None
    now = shard.broker.now
    if level >= 2:
        after = ended(rules, known, commit=False, level=level, next_id=next_id, now=now)
    else:
        after = fenced(rules, known, level, now)
    yield from shard.store(entry, after)
    complete(shard, entry)
