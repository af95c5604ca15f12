"""Three ways to say the positional words: instances at chosen terms, quantifiers, written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import z3

from kafka_tck.model.prove.reader import (
    ASSERTED,
    BOTH,
    DENIED,
    Reader,
    fresh_number,
    fresh_truth,
)
from kafka_tck.model.terms import Term


@dataclass
class Universal:
    """What holds of every position from `low` below `high`, if `when` holds."""

    when: z3.BoolRef
    low: z3.ArithRef
    high: z3.ArithRef
    said: Callable[[z3.ArithRef], z3.BoolRef]
    instances: dict[int, Instance] = field(default_factory=dict)


@dataclass
class Instance:
    """A universal at one position, with what reading it there brought along."""

    fact: z3.BoolRef
    facts: list[z3.BoolRef]
    inner: list[Universal]


def between(low: z3.ArithRef, position: z3.ArithRef, high: z3.ArithRef) -> z3.BoolRef:
    return z3.And(low <= position, position < high)


ZERO = z3.IntVal(0)


class Instances:
    """Universal parts are claimed at chosen positions only; existential ones get a witness.

    Fewer hypotheses make fewer theorems, never more: what is proved so is true.
    """

    def __init__(self) -> None:
        self.shares = True
        self.witness = 0
        self.facts: list[z3.BoolRef] = []
        self.universals: list[Universal] = []

    def every(self, reader: Reader, term: Term, counts: int) -> z3.BoolRef:
        high = reader.count_of(term)
        if counts == DENIED:
            return self._denied(reader, term, high)
        holds = fresh_truth("every")
        said = lambda position: reader.claim_at(term, position, ASSERTED)  # noqa: E731
        self.universals.append(Universal(holds, ZERO, high, said))
        if counts == BOTH:
            with self._alone():
                self.facts.append(z3.Or(holds, z3.Not(self._denied(reader, term, high))))
        return holds

    def _denied(self, reader: Reader, term: Term, high: z3.ArithRef) -> z3.BoolRef:
        if self.shares:
            witness = witness_number(self.witness)
            self.witness += 1
        else:
            witness = fresh_number("o")
        claim = reader.claim_at(term, witness, DENIED)
        return z3.Or(z3.Not(between(ZERO, witness, high)), claim)

    def position(self, reader: Reader, term: Term) -> z3.ArithRef:
        found, count = fresh_number(term.op), reader.count_of(term)
        if term.op == "last_where":
            here, low, high = found - 1, found, count
            nothing = found == 0
        else:
            here, low, high = found, ZERO, found
            nothing = found == count
        with self._alone():
            claim = reader.claim_at(term, here, ASSERTED)
            self.facts.append(z3.Or(nothing, z3.And(between(ZERO, here, count), claim)))
            self.universals.append(
                Universal(z3.BoolVal(True), low, high, self._denying(reader, term))
            )
        return found

    def _denying(self, reader: Reader, term: Term) -> Callable[[z3.ArithRef], z3.BoolRef]:
        return lambda position: z3.Not(reader.claim_at(term, position, DENIED))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Witnesses are not shared with what is read outside."""
        shared, self.shares = self.shares, False
        try:
            yield
        finally:
            self.shares = shared

    def instantiated(
        self, universals: Iterable[Universal], positions: Iterable[z3.ArithRef]
    ) -> Iterator[z3.BoolRef]:
        """What these universals, and those within them, say of these positions."""
        chosen = list(positions)
        for universal in universals:
            for position in chosen:
                one = universal.instances.get(position.get_id())
                if one is None:
                    one = self._instance(universal, position)
                    universal.instances[position.get_id()] = one
                yield one.fact
                yield from one.facts
                if one.inner:
                    yield from self.instantiated(one.inner, chosen)

    def _instance(self, universal: Universal, position: z3.ArithRef) -> Instance:
        facts, universals = self.facts, self.universals
        self.facts, self.universals = [], []
        with self._alone():
            inside = z3.And(universal.when, between(universal.low, position, universal.high))
            fact = z3.Implies(inside, universal.said(position))
        found = Instance(fact, self.facts, self.universals)
        self.facts, self.universals = facts, universals
        return found


def witness_number(n: int) -> z3.ArithRef:
    """The n-th position of which a denied claim fails."""
    return z3.Int(f"witness!{n}")


class Quantified:
    """Universal parts are quantifiers: slower to decide, simpler to believe."""

    def __init__(self) -> None:
        self.shares = False
        self.witness = 0
        self.facts: list[z3.BoolRef] = []
        self._inside = 0

    def every(self, reader: Reader, term: Term, counts: int) -> z3.BoolRef:
        high = reader.count_of(term)
        return self._for_all(ZERO, high, lambda o: reader.claim_at(term, o, counts))

    def _for_all(
        self, low: z3.ArithRef, high: z3.ArithRef, claim: Callable[[z3.ArithRef], z3.BoolRef]
    ) -> z3.BoolRef:
        position = fresh_number("o")
        self._inside += 1
        body = z3.Implies(between(low, position, high), claim(position))
        self._inside -= 1
        return z3.ForAll([position], body)

    def position(self, reader: Reader, term: Term) -> z3.ArithRef:
        if self._inside:
            raise NotImplementedError(f"{term.op} inside every has no quantified reading")
        found, count = fresh_number(term.op), reader.count_of(term)
        last = term.op == "last_where"
        here = found - 1 if last else found
        nothing = found == (0 if last else count)
        claim = reader.claim_at(term, here, ASSERTED)
        self.facts.append(z3.Or(nothing, z3.And(between(ZERO, here, count), claim)))
        low, high = (found, count) if last else (ZERO, found)
        self.facts.append(
            self._for_all(low, high, lambda o: z3.Not(reader.claim_at(term, o, DENIED)))
        )
        return found


class WrittenOut:
    """Positions are written out one by one, up to a bound that `limits` state."""

    def __init__(self, bound: int) -> None:
        self.shares = False
        self.witness = 0
        self.bound = bound
        self.limits: list[z3.BoolRef] = []

    def every(self, reader: Reader, term: Term, counts: int) -> z3.BoolRef:
        count, positions = self._positions(reader, term)
        claims = [z3.Or(count <= o, reader.claim_at(term, z3.IntVal(o), counts)) for o in positions]
        return z3.And(claims)

    def position(self, reader: Reader, term: Term) -> z3.ArithRef:
        count, positions = self._positions(reader, term)
        first = term.op == "first_where"
        found: Any = count if first else ZERO
        for o in reversed(positions) if first else positions:
            here = z3.And(o < count, reader.claim_at(term, z3.IntVal(o), BOTH))
            found = z3.If(here, z3.IntVal(o if first else o + 1), found)
        return found  # type: ignore[no-any-return]

    def _positions(self, reader: Reader, term: Term) -> tuple[z3.ArithRef, range]:
        count = z3.simplify(reader.count_of(term))
        if z3.is_int_value(count):
            return count, range(count.as_long())
        self.limits.append(count <= self.bound)
        return count, range(self.bound)
