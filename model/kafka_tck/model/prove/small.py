"""Small states, in which everything is written out: counterexamples and witnesses."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import z3

from kafka_tck.model.prove.cases import Case
from kafka_tck.model.prove.formulas import ZERO, at_most, between, number
from kafka_tck.model.prove.reader import Reader
from kafka_tck.model.prove.replay import Claims, replayed
from kafka_tck.model.prove.results import Check, Move, Verdict
from kafka_tck.model.prove.sequences import Held
from kafka_tck.model.prove.states import Layout, plain_value
from kafka_tck.model.prove.words import WrittenOut
from kafka_tck.model.spec import Module, Step
from kafka_tck.model.terms import NONE

LENGTHS = (2, 3)
"""How many records a sequence of a small state may have: first few, then some more."""

LARGEST = 12
"""Numbers of a small state are at most this if that is possible: such states are easier to read."""


class SmallStates:
    """States that are small, looked for in the order of their size."""

    def __init__(
        self,
        module: Module[Any],
        layout: Layout,
        claims: Claims,
        without: frozenset[tuple[str, str]],
        seconds: float,
    ) -> None:
        self._sizes = [
            _OfLength(module, layout, claims, without, seconds, length) for length in LENGTHS
        ]

    def happens(self, action: str, cases: Iterable[Case]) -> Check:
        """Whether an action can happen in a state in which all claims hold."""
        mine = list(cases)
        for size in self._sizes:
            check = size.happens(action, mine)
            if check.verdict is Verdict.PROVED:
                break
        return check

    def breaks(self, case: Case, claim: str) -> Move | None:
        """A step of this case from a small state, in which all claims hold, that breaks one."""
        for size in self._sizes:
            move = size.breaks(case, claim)
            if move is not None:
                return move
        return None


class _OfLength:
    """States whose sequences have up to `longest` records and in which all claims hold."""

    def __init__(
        self,
        module: Module[Any],
        layout: Layout,
        claims: Claims,
        without: frozenset[tuple[str, str]],
        seconds: float,
        longest: int,
    ) -> None:
        self.module = module
        self.given = layout.given
        self.layout = layout
        self.claims = claims
        self.without = without
        self.longest = longest
        self._seconds = seconds
        self._state: Any = module.shape.variables(layout.given)
        self._words = WrittenOut(longest + 1)
        self._symbols = layout.symbols()
        self._reader = Reader(self._symbols, self._words)

    @cached_property
    def _solver(self) -> z3.Solver:
        solver = z3.SimpleSolver()
        solver.set("timeout", int(self._seconds * 1000))
        for length in self.layout.lengths(self._symbols):
            solver.add(at_most(ZERO, length), at_most(length, number(self.longest)))
        for promise in self.claims.values():
            solver.add(self._reader.truth(promise.claim(self._state)))
        return solver

    @cached_property
    def _readable(self) -> list[z3.BoolRef]:
        """That every number of the state, and of its records, is a small one."""
        numbers: list[z3.ExprRef] = [
            one for one in self._symbols.values() if isinstance(one, z3.ArithRef)
        ]
        for one in self._symbols.values():
            if isinstance(one, Held):
                numbers += [
                    one.cell(number(at), leaf)
                    for leaf, flag in enumerate(one.flags)
                    if not flag
                    for at in range(self.longest)
                ]
        return [between(number(NONE), one, number(LARGEST)) for one in numbers]

    def happens(self, action: str, cases: Iterable[Case]) -> Check:
        """Whether an action can happen in a state in which all claims hold."""
        begun = time.monotonic()
        answers = []
        for case in cases:
            step = case.step(self.module, self._state, case.symbols())
            answer, move = self._asked(case, step, None)
            answers.append(answer)
            if move is not None:
                replayed(self.module, self.given, move, self.claims, None, self.without)
                took = time.monotonic() - begun
                return Check("happens", Verdict.PROVED, "", action, case.said, took, move=move)
        sure = all(answer == z3.unsat for answer in answers)
        why = (
            f"in no state with sequences of up to {self.longest} records in which all claims hold"
            if sure
            else "no answer in time"
        )
        verdict = Verdict.REFUTED if sure else Verdict.UNKNOWN
        return Check("happens", verdict, "", action, "", time.monotonic() - begun, why)

    def breaks(self, case: Case, claim: str) -> Move | None:
        """A step of this case from a small state, in which all claims hold, that breaks one."""
        step = case.step(self.module, self._state, case.symbols())
        goal = z3.Not(self._reader.truth(self.claims[claim].claim(step.next)))
        return self._asked(case, step, goal)[1]

    def _asked(
        self, case: Case, step: Step[Any], more: z3.BoolRef | None
    ) -> tuple[z3.CheckSatResult, Move | None]:
        solver = self._solver
        after = self._after(step)
        guards = [
            self._reader.truth(guard.holds)
            for name, guard in step.guards.items()
            if (case.action, name) not in self.without
        ]
        solver.push()
        solver.add(guards + self._words.limits + ([] if more is None else [more]))
        answer = solver.check(*self._readable)
        if answer != z3.sat:
            answer = solver.check()
        move = self._move(case, solver.model(), after) if answer == z3.sat else None
        solver.pop()
        return answer, move

    def _after(self, step: Step[Any]) -> dict[str, Any]:
        """The next state in terms of this one."""
        terms = step.next.terms()
        found: dict[str, Any] = {}
        for place in self.layout.places:
            term = terms[place.path]
            is_sequence = place.path in self._symbols and not isinstance(
                self._symbols[place.path], z3.ExprRef
            )
            found[place.path] = (
                self._reader.records(term) if is_sequence else self._reader.value(term)
            )
        return found

    def _move(self, case: Case, model: z3.ModelRef, after: dict[str, Any]) -> Move:
        free = {name: plain_value(model, one) for name, one in case.symbols().items()}
        return Move(
            self.layout.plain(model, self._symbols),
            case.action,
            {**case.chosen, **free},
            self.layout.plain(model, after),
        )
