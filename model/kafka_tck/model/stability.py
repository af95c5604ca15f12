"""What of one partition is decided: transactions, their markers, and what a reader may be given.

Pure functions over what the partition accepted. Offsets count records; a marker takes one.
Source: ProducerStateManager, ProducerAppendInfo, UnifiedLog (last stable offset), LocalLog
(aborted transactions), CompletedFetch of the consumer, 4.3; KIP-98, KIP-1228.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

NOT_TOLD: Final = -1
"""The coordinator epoch of a producer of which no marker was seen."""
STRICT_SINCE: Final = 2
"""The transaction version whose markers carry a later epoch than their transaction."""


@dataclass(frozen=True)
class Writer:
    """What the partition knows of one producer id."""

    epoch: int
    first: int | None = None
    """Where its open transaction began; None if none is open."""
    coordinator_epoch: int = NOT_TOLD
    """That of its last marker."""


@dataclass(frozen=True)
class Marker:
    """A control batch of one record that decides a transaction, or none."""

    offset: int
    producer: int
    epoch: int
    commits: bool
    coordinator_epoch: int
    first: int | None = None
    """Where the transaction began that it ends; None if none was open."""


@dataclass(frozen=True)
class Stability:
    """The producers of one partition, by id, and its markers in offset order."""

    writers: Mapping[int, Writer] = field(default_factory=dict)
    markers: tuple[Marker, ...] = ()

    def writing(self, producer: int, epoch: int, offset: int, transactional: bool) -> "Stability":
        """After a data batch at this offset; a transactional one opens a transaction."""
        known = self.writers.get(producer, Writer(epoch))
        opens = offset if transactional and known.first is None else known.first
        return self._with(producer, replace(known, epoch=epoch, first=opens))

    def marking(self, marker: Marker) -> "Stability":
        """After a marker; whether it ends a transaction is read off what is open."""
        known = self.writers.get(marker.producer, Writer(marker.epoch))
        ended = replace(marker, first=known.first)
        writer = Writer(marker.epoch, None, marker.coordinator_epoch)
        after = self._with(marker.producer, writer)
        return replace(after, markers=(*self.markers, ended))

    def marker_at(self, offset: int) -> Marker | None:
        return next((m for m in self.markers if m.offset == offset), None)

    def _with(self, producer: int, writer: Writer) -> "Stability":
        return replace(self, writers={**self.writers, producer: writer})


def last_stable_offset(known: Stability, log_start: int, hw: int) -> int:
    """The first offset that is not decided yet, at most the HW and not below the log start.

    A transaction whose marker is not committed counts as undecided.
    """
    undecided = [w.first for w in known.writers.values() if w.first is not None]
    undecided += [m.first for m in known.markers if m.first is not None and m.offset >= hw]
    return min([hw, *(max(log_start, first) for first in undecided)])


def error_of_marker(
    known: Stability, producer: int, epoch: int, coordinator_epoch: int, version: int = 0
) -> str:
    """The answer to a marker; `version` is the transaction version that it is written for."""
    writer = known.writers.get(producer)
    if writer is None:
        return "NONE"
    repeats = epoch == writer.epoch and writer.first is None
    if epoch < writer.epoch or (version >= STRICT_SINCE and epoch == writer.epoch and not repeats):
        return "INVALID_PRODUCER_EPOCH"
    if coordinator_epoch < writer.coordinator_epoch:
        return "TRANSACTION_COORDINATOR_FENCED"
    return "NONE"


def aborted_within(known: Stability, start: int, end: int) -> frozenset[tuple[int, int]]:
    """Producer id and first offset of every aborted transaction that overlaps [start, end).

    An empty range overlaps nothing, also in the middle of a transaction.
    """
    return frozenset(
        (marker.producer, marker.first)
        for marker in known.markers
        if marker.first is not None
        and not marker.commits
        and marker.first < end
        and start <= marker.offset
        and start < end
    )


def is_aborted(known: Stability, producer: int, offset: int) -> bool:
    """Whether a transactional record of this producer belongs to an aborted transaction."""
    return any(
        marker.producer == producer
        and marker.first is not None
        and marker.first <= offset < marker.offset
        and not marker.commits
        for marker in known.markers
    )


class Piece(NamedTuple):
    """One returned batch, as a consumer that drops aborted records looks at it."""

    producer: int
    last: int
    offsets: tuple[int, ...]
    transactional: bool = False
    aborts: bool | None = None
    """Of a control batch, whether it is an abort marker; None for data."""


def delivered(pieces: Iterable[Piece], aborted: Sequence[tuple[int, int]]) -> list[int]:
    """The offsets that a read-committed consumer hands on, given the list of the answer."""
    waiting = sorted(aborted, key=lambda entry: entry[1])
    dropping: set[int] = set()
    given: list[int] = []
    for piece in pieces:
        while waiting and waiting[0][1] <= piece.last:
            dropping.add(waiting.pop(0)[0])
        if piece.aborts is not None:
            dropping -= {piece.producer} if piece.aborts else set()
        elif not (piece.transactional and piece.producer in dropping):
            given += piece.offsets
    return given
