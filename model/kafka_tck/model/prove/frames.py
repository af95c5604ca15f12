"""What a claim reads, so that what a step does not touch need not be asked about again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kafka_tck.model.spec import Step
from kafka_tck.model.terms import POSITIONAL, Bool, Term, int_var

BOUND = "bound position"


def parts_of(claim: Bool) -> Iterator[Bool]:
    """The claims of which a claim is the conjunction."""
    if claim.op == "and":
        for arg in claim.args:
            yield from parts_of(arg)
    else:
        yield claim


def reads(claim: Term) -> frozenset[str]:
    """The paths of the leaves on which a claim depends."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[Any] = [claim]
    kept = []
    while waiting:
        term = waiting.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        kept.append(term)
        if term.op == "var":
            found.add(term.args[0])
        elif term.op in POSITIONAL:
            waiting.append(term.args[1](int_var(BOUND)))
        for arg in term.args:
            if isinstance(arg, Term):
                waiting.append(arg)
            elif isinstance(arg, tuple):
                waiting += [one for one in arg if isinstance(one, Term)]
    return frozenset(found)


def changed_by(step: Step[Any]) -> frozenset[str]:
    """The paths of the leaves that a step may change."""
    return frozenset(
        path
        for path, term in step.next.terms().items()
        if not (term.op == "var" and term.args[0] == path)
    )


class Frame:
    """Claims as conjunctions, and what each part of them reads."""

    def __init__(self, state: Any, claims: Mapping[str, Callable[[Any], Bool]]) -> None:
        self._claims = claims
        self._reads = {
            name: [reads(part) for part in parts_of(claim(state))] for name, claim in claims.items()
        }

    def touched(self, name: str, step: Step[Any]) -> list[Bool]:
        """The parts of a claim, after a step, that could differ from what they were before it.

        A part that reads nothing that the step changes has the value that it had.
        """
        changed = changed_by(step)
        parts = parts_of(self._claims[name](step.next))
        return [part for part, read in zip(parts, self._reads[name], strict=True) if read & changed]
