"""What an action says more than once, said once: LET definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kafka_tck.model.say.expr import Expr, mapped, name, parts_of

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
    for expr, count in sorted(counts.items(), key=lambda item: -item[0].size):
        if count > 1 and expr.size >= _SMALLEST and expr.names <= known:
            said = _fresh(expr, used)
            used.add(said)
            chosen.append((said, expr))
    return chosen


def _count(expr: Expr, counts: Counter[Expr]) -> None:
    """How many other expressions speak of each: within one that is shared, it counts once."""
    counts[expr] += 1
    if counts[expr] == 1:
        for part in parts_of(expr):
            _count(part, counts)


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
