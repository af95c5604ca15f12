"""The finite reading: a module at given sizes as columns of small numbers and scalar terms.

Sequences become one column per cell, positions are written out, and equal terms are one object.
A step that would leave the declared ranges is out of bounds and is not taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kafka_tck.model.lowering import Lowering
from kafka_tck.model.scalars import Scalars, is_const
from kafka_tck.model.shapes import Each, Flag, Given, Node, Number, Part, Place, Sequence, resolved
from kafka_tck.model.spec import Module, Promise
from kafka_tck.model.terms import NONE, Bool, Seq, Term, leaves_of

Row = tuple[int, ...]
"""A state: one small number per column; truth values are 0 and 1."""


class TooWide(ValueError):
    """A number has more values than a column has room for."""


@dataclass(frozen=True)
class Column:
    """One column: the way to its leaf, and the numbers from `low` to `high` that it may hold."""

    parts: tuple[Part, ...]
    low: int
    high: int
    is_flag: bool = False
    is_node: bool = False

    @property
    def name(self) -> str:
        return ".".join(part if isinstance(part, str) else str(part[1]) for part in self.parts)


@dataclass(frozen=True)
class Instance:
    """An action with its parameters chosen: guards, changes, and whether it stays in bounds."""

    action: str
    parameters: Mapping[str, int]
    guards: Mapping[str, Bool]
    changes: Mapping[int, Term]
    """Column number to its new value; the others stay."""
    within: Bool

    @property
    def said(self) -> str:
        """The action and its parameters, as a call."""
        chosen = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.action}({chosen})"


@dataclass
class Finite:
    """A module at given sizes. `without` names guards to leave out, by action."""

    module: Module[Any]
    given: Given
    bounds: Mapping[str, int] = field(default_factory=dict)
    ghosts: bool = True
    without: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        self.sizes = self.module.sizes(self.given, self.bounds)
        self.columns: tuple[Column, ...] = tuple(self._columns())
        wide = [column for column in self.columns if not -128 <= column.low <= column.high <= 127]
        if wide:
            raise TooWide(
                f"{wide[0].name} goes up to {wide[0].high}: bounds up to 127 can be searched"
            )
        self.number: dict[str, int] = {column.name: n for n, column in enumerate(self.columns)}
        by_name = {column.name: column for column in self.columns}
        self.make = Scalars(lambda name: (by_name[name].low, by_name[name].high))
        self._lowering = Lowering(self.make, by_name)

    # columns and rows

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The leaves of the module's state, ghosts left out if so asked."""
        hidden = frozenset() if self.ghosts else self.module.shape.ghosts
        return tuple(
            place
            for place in self.module.shape.places(self.given.nodes)
            if place.parts[0] not in hidden
        )

    def _columns(self) -> Iterator[Column]:
        for place in self.places:
            if isinstance(place.kind, Sequence):
                yield from self._cell_columns(place, place.kind)
            else:
                yield self._column(place.parts, place.kind)

    def _column(self, parts: tuple[Part, ...], kind: Any, blank: bool = False) -> Column:
        if isinstance(kind, Flag):
            return Column(parts, 0, 1, is_flag=True)
        if isinstance(kind, Node):
            return Column(parts, NONE, self.given.nodes - 1, is_node=True)
        low, high = resolved(kind.low, self.sizes), resolved(kind.high, self.sizes)
        return Column(parts, min(low, NONE) if blank else low, high)

    def _cell_columns(self, place: Place, kind: Sequence) -> Iterator[Column]:
        capacity = resolved(kind.capacity, self.sizes)
        yield Column((*place.parts, "length"), 0, capacity)
        for cell in range(capacity):
            for name, of in kind.record.items():
                parts: tuple[Part, ...] = (*place.parts, ("cell", cell), name)
                if isinstance(of, Each):
                    for n in range(self.given.nodes):
                        yield self._column((*parts, ("node", n)), of.of)
                else:
                    yield self._column(parts, of, blank=True)

    def row(self, values: Mapping[str, Any]) -> Row:
        """A plain state as a row."""
        found: list[int] = []
        for place in self.places:
            value = values[place.path]
            if not isinstance(place.kind, Sequence):
                found.append(int(value))
                continue
            capacity = resolved(place.kind.capacity, self.sizes)
            leaves = leaves_of(place.kind.layout(self.given.nodes))
            blank = [NONE if kind is int else 0 for _, kind in leaves]
            found.append(len(value))
            for cell in range(capacity):
                found += [int(leaf) for leaf in value[cell]] if cell < len(value) else blank
        return tuple(found)

    def values(self, row: Iterable[int]) -> dict[str, Any]:
        """A row as a plain state."""
        numbers = iter(int(number) for number in row)
        found: dict[str, Any] = {}
        for place in self.places:
            if isinstance(place.kind, Sequence):
                found[place.path] = self._records(place.kind, numbers)
            else:
                number = next(numbers)
                found[place.path] = bool(number) if isinstance(place.kind, Flag) else number
        return found

    def _records(self, kind: Sequence, numbers: Iterator[int]) -> tuple[tuple[Any, ...], ...]:
        length = next(numbers)
        leaves = leaves_of(kind.layout(self.given.nodes))
        cells = [
            tuple(bool(next(numbers)) if of is bool else next(numbers) for _, of in leaves)
            for _ in range(resolved(kind.capacity, self.sizes))
        ]
        return tuple(cells[:length])

    def is_within(self, values: Mapping[str, Any]) -> bool:
        """Whether a plain state lies in the declared ranges."""
        for place in self.places:
            value = values[place.path]
            if isinstance(place.kind, Sequence):
                if len(value) > resolved(place.kind.capacity, self.sizes):
                    return False
                if not all(self._is_record_within(place.kind, record) for record in value):
                    return False
            elif isinstance(place.kind, Number):
                low, high = (
                    resolved(place.kind.low, self.sizes),
                    resolved(place.kind.high, self.sizes),
                )
                if not low <= value <= high:
                    return False
        return True

    def _is_record_within(self, kind: Sequence, record: tuple[Any, ...]) -> bool:
        """Whether its numbers lie in the ranges of a cell, which may be blank."""
        leaves = [leaf for leaf, _ in leaves_of(kind.layout(self.given.nodes))]
        for name, value in zip(leaves, record, strict=True):
            of = kind.record.get(name)
            if isinstance(of, Number):
                low, high = resolved(of.low, self.sizes), resolved(of.high, self.sizes)
                if not min(low, NONE) <= value <= high:
                    return False
        return True

    @cached_property
    def initial(self) -> Row:
        return self.row(self.module.initial_state(self.given))

    # actions and claims

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """Every action with every choice of parameters, but those that can never happen."""
        found = [self._instance(name, parameters) for name, parameters in self.choices()]
        return tuple(
            one for one in found if not is_const(self.make.all_of(one.guards.values()), False)
        )

    def choices(self) -> Iterator[tuple[str, dict[str, int]]]:
        for name, action in self.module.actions.items():
            if action.enabled(self.given):
                for parameters in action.instances(self.sizes):
                    yield name, parameters

    def _instance(self, name: str, parameters: dict[str, int]) -> Instance:
        state = self.module.shape.variables(self.given)
        step = self.module.actions[name].step(state, **parameters)
        guards = {
            guard: self.scalar(of.holds)
            for guard, of in step.guards.items()
            if (name, guard) not in self.without
        }
        changes = dict(self._changes(step.next.terms()))
        within = self.make.all_of(self._in_range(n, term) for n, term in changes.items())
        return Instance(name, parameters, guards, changes, within)

    def _changes(self, terms: Mapping[str, Term]) -> Iterator[tuple[int, Term]]:
        for place in self.places:
            term = terms[place.path]
            if term.op == "var" and term.args[0] == place.path:
                continue
            if not isinstance(term, Seq):
                yield from self._change(place.path, self.scalar(term))
                continue
            cells = self._lowering.cells(term)
            yield from self._change(f"{place.path}.length", cells.length)
            names = [leaf for leaf, _ in leaves_of(term.record)]
            for at, cell in enumerate(cells.cells):
                for name, leaf in zip(names, cell, strict=True):
                    yield from self._change(f"{place.path}.{at}.{name}", leaf)

    def _change(self, name: str, term: Term) -> Iterator[tuple[int, Term]]:
        if not (term.op == "var" and term.args[0] == name):
            yield self.number[name], term

    def _in_range(self, number: int, term: Term) -> Any:
        column = self.columns[number]
        if column.is_flag:
            return self.make.const(True)
        low, high = self.make.range_of(term)
        checks = []
        if low < column.low:
            checks.append(self.make.op(Bool, "le", self.make.const(column.low), term))
        if high > column.high:
            checks.append(self.make.op(Bool, "le", term, self.make.const(column.high)))
        return self.make.all_of(checks)

    def beyond(self, fields: Collection[str]) -> Bool:
        """Whether a step is not taken because one of these fields would leave its range."""
        found: Bool = self.make.any_of(
            self.make.all_of([*one.guards.values(), self.make.negate(self._in_range(n, term))])
            for one in self.instances
            for n, term in one.changes.items()
            if self.columns[n].parts[0] in fields
        )
        return found

    def claim(self, promise: Promise[Any]) -> Bool:
        """A claim as a scalar term. KeyError if it speaks of a ghost that is left out."""
        found: Bool = self.scalar(promise.claim(self.module.shape.variables(self.given)))
        return found

    def claims(self, promises: Mapping[str, Promise[Any]]) -> dict[str, Bool]:
        """Those claims that speak of no ghost that is left out."""
        found = {}
        for name, promise in promises.items():
            try:
                found[name] = self.claim(promise)
            except KeyError:
                continue
        return found

    def scalar(self, term: Term) -> Any:
        """A term in terms of columns."""
        return self._lowering.scalar(term)
