"""At which positions hypotheses are instantiated: those that the step and the claim look at.

Positions are told apart by the sequences that they belong to: offsets are of no use to a claim
about epochs. Sequences that one claim reads at one position belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kafka_tck.model.spec import Step
from kafka_tck.model.terms import POSITIONAL, Int, Term, int_var

Kinds = frozenset[str]
"""The names of the sequences in which a position is one."""


def step_terms(step: Step[Any]) -> list[Term]:
    """What a step reads: guards and effects."""
    return [*(guard.holds for guard in step.guards.values()), *step.next.terms().values()]


def looked_at(terms: Iterable[Term]) -> Iterator[tuple[str, Int]]:
    """Where terms read, add or cut, and in which sequence: what bound positions see is left out."""
    seen: set[int] = set()
    waiting = list(terms)
    while waiting:
        term = waiting.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        yield from _of(term)
        waiting += _parts(term)


def _of(term: Term) -> Iterator[tuple[str, Int]]:
    match term.op:
        case "cell" | "put":
            yield kind_of(term.args[0]), term.args[1]
        case "append":
            yield kind_of(term.args[0]), term.args[0].length
        case "cut":
            yield kind_of(term.args[0]), term.args[1] - 1


def kind_of(seq: Term) -> str:
    """The field in which a sequence is held: the last part of its path that is no number."""
    while seq.op != "var":
        seq = seq.args[1] if seq.op == "choose" else seq.args[0]
    path: str = seq.args[0]
    return next(part for part in reversed(path.split(".")) if not part.isdigit())


def kinds_of(term: Term) -> Kinds:
    """The sequences that a positional term reads at the position of which it speaks."""
    bound = int_var("o")
    return frozenset(_read_at(bound, term.args[1](bound)))


def _read_at(bound: Int, claim: Term) -> Iterator[str]:
    waiting = [claim]
    while waiting:
        term = waiting.pop()
        if term.op in ("cell", "put") and _mentions(term.args[1], bound):
            yield kind_of(term.args[0])
        if term.op in POSITIONAL:
            waiting.append(term.args[1](int_var("inner")))
        waiting += _parts(term)


def _mentions(position: Term, bound: Int) -> bool:
    return position is bound or (
        position.op in ("add", "sub") and any(arg is bound for arg in position.args)
    )


def _parts(term: Term) -> Iterator[Term]:
    for arg in term.args:
        if isinstance(arg, Term):
            yield arg
        elif isinstance(arg, tuple):
            yield from (one for one in arg if isinstance(one, Term))


class Families:
    """Which sequences belong together."""

    def __init__(self) -> None:
        self._of: dict[str, Kinds] = {}

    def join(self, kinds: Kinds) -> None:
        """These are read at one position."""
        joined = kinds.union(*(self.of(kind) for kind in kinds))
        self._of.update(dict.fromkeys(joined, joined))

    def of(self, kind: str) -> Kinds:
        """All sequences that belong together with this one."""
        return self._of.get(kind, frozenset({kind}))

    def suit(self, one: Kinds, other: Kinds) -> bool:
        """Whether a position of one can be of use to a claim about the other; nothing suits all."""
        return not one or not other or any(self.of(kind) & other for kind in one)
