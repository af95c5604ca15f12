"""Terms: the small typed expression graph that every reader of the specification reads.

An action is evaluated once on variables and leaves a graph. Ordinary operators build it, and
seven lifted words stand where Python would branch: `all_of any_of negate implies choose least
most`. A term has no truth value: `if`, `and`, `or`, `not` and `in` on one raise `Misuse`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, overload


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


T = TypeVar("T", Int, Bool)


@overload
def choose(condition: bool | Bool, yes: int | Int, no: int | Int) -> Int: ...
@overload
def choose(condition: bool | Bool, yes: Bool, no: Bool) -> Bool: ...
def choose(condition: Any, yes: Any, no: Any) -> Any:
    """`yes` where the condition holds, else `no`. Both are always well defined."""
    first, second = lift(yes), lift(no)
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
