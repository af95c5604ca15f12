"""What the transaction coordinator decides, and how partitions ask it."""

import re
from collections.abc import Collection, Sequence
from typing import Final, TypeVar

from kafka_tck.reference.transactions.states import (
    LAST_EPOCH,
    NO_EPOCH,
    State,
    TopicPartition,
    Transaction,
)

T = TypeVar("T")

WITHOUT_TRANSACTION: Final = (State.EMPTY, State.COMPLETE_COMMIT, State.COMPLETE_ABORT)


class TransactionRules:
    """Source: TransactionCoordinator, TransactionMetadata, TransactionMarkerChannelManager,
    AddPartitionsToTxnManager, 4.3."""

    # InitProducerId.

    def timeout_is_legal(self, timeout_ms: int, longest_ms: int) -> bool:
        return 0 < timeout_ms <= longest_ms

    def is_known_producer(self, known: Transaction, producer_id: int, epoch: int) -> bool:
        """Whether a caller that says who it is may be the owner: by its present id, or by the one
        before a rotation. The epoch is compared later."""
        if known.epoch == NO_EPOCH or producer_id == known.producer_id:
            return True
        return producer_id == known.previous_id and self.is_exhausted(epoch)

    def epochs_after_init(self, known: Transaction, expected: int | None) -> tuple[int, int] | None:
        """The epoch after InitProducerId and the one before it that may be asked for again.

        None: the caller is fenced. A caller that does not say its epoch fences all others.
        """
        bumped = known.epoch + 1
        if expected is None:
            return bumped, NO_EPOCH
        if known.epoch in (NO_EPOCH, expected):
            return bumped, known.epoch
        if expected == known.last_epoch:
            return known.epoch, known.last_epoch
        return None

    def may_fence(self, known: Transaction, epoch: int) -> bool:
        """Whether a caller with this epoch may have the open transaction of the id aborted."""
        return epoch in (known.epoch, known.last_epoch)

    def is_exhausted(self, epoch: int) -> bool:
        """Whether a client's next epoch would be the one that is kept for fencing."""
        return epoch >= LAST_EPOCH - 1

    def aborts_open_transaction(self) -> bool:
        """Whether InitProducerId ends the open transaction before it answers."""
        return True

    def init_waits_for_end(self, is_prepared: bool) -> bool:
        """Whether InitProducerId has to come again while a transaction is being completed."""
        return is_prepared

    # Partitions of a transaction.

    def is_busy(self, pending: State | None, state: State) -> bool:
        """Whether partitions cannot be added yet: the transaction before is being completed."""
        return pending is not None or state.is_prepared

    def may_add(self, unknown: Collection[TopicPartition]) -> bool:
        """Whether partitions are added if some of the same request do not exist."""
        return not unknown

    def is_current(self, epoch: int, known: int) -> bool:
        """Whether the epoch of an AddPartitionsToTxn or AddOffsetsToTxn is the id's."""
        return epoch == known

    def is_that_producer(self, producer_id: int, known: int) -> bool:
        return producer_id == known

    def start_of_transaction(self, known: Transaction, now: int) -> int:
        """The first partition begins the transaction, and its timeout."""
        return now if known.state in WITHOUT_TRANSACTION else known.started

    def writes(self, before: Transaction, after: Transaction) -> bool:
        """Whether a transition goes to the log before it counts."""
        return True

    # EndTxn.

    def is_raised_end(self, known: Transaction, pending: State | None, epoch: int) -> bool:
        """Whether the epoch is the one under which the transaction was ended that is known."""
        fences = pending is State.PREPARE_EPOCH_FENCE
        return not fences and known.epoch == epoch + 1

    def is_overflown_end(self, known: Transaction, producer_id: int, epoch: int) -> bool:
        """Whether an end is repeated that has led to the next producer id."""
        same = known.previous_id == producer_id and known.epoch == 0
        return same and epoch == LAST_EPOCH - 1

    def may_end(self, epoch: int, known: int) -> bool:
        """Whether the epoch of an EndTxn is right, where none is repeated."""
        return epoch == known

    def epoch_of_end(self, epoch: int, level: int) -> int:
        """Each end raises the epoch, by transaction version 2: late writes are fenced."""
        return epoch + 1 if level >= 2 else epoch

    def error_of_end(
        self, state: State, commit: bool, *, raises_epoch: bool, again: bool
    ) -> str | None:
        """What is said to an end, NONE if it was reached before; None: the end goes on.

        `again` is whether the epoch is of an end before.
        """
        if state is State.ONGOING:
            return None
        if state.is_prepared:
            same = commit is (state is State.PREPARE_COMMIT)
            return "CONCURRENT_TRANSACTIONS" if same else "INVALID_TXN_STATE"
        same = state.is_complete and commit is (state is State.COMPLETE_COMMIT)
        if same and (again or not raises_epoch):
            return "NONE"
        if raises_epoch and not again and not commit:
            return None
        return "INVALID_TXN_STATE"

    def after_refused_end(self, known: Transaction, error: str) -> Transaction:
        """A refused end leaves no trace."""
        return known

    # Aborts of the coordinator's own.

    def epoch_of_fence(self, epoch: int) -> int:
        """The epoch under which the coordinator aborts below transaction version 2."""
        return epoch + 1

    def level_of_abort(self, level: int) -> int:
        """The transaction version of such an abort: what the cluster has."""
        return level

    def times_out(self, known: Transaction, pending: State | None, now: int) -> bool:
        """Only what nobody has ended yet, and only by its own timeout."""
        is_open = known.state is State.ONGOING and pending is None
        return is_open and self.is_overdue(known, now)

    def is_overdue(self, known: Transaction, now: int) -> bool:
        return known.started + known.timeout_ms < now

    def expires(self, known: Transaction, now: int, idle_ms: int) -> bool:
        """Whether an id without a transaction has been idle for too long."""
        return known.state in WITHOUT_TRANSACTION and known.updated <= now - idle_ms

    # Markers.

    def participants(self, partitions: Sequence[TopicPartition]) -> Sequence[TopicPartition]:
        """Who gets a marker: all."""
        return partitions

    def marks_commit(self, state: State, *, recovers: bool) -> bool:
        """The outcome that markers say; `recovers`: another coordinator had decided it."""
        return state is State.PREPARE_COMMIT

    def finishes_when_loaded(self) -> bool:
        """Whether a new coordinator completes what another has decided."""
        return True

    def completes_before_markers(self) -> bool:
        return False

    # Verification.

    def verifies(self, is_open: bool) -> bool:
        """Whether the coordinator is asked about a batch; not where the transaction is open."""
        return not is_open

    def is_member(self, partition: TopicPartition, known: Transaction) -> bool:
        return partition in known.partitions

    def too_late(self, marked: bool) -> bool:
        """Whether a batch is refused since a marker came after it was verified."""
        return marked

    def retries_concurrent(self) -> bool:
        """Whether an implicit addition waits for the transaction before."""
        return True

    # What operators see.

    def lists(
        self,
        known: Transaction,
        now: int,
        *,
        states: Collection[State] | None,
        producer_ids: Collection[int],
        longer_than_ms: int,
        pattern: str,
    ) -> bool:
        """ListTransactions: whether all filters let the id through."""
        return (
            known.state is not State.DEAD
            and (not producer_ids or known.producer_id in producer_ids)
            and (states is None or known.state in states)
            and (longer_than_ms < 0 or now - known.started > longer_than_ms)
            and (not pattern or re.fullmatch(pattern, known.transactional_id) is not None)
        )
