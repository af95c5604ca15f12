"""The transactional ids of one partition of __transaction_state, at the broker that leads it.

Source: TransactionStateManager, 4.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kafka_tck.reference.coordination.writing import write
from kafka_tck.reference.features import TRANSACTIONS
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.rules.transactions import TransactionRules
from kafka_tck.reference.steps import Waited
from kafka_tck.reference.transactions.completing import complete
from kafka_tck.reference.transactions.log_records import (
    decode_key,
    decode_value,
    encode_key,
    encode_value,
)
from kafka_tck.reference.transactions.states import State, Transaction
from kafka_tck.wire.batches import Batch, Record

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

TOPIC = "__transaction_state"


@dataclass(slots=True, eq=False)
class Entry:
    """What holds of an id, and the state that is on its way to hold; one at a time."""

    transaction: Transaction
    pending: State | None = None


class TransactionShard:
    """The ids by name; `epoch` is the leader epoch, which is the coordinator epoch of markers."""

    def __init__(self, broker: "Broker", index: int, epoch: int) -> None:
        self.broker = broker
        self.index = index
        self.epoch = epoch
        self.entries: dict[str, Entry] = {}
        self.active = True

    @property
    def rules(self) -> TransactionRules:
        return self.broker.rules.transactions

    @property
    def level(self) -> int:
        """The cluster's level of transaction.version."""
        return self.broker.image.features.get(TRANSACTIONS, 0)

    # As a shard.

    def replay(self, batch: Batch, record: Record) -> None:
        transactional_id = decode_key(record.key or b"")
        if transactional_id is None or batch.is_control:
            return
        if record.value is None:
            self.entries.pop(transactional_id, None)
        else:
            known = decode_value(transactional_id, record.value)
            self.entries[transactional_id] = Entry(known)

    def loaded(self) -> None:
        for entry in self.in_order():
            if entry.transaction.state.is_prepared and self.rules.finishes_when_loaded():
                complete(self, entry, recovers=True)

    def unloaded(self) -> None:
        self.active = False

    # For what is done with transactions.

    def in_order(self) -> Iterator[Entry]:
        for _, entry in sorted(self.entries.items()):
            yield entry

    def entry(self, transactional_id: str) -> Entry:
        """Raises `Refusal` for an id that is not known."""
        found = self.entries.get(transactional_id)
        if found is None:
            raise Refusal("INVALID_PRODUCER_ID_MAPPING")
        return found

    def holds(self, entry: Entry) -> bool:
        """Whether this broker still coordinates the id, and in the epoch in which it began."""
        return self.active and self.entries.get(entry.transaction.transactional_id) is entry

    def store(self, entry: Entry, after: Transaction) -> Waited[None]:
        """A transition, which holds when its record is committed. Raises `Refusal`; then the state
        is what it was, though the record may be committed later.

        At level 0 the log has no room for what newer clients ask for: UNSUPPORTED_VERSION.
        """
        if after.level > 0 and self.level == 0:
            raise Refusal("UNSUPPORTED_VERSION")
        after = replace(after, previous_id=entry.transaction.producer_id)
        entry.pending = after.state
        try:
            if self.rules.writes(entry.transaction, after):
                yield from self._write(after, encode_value(after, self.level))
        finally:
            entry.pending = None
        if not self.holds(entry):
            raise Refusal("NOT_COORDINATOR")
        entry.transaction = after

    def remove(self, entry: Entry) -> Waited[None]:
        """The id is forgotten; until its tombstone is committed it is Dead. Raises `Refusal`."""
        entry.pending = State.DEAD
        try:
            yield from self._write(entry.transaction, None)
        finally:
            entry.pending = None
        self.entries.pop(entry.transaction.transactional_id, None)

    def _write(self, transaction: Transaction, value: bytes | None) -> Waited[None]:
        key = encode_key(transaction.transactional_id)
        yield from write(
            self.broker,
            TOPIC,
            self.index,
            self.epoch,
            [Record(key, value, timestamp=self.broker.now)],
            timeout_ms=transaction.timeout_ms,
        )
