"""What the coordinator does by the clock: aborts what takes too long, forgets who is idle.

Source: TransactionCoordinator.abortTimedOutTransactions,
TransactionStateManager.removeExpiredTransactionalIds, 4.3.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Waited, Work
from kafka_tck.reference.transactions.coordinating import abort
from kafka_tck.reference.transactions.shard import Entry, TransactionShard

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def abort_timed_out(broker: "Broker", now: int) -> None:
    """Aborts the transactions that have been open for longer than their timeout."""
    for shard, entry in _all(broker):
        if broker.rules.transactions.times_out(entry.transaction, entry.pending, now):
            broker.run(_unless_refused(abort(shard, entry)))


def remove_expired(broker: "Broker", now: int) -> None:
    """Removes the ids that have been idle for transactional.id.expiration.ms."""
    idle_ms = broker.settings.number("transactional.id.expiration.ms")
    for shard, entry in _all(broker):
        expires = broker.rules.transactions.expires(entry.transaction, now, idle_ms)
        if entry.pending is None and expires:
            broker.run(_unless_refused(shard.remove(entry)))


def _all(broker: "Broker") -> Iterator[tuple[TransactionShard, Entry]]:
    """All ids of this broker."""
    for shard in list(broker.coordinators.all_of("transaction")):
        assert isinstance(shard, TransactionShard)
        for entry in list(shard.in_order()):
            yield shard, entry


def _unless_refused(work: Waited[None]) -> Work:
    """What cannot be written now is tried again the next time."""
    try:
        yield from work
    except Refusal:
        return
