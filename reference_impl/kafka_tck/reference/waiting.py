"""Requests that wait: woken by a change of something they watch, or by their deadline.

Kafka's purgatories in one: deterministic, first come first woken.
"""

import heapq
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from kafka_tck.reference.steps import NEVER, Until

W = TypeVar("W")


@dataclass(slots=True, eq=False)
class _Entry(Generic[W]):
    order: int
    waiter: W
    until: Until


@dataclass(slots=True)
class Waiting(Generic[W]):
    """All that wait at one broker."""

    _entries: dict[int, _Entry[W]] = field(default_factory=dict)
    _watching: dict[Hashable, dict[int, _Entry[W]]] = field(default_factory=dict)
    _deadlines: list[tuple[int, int]] = field(default_factory=list)
    _orders: Iterator[int] = field(default_factory=count)

    def add(self, waiter: W, until: Until) -> int:
        """Returns the handle by which the waiter can be dropped."""
        entry = _Entry(next(self._orders), waiter, until)
        self._entries[entry.order] = entry
        for key in until.keys:
            self._watching.setdefault(key, {})[entry.order] = entry
        if until.deadline < NEVER:
            heapq.heappush(self._deadlines, (until.deadline, entry.order))
        return entry.order

    def drop(self, handle: int) -> None:
        """The waiter no longer waits, whatever comes."""
        entry = self._entries.pop(handle, None)
        for key in entry.until.keys if entry else ():
            watching = self._watching[key]
            del watching[handle]
            if not watching:
                del self._watching[key]

    def ready(self, key: Hashable) -> list[tuple[int, W]]:
        """Those watching the key whose condition is now true, oldest first; none is dropped."""
        watching = sorted(self._watching.get(key, {}).items())
        return [(order, entry.waiter) for order, entry in watching if entry.until.ready()]

    def is_waiting(self, handle: int) -> bool:
        return handle in self._entries

    def expired(self, now: int) -> list[tuple[int, W]]:
        """Those whose deadline has come, by deadline; none is dropped."""
        late: list[tuple[int, W]] = []
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            _, order = heapq.heappop(self._deadlines)
            late.append((order, self._entries[order].waiter))
        return late

    def next_deadline(self) -> int | None:
        """The earliest deadline of those still waiting."""
        while self._deadlines and self._deadlines[0][1] not in self._entries:
            heapq.heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None
