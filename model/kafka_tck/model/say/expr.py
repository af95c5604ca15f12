"""Expressions with names: what is left of the terms of all instances of an action together.

A term speaks of node 1; the expression of an action speaks of `leader`. Operators are those of
terms, and besides: `number truth node nobody name path function forall exists record`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Expr:
    """An operator and what it applies to. `is_node` says that the value is a node or nobody."""

    op: str
    args: tuple[Any, ...] = ()
    is_node: bool = False


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
    """Whether a name stands anywhere in it."""
    if expr.op == "name" and expr.args[0] == said:
        return True
    return any(mentions(part, said) for part in parts_of(expr))


def size(expr: Expr) -> int:
    """How many expressions it is made of."""
    return 1 + sum(size(part) for part in parts_of(expr))


def mapped(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with some parts replaced, outermost first; None leaves a part as it is."""
    changed = change(expr)
    if changed is not None:
        return changed
    return Expr(expr.op, _mapped(expr.args, change), expr.is_node)


def _mapped(args: tuple[Any, ...], change: Callable[[Expr], Expr | None]) -> tuple[Any, ...]:
    return tuple(
        mapped(arg, change)
        if isinstance(arg, Expr)
        else _mapped(arg, change)
        if isinstance(arg, tuple)
        else arg
        for arg in args
    )


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
