"""The set of fingerprints that were seen: open addressing, many keys at a time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

_FULLEST: Final = 0.9
_GROWTH: Final = 1.6
_FIRST: Final = 100_003
_SHIFT: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)


class Visited:
    """A set of 64-bit fingerprints in one table, at most nine tenths full. 0 stands for empty."""

    def __init__(self) -> None:
        self.count = 0
        self._table: Any = np.zeros(_FIRST, np.uint64)

    @property
    def nbytes(self) -> int:
        """Bytes of the table."""
        size: int = self._table.nbytes
        return size

    def add(self, keys: Any) -> Any:
        """Adds them; the positions of those that are new, one for each distinct key."""
        chosen = _distinct(keys)
        while self.count + len(chosen) > _FULLEST * len(self._table):
            self._grow(self.count + len(chosen))
        is_new = self._insert(keys.take(chosen))
        self.count += len(is_new)
        return chosen.take(is_new)

    def _grow(self, wanted: int) -> None:
        old = self._table
        kept = old[old != 0]
        size = _prime_from(int(max(len(old) * _GROWTH, wanted / _FULLEST + 1)))
        del self._table
        self._table = np.zeros(size, np.uint64)
        for start in range(0, len(kept), 1 << 20):
            self._insert(kept[start : start + (1 << 20)])

    def _insert(self, keys: Any) -> Any:
        """Puts distinct keys in; the positions of those that were not there."""
        table = self._table
        size = np.uint64(len(table))
        slots = (((keys >> _SHIFT) * size) >> _SHIFT).astype(np.int64)
        steps = ((keys & _LOW) % np.uint64(len(table) - 1)).astype(np.int64) + 1
        count = len(keys)
        waiting: Any = np.arange(count)
        added = []
        while len(waiting):
            found = table.take(slots)
            free = np.flatnonzero(found == 0)
            table[slots.take(free)] = keys.take(free)
            # Of different keys that met at one free slot, the last one has it.
            settled = table.take(slots) == keys
            added.append(waiting.take(free[settled.take(free)]))
            left = np.flatnonzero(~settled)
            waiting, keys, steps = waiting.take(left), keys.take(left), steps.take(left)
            slots = slots.take(left) + steps
            np.subtract(slots, len(table), out=slots, where=slots >= len(table))
        return _ascending(added, count)


def _prime_from(number: int) -> int:
    """The first prime from here on: then every step of a probe visits the whole table."""
    number |= 1
    while any(number % divisor == 0 for divisor in range(3, int(number**0.5) + 1, 2)):
        number += 2
    return number


def _distinct(keys: Any) -> Any:
    """Positions of one of each distinct key, ascending."""
    bits = max(len(keys) * 2 - 1, 1).bit_length()
    mask = np.uint64((1 << bits) - 1)
    tickets = np.empty(1 << bits, np.uint32)
    chosen = []
    waiting = np.arange(len(keys), dtype=np.uint32)
    shift = 0
    while len(waiting):
        mine = keys.take(waiting)
        slots = ((mine >> np.uint64(shift)) & mask).astype(np.int64)
        tickets[slots] = waiting
        holder = tickets.take(slots)
        chosen.append(waiting[holder == waiting])
        waiting = waiting[keys.take(holder) != mine]
        shift = (shift + 7) % 40
    return _ascending(chosen, len(keys))


def _ascending(positions: list[Any], count: int) -> Any:
    """Distinct positions below `count` in order: marking them is cheaper than sorting."""
    marks = np.zeros(count, np.bool_)
    for some in positions:
        marks[some] = True
    return np.flatnonzero(marks)
