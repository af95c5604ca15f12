"""From terms with sequences and positions to scalar terms over columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kafka_tck.model.scalars import Scalars
from kafka_tck.model.terms import NONE, Bool, Int, Seq, Term, leaves_of, lift

if TYPE_CHECKING:
    from kafka_tck.model.finite import Column


@dataclass(frozen=True)
class Cells:
    """A sequence as scalar terms: its length, and per cell the leaves of its record."""

    length: Int
    cells: tuple[tuple[Term, ...], ...]


class Lowering:
    """Lowers terms. What is past the end of a sequence is taken to be blank in every state."""

    def __init__(self, make: Scalars, columns: Mapping[str, Column]) -> None:
        self.make = make
        self._columns = columns
        self._lowered: dict[int, Any] = {}
        self._alive: list[Term] = []

    def scalar(self, term: Term) -> Any:
        """The same value in terms of columns."""
        known = self._lowered.get(id(term))
        if known is None:
            known = self._lower(term)
            self._lowered[id(term)] = known
            self._alive.append(term)
        return known

    def _lower(self, term: Term) -> Any:
        match term.op:
            case "const":
                return self.make.const(term.args[0])
            case "var":
                return self._var(term.args[0])
            case "length":
                return self.cells(term.args[0]).length
            case "cell":
                return self._cell(term)
            case "every":
                count, claims = self._written_out(term)
                return self.make.all_of(
                    self.make.any_of([self._le(count, o), c]) for o, c in claims
                )
            case "first_where" | "last_where":
                return self._position(term)
        return self.make.op(type(term), term.op, *(self.scalar(arg) for arg in term.args))

    def _var(self, name: str) -> Any:
        return self.make.var(name, self._columns[name].is_flag)

    def _written_out(self, term: Term) -> tuple[Term, list[tuple[int, Term]]]:
        count = self.scalar(term.args[0])
        _, high = self.make.range_of(count)
        return count, [(o, self.scalar(term.args[1](lift(o)))) for o in range(high)]

    def _le(self, count: Term, position: int) -> Any:
        return self.make.op(Bool, "le", count, self.make.const(position))

    def _position(self, term: Term) -> Any:
        count, claims = self._written_out(term)
        is_first = term.op == "first_where"
        found: Term = count if is_first else self.make.const(0)
        for o, claim in reversed(claims) if is_first else claims:
            here = self.make.all_of([self.make.negate(self._le(count, o)), claim])
            found = self.make.op(
                Int, "choose", here, self.make.const(o if is_first else o + 1), found
            )
        return found

    def cells(self, seq: Term) -> Cells:
        known = self._lowered.get(id(seq))
        if known is None:
            known = self._lower_cells(seq)
            self._lowered[id(seq)] = known
            self._alive.append(seq)
        found: Cells = known
        return found

    def _lower_cells(self, seq: Term) -> Cells:
        assert isinstance(seq, Seq)
        leaves = leaves_of(seq.record)
        match seq.op:
            case "var":
                name = seq.args[0]
                length: Any = self._var(f"{name}.length")
                capacity = self._columns[f"{name}.length"].high
                return Cells(
                    length,
                    tuple(
                        tuple(self._var(f"{name}.{k}.{leaf}") for leaf, _ in leaves)
                        for k in range(capacity)
                    ),
                )
            case "append":
                return self._appended(self.cells(seq.args[0]), seq.args[1])
            case "put":
                return self._put(self.cells(seq.args[0]), self.scalar(seq.args[1]), seq.args[2])
            case "cut":
                return self._cut(self.cells(seq.args[0]), self.scalar(seq.args[1]), leaves)
        condition = self.scalar(seq.args[0])
        yes, no = self.cells(seq.args[1]), self.cells(seq.args[2])
        length = self.make.op(Int, "choose", condition, yes.length, no.length)
        return Cells(
            length,
            tuple(
                tuple(
                    self.make.op(type(a), "choose", condition, a, b)
                    for a, b in zip(x, y, strict=True)
                )
                for x, y in zip(yes.cells, no.cells, strict=True)
            ),
        )

    def _appended(self, old: Cells, values: tuple[Term, ...]) -> Cells:
        new = [self.scalar(value) for value in values]
        here = [
            self.make.op(Bool, "eq", old.length, self.make.const(k)) for k in range(len(old.cells))
        ]
        longer = self.make.op(Int, "add", old.length, self.make.const(1))
        return Cells(longer, self._replaced(here, old.cells, new))

    def _put(self, old: Cells, where: Term, values: tuple[Term, ...]) -> Cells:
        new = [self.scalar(value) for value in values]
        here = [
            self.make.all_of(
                [
                    self.make.op(Bool, "eq", where, self.make.const(k)),
                    self.make.negate(self._le(old.length, k)),
                ]
            )
            for k in range(len(old.cells))
        ]
        return Cells(old.length, self._replaced(here, old.cells, new))

    def _replaced(
        self, here: list[Any], cells: tuple[tuple[Term, ...], ...], new: list[Any]
    ) -> tuple[tuple[Term, ...], ...]:
        """The cells with the new record where `here` holds."""
        return tuple(
            tuple(self.make.op(type(b), "choose", at, b, a) for a, b in zip(cell, new, strict=True))
            for at, cell in zip(here, cells, strict=True)
        )

    def _cut(self, old: Cells, length: Term, leaves: list[tuple[str, type]]) -> Cells:
        blanks = [self.make.const(NONE if kind is int else False) for _, kind in leaves]
        kept = [self.make.negate(self._le(length, k)) for k in range(len(old.cells))]
        cells = tuple(
            tuple(
                self.make.op(type(a), "choose", stays, a, b)
                for a, b in zip(cell, blanks, strict=True)
            )
            for stays, cell in zip(kept, old.cells, strict=True)
        )
        floor = self.make.op(Int, "most", self.make.const(0), length)
        return Cells(self.make.op(Int, "least", old.length, floor), cells)

    def _cell(self, term: Term) -> Any:
        seq, where, name = term.args
        index = [leaf for leaf, _ in leaves_of(seq.record)].index(name)
        position = self.scalar(where)
        found = self.make.const(NONE if isinstance(term, Int) else False)
        cells = self.cells(seq).cells
        if position.op == "const":
            at = position.args[0]
            return cells[at][index] if 0 <= at < len(cells) else found
        low, high = self.make.range_of(position)
        for k in reversed(range(max(low, 0), min(high + 1, len(cells)))):
            here = self.make.op(Bool, "eq", position, self.make.const(k))
            found = self.make.op(type(term), "choose", here, cells[k][index], found)
        return found
