"""What a coordinator keeps of a transactional id. Source: TransactionState, TransactionMetadata."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

NO_ID: Final = -1
NO_EPOCH: Final = -1
NO_TIME: Final = -1

LAST_EPOCH: Final = 32767
"""An epoch that no client gets: by it the coordinator fences whoever has the one before."""

TopicPartition = tuple[str, int]


class State(IntEnum):
    """With the codes that the log has."""

    EMPTY = 0
    ONGOING = 1
    PREPARE_COMMIT = 2
    PREPARE_ABORT = 3
    COMPLETE_COMMIT = 4
    COMPLETE_ABORT = 5
    DEAD = 6
    PREPARE_EPOCH_FENCE = 7

    @property
    def spelling(self) -> str:
        """The state's name as clients read it."""
        return self.name.title().replace("_", "")

    @property
    def is_prepared(self) -> bool:
        return self in (State.PREPARE_COMMIT, State.PREPARE_ABORT)

    @property
    def is_complete(self) -> bool:
        return self in (State.COMPLETE_COMMIT, State.COMPLETE_ABORT)


BY_SPELLING: Final = {state.spelling: state for state in State}


def prepared(commit: bool) -> State:
    return State.PREPARE_COMMIT if commit else State.PREPARE_ABORT


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transactional id. Times are ms since 1970; `started` is -1 before the first partition.

    `last_epoch` is the epoch before the last bump where the owner may ask for it again, and -1
    otherwise; the log does not keep it. `previous_id` is the producer id before the last
    transition, `next_id` the one that takes over when the transaction is complete. `level` is the
    transaction version of the last client: from 2 on each end raises the epoch.
    """

    transactional_id: str
    producer_id: int
    epoch: int
    timeout_ms: int
    state: State = State.EMPTY
    partitions: frozenset[TopicPartition] = frozenset()
    started: int = NO_TIME
    updated: int = NO_TIME
    last_epoch: int = NO_EPOCH
    previous_id: int = NO_ID
    next_id: int = NO_ID
    level: int = 0
