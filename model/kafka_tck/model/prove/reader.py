"""From terms to z3. How `every`, `first_where` and `last_where` are said is a choice of `Words`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final, Protocol

import z3

from kafka_tck.model.prove.formulas import (
    FALSE,
    ZERO,
    at_most,
    between,
    conjunction,
    constant,
    disjunction,
    equal,
    if_else,
    least,
    less,
    minus,
    most,
    negated,
    number,
    plus,
)
from kafka_tck.model.prove.sequences import (
    Appended,
    Either,
    Environment,
    Put,
    Records,
    Shortened,
)
from kafka_tck.model.terms import NONE, POSITIONAL, Bool, Int, Seq, Term, leaves_of

ASSERTED: Final = 1
DENIED: Final = -1
BOTH: Final = 0
"""How a formula counts: it is claimed, its contrary is, or it can be either."""

GIVEN: Final = "given"
"""The operator of a term that stands for a z3 expression."""


def given_term(expression: z3.ArithRef) -> Int:
    """A z3 number as a term, for the position of a claim."""
    return Int(GIVEN, (expression,))


class Words(Protocol):
    """What the positional words become."""

    shares: bool
    """Whether parts that are denied one or the other, never together, share their witnesses."""
    witness: int
    """The number of the next witness of what is denied."""

    def every(self, reader: Reader, term: Term, counts: int) -> z3.BoolRef: ...

    def position(self, reader: Reader, term: Term) -> z3.ArithRef: ...


class Reader:
    """Reads terms over one environment; equal terms are read once."""

    def __init__(self, environment: Environment, words: Words) -> None:
        self.environment = environment
        self.words = words
        self._known: dict[tuple[int, int, int], tuple[z3.ExprRef, int]] = {}
        self._records: dict[int, Records] = {}
        self._alive: list[Term] = []

    def truth(self, term: Bool, counts: int = BOTH) -> z3.BoolRef:
        """A truth value; `counts` says how it is used."""
        found: z3.BoolRef = self._read(term, counts)
        return found

    def number(self, term: Int) -> z3.ArithRef:
        """A whole number."""
        found: z3.ArithRef = self._read(term, BOTH)
        return found

    def value(self, term: Term) -> z3.ExprRef:
        """A truth value or a whole number."""
        found: z3.ExprRef = self._read(term, BOTH)
        return found

    def records(self, seq: Term) -> Records:
        """A sequence."""
        found = self._records.get(id(seq))
        if found is None:
            found = self._records[id(seq)] = self._sequence(seq)
            self._alive.append(seq)
        return found

    def claim_at(self, term: Term, position: z3.ArithRef, counts: int) -> z3.BoolRef:
        """What a positional term says of one position."""
        return self.truth(term.args[1](given_term(position)), counts)

    def count_of(self, term: Term) -> z3.ArithRef:
        """Below which positions a positional term looks."""
        return self.number(term.args[0])

    def _read(self, term: Term, counts: int) -> Any:
        shared = counts != BOTH and self.words.shares
        key = (id(term), counts, self.words.witness if shared else NONE)
        found = self._known.get(key)
        if found is None:
            value = self._translated(term, counts)
            found = self._known[key] = value, self.words.witness
            self._alive.append(term)
        elif shared:
            self.words.witness = found[1]
        return found[0]

    def _translated(self, term: Term, counts: int) -> Any:
        match term.op:
            case "const":
                return constant(term.args[0])
            case "var":
                return self.environment[term.args[0]]
            case "given":
                return term.args[0]
            case "and" | "or":
                return self._joined(term, counts)
            case "not":
                return negated(self._read(term.args[0], -counts))
            case "length":
                return self.records(term.args[0]).length
            case "cell":
                return self._cell(term)
            case "choose":
                return self._chosen(term, counts)
            case "every":
                return self.words.every(self, term, counts)
        if term.op in POSITIONAL:
            return self.words.position(self, term)
        return _PLAIN[term.op](*(self._read(arg, BOTH) for arg in term.args))

    def _joined(self, term: Term, counts: int) -> z3.BoolRef:
        join = conjunction if term.op == "and" else disjunction
        return join(*self._parts(term, counts))

    def _parts(self, term: Term, counts: int) -> list[z3.BoolRef]:
        """The parts. To deny an `and` is to deny one of them, so they may share a witness."""
        if not (counts == DENIED and term.op == "and" and self.words.shares):
            return [self._read(arg, counts) for arg in term.args]
        begin = end = self.words.witness
        parts = []
        for arg in term.args:
            self.words.witness = begin
            parts.append(self._read(arg, counts))
            end = max(end, self.words.witness)
        self.words.witness = end
        return parts

    def _chosen(self, term: Term, counts: int) -> z3.ExprRef:
        condition, yes, no = term.args
        test = self._read(condition, BOTH)
        chosen: z3.ExprRef = if_else(test, self._read(yes, counts), self._read(no, counts))
        return chosen

    def _cell(self, term: Term) -> z3.ExprRef:
        seq, where, name = term.args
        leaf = [leaf for leaf, _ in leaves_of(seq.record)].index(name)
        records, position = self.records(seq), self.number(where)
        held = records.cell(position, leaf)
        inside = between(ZERO, position, records.length)
        return if_else(inside, held, FALSE if isinstance(term, Bool) else number(NONE))

    def _sequence(self, seq: Term) -> Records:
        assert isinstance(seq, Seq)
        if seq.op == "var":
            held: Any = self.environment[seq.args[0]]
            return held  # type: ignore[no-any-return]
        if seq.op == "choose":
            test = self.truth(seq.args[0])
            yes, no = self.records(seq.args[1]), self.records(seq.args[2])
            return Either(test, yes, no, if_else(test, yes.length, no.length))
        old = self.records(seq.args[0])
        match seq.op:
            case "append":
                new = tuple(self.value(value) for value in seq.args[1])
                return Appended(old, new, plus(old.length, number(1)))
            case "put":
                new = tuple(self.value(value) for value in seq.args[2])
                return Put(old, self.number(seq.args[1]), new)
            case "cut":
                end = self.number(seq.args[1])
                return Shortened(old, least(most(end, ZERO), old.length))
        raise NotImplementedError(f"no reading of {seq.op}")


_PLAIN: Final[dict[str, Callable[..., Any]]] = {
    "add": plus,
    "sub": minus,
    "lt": less,
    "le": at_most,
    "eq": equal,
    "same": equal,
    "least": least,
    "most": most,
}

_NUMBERS = count()


def fresh_number(name: str) -> z3.ArithRef:
    """A whole number of its own."""
    return z3.Int(f"{name}!{next(_NUMBERS)}")


def fresh_truth(name: str) -> z3.BoolRef:
    """A truth value of its own."""
    return z3.Bool(f"{name}!{next(_NUMBERS)}")
