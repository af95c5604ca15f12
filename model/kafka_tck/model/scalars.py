"""Scalar terms, simplified as they are made and shared: equal terms are one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kafka_tck.model.terms import Bool, Int, Term, bool_var, int_var, lift


class Scalars:
    """Makes terms over variables whose ranges are known."""

    def __init__(self, range_of_var: Callable[[str], tuple[int, int]]) -> None:
        self._range_of_var = range_of_var
        self._terms: dict[tuple[Any, ...], Term] = {}
        self._ranges: dict[int, tuple[int, int]] = {}

    def var(self, name: str, is_flag: bool) -> Any:
        kind, make = (Bool, bool_var) if is_flag else (Int, int_var)
        return self._shared((kind, "var", name), lambda: make(name))

    def const(self, value: Any) -> Any:
        kind = Bool if isinstance(value, bool) else Int
        return self._shared((kind, "const", value), lambda: lift(value))

    def _shared(self, key: tuple[Any, ...], make: Any) -> Any:
        known = self._terms.get(key)
        if known is None:
            known = self._terms[key] = make()
        return known

    def op(self, kind: type[Term], op: str, *args: Term) -> Any:
        match op:
            case "and":
                return self.all_of(args)
            case "or":
                return self.any_of(args)
            case "not":
                return self.negate(args[0])
        simple = self._simplified(op, args)
        if simple is not None:
            return simple
        key = (kind, op, *(id(arg) for arg in args))
        return self._shared(key, lambda: kind(op, args))

    def _simplified(self, op: str, args: tuple[Term, ...]) -> Any:
        if op == "choose":
            return self._chosen(*args)
        if all(arg.op == "const" for arg in args):
            return self.const(_FOLD[op](*(arg.args[0] for arg in args)))
        if op in ("eq", "lt", "le", "same"):
            return self._compared(op, *args)
        if op in ("add", "sub") and is_const(args[1], 0):
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

    def _chosen(self, condition: Term, yes: Term, no: Term) -> Any:
        if condition.op == "const":
            return yes if condition.args[0] else no
        supposed_yes, supposed_no = _supposing(condition, yes), _without(condition, no)
        if supposed_yes is not yes or supposed_no is not no:
            return self.op(type(yes), "choose", condition, supposed_yes, supposed_no)
        if yes is no:
            return yes
        if isinstance(yes, Bool):
            both = self.all_of([condition, yes])
            return self.any_of([both, self.all_of([self.negate(condition), no])])
        return None

    def _compared(self, op: str, a: Term, b: Term) -> Any:
        if op == "same":
            for x, y in ((a, b), (b, a)):
                if x.op == "const":
                    return y if x.args[0] else self.negate(y)
            return self.const(True) if a is b else None
        (low, high), (least, most) = self.range_of(a), self.range_of(b)
        if op == "eq":
            if a is b:
                return self.const(True)
            return self.const(False) if high < least or most < low else None
        if a is b:
            return self.const(op == "le")
        if high < least or (op == "le" and high <= least):
            return self.const(True)
        if most < low or (op == "lt" and most <= low):
            return self.const(False)
        return None

    def all_of(self, terms: Iterable[Term]) -> Any:
        return self._joined("and", terms, False)

    def any_of(self, terms: Iterable[Term]) -> Any:
        return self._joined("or", terms, True)

    def _joined(self, op: str, terms: Iterable[Term], ends_it: bool) -> Any:
        parts: dict[int, Term] = {}
        for term in terms:
            for part in term.args if term.op == op else (term,):
                if is_const(part, ends_it):
                    return self.const(ends_it)
                if not is_const(part, not ends_it):
                    parts[id(part)] = part
        found = tuple(parts.values())
        if any(id(part.args[0]) in parts for part in found if part.op == "not"):
            return self.const(ends_it)
        if len(found) < 2:
            return found[0] if found else self.const(not ends_it)
        return self._shared((Bool, op, *parts), lambda: Bool(op, found))

    def negate(self, term: Term) -> Any:
        if term.op == "const":
            return self.const(not term.args[0])
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
                return self._range_of_var(term.args[0])
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


def is_const(term: Term, value: Any) -> bool:
    """Whether a term is this constant."""
    return (
        term.op == "const"
        and term.args[0] is value
        or (term.op == "const" and not isinstance(value, bool) and term.args[0] == value)
    )
