"""One action with chosen parameters, compiled to work on many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kafka_tck.model.batch.code import compiled
from kafka_tck.model.batch.fingerprints import Tables
from kafka_tck.model.finite import Finite, Instance

_LARGEST: Final = 2048
"""Rows of the largest table of changes: it should stay in a fast cache."""


@dataclass(frozen=True)
class _Digit:
    """One number that a change of the fingerprint depends on: an old or a new value."""

    column: int
    is_new: bool
    weight: int


@dataclass(frozen=True)
class _Change:
    """The joint change that some columns make to a fingerprint, by their old and new values."""

    digits: tuple[_Digit, ...]
    table: Any
    """Turned so that the digits' weighted sum is its index; a negative one counts from the end."""


class Move:
    """An instance of an action that works on many rows at once."""

    def __init__(self, finite: Finite, tables: Tables, number: int, instance: Instance) -> None:
        self.number = number
        self.action = instance.action
        flags = frozenset(n for n, column in enumerate(finite.columns) if column.is_flag)
        self._flags = flags
        self._numbers = tuple(instance.changes)
        self._work_out, self._reads = compiled(
            list(instance.changes.values()), finite.number, flags
        )
        self._needs = tuple(sorted({*self._reads, *self._numbers}))
        self._changes = _grouped(tables, instance)

    def make(self, columns: Any, prints: Any, rows: Any) -> tuple[list[tuple[int, Any]], Any]:
        """The changed columns at these rows, by number, and the successors' fingerprints."""
        old = {n: columns[n].take(rows) for n in self._needs}
        seen = {n: old[n].view(np.bool_) if n in self._flags else old[n] for n in self._reads}
        new = dict(zip(self._numbers, self._work_out(seen), strict=True))
        found = prints.take(rows, axis=0)
        for change in self._changes:
            found ^= change.table[_index(change, old, new)]
        return list(new.items()), found


def _index(change: _Change, old: dict[int, Any], new: dict[int, Any]) -> Any:
    index: Any = None
    for digit in change.digits:
        value = new[digit.column].view(np.int8) if digit.is_new else old[digit.column]
        part = np.multiply(value, digit.weight, dtype=np.int16)
        index = part if index is None else np.add(index, part, out=index)
    return index


def _grouped(tables: Tables, instance: Instance) -> list[_Change]:
    """Columns whose changes are looked up together, as many as one table has room for."""
    groups: list[list[int]] = []
    sizes: list[int] = []
    for number, term in instance.changes.items():
        height = len(tables.of[number])
        size = height if term.op == "const" else height * height
        if groups and sizes[-1] * size <= _LARGEST:
            groups[-1].append(number)
            sizes[-1] *= size
        else:
            groups.append([number])
            sizes.append(size)
    return [_change(tables, instance, group) for group in groups]


def _change(tables: Tables, instance: Instance, group: Sequence[int]) -> _Change:
    digits: list[_Digit] = []
    offset, rows = 0, 1
    table: Any = np.zeros((1, *tables.of[group[0]].shape[1:]), np.uint64)
    for number in group:
        values, low = tables.of[number], tables.lows[number]
        new = instance.changes[number]
        height = len(values)
        if new.op == "const":
            delta = values ^ values[int(new.args[0]) - low]
            digits.append(_Digit(number, False, rows))
            offset += low * rows
        else:
            delta = (values[None, :] ^ values[:, None]).reshape(height**2, *values.shape[1:])
            digits += [_Digit(number, False, rows), _Digit(number, True, rows * height)]
            offset += low * rows * (1 + height)
        table = (delta[:, None] ^ table[None, :]).reshape(len(delta) * rows, *values.shape[1:])
        rows = len(table)
    return _Change(tuple(digits), np.roll(table, offset, axis=0))
