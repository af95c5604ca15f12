"""What a coordinator holds of one transactional id, and how it moves without a request.

Source: TransactionMetadata, TransactionState, 4.3; KIP-98, KIP-360, KIP-890.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

UNKNOWN: Final = -1
FRESH: Final = -2
"""Stands for a producer id that was never given before: only the answer tells which."""

Place = tuple[str, int]
"""A topic and a partition."""


class State(Enum):
    """The states that clients can see, by the names that DescribeTransactions gives them."""

    EMPTY = "Empty"
    ONGOING = "Ongoing"
    PREPARE_COMMIT = "PrepareCommit"
    PREPARE_ABORT = "PrepareAbort"
    COMPLETE_COMMIT = "CompleteCommit"
    COMPLETE_ABORT = "CompleteAbort"

    @property
    def is_prepared(self) -> bool:
        return self in (State.PREPARE_COMMIT, State.PREPARE_ABORT)

    @property
    def is_complete(self) -> bool:
        return self in (State.COMPLETE_COMMIT, State.COMPLETE_ABORT)

    @property
    def is_commit(self) -> bool:
        return self in (State.PREPARE_COMMIT, State.COMPLETE_COMMIT)


@dataclass(frozen=True)
class Identity:
    """Who a request says that it comes from."""

    producer_id: int
    epoch: int


@dataclass(frozen=True)
class Transaction:
    """A transactional id: whose it is, and how far its transaction has come."""

    state: State
    producer_id: int
    epoch: int
    timeout_ms: int
    last_epoch: int = UNKNOWN
    """The epoch before the last bump, if who had it may learn of the bump by asking again."""
    partitions: frozenset[Place] = frozenset()

    @property
    def owner(self) -> Identity:
        return Identity(self.producer_id, self.epoch)

    @property
    def completed(self) -> "Transaction":
        """Once every marker of a prepared transaction is written."""
        done = State.COMPLETE_COMMIT if self.state.is_commit else State.COMPLETE_ABORT
        return replace(self, state=done, partitions=frozenset())


def prepared(transaction: Transaction, *, commit: bool, bumps: bool) -> Transaction:
    """A transaction whose end is decided; with a bump its producer has a later epoch from now."""
    state = State.PREPARE_COMMIT if commit else State.PREPARE_ABORT
    if not bumps:
        return replace(transaction, state=state)
    epoch = transaction.epoch + 1
    return replace(transaction, state=state, epoch=epoch, last_epoch=transaction.epoch)


def fenced(transaction: Transaction, *, remembers: bool) -> Transaction:
    """A transaction that the coordinator itself aborts: its producer's epoch is no longer valid.

    At transaction.version 2 the coordinator remembers the epoch of whom it fenced, so that he may
    ask for the new one (KIP-890 part 2); below that it does not.
    """
    after = prepared(transaction, commit=False, bumps=True)
    return after if remembers else replace(after, last_epoch=UNKNOWN)
