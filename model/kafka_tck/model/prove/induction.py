"""Induction: the claims hold at the beginning, and every action keeps them.

One solver per case: hypotheses at the positions that matter to it, then one question per claim.
What is not proved so is looked for among small states, where everything can be written out; a
step found there is done again by the run reader and refutes the claim. What is neither is asked
with quantifiers, and may stay unknown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import z3

from kafka_tck.model.prove.cases import Case, cases_of
from kafka_tck.model.prove.formulas import TRUE, ZERO, at_most, negated
from kafka_tck.model.prove.frames import Frame
from kafka_tck.model.prove.positions import Families, looked_at, step_terms
from kafka_tck.model.prove.quantified import QuantifiedCase
from kafka_tck.model.prove.reader import ASSERTED, DENIED, Reader
from kafka_tck.model.prove.replay import Claims, replayed
from kafka_tck.model.prove.results import Check, Report, Verdict
from kafka_tck.model.prove.small import SmallStates
from kafka_tck.model.prove.states import Layout
from kafka_tck.model.prove.words import Instances, Position
from kafka_tck.model.run import holds_in
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module, Step
from kafka_tck.model.terms import all_of


class Proof:
    """The question whether claims of a module are inductive.

    `claims` are those that are assumed and asked about, unless said otherwise all that the module
    promises and what supports them. `without` drops guards. `seconds` limits each query.
    """

    def __init__(
        self,
        module: Module[Any],
        given: Given | None = None,
        claims: Claims | None = None,
        *,
        all_cases: bool = False,
        quantified: bool = False,
        seconds: float = 10.0,
        without: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.module = module
        self.given = given or module.given
        self.claims = claims or {**module.supporting_claims, **module.always_claims}
        self.quantified = quantified
        self.seconds = seconds
        self.without = without
        self.layout = Layout(module.shape, self.given)
        self._state: Any = module.shape.variables(self.given)
        self.actions = [n for n, of in module.actions.items() if of.enabled(self.given)]
        cases = cases_of(module, self.given, representatives=not all_cases)
        self.cases = [case for case in cases if case.can_be(module, self._state)]
        self._symbols = self.layout.symbols()
        self._families = Families()
        self._words = Instances(self._families, "the hypotheses")
        self._before = Reader(self._symbols, self._words)
        self._hypotheses = [
            self._before.truth(promise.claim(self._state), ASSERTED)
            for promise in self.claims.values()
        ]
        self._hypotheses += [at_most(ZERO, length) for length in self.layout.lengths(self._symbols)]
        self._frame = Frame(self._state, {n: p.claim for n, p in self.claims.items()})
        self._last: tuple[Case, QuantifiedCase] | None = None
        self._landmarks = [term for of in module.landmarks for term in of(self._state)]
        self._small = SmallStates(module, self.layout, self.claims, without, seconds)

    def run(self, report: Callable[[Check], None] = lambda check: None) -> Report:
        """Asks everything; each answer is reported as it comes."""
        begun = time.monotonic()
        found = Report(self.module.name, self.given.nodes)
        for check in self._checks():
            found.checks.append(check)
            found.seconds = time.monotonic() - begun
            report(check)
        return found

    def count(self) -> int:
        """How many checks `run` makes."""
        return len(self.claims) * (1 + len(self.cases)) + len(self.actions)

    def _checks(self) -> Iterator[Check]:
        yield from self.starts()
        for action in self.actions:
            mine = [case for case in self.cases if case.action == action]
            yield self._small.happens(action, mine)
            for case in mine:
                yield from self.keeps(case)

    def starts(self) -> Iterator[Check]:
        """Whether each claim holds at the beginning."""
        initial = self.module.initial_state(self.given)
        for name, promise in self.claims.items():
            if holds_in(self.module, promise.claim, initial, self.given):
                yield Check("starts", Verdict.PROVED, claim=name)
            else:
                yield Check("starts", Verdict.REFUTED, claim=name, state=initial)

    def keeps(self, case: Case) -> Iterator[Check]:
        """Whether one case of an action keeps each claim."""
        if self.quantified:
            for name in self.claims:
                yield self._by_quantifiers(case, name)
            return
        solver, goals = self._prepared(case)
        for name, goal in goals.items():
            begun = time.monotonic()
            proved = goal is TRUE or _is_impossible(solver, negated(goal))
            if proved:
                took = time.monotonic() - begun
                yield Check("keeps", Verdict.PROVED, name, case.action, case.said, took)
            else:
                yield self._otherwise(case, name, begun)

    def _prepared(self, case: Case) -> tuple[z3.Solver, dict[str, z3.BoolRef]]:
        """A solver in which all claims hold before the step, and each claim after it."""
        step = case.step(self.module, self._state, case.symbols())
        words = Instances(self._families, "the step")
        reader = Reader(self._symbols, words)
        guards = [
            reader.truth(guard.holds, ASSERTED)
            for name, guard in step.guards.items()
            if (case.action, name) not in self.without
        ]
        goals = {}
        first = words.witness  # what guards speak of is not what a claim is denied of
        for name in self.claims:
            words.witness = first
            goals[name] = reader.truth(all_of(self._frame.touched(name, step)), DENIED)
        positions = [*self._positions(reader, step), *words.witnesses.items()]
        solver = z3.SimpleSolver()
        solver.set("timeout", int(self.seconds * 1000))
        solver.add(guards + words.facts + self._hypotheses + self._words.facts)
        solver.add(list(words.instantiated(words.universals, positions)))
        solver.add(list(self._words.instantiated(self._words.universals, positions)))
        return solver, goals

    def _positions(self, reader: Reader, step: Step[Any]) -> list[Position]:
        """The positions that the step looks at, and the landmarks."""
        found: dict[int, Position] = {}
        for kind, term in looked_at([*step_terms(step), *self._landmarks]):
            position = z3.simplify(reader.number(term))
            _, known = found.get(position.get_id(), (position, frozenset()))
            found[position.get_id()] = position, known | {kind}
        return list(found.values())

    def _otherwise(self, case: Case, claim: str, begun: float) -> Check:
        """A claim that the instances at hand do not prove."""
        move = self._small.breaks(case, claim)
        if move is None:
            return self._by_quantifiers(case, claim)
        move = replayed(
            self.module, self.given, move, self.claims, self.claims[claim], self.without
        )
        took = time.monotonic() - begun
        return Check("keeps", Verdict.REFUTED, claim, case.action, case.said, took, move=move)

    def _by_quantifiers(self, case: Case, claim: str) -> Check:
        begun = time.monotonic()
        proved, why = self._with_quantifiers(case).keeps(claim)
        if not proved and self.quantified:
            move = self._small.breaks(case, claim)
            if move is not None:
                return self._otherwise(case, claim, begun)
        verdict = Verdict.PROVED if proved else Verdict.UNKNOWN
        took = time.monotonic() - begun
        return Check("keeps", verdict, claim, case.action, case.said, took, why=why)

    def _with_quantifiers(self, case: Case) -> QuantifiedCase:
        """The case as quantified formulas: the last one is kept for its other claims."""
        if self._last is None or self._last[0] is not case:
            asked = QuantifiedCase(
                self.module, self.layout, self.claims, case, self.without, self.seconds
            )
            self._last = case, asked
        return self._last[1]


def _is_impossible(solver: z3.Solver, more: z3.BoolRef) -> bool:
    solver.push()
    solver.add(more)
    answer = solver.check()
    solver.pop()
    return bool(answer == z3.unsat)
