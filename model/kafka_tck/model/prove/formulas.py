"""Formulas, built by z3's own constructors.

The operators of its Python face look at every argument anew and cost several times as much.

Every argument is of the main context and of the right sort: the kernel's terms are typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import z3

_CONTEXT: Final = z3.main_ctx()
_C: Final = _CONTEXT.ref()

E = TypeVar("E", bound=z3.ExprRef)

TRUE: Final = z3.BoolVal(True)
FALSE: Final = z3.BoolVal(False)
ZERO: Final = z3.IntVal(0)
_SMALL: Final = {n: z3.IntVal(n) for n in range(-2, 17)}


def constant(value: int | bool) -> z3.ExprRef:
    """A plain value for z3."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return number(value)


def number(value: int) -> z3.ArithRef:
    known = _SMALL.get(value)
    return z3.IntVal(value) if known is None else known


def is_same(a: z3.ExprRef, b: z3.ExprRef) -> bool:
    """Whether they are one expression: z3 makes equal ones once."""
    return bool(a.ast.value == b.ast.value)


def _truth(ast: z3.Ast) -> z3.BoolRef:
    return z3.BoolRef(ast, _CONTEXT)


def _number(ast: z3.Ast) -> z3.ArithRef:
    return z3.ArithRef(ast, _CONTEXT)


def less(a: z3.ExprRef, b: z3.ExprRef) -> z3.BoolRef:
    return _truth(z3.Z3_mk_lt(_C, a.ast, b.ast))


def at_most(a: z3.ExprRef, b: z3.ExprRef) -> z3.BoolRef:
    return _truth(z3.Z3_mk_le(_C, a.ast, b.ast))


def equal(a: z3.ExprRef, b: z3.ExprRef) -> z3.BoolRef:
    return TRUE if is_same(a, b) else _truth(z3.Z3_mk_eq(_C, a.ast, b.ast))


def plus(a: z3.ExprRef, b: z3.ExprRef) -> z3.ArithRef:
    return _number(z3.Z3_mk_add(_C, 2, _array([a, b])))


def minus(a: z3.ExprRef, b: z3.ExprRef) -> z3.ArithRef:
    return _number(z3.Z3_mk_sub(_C, 2, _array([a, b])))


def negated(a: z3.BoolRef) -> z3.BoolRef:
    if a is TRUE or a is FALSE:
        return FALSE if a is TRUE else TRUE
    return _truth(z3.Z3_mk_not(_C, a.ast))


def conjunction(*parts: z3.BoolRef) -> z3.BoolRef:
    """All of them; constants are taken out."""
    return _joined(parts, TRUE, FALSE)


def disjunction(*parts: z3.BoolRef) -> z3.BoolRef:
    """One of them at least; constants are taken out."""
    return _joined(parts, FALSE, TRUE)


def _joined(parts: Sequence[z3.BoolRef], idle: z3.BoolRef, ends: z3.BoolRef) -> z3.BoolRef:
    kept = []
    for part in parts:
        if part is ends:
            return ends
        if part is not idle:
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else idle
    make = z3.Z3_mk_and if ends is FALSE else z3.Z3_mk_or
    return _truth(make(_C, len(kept), _array(kept)))


def if_else(test: z3.BoolRef, yes: E, no: E) -> E:
    """One or the other number or truth value."""
    if test is TRUE or is_same(yes, no):
        return yes
    if test is FALSE:
        return no
    made = z3.Z3_mk_ite(_C, test.ast, yes.ast, no.ast)
    found: Any = _truth(made) if isinstance(yes, z3.BoolRef) else _number(made)
    return found  # type: ignore[no-any-return]


def selected(array: z3.ArrayRef, position: z3.ExprRef, flag: bool) -> z3.ExprRef:
    """A cell of an array of truth values or of numbers."""
    made = z3.Z3_mk_select(_C, array.ast, position.ast)
    return _truth(made) if flag else _number(made)


def between(low: z3.ExprRef, position: z3.ExprRef, high: z3.ExprRef) -> z3.BoolRef:
    """`low` at most, and below `high`."""
    return conjunction(at_most(low, position), less(position, high))


def least(*parts: z3.ArithRef) -> z3.ArithRef:
    found = parts[0]
    for part in parts[1:]:
        found = if_else(less(part, found), part, found)
    return found


def most(*parts: z3.ArithRef) -> z3.ArithRef:
    found = parts[0]
    for part in parts[1:]:
        found = if_else(less(found, part), part, found)
    return found


def _array(parts: Sequence[z3.ExprRef]) -> object:
    kind: Any = z3.Ast
    return (kind * len(parts))(*[part.ast for part in parts])
