"""Some steps in a row, each by any action: what a few steps reach, and induction over several.

One number per step says which case is taken. Deciding how far to go is left to the caller: z3
proves, search finds; this is for short runs and for claims that need the last few states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import z3

from kafka_tck.model.prove.cases import Case, cases_of
from kafka_tck.model.prove.formulas import (
    ZERO,
    at_most,
    between,
    conjunction,
    disjunction,
    equal,
    if_else,
    negated,
    number,
)
from kafka_tck.model.prove.reader import Reader
from kafka_tck.model.prove.results import Move
from kafka_tck.model.prove.sequences import Held, Records, arrays_of
from kafka_tck.model.prove.states import Layout, plain_value
from kafka_tck.model.prove.words import Quantified, WrittenOut
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module, Promise, Step


class Unrolling:
    """A run of symbolic states. `longest` writes positions out up to that many; None quantifies."""

    def __init__(
        self, module: Module[Any], given: Given, *, longest: int | None, seconds: float
    ) -> None:
        self.module = module
        self.given = given
        self.layout = Layout(module.shape, given)
        self.cases = [
            case
            for case in cases_of(module, given, representatives=False)
            if case.can_be(module, module.shape.variables(given))
        ]
        self.solver = z3.SimpleSolver() if longest is not None else z3.Solver()
        self.solver.set("timeout", int(seconds * 1000))
        self.words = Quantified() if longest is None else WrittenOut(longest)
        self.states: list[Mapping[str, z3.ExprRef | Records]] = []
        self._readers: list[Reader] = []
        self._terms: Any = module.shape.variables(given)
        self._taken: list[z3.ArithRef] = []
        self._add_state()

    def begin(self) -> None:
        """Fixes the first state: the initial one."""
        initial = self.module.initial_state(self.given)
        self.solver.add(list(self.layout.stands_for(self.states[0], initial)))

    def _add_state(self) -> None:
        symbols = self.layout.symbols(f"@{len(self.states)}")
        self.states.append(symbols)
        self._readers.append(Reader(symbols, self.words))
        self.solver.add([at_most(ZERO, length) for length in self.layout.lengths(symbols)])

    def claim(self, at: int, promise: Promise[Any]) -> z3.BoolRef:
        """What a claim says of one state."""
        return self._readers[at].truth(promise.claim(self._terms))

    def take_a_step(self) -> None:
        """One state more, by any action."""
        at = len(self.states) - 1
        taken = z3.Int(f"taken@{at}")
        self._taken.append(taken)
        self.solver.add(between(ZERO, taken, number(len(self.cases))))
        self._add_state()
        old, new = self.states[-2], self.states[-1]
        after: dict[str, Any] = dict(old)
        for n, case in enumerate(self.cases):
            step = case.step(self.module, self._terms, case.symbols(f"@{at}"))
            here = equal(taken, number(n))
            guards = [self._readers[at].truth(guard.holds) for guard in step.guards.values()]
            self.solver.add(disjunction(negated(here), conjunction(*guards)))
            self._change(after, step, here, self._readers[at])
        for path, value in new.items():
            self.solver.add(_same(value, after[path]))

    def _change(
        self, after: dict[str, Any], step: Step[Any], here: z3.BoolRef, reader: Reader
    ) -> None:
        for path, term in step.next.terms().items():
            if term.op == "var" and term.args[0] == path:
                continue
            if isinstance(after[path], z3.ExprRef):
                after[path] = if_else(here, reader.value(term), after[path])
            else:
                after[path] = _either(here, reader.records(term), after[path])

    def moves(self, model: z3.ModelRef) -> list[Move]:
        """The run that a model describes."""
        plain = [self.layout.plain(model, state) for state in self.states]
        found = []
        for at, taken in enumerate(self._taken):
            case = self.cases[int(plain_value(model, taken))]
            found.append(
                Move(plain[at], case.action, self._parameters(model, case, at), plain[at + 1])
            )
        return found

    def _parameters(self, model: z3.ModelRef, case: Case, at: int) -> dict[str, int]:
        free = case.symbols(f"@{at}")
        return {**case.chosen, **{n: int(plain_value(model, one)) for n, one in free.items()}}


def _either(here: z3.BoolRef, yes: Records, no: Records) -> Held:
    """Both as arrays, by a condition."""
    flags = _flags(no)
    first, second = arrays_of(yes), arrays_of(no)
    arrays = tuple(a if a.eq(b) else z3.If(here, a, b) for a, b in zip(first, second, strict=True))
    return Held(if_else(here, yes.length, no.length), arrays, flags)


def _flags(records: Records) -> tuple[bool, ...]:
    assert isinstance(records, Held)
    return records.flags


def _same(new: Any, value: Any) -> z3.BoolRef:
    if isinstance(new, z3.ExprRef):
        return equal(new, value)
    cells = [a == b for a, b in zip(arrays_of(new), arrays_of(value), strict=True)]
    return z3.And([equal(new.length, value.length), *cells])
