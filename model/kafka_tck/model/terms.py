"""Terms: the small typed expression graph that every reader of the specification reads.

An action is evaluated once on variables and leaves a graph. Ordinary operators build it, and
seven lifted words stand where Python would branch: `all_of any_of negate implies choose least
most`. Three more speak of positions: `every`, `first_where` and `last_where`. A term has no truth
value: `if`, `and`, `or`, `not` and `in` on one raise `Misuse`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final, NoReturn, TypeVar, overload

NONE: Final = -1
"""No broker, no epoch, and what stands past the end of a sequence in a field of whole numbers."""


class Misuse(TypeError):
    """A term was used where only a plain value can stand; the text says what to write."""


@dataclass(frozen=True, eq=False)
class Term:
    """One node: an operator and what it applies to. Leaves are `var` and `const`."""

    op: str
    args: tuple[Any, ...]

    def __bool__(self) -> NoReturn:
        raise Misuse(
            f"the truth of `{self}` is not known while the specification is read: "
            "write all_of, any_of, negate, implies or choose"
        )

    def __str__(self) -> str:
        if self.op in ("var", "const"):
            return str(self.args[0])
        if self.op in _INFIX:
            return f" {_INFIX[self.op]} ".join(_bracketed(arg) for arg in self.args)
        if self.op in POSITIONAL:
            count, claim = self.args
            return f"{self.op}(o < {count}: {claim(int_var('o'))})"
        if self.op == "cell":
            return f"{self.args[0]}[{self.args[1]}].{self.args[2]}"
        return f"{self.op}({', '.join(str(arg) for arg in self.args)})"

    __hash__ = object.__hash__


class Bool(Term):
    """A term that is true or false."""

    def __eq__(self, other: object) -> Bool:  # type: ignore[override]
        return Bool("same", (self, lift(other)))

    def __ne__(self, other: object) -> Bool:  # type: ignore[override]
        return negate(self == other)

    __hash__ = object.__hash__


class Int(Term):
    """A term that is a whole number."""

    def __add__(self, other: int | Int) -> Int:
        return Int("add", (self, lift(other)))

    def __radd__(self, other: int) -> Int:
        return Int("add", (lift(other), self))

    def __sub__(self, other: int | Int) -> Int:
        return Int("sub", (self, lift(other)))

    def __rsub__(self, other: int) -> Int:
        return Int("sub", (lift(other), self))

    def __lt__(self, other: int | Int) -> Bool:
        return Bool("lt", (self, lift(other)))

    def __le__(self, other: int | Int) -> Bool:
        return Bool("le", (self, lift(other)))

    def __gt__(self, other: int | Int) -> Bool:
        return Bool("lt", (lift(other), self))

    def __ge__(self, other: int | Int) -> Bool:
        return Bool("le", (lift(other), self))

    def __eq__(self, other: object) -> Bool:  # type: ignore[override]
        return Bool("eq", (self, lift(other)))

    def __ne__(self, other: object) -> Bool:  # type: ignore[override]
        return negate(self == other)

    __hash__ = object.__hash__


POSITIONAL: Final = frozenset({"every", "first_where", "last_where"})
"""Operators whose arguments are a count and a function from a position to a truth value."""


class Seq(Term):
    """A term that is a finite sequence of records; `record` maps field names to kinds of leaf.

    A field of kind `int` or `bool` is one leaf; a field whose kind is a number n of leaves is a
    tuple of n truth values, one per node.
    """

    @property
    def record(self) -> Mapping[str, type | int]:
        """The fields of one record."""
        layout: Mapping[str, type | int] = self.args[-1]
        return layout

    @property
    def length(self) -> Int:
        """How many records it has."""
        return Int("length", (self,))

    def at(self, position: int | Int) -> Any:
        """The record at a position, counted from 0: its fields as attributes.

        Outside the sequence whole numbers are NONE and truth values are false.
        """
        where = lift(position)
        return SimpleNamespace(
            **{name: _leaves(self, where, name, kind) for name, kind in self.record.items()}
        )

    def append(self, **values: Any) -> Seq:
        """The sequence with one record more."""
        if set(values) != set(self.record):
            raise Misuse(f"a record has exactly the fields {', '.join(self.record)}")
        return Seq("append", (self, _flat(self.record, values), self.record))

    def put(self, position: int | Int, **values: Any) -> Seq:
        """The sequence with other values in some fields of one record, if it has that record."""
        if not set(values) <= set(self.record):
            raise Misuse(f"a record has only the fields {', '.join(self.record)}")
        old = vars(self.at(position))
        flat = _flat(self.record, {**old, **values})
        return Seq("put", (self, lift(position), flat, self.record))

    def cut(self, length: int | Int) -> Seq:
        """Its first `length` records; all of them if it has no more."""
        return Seq("cut", (self, lift(length), self.record))


def _flat(record: Mapping[str, type | int], values: Mapping[str, Any]) -> tuple[Term, ...]:
    """The leaves of one record, in order."""
    found: list[Term] = []
    for name in record:
        value = values[name]
        found += [lift(one) for one in value] if isinstance(value, tuple) else [lift(value)]
    return tuple(found)


def leaves_of(record: Mapping[str, type | int]) -> list[tuple[str, type]]:
    """The leaves of one record in order: name (`isr.2` for the third of a tuple) and type."""
    found: list[tuple[str, type]] = []
    for name, kind in record.items():
        if isinstance(kind, int):
            found += [(f"{name}.{n}", bool) for n in range(kind)]
        else:
            found.append((name, kind))
    return found


def _leaves(seq: Seq, where: Int, name: str, kind: type | int) -> Any:
    if isinstance(kind, int):
        return tuple(Bool("cell", (seq, where, f"{name}.{n}")) for n in range(kind))
    return (Int if kind is int else Bool)("cell", (seq, where, name))


_INFIX = {
    "add": "+",
    "sub": "-",
    "lt": "<",
    "le": "<=",
    "eq": "=",
    "same": "=",
    "and": "and",
    "or": "or",
}


def _bracketed(term: Term) -> str:
    return f"({term})" if term.op in _INFIX else str(term)


@overload
def lift(value: bool | Bool) -> Bool: ...  # type: ignore[overload-overlap]
@overload
def lift(value: int | Int) -> Int: ...
@overload
def lift(value: object) -> Any: ...
def lift(value: object) -> Any:
    """A plain value as a constant; a term as it is."""
    if isinstance(value, Term):
        return value
    if isinstance(value, bool):
        return Bool("const", (value,))
    if isinstance(value, int):
        return Int("const", (value,))
    raise Misuse(f"{value!r} is neither a term nor a whole number nor a truth value")


def all_of(terms: Iterable[bool | Bool]) -> Bool:
    """True when every one is; true of none."""
    return Bool("and", tuple(lift(term) for term in terms))


def any_of(terms: Iterable[bool | Bool]) -> Bool:
    """True when at least one is; false of none."""
    return Bool("or", tuple(lift(term) for term in terms))


def negate(term: bool | Bool) -> Bool:
    """True when the term is false."""
    return Bool("not", (lift(term),))


def implies(given: bool | Bool, then: bool | Bool) -> Bool:
    """True unless `given` holds and `then` does not."""
    return any_of([negate(given), then])


def every(count: int | Int, claim: Callable[[Int], bool | Bool]) -> Bool:
    """True when the claim holds of every position below `count`."""
    return Bool("every", (lift(count), _lifted(claim)))


def first_where(count: int | Int, claim: Callable[[Int], bool | Bool]) -> Int:
    """The smallest position below `count` of which the claim holds; `count` if there is none."""
    return Int("first_where", (lift(count), _lifted(claim)))


def last_where(count: int | Int, claim: Callable[[Int], bool | Bool]) -> Int:
    """One past the largest position below `count` of which the claim holds; 0 if there is none."""
    return Int("last_where", (lift(count), _lifted(claim)))


def _lifted(claim: Callable[[Int], bool | Bool]) -> Callable[[Int], Bool]:
    return lambda position: lift(claim(position))


T = TypeVar("T", Int, Bool, Seq)


@overload
def choose(condition: bool | Bool, yes: int | Int, no: int | Int) -> Int: ...
@overload
def choose(condition: bool | Bool, yes: Bool, no: Bool) -> Bool: ...
@overload
def choose(condition: bool | Bool, yes: Seq, no: Seq) -> Seq: ...
def choose(condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, else `no`. Both are always well defined."""
    first, second = lift(yes), lift(no)
    if isinstance(first, Seq):
        return Seq("choose", (lift(condition), first, second, first.record))
    return type(first)("choose", (lift(condition), first, second))


def least(*terms: int | Int) -> Int:
    """The smallest of one or more."""
    return Int("least", tuple(lift(term) for term in terms))


def most(*terms: int | Int) -> Int:
    """The largest of one or more."""
    return Int("most", tuple(lift(term) for term in terms))


def int_var(name: str) -> Int:
    return Int("var", (name,))


def bool_var(name: str) -> Bool:
    return Bool("var", (name,))


def seq_var(name: str, record: Mapping[str, type | int]) -> Seq:
    return Seq("var", (name, record))
