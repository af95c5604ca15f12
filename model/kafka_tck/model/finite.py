"""The finite reading: a module at given sizes as columns of small numbers and scalar terms.

Sequences become one column per cell, positions are written out, and equal terms are one object.
A step that would leave the declared ranges is out of bounds and is not taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kafka_tck.model.shapes import Each, Flag, Given, Node, Number, Part, Place, Sequence, resolved
from kafka_tck.model.spec import Module, Promise
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    Seq,
    Term,
    bool_var,
    int_var,
    leaves_of,
    lift,
)

Row = tuple[int, ...]
"""A state: one small number per column; truth values are 0 and 1."""


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
    """An action with its parameters chosen: guards, what changes, and whether it stays in bounds."""

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


@dataclass(frozen=True)
class _Cells:
    """A sequence as scalar terms: its length, and per cell the leaves of its record."""

    length: Int
    cells: tuple[tuple[Term, ...], ...]


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
        self._scalars: dict[tuple[Any, ...], Term] = {}
        self._lowered: dict[int, Any] = {}
        self._alive: list[Term] = []
        self._ranges: dict[int, tuple[int, int]] = {}
        self.columns: tuple[Column, ...] = tuple(self._columns())
        self.number: dict[str, int] = {column.name: n for n, column in enumerate(self.columns)}

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
            elif isinstance(place.kind, Number):
                low, high = resolved(place.kind.low, self.sizes), resolved(place.kind.high, self.sizes)
                if not low <= value <= high:
                    return False
        return True

    @cached_property
    def initial(self) -> Row:
        return self.row(self.module.initial_state(self.given))

    # actions and claims

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """Every action with every choice of parameters, but those that can never happen."""
        found = [self._instance(name, parameters) for name, parameters in self._choices()]
        return tuple(one for one in found if not _is(self._all(one.guards.values()), False))

    def _choices(self) -> Iterator[tuple[str, dict[str, int]]]:
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
        within = self._all(self._in_range(n, term) for n, term in changes.items())
        return Instance(name, parameters, guards, changes, within)

    def _changes(self, terms: Mapping[str, Term]) -> Iterator[tuple[int, Term]]:
        for place in self.places:
            term = terms[place.path]
            if term.op == "var" and term.args[0] == place.path:
                continue
            if not isinstance(term, Seq):
                yield from self._change(place.path, self.scalar(term))
                continue
            cells = self._cells(term)
            yield from self._change(f"{place.path}.length", cells.length)
            names = [leaf for leaf, _ in leaves_of(term.record)]
            for at, cell in enumerate(cells.cells):
                for name, leaf in zip(names, cell, strict=True):
                    yield from self._change(f"{place.path}.{at}.{name}", leaf)

    def _change(self, name: str, term: Term) -> Iterator[tuple[int, Term]]:
        if not (term.op == "var" and term.args[0] == name):
            yield self.number[name], term

    def _in_range(self, number: int, term: Term) -> Term:
        column = self.columns[number]
        if column.is_flag:
            return self._const(True)
        low, high = self.range_of(term)
        checks = []
        if low < column.low:
            checks.append(self._op(Bool, "le", self._const(column.low), term))
        if high > column.high:
            checks.append(self._op(Bool, "le", term, self._const(column.high)))
        return self._all(checks)

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

    # lowering

    def scalar(self, term: Term) -> Any:
        """The same value in terms of columns."""
        known = self._lowered.get(id(term))
        if known is None:
            known = self._lower(term)
            self._lowered[id(term)] = known
            self._alive.append(term)
        return known

    def _lower(self, term: Term) -> Term:
        match term.op:
            case "const":
                return self._const(term.args[0])
            case "var":
                return self._var(term.args[0])
            case "length":
                return self._cells(term.args[0]).length
            case "cell":
                return self._cell(term)
            case "every":
                count, claims = self._written_out(term)
                return self._all(self._or([self._le(count, o), c]) for o, c in claims)
            case "first_where" | "last_where":
                return self._position(term)
        return self._op(type(term), term.op, *(self.scalar(arg) for arg in term.args))

    def _var(self, name: str) -> Term:
        column = self.columns[self.number[name]]
        kind, make = (Bool, bool_var) if column.is_flag else (Int, int_var)
        return self._shared((kind, "var", name), lambda: make(name))

    def _written_out(self, term: Term) -> tuple[Term, list[tuple[int, Term]]]:
        count = self.scalar(term.args[0])
        _, high = self.range_of(count)
        return count, [(o, self.scalar(term.args[1](lift(o)))) for o in range(high)]

    def _le(self, count: Term, position: int) -> Term:
        return self._op(Bool, "le", count, self._const(position))

    def _position(self, term: Term) -> Term:
        count, claims = self._written_out(term)
        is_first = term.op == "first_where"
        found: Term = count if is_first else self._const(0)
        for o, claim in reversed(claims) if is_first else claims:
            here = self._and([self._not(self._le(count, o)), claim])
            found = self._op(Int, "choose", here, self._const(o if is_first else o + 1), found)
        return found

    def _cells(self, seq: Term) -> _Cells:
        known = self._lowered.get(id(seq))
        if known is None:
            known = self._lower_cells(seq)
            self._lowered[id(seq)] = known
            self._alive.append(seq)
        found: _Cells = known
        return found

    def _lower_cells(self, seq: Term) -> _Cells:
        assert isinstance(seq, Seq)
        leaves = leaves_of(seq.record)
        match seq.op:
            case "var":
                name = seq.args[0]
                length: Any = self._var(f"{name}.length")
                capacity = self.columns[self.number[f"{name}.length"]].high
                return _Cells(
                    length,
                    tuple(
                        tuple(self._var(f"{name}.{k}.{leaf}") for leaf, _ in leaves)
                        for k in range(capacity)
                    ),
                )
            case "append":
                return self._appended(self._cells(seq.args[0]), seq.args[1])
            case "put":
                return self._put(self._cells(seq.args[0]), self.scalar(seq.args[1]), seq.args[2])
            case "cut":
                return self._cut(self._cells(seq.args[0]), self.scalar(seq.args[1]), leaves)
        condition = self.scalar(seq.args[0])
        yes, no = self._cells(seq.args[1]), self._cells(seq.args[2])
        length = self._op(Int, "choose", condition, yes.length, no.length)
        return _Cells(length, tuple(
            tuple(self._op(type(a), "choose", condition, a, b) for a, b in zip(x, y, strict=True))
            for x, y in zip(yes.cells, no.cells, strict=True)
        ))

    def _appended(self, old: _Cells, values: tuple[Term, ...]) -> _Cells:
        new = [self.scalar(value) for value in values]
        here = [self._op(Bool, "eq", old.length, self._const(k)) for k in range(len(old.cells))]
        longer = self._op(Int, "add", old.length, self._const(1))
        return _Cells(longer, self._replaced(here, old.cells, new))

    def _put(self, old: _Cells, where: Term, values: tuple[Term, ...]) -> _Cells:
        new = [self.scalar(value) for value in values]
        here = [
            self._and([self._op(Bool, "eq", where, self._const(k)), self._not(self._le(old.length, k))])
            for k in range(len(old.cells))
        ]
        return _Cells(old.length, self._replaced(here, old.cells, new))

    def _replaced(
        self, here: list[Any], cells: tuple[tuple[Term, ...], ...], new: list[Any]
    ) -> tuple[tuple[Term, ...], ...]:
        """The cells with the new record where `here` holds."""
        return tuple(
            tuple(self._op(type(b), "choose", at, b, a) for a, b in zip(cell, new, strict=True))
            for at, cell in zip(here, cells, strict=True)
        )

    def _cut(self, old: _Cells, length: Term, leaves: list[tuple[str, type]]) -> _Cells:
        blanks = [self._const(NONE if kind is int else False) for _, kind in leaves]
        kept = [self._not(self._le(length, k)) for k in range(len(old.cells))]
        cells = tuple(
            tuple(self._op(type(a), "choose", stays, a, b) for a, b in zip(cell, blanks, strict=True))
            for stays, cell in zip(kept, old.cells, strict=True)
        )
        floor = self._op(Int, "most", self._const(0), length)
        return _Cells(self._op(Int, "least", old.length, floor), cells)

    def _cell(self, term: Term) -> Term:
        seq, where, name = term.args
        index = [leaf for leaf, _ in leaves_of(seq.record)].index(name)
        position = self.scalar(where)
        found = self._const(NONE if isinstance(term, Int) else False)
        cells = self._cells(seq).cells
        if position.op == "const":
            at = position.args[0]
            return cells[at][index] if 0 <= at < len(cells) else found
        low, high = self.range_of(position)
        for k in reversed(range(max(low, 0), min(high + 1, len(cells)))):
            here = self._op(Bool, "eq", position, self._const(k))
            found = self._op(type(term), "choose", here, cells[k][index], found)
        return found

    # scalar terms, simplified and shared

    def _const(self, value: Any) -> Any:
        kind = Bool if isinstance(value, bool) else Int
        return self._shared((kind, "const", value), lambda: lift(value))

    def _shared(self, key: tuple[Any, ...], make: Any) -> Term:
        known = self._scalars.get(key)
        if known is None:
            known = self._scalars[key] = make()
        return known

    def _op(self, kind: type[Term], op: str, *args: Term) -> Any:
        match op:
            case "and":
                return self._and(args)
            case "or":
                return self._or(args)
            case "not":
                return self._not(args[0])
        simple = self._simplified(op, args)
        if simple is not None:
            return simple
        key = (kind, op, *(id(arg) for arg in args))
        return self._shared(key, lambda: kind(op, args))

    def _simplified(self, op: str, args: tuple[Term, ...]) -> Term | None:
        if op == "choose":
            return self._chosen(*args)
        if all(arg.op == "const" for arg in args):
            return self._const(_FOLD[op](*(arg.args[0] for arg in args)))
        if op in ("eq", "lt", "le", "same"):
            return self._compared(op, *args)
        if op in ("add", "sub") and _is(args[1], 0):
            return args[0]
        if op in ("least", "most") and len(set(map(id, args))) == 1:
            return args[0]
        if op in ("least", "most") and len(args) == 2:
            (a, b), (c, d) = self.range_of(args[0]), self.range_of(args[1])
            if b <= c:
                return args[0] if op == "least" else args[1]
            if d <= a:
                return args[1] if op == "least" else args[0]
        return None

    def _chosen(self, condition: Term, yes: Term, no: Term) -> Term | None:
        if condition.op == "const":
            return yes if condition.args[0] else no
        supposed_yes, supposed_no = _supposing(condition, yes), _without(condition, no)
        if supposed_yes is not yes or supposed_no is not no:
            return self._op(type(yes), "choose", condition, supposed_yes, supposed_no)  # type: ignore[no-any-return]
        if yes is no:
            return yes
        if isinstance(yes, Bool):
            both = self._and([condition, yes])
            return self._or([both, self._and([self._not(condition), no])])
        return None

    def _compared(self, op: str, a: Term, b: Term) -> Term | None:
        if op == "same":
            for x, y in ((a, b), (b, a)):
                if x.op == "const":
                    return y if x.args[0] else self._not(y)
            return self._const(True) if a is b else None
        (low, high), (least, most) = self.range_of(a), self.range_of(b)
        if op == "eq":
            if a is b:
                return self._const(True)
            return self._const(False) if high < least or most < low else None
        if a is b:
            return self._const(op == "le")
        if high < least or (op == "le" and high <= least):
            return self._const(True)
        if most < low or (op == "lt" and most <= low):
            return self._const(False)
        return None

    def _all(self, terms: Iterable[Term]) -> Any:
        return self._and(list(terms))

    def _and(self, terms: Iterable[Term]) -> Any:
        return self._joined("and", terms, False)

    def _or(self, terms: Iterable[Term]) -> Any:
        return self._joined("or", terms, True)

    def _joined(self, op: str, terms: Iterable[Term], ends_it: bool) -> Term:
        parts: dict[int, Term] = {}
        for term in terms:
            for part in term.args if term.op == op else (term,):
                if _is(part, ends_it):
                    return self._const(ends_it)
                if not _is(part, not ends_it):
                    parts[id(part)] = part
        found = tuple(parts.values())
        if any(id(part.args[0]) in parts for part in found if part.op == "not"):
            return self._const(ends_it)
        if len(found) < 2:
            return found[0] if found else self._const(not ends_it)
        return self._shared((Bool, op, *parts), lambda: Bool(op, found))

    def _not(self, term: Term) -> Any:
        if term.op == "const":
            return self._const(not term.args[0])
        if term.op == "not":
            return term.args[0]
        return self._shared((Bool, "not", id(term)), lambda: Bool("not", (term,)))

    def range_of(self, term: Term) -> tuple[int, int]:
        """The least and the largest value that a whole number can have."""
        known = self._ranges.get(id(term))
        if known is None:
            known = self._ranges[id(term)] = self._range(term)
        return known

    def _range(self, term: Term) -> tuple[int, int]:
        match term.op:
            case "const":
                return int(term.args[0]), int(term.args[0])
            case "var":
                column = self.columns[self.number[term.args[0]]]
                return column.low, column.high
            case "choose":
                (a, b), (c, d) = (self.range_of(arg) for arg in term.args[1:])
                return min(a, c), max(b, d)
        lows, highs = zip(*(self.range_of(arg) for arg in term.args), strict=True)
        match term.op:
            case "add":
                return lows[0] + lows[1], highs[0] + highs[1]
            case "sub":
                return lows[0] - highs[1], highs[0] - lows[1]
            case "least":
                return min(lows), min(highs)
        return max(lows), max(highs)


_FOLD: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "same": lambda a, b: a == b,
    "least": lambda *parts: min(parts),
    "most": lambda *parts: max(parts),
}


def _supposing(condition: Term, term: Term) -> Term:
    """The term where the condition holds."""
    while term.op == "choose":
        inner = term.args[0]
        if inner is condition:
            term = term.args[1]
        elif inner.op == condition.op == "eq" and _excludes(condition, inner):
            term = term.args[2]
        else:
            return term
    return term


def _without(condition: Term, term: Term) -> Term:
    """The term where the condition does not hold."""
    while term.op == "choose" and term.args[0] is condition:
        term = term.args[2]
    return term


def _excludes(one: Term, other: Term) -> bool:
    """Both say what the same thing equals, and they say different numbers."""
    (a, b), (c, d) = one.args, other.args
    return a is c and b.op == d.op == "const" and b.args[0] != d.args[0]


def _is(term: Term, value: Any) -> bool:
    return term.op == "const" and term.args[0] is value or (
        term.op == "const" and not isinstance(value, bool) and term.args[0] == value
    )
