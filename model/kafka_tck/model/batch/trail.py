"""Where each state was first reached from: enough to tell a shortest way to any of them.

States are numbered in the order in which they are found. Those that one action gives from one
block of states have ascending parents, so the differences are kept, in one byte each where they
fit.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np


class Trail:
    """The parents of all states, and the instance that led from each."""

    def __init__(self) -> None:
        self.level_start = 0
        """The number of the first state of the level that was found last."""
        self.parents_start = 0
        """That of the level before it."""
        self._count = 0
        self._starts: list[int] = []
        self._pieces: list[tuple[int, int, Any]] = []

    @property
    def nbytes(self) -> int:
        """Bytes of the differences, and some 100 for each piece."""
        return sum(differences.nbytes + 100 for _, _, differences in self._pieces)

    def begin(self) -> None:
        """The initial state is number 0."""
        self._count = 1

    def next_level(self) -> None:
        """What is added from now on comes from the states that were added since the last call."""
        self.parents_start, self.level_start = self.level_start, self._count

    def add(self, instance: int, parents: Any) -> None:
        """The next states come from these, ascending, counted from the first of their level."""
        differences = np.diff(parents)
        widest = int(differences.max()) if len(differences) else 0
        kind: type = np.uint8 if widest < 1 << 8 else np.uint16 if widest < 1 << 16 else np.uint32
        first = self.parents_start + int(parents[0])
        self._starts.append(self._count)
        self._pieces.append((instance, first, differences.astype(kind)))
        self._count += len(parents)

    def way_to(self, number: int) -> list[int]:
        """The instances that lead from the initial state to this one, in order."""
        way: list[int] = []
        while number:
            at = bisect_right(self._starts, number) - 1
            instance, first, differences = self._pieces[at]
            way.append(instance)
            number = first + int(differences[: number - self._starts[at]].sum(dtype=np.int64))
        return way[::-1]
