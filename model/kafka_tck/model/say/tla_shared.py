"""What an action says more than once, said once: LET definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kafka_tck.model.say.expr import Expr, mapped, name, parts_of, size

_SMALLEST = 5
"""An expression of fewer parts is as short as a name for it."""

_WORDS = {"cell": "", "first_where": "place", "last_where": "place"}
_FACTS = frozenset({"and", "or", "not", "eq", "lt", "le", "forall", "exists", "every"})


def shared(
    wanted: Iterable[Expr], parameters: Iterable[str], taken: frozenset[str]
) -> list[tuple[str, Expr]]:
    """Names for what stands more than once in these, the larger ones first.

    Only what speaks of no bound variable can be named.
    """
    counts: Counter[Expr] = Counter()
    for expr in wanted:
        _count(expr, counts)
    known = frozenset(parameters)
    chosen: list[tuple[str, Expr]] = []
    used = set(taken)
    for expr, count in sorted(counts.items(), key=lambda item: -size(item[0])):
        if count < 2 or size(expr) < _SMALLEST or not _is_closed(expr, known):
            continue
        inside = [other for _, other in chosen if _contains(other, expr)]
        if inside and count <= sum(counts[other] for other in inside):
            continue
        said = _fresh(expr, used)
        used.add(said)
        chosen.append((said, expr))
    return chosen


def _count(expr: Expr, counts: Counter[Expr]) -> None:
    counts[expr] += 1
    for part in parts_of(expr):
        _count(part, counts)


def _contains(expr: Expr, part: Expr) -> bool:
    return expr == part or any(_contains(inner, part) for inner in parts_of(expr))


def _is_closed(expr: Expr, known: frozenset[str]) -> bool:
    bound = _bound(expr)
    return all(said in known or said in bound for said in _names(expr))


def _names(expr: Expr) -> set[str]:
    found = {expr.args[0]} if expr.op == "name" else set()
    return found.union(*(_names(part) for part in parts_of(expr)))


def _bound(expr: Expr) -> set[str]:
    binds = ("forall", "exists", "function", "every", "first_where", "last_where")
    found = {expr.args[0]} if expr.op in binds else set()
    return found.union(*(_bound(part) for part in parts_of(expr)))


def _fresh(expr: Expr, used: set[str]) -> str:
    if expr.op == "cell":
        word = str(next((p for p in reversed(expr.args[2]) if isinstance(p, str)), "record"))
    else:
        word = "fact" if expr.op in _FACTS else _WORDS.get(expr.op, "value")
    return next(f"{word}_{n}" for n in range(1, 100) if f"{word}_{n}" not in used)


def replaced(expr: Expr, names: list[tuple[str, Expr]]) -> Expr:
    """The expression with the names in place of what they stand for."""
    known = {of: said for said, of in names}

    def change(part: Expr) -> Expr | None:
        return name(known[part], part.is_node) if part in known else None

    return mapped(expr, change)
