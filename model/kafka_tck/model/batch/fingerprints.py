"""Fingerprints of states, equal for states that differ only in the names of their brokers.

A state's fingerprint under one renaming is the exclusive or of one random number per column and
value: when a step changes few columns, few numbers change it. The fingerprint of its class is the
least over all renamings, so no state is ever put in a canonical form. Two given states have the
same 64 bits with probability at most (renamings squared) / 2^64.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np

from kafka_tck.model.finite import Column, Finite
from kafka_tck.model.shapes import Part

Renaming = tuple[int, ...]


def renamings(finite: Finite, symmetric: bool) -> list[Renaming]:
    """Which permutations of the nodes leave the module as it is; the identity comes first."""
    nodes = finite.given.nodes
    every = permutations(range(nodes)) if symmetric else iter([tuple(range(nodes))])
    pinned = finite.module.pinned
    return [renaming for renaming in every if all(renaming[n] == n for n in pinned)]


class Tables:
    """The random numbers: for each column, one row per value and one entry per renaming.

    The rows of a column are in the order of its values; its least value stands in the first.
    """

    def __init__(self, finite: Finite, symmetric: bool, seed: int = 1) -> None:
        self.renamings = renamings(finite, symmetric)
        columns = finite.columns
        rng = np.random.default_rng(seed)
        widest = max(column.high for column in columns) + 2
        basic = rng.integers(1, 2**64, (len(columns), widest), dtype=np.uint64)
        self.lows = [min(column.low, 0) for column in columns]
        number = {column.parts: n for n, column in enumerate(columns)}
        self.of: list[Any] = [
            self._rows(basic, column, low, [number[moved(column.parts, r)] for r in self.renamings])
            for column, low in zip(columns, self.lows, strict=True)
        ]

    def _rows(self, basic: Any, column: Column, low: int, targets: list[int]) -> Any:
        """Rows for one column: what its values become, where they go, under each renaming."""
        rows = np.zeros((column.high - low + 1, len(targets)), np.uint64)
        for r, (renaming, target) in enumerate(zip(self.renamings, targets, strict=True)):
            for value in range(low, column.high + 1):
                renamed = renaming[value] if column.is_node and value >= 0 else value
                rows[value - low, r] = basic[target, renamed - low]
        return rows if len(targets) > 1 else rows[:, 0]

    def of_states(self, columns: Any) -> Any:
        """Fingerprints under every renaming, from a matrix with one state per column of it."""
        found = self.of[0][columns[0] - self.lows[0]]
        for table, column, low in zip(self.of[1:], columns[1:], self.lows[1:], strict=True):
            found = found ^ table[column - low]
        return found

    def least(self, under_each: Any) -> Any:
        """The fingerprints of the classes."""
        if under_each.ndim == 1:
            return under_each
        found = under_each[:, 0]
        for r in range(1, under_each.shape[1]):
            found = np.minimum(found, under_each[:, r])
        return found


def moved(parts: tuple[Part, ...], renaming: Renaming) -> tuple[Part, ...]:
    """Where a column goes when nodes are renamed."""
    return tuple(_moved(parts, renaming))


def _moved(parts: tuple[Part, ...], renaming: Renaming) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, tuple) and part[0] == "node":
            yield ("node", renaming[part[1]])
        else:
            yield part
