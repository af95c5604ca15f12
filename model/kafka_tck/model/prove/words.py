"""Three ways to say the positional words: instances at chosen terms, quantifiers, written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import z3

from kafka_tck.model.prove.formulas import (
    TRUE,
    ZERO,
    at_most,
    between,
    conjunction,
    disjunction,
    equal,
    if_else,
    less,
    minus,
    negated,
    number,
)
from kafka_tck.model.prove.positions import Families, Kinds, kinds_of
from kafka_tck.model.prove.reader import (
    ASSERTED,
    BOTH,
    DENIED,
    Reader,
    fresh_number,
    fresh_truth,
)
from kafka_tck.model.terms import Term

Position = tuple[z3.ArithRef, Kinds]
"""A position, and the sequences that it is one of."""


@dataclass
class Universal:
    """What holds of every position from `low` below `high`, if `when` holds."""

    when: z3.BoolRef
    low: z3.ArithRef
    high: z3.ArithRef
    said: Callable[[z3.ArithRef], z3.BoolRef]
    kinds: Kinds = frozenset()
    instances: dict[int, Instance] = field(default_factory=dict)


@dataclass
class Instance:
    """A universal at one position, with what reading it there brought along."""

    fact: z3.BoolRef
    facts: list[z3.BoolRef]
    inner: list[Universal]


class Instances:
    """Universal parts are claimed at chosen positions only; existential ones get a witness.

    Fewer hypotheses make fewer theorems, never more: what is proved so is true. That asks for
    witnesses that stand for one thing each: `of` names those of these words, apart from others
    that the same question speaks of.
    """

    def __init__(self, families: Families, of: str) -> None:
        self._of = of
        self.shares = True
        self.witness = 0
        self.witnesses: dict[z3.ArithRef, Kinds] = {}
        self._families = families
        self.facts: list[z3.BoolRef] = []
        self.universals: list[Universal] = []

    def every(self, reader: Reader, term: Term, counts: int) -> z3.BoolRef:
        high = reader.count_of(term)
        if counts == DENIED:
            return self._denied(reader, term, high)
        holds = fresh_truth("every")
        said = lambda position: reader.claim_at(term, position, ASSERTED)  # noqa: E731
        self._register(Universal(holds, ZERO, high, said), term)
        if counts == BOTH:
            with self._alone():
                self.facts.append(disjunction(holds, negated(self._denied(reader, term, high))))
        return holds

    def _register(self, universal: Universal, term: Term) -> None:
        universal.kinds = kinds_of(term)
        self._families.join(universal.kinds)
        self.universals.append(universal)

    def _denied(self, reader: Reader, term: Term, high: z3.ArithRef) -> z3.BoolRef:
        if self.shares:
            witness = self._shared_witness(kinds_of(term))
        else:
            witness = fresh_number("o")
        claim = reader.claim_at(term, witness, DENIED)
        return disjunction(negated(between(ZERO, witness, high)), claim)

    def _shared_witness(self, kinds: Kinds) -> z3.ArithRef:
        where = ", ".join(sorted(kinds))
        witness = z3.Int(f"witness {self.witness} of {self._of} in {where}")
        self.witness += 1
        self.witnesses[witness] = kinds
        return witness

    def position(self, reader: Reader, term: Term) -> z3.ArithRef:
        found, count = fresh_number(term.op), reader.count_of(term)
        if term.op == "last_where":
            here, low, high = minus(found, number(1)), found, count
            nothing = equal(found, ZERO)
        else:
            here, low, high = found, ZERO, found
            nothing = equal(found, count)
        with self._alone():
            claim = reader.claim_at(term, here, ASSERTED)
            self.facts.append(disjunction(nothing, conjunction(between(ZERO, here, count), claim)))
            always = TRUE
            self._register(Universal(always, low, high, self._denying(reader, term)), term)
        return found

    def _denying(self, reader: Reader, term: Term) -> Callable[[z3.ArithRef], z3.BoolRef]:
        return lambda position: negated(reader.claim_at(term, position, DENIED))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Witnesses are not shared with what is read outside."""
        shared, self.shares = self.shares, False
        try:
            yield
        finally:
            self.shares = shared

    def instantiated(
        self, universals: Iterable[Universal], positions: Iterable[Position]
    ) -> Iterator[z3.BoolRef]:
        """What these universals, and those within them, say of the positions that suit them."""
        chosen = list(positions)
        for universal in universals:
            for position, kinds in chosen:
                if self._families.suit(kinds, universal.kinds):
                    one = self._instance(universal, position)
                    yield one.fact
                    yield from one.facts
                    if one.inner:
                        yield from self.instantiated(one.inner, chosen)

    def _instance(self, universal: Universal, position: z3.ArithRef) -> Instance:
        known = universal.instances.get(position.get_id())
        if known is not None:
            return known
        facts, universals = self.facts, self.universals
        self.facts, self.universals = [], []
        with self._alone():
            inside = conjunction(universal.when, between(universal.low, position, universal.high))
            fact = disjunction(negated(inside), universal.said(position))
        found = Instance(fact, self.facts, self.universals)
        self.facts, self.universals = facts, universals
        universal.instances[position.get_id()] = found
        return found


class Unreadable(Exception):
    """What is asked has no quantified reading; the text says what stands where."""


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
        body = disjunction(negated(between(low, position, high)), claim(position))
        self._inside -= 1
        return z3.ForAll([position], body)

    def position(self, reader: Reader, term: Term) -> z3.ArithRef:
        if self._inside:
            raise Unreadable(f"{term.op} inside every has no quantified reading")
        found, count = fresh_number(term.op), reader.count_of(term)
        last = term.op == "last_where"
        here = minus(found, number(1)) if last else found
        nothing = equal(found, ZERO if last else count)
        claim = reader.claim_at(term, here, ASSERTED)
        self.facts.append(disjunction(nothing, conjunction(between(ZERO, here, count), claim)))
        low, high = (found, count) if last else (ZERO, found)
        self.facts.append(
            self._for_all(low, high, lambda o: negated(reader.claim_at(term, o, DENIED)))
        )
        return found


class WrittenOut:
    """Positions are written out one by one, up to a bound that `limits` state."""

    def __init__(self, bound: int) -> None:
        self.shares = False
        self.witness = 0
        self.bound = bound
        self.facts: list[z3.BoolRef] = []
        self.limits: list[z3.BoolRef] = []

    def every(self, reader: Reader, term: Term, counts: int) -> z3.BoolRef:
        count, positions = self._positions(reader, term)
        claims = [
            disjunction(at_most(count, number(o)), reader.claim_at(term, number(o), counts))
            for o in positions
        ]
        return conjunction(*claims)

    def position(self, reader: Reader, term: Term) -> z3.ArithRef:
        count, positions = self._positions(reader, term)
        first = term.op == "first_where"
        found: Any = count if first else ZERO
        for o in reversed(positions) if first else positions:
            here = conjunction(less(number(o), count), reader.claim_at(term, number(o), BOTH))
            found = if_else(here, number(o if first else o + 1), found)
        return found  # type: ignore[no-any-return]

    def _positions(self, reader: Reader, term: Term) -> tuple[z3.ArithRef, range]:
        count = z3.simplify(reader.count_of(term))
        if z3.is_int_value(count):
            return count, range(count.as_long())
        self.limits.append(at_most(count, number(self.bound)))
        return count, range(self.bound)
