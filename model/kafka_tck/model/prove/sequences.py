"""Sequences as z3 sees them: a length, and for each leaf of a record a value per position.

What an action does to a sequence is worked out where a cell is read, so that an ordinary step
needs neither stores nor equality of arrays. Cells past the end are never read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import z3

from kafka_tck.model.prove.formulas import constant, equal, if_else, number, selected


class Records(Protocol):
    """A sequence: `cell` gives a leaf at a position that must lie within the length."""

    @property
    def length(self) -> z3.ArithRef: ...

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef: ...


@dataclass(frozen=True)
class Held:
    """What a state holds: one array per leaf."""

    length: z3.ArithRef
    arrays: tuple[z3.ArrayRef, ...]
    flags: tuple[bool, ...]
    """Which leaves are truth values."""

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef:
        return selected(self.arrays[leaf], position, self.flags[leaf])


@dataclass(frozen=True)
class Plain:
    """Records of plain values."""

    records: Sequence[tuple[Any, ...]]
    blanks: tuple[Any, ...]

    @property
    def length(self) -> z3.ArithRef:
        return number(len(self.records))

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef:
        found = constant(self.blanks[leaf])
        for at, record in enumerate(self.records):
            here = equal(position, number(at))
            found = if_else(here, constant(record[leaf]), found)
        return found


@dataclass(frozen=True)
class Appended:
    """One record more."""

    old: Records
    new: tuple[z3.ExprRef, ...]
    length: z3.ArithRef

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef:
        here = equal(position, self.old.length)
        return if_else(here, self.new[leaf], self.old.cell(position, leaf))


@dataclass(frozen=True)
class Put:
    """One record replaced, if it is there."""

    old: Records
    where: z3.ArithRef
    new: tuple[z3.ExprRef, ...]

    @property
    def length(self) -> z3.ArithRef:
        return self.old.length

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef:
        here = equal(position, self.where)
        return if_else(here, self.new[leaf], self.old.cell(position, leaf))


@dataclass(frozen=True)
class Shortened:
    """A prefix."""

    old: Records
    length: z3.ArithRef

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef:
        return self.old.cell(position, leaf)


@dataclass(frozen=True)
class Either:
    """One of two, by a condition."""

    condition: z3.BoolRef
    yes: Records
    no: Records
    length: z3.ArithRef

    def cell(self, position: z3.ArithRef, leaf: int) -> z3.ExprRef:
        yes, no = self.yes.cell(position, leaf), self.no.cell(position, leaf)
        return if_else(self.condition, yes, no)


Environment = Mapping[str, "z3.ExprRef | Records"]
"""What the variables of a term stand for, by path."""


def arrays_of(records: Records) -> tuple[z3.ArrayRef, ...]:
    """The same cells as arrays, for a step that is followed by another."""
    match records:
        case Held():
            return records.arrays
        case Appended():
            old = arrays_of(records.old)
            at = records.old.length
            return tuple(z3.Store(a, at, v) for a, v in zip(old, records.new, strict=True))
        case Put():
            old = arrays_of(records.old)
            return tuple(
                z3.Store(a, records.where, v) for a, v in zip(old, records.new, strict=True)
            )
        case Shortened():
            return arrays_of(records.old)
        case Either():
            yes, no = arrays_of(records.yes), arrays_of(records.no)
            return tuple(
                a if a.eq(b) else z3.If(records.condition, a, b)
                for a, b in zip(yes, no, strict=True)
            )
    raise TypeError(f"{type(records).__name__} has no arrays")
