"""A recorded history, ordered by what checkers ask for. Nothing here judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from kafka_tck.properties.histories.events import (
    Answered,
    Asked,
    Began,
    Calm,
    Event,
    Fault,
    Settled,
    from_line,
)

NEVER: Final = 1 << 62
"""The place of what has not happened."""

REFUSED: Final = frozenset({"NOT_ENOUGH_REPLICAS"})
"""Errors of Produce that say that nothing was appended (B-25). All others leave it open."""


@dataclass(frozen=True)
class Op:
    """One request with its outcome. `asked_at` and `ended_at` are places in the history."""

    number: int
    client: str
    node: int
    request: Mapping[str, Any]
    asked_at: int
    ended_at: int = NEVER
    outcome: Mapping[str, Any] = field(default_factory=lambda: {"silence": "still open"})

    @property
    def partition(self) -> str:
        return str(self.request.get("partition", ""))

    @property
    def error(self) -> str:
        """The error's name; empty if there was no answer."""
        return str(self.outcome.get("error", ""))

    @property
    def is_fine(self) -> bool:
        return self.error == "NONE"


@dataclass(frozen=True)
class Write:
    """One value that a producer sent, and what it was told."""

    value: str
    op: Op
    place: int
    """Its place in the batch."""

    @property
    def offset(self) -> int | None:
        """Where it is if it is anywhere; None if the producer was not told."""
        base = self.op.outcome.get("base_offset", -1)
        return base + self.place if base >= 0 else None

    @property
    def is_acknowledged(self) -> bool:
        """Told to be there, by the leader or by all in sync."""
        return self.op.is_fine and self.offset is not None

    @property
    def is_promised(self) -> bool:
        """Acknowledged with acks=all: it may not be lost."""
        return self.is_acknowledged and self.op.request["acks"] == -1

    @property
    def is_refused(self) -> bool:
        return self.op.error in REFUSED


@dataclass(frozen=True)
class Sight:
    """One record in one answer to a poll."""

    offset: int
    epoch: int
    value: str
    op: Op


@dataclass
class History:
    """Events with the requests and answers put together."""

    events: Sequence[Event]

    @cached_property
    def began(self) -> Began | None:
        return next((e for e in self.events if isinstance(e, Began)), None)

    @cached_property
    def ops(self) -> list[Op]:
        """All requests in the order in which they were sent."""
        asked: dict[int, tuple[int, Asked]] = {}
        ended: dict[int, tuple[int, Answered]] = {}
        for place, event in enumerate(self.events):
            if isinstance(event, Asked):
                asked[event.number] = (place, event)
            elif isinstance(event, Answered):
                ended[event.number] = (place, event)
        return [_op(at, ask, ended.get(number)) for number, (at, ask) in asked.items()]

    @cached_property
    def partitions(self) -> list[str]:
        return sorted({op.partition for op in self.ops if op.partition})

    def of(self, partition: str, *kinds: str) -> list[Op]:
        """The requests of these kinds to one partition."""
        return [op for op in self._by_kind.get(partition, ()) if op.request["do"] in kinds]

    @cached_property
    def _by_kind(self) -> dict[str, list[Op]]:
        found: dict[str, list[Op]] = {}
        for op in self.ops:
            found.setdefault(op.partition, []).append(op)
        return found

    def writes(self, partition: str) -> list[Write]:
        """Every value that was sent to a partition, in the order of requests."""
        return [
            Write(value, op, place)
            for op in self.of(partition, "produce")
            for place, value in enumerate(op.request["values"])
        ]

    def polls(self, partition: str) -> list[Op]:
        """The polls of a partition that were answered without an error, as they ended."""
        fine = [op for op in self.of(partition, "fetch") if op.is_fine]
        return sorted(fine, key=lambda op: op.ended_at)

    def sights(self, partition: str) -> Iterator[Sight]:
        """Every record of every poll, in the order in which the polls ended."""
        for op in self.polls(partition):
            for offset, epoch, value in op.outcome["records"]:
                yield Sight(offset, epoch, value, op)

    def first_sights(self, partition: str) -> dict[int, Sight]:
        """What was first seen at each offset, by offset."""
        if partition not in self._firsts:
            firsts: dict[int, Sight] = {}
            for sight in self.sights(partition):
                firsts.setdefault(sight.offset, sight)
            self._firsts[partition] = dict(sorted(firsts.items()))
        return self._firsts[partition]

    @cached_property
    def _firsts(self) -> dict[str, dict[int, Sight]]:
        return {}

    @cached_property
    def faults(self) -> list[tuple[int, Fault]]:
        """The faults with their places."""
        return [(at, e) for at, e in enumerate(self.events) if isinstance(e, Fault)]

    @cached_property
    def calm_at(self) -> int:
        """The place from which on nothing is wrong by our doing; `NEVER` if it did not come."""
        return next((at for at, e in enumerate(self.events) if isinstance(e, Calm)), NEVER)

    @cached_property
    def settled(self) -> tuple[int, Settled] | None:
        """What the cluster had come to in the end; None if the run was broken off."""
        found = [(at, e) for at, e in enumerate(self.events) if isinstance(e, Settled)]
        return found[-1] if found else None

    def last_reads(self, partition: str) -> dict[int, list[Op]]:
        """The polls after the cluster had settled, by node; empty if it had not."""
        if self.settled is None or self.settled[1].missing:
            return {}
        found: dict[int, list[Op]] = {}
        for op in self.polls(partition):
            if op.asked_at > self.settled[0]:
                found.setdefault(op.node, []).append(op)
        return found


def _op(at: int, asked: Asked, ended: tuple[int, Answered] | None) -> Op:
    head = (asked.number, asked.client, asked.node, asked.request, at)
    return Op(*head) if ended is None else Op(*head, ended[0], ended[1].outcome)


def read_histories(lines: Iterable[str]) -> Iterator[History]:
    """The histories of a file, one after the other. ValueError names the line that is wrong."""
    events: list[Event] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            event = from_line(line)
        except ValueError as wrong:
            raise ValueError(f"line {number}: {wrong}") from None
        if isinstance(event, Began) and events:
            yield History(events)
            events = []
        events.append(event)
    if events:
        yield History(events)
