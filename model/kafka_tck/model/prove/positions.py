"""At which positions hypotheses are instantiated: those that an action itself looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kafka_tck.model.spec import Step
from kafka_tck.model.terms import Int, Term


def positions_of(step: Step[Any]) -> list[Int]:
    """Where the step reads, adds or cuts: cells, the end that grows, the last record that stays."""
    return list(
        _positions([g.holds for g in step.guards.values()] + list(step.next.terms().values()))
    )


def _positions(terms: Iterable[Term]) -> Iterator[Int]:
    seen: set[int] = set()
    waiting = list(terms)
    while waiting:
        term = waiting.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        yield from _of(term)
        waiting += _parts(term)


def _of(term: Term) -> Iterator[Int]:
    match term.op:
        case "cell" | "put":
            yield term.args[1]
        case "append":
            yield term.args[0].length
        case "cut":
            yield term.args[1] - 1


def _parts(term: Term) -> Iterator[Term]:
    """The terms that it applies to; what is said of a bound position is left out."""
    for arg in term.args:
        if isinstance(arg, Term):
            yield arg
        elif isinstance(arg, tuple):
            yield from (one for one in arg if isinstance(one, Term))
