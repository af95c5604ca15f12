"""What a leader answers to the numbered batches of a producer: KIP-98's sequence rules.

Pure functions of what the partition knows of one producer id. Sequences count from 0 to 2^31-1 and
begin again at 0. Source: ProducerStateEntry, ProducerAppendInfo, UnifiedLog
(analyzeAndValidateProducerState), 4.3; KIP-360.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

LARGEST: Final = 2**31 - 1
REMEMBERED: Final = 5
"""Batches of one producer whose repetition a partition recognises."""
UNKNOWN: Final = -1


@dataclass(frozen=True)
class Mark:
    """A batch that was accepted: its sequences and where it begins in the log."""

    first: int
    last: int
    base_offset: int


@dataclass(frozen=True)
class Known:
    """What a partition knows of one producer id: the epoch, and its last batches, oldest first."""

    epoch: int = UNKNOWN
    marks: tuple[Mark, ...] = ()
    in_doubt: tuple[Mark, ...] = ()
    """Batches that a restart may have made it forget: a snapshot has the last one only."""

    @property
    def last(self) -> int:
        """The sequence of the last record; -1 if no batch of this epoch is known."""
        return self.marks[-1].last if self.marks else UNKNOWN


class Case(Enum):
    """Which rule decides about a batch; the first that applies does."""

    REPETITION = "it repeats a batch that is remembered"
    OLD_EPOCH = "its epoch is older than the one that is known"
    UNKNOWN_PRODUCER = "the partition knows nothing of the producer"
    NEW_EPOCH = "it is the first of a later epoch"
    OLD_REPETITION = "its sequences were there before, and it is no batch that is remembered"
    NEXT = "it has to follow the last one"


@dataclass(frozen=True)
class Verdict:
    """The rule, the error by name, and for a repetition the offset of the first one."""

    case: Case
    error: str
    base_offset: int | None = None
    otherwise: tuple[str, int] | None = None
    """Another answer that is legal, as an error and an offset."""


def last_of(first: int, count: int) -> int:
    """The last sequence of a batch; it may have passed the largest one."""
    return (first + count - 1) % (LARGEST + 1)


def verdict_on(known: Known, epoch: int, first: int, count: int) -> Verdict:
    """The answer to a batch of an idempotent producer, without transactions."""
    bounds = (first, last_of(first, count))
    if epoch == known.epoch:
        for mark in known.marks:
            if (mark.first, mark.last) == bounds:
                return Verdict(Case.REPETITION, "NONE", mark.base_offset)
        for mark in known.in_doubt:
            if (mark.first, mark.last) == bounds:
                error = "OUT_OF_ORDER_SEQUENCE_NUMBER"
                return Verdict(Case.OLD_REPETITION, error, None, ("NONE", mark.base_offset))
    if epoch < known.epoch:
        return Verdict(Case.OLD_EPOCH, "INVALID_PRODUCER_EPOCH")
    if known.epoch == UNKNOWN:
        return Verdict(Case.UNKNOWN_PRODUCER, "NONE")
    if epoch > known.epoch:
        return Verdict(Case.NEW_EPOCH, _in_order(first == 0))
    follows = first == (known.last + 1) % (LARGEST + 1)
    if not follows and first <= known.last:
        return Verdict(Case.OLD_REPETITION, "OUT_OF_ORDER_SEQUENCE_NUMBER")
    return Verdict(Case.NEXT, _in_order(follows))


def _in_order(right: bool) -> str:
    return "NONE" if right else "OUT_OF_ORDER_SEQUENCE_NUMBER"


def accepted(known: Known, epoch: int, first: int, count: int, base_offset: int) -> Known:
    """What is known once a batch that is no repetition was appended."""
    mark = Mark(first, last_of(first, count), base_offset)
    if epoch != known.epoch:
        return Known(epoch, (mark,))
    return Known(epoch, (*known.marks, mark)[-REMEMBERED:], known.in_doubt)


def reloaded(known: Known) -> Known:
    """What is known after a clean restart: a snapshot keeps the last batch of each producer."""
    return Known(known.epoch, known.marks[-1:], (*known.in_doubt, *known.marks[:-1]))


def marked(known: Known, epoch: int) -> Known:
    """What is known after a transaction marker: one of a later epoch ends the earlier memory."""
    return known if epoch == known.epoch else Known(epoch)
