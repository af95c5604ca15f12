"""What can still come true from every reachable state: steps followed backwards after a search.

The search numbers classes of states that differ only in the names of nodes. A renaming takes steps
to steps, so a state leads to a goal exactly if its class does, provided that the goal says the same
of all states of a class: that is checked on every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kafka_tck.model.batch.code import compiled
from kafka_tck.model.batch.fingerprints import Renaming, Tables, moved
from kafka_tck.model.finite import Finite
from kafka_tck.model.terms import Bool


class NotSymmetric(ValueError):
    """A goal tells nodes apart that the search does not."""


class Possibilities:
    """Which states satisfy each goal, and the steps between states, as a search finds them.

    States are told of in the order of their numbers. Steps take 12 bytes each.
    """

    def __init__(self, finite: Finite, tables: Tables, goals: Mapping[str, Bool]) -> None:
        self._names = tuple(goals)
        self._flags = frozenset(n for n, column in enumerate(finite.columns) if column.is_flag)
        self._claims, self._reads = compiled(list(goals.values()), finite.number, self._flags)
        self._renamings = [_Renamed(finite, renaming) for renaming in tables.renamings]
        self._met: list[Any] = []
        self._prints: list[Any] = []
        self._parents: list[Any] = []
        self._children: list[Any] = []

    def found(self, prints: Any) -> None:
        """The next states have these fingerprints."""
        if self._names:
            self._prints.append(prints)

    def seen(self, columns: Any) -> None:
        """The next states are these: a matrix with one state per column of it."""
        if not self._names:
            return
        met = self._claimed(columns, self._renamings[0])
        for renamed in self._renamings[1:]:
            differs = np.any(self._claimed(columns, renamed) != met, axis=1)
            if np.any(differs):
                name = self._names[int(np.argmax(differs))]
                raise NotSymmetric(f"{name} tells nodes apart: search without symmetry")
        self._met.append(met)

    def stepped(self, parents: Any, prints: Any) -> None:
        """These states, by number, lead to states with these fingerprints."""
        if self._names:
            self._parents.append(parents.astype(np.uint32))
            self._children.append(prints)

    def _claimed(self, columns: Any, renamed: _Renamed) -> Any:
        """One row of truth values per goal."""
        values = {n: renamed.column(columns, n) for n in self._reads}
        seen = {n: of.view(np.bool_) if n in self._flags else of for n, of in values.items()}
        count = columns.shape[1]
        return np.array([np.broadcast_to(told, count) for told in self._claims(seen)])

    def hopeless(self) -> dict[str, Any]:
        """By goal: the numbers of the states that do not lead to it, ascending.

        To be asked at the end of a search that was complete.
        """
        if not self._names:
            return {}
        met = np.concatenate(self._met, axis=1)
        parents, children = self._steps()
        return {
            name: np.flatnonzero(~_leading_to(goal, parents, children))
            for name, goal in zip(self._names, met, strict=True)
        }

    def _steps(self) -> tuple[Any, Any]:
        """The numbers of both ends of every step."""
        prints = np.concatenate(self._prints)
        order = np.argsort(prints)
        children = np.concatenate([np.empty(0, np.uint64), *self._children])
        places = np.searchsorted(prints, children, sorter=order)
        parents = np.concatenate([np.empty(0, np.uint32), *self._parents])
        return parents, order[places].astype(np.uint32)


class _Renamed:
    """States as they are when nodes have other names."""

    def __init__(self, finite: Finite, renaming: Renaming) -> None:
        number = {column.parts: n for n, column in enumerate(finite.columns)}
        self._from = {number[moved(parts, renaming)]: n for parts, n in number.items()}
        self._of_nodes = frozenset(n for n, column in enumerate(finite.columns) if column.is_node)
        self._names = np.array([*renaming, -1], np.int8)
        """By the former index; NONE stands at the end, and remains."""

    def column(self, columns: Any, number: int) -> Any:
        values = columns[self._from[number]]
        return self._names[values] if number in self._of_nodes else values


def _leading_to(goal: Any, parents: Any, children: Any) -> Any:
    """Which states lead to the goal in any number of steps, none included."""
    found = goal.copy()
    while True:
        open_still = ~found[parents]
        parents, children = parents[open_still], children[open_still]
        new = parents[found[children]]
        if not len(new):
            return found
        found[new] = True
