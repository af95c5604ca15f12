"""Expressions with names: what is left of the terms of all instances of an action together.

A term speaks of node 1; the expression of an action speaks of `leader`. Operators are those of
terms, and besides: `number truth node nobody name path function forall exists record`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final


@dataclass(frozen=True)
class Expr:
    """An operator and what it applies to. `is_node` says that the value is a node or nobody."""

    op: str
    args: tuple[Any, ...] = ()
    is_node: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.op, self.args, self.is_node))

    @cached_property
    def size(self) -> int:
        """How many expressions it is made of."""
        return 1 + sum(part.size for part in parts_of(self))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that stand in it, those that it binds itself left out."""
        inner: frozenset[str] = frozenset().union(*(part.names for part in parts_of(self)))
        if self.op == "name":
            return frozenset({self.args[0]})
        return inner - {self.args[0]} if self.op in BINDERS else inner


BINDERS: Final = frozenset(
    {
        *("forall", "exists", "count", "least_of", "most_of"),
        *("function", "every", "first_where", "last_where"),
    }
)
"""Operators whose first argument is a name for something in the last."""


def number(value: int) -> Expr:
    return Expr("number", (value,))


def truth(value: bool) -> Expr:
    return Expr("truth", (value,))


def node(index: int) -> Expr:
    """A node by its index; nobody for -1."""
    return Expr("node", (index,), True) if index >= 0 else NOBODY


def name(said: str, is_node: bool = False) -> Expr:
    """A parameter or a bound variable."""
    return Expr("name", (said,), is_node)


NOBODY = Expr("nobody", (), True)
TRUE = truth(True)
FALSE = truth(False)


def conjunction(op: str, parts: Iterable[Expr]) -> Expr:
    """`and` or `or` of these, flat, without what does not matter."""
    ends, drops = (FALSE, TRUE) if op == "and" else (TRUE, FALSE)
    flat: list[Expr] = []
    for part in parts:
        flat += part.args if part.op == op else [part]
    kept = tuple(dict.fromkeys(part for part in flat if part != drops))
    if ends in kept:
        return ends
    if len(kept) < 2:
        return kept[0] if kept else drops
    return Expr(op, kept)


def negation(of: Expr) -> Expr:
    if of.op == "truth":
        return truth(not of.args[0])
    if of.op == "not":
        inner: Expr = of.args[0]
        return inner
    return Expr("not", (of,))


def either(condition: Expr, yes: Expr, no: Expr) -> Expr:
    """`yes` where the condition holds, else `no`; of truth values the shortest form."""
    if yes == no:
        return yes
    if yes.op == "truth":
        rest = no if yes.args[0] else negation(condition)
        return (
            conjunction("or", [condition, rest]) if yes.args[0] else conjunction("and", [rest, no])
        )
    if no.op == "truth":
        if no.args[0]:
            return conjunction("or", [negation(condition), yes])
        return conjunction("and", [condition, yes])
    return Expr("choose", (condition, yes, no), yes.is_node or no.is_node)


def parts_of(expr: Expr) -> Iterator[Expr]:
    """The expressions right inside this one."""
    for arg in expr.args:
        if isinstance(arg, Expr):
            yield arg
        elif isinstance(arg, tuple):
            yield from _inside(arg)


def _inside(args: tuple[Any, ...]) -> Iterator[Expr]:
    for arg in args:
        if isinstance(arg, Expr):
            yield arg
        elif isinstance(arg, tuple):
            yield from _inside(arg)


def mentions(expr: Expr, said: str) -> bool:
    """Whether it speaks of what this name stands for."""
    return said in expr.names


def mapped(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with some parts replaced, outermost first; None leaves a part as it is."""
    known: dict[Expr, Expr] = {}

    def one(part: Expr) -> Expr:
        if part not in known:
            changed = change(part)
            if changed is None:
                changed = Expr(part.op, many(part.args), part.is_node)
            known[part] = changed
        return known[part]

    def many(args: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            one(arg) if isinstance(arg, Expr) else many(arg) if isinstance(arg, tuple) else arg
            for arg in args
        )

    return one(expr)


def swapped(expr: Expr, one: str, other: str) -> Expr:
    """The expression with two names in each other's place."""
    turned = {one: other, other: one}

    def change(part: Expr) -> Expr | None:
        if part.op == "name" and part.args[0] in turned:
            return name(turned[part.args[0]], part.is_node)
        return None

    return mapped(expr, change)


_ANY_ORDER = frozenset({"and", "or", "eq", "same", "add", "least", "most"})


def unordered(expr: Expr) -> Expr:
    """The expression with the parts in one order wherever their order says nothing."""
    args = tuple(_unordered(arg) for arg in expr.args)
    if expr.op in _ANY_ORDER:
        args = tuple(sorted(args, key=repr))
    return Expr(expr.op, args, expr.is_node)


def _unordered(arg: Any) -> Any:
    if isinstance(arg, Expr):
        return unordered(arg)
    return tuple(_unordered(one) for one in arg) if isinstance(arg, tuple) else arg
