"""One case with quantifiers: the slower, plainer form of the same questions."""

from __future__ import annotations

from typing import Any

import z3

from kafka_tck.model.prove.cases import Case
from kafka_tck.model.prove.formulas import ZERO, at_most, negated
from kafka_tck.model.prove.frames import Frame
from kafka_tck.model.prove.reader import ASSERTED, DENIED, Reader
from kafka_tck.model.prove.replay import Claims
from kafka_tck.model.prove.states import Layout
from kafka_tck.model.prove.words import Quantified, Unreadable
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import Bool, all_of


class QuantifiedCase:
    """A case of an action in a state in which all claims hold, as quantified formulas.

    Raises `Unreadable`, with the name of the claim, if one cannot be written so.
    """

    def __init__(
        self,
        module: Module[Any],
        layout: Layout,
        claims: Claims,
        case: Case,
        without: frozenset[tuple[str, str]],
        seconds: float,
    ) -> None:
        state: Any = module.shape.variables(layout.given)
        symbols = layout.symbols()
        self._words = Quantified()
        self._reader = Reader(symbols, self._words)
        self._step = case.step(module, state, case.symbols())
        self._frame = Frame(state, {name: one.claim for name, one in claims.items()})
        self._known = [at_most(ZERO, length) for length in layout.lengths(symbols)]
        self._known += [self._asserted(name, one.claim(state)) for name, one in claims.items()]
        self._known += [
            self._reader.truth(guard.holds, ASSERTED)
            for name, guard in self._step.guards.items()
            if (case.action, name) not in without
        ]
        self._milliseconds = int(seconds * 1000)

    def _asserted(self, name: str, claim: Bool) -> z3.BoolRef:
        try:
            return self._reader.truth(claim, ASSERTED)
        except Unreadable as what:
            raise Unreadable(f"{name.replace('_', '-')}: {what}") from None

    def keeps(self, claim: str) -> tuple[bool, str]:
        """Whether the case keeps the claim, and, if that is not known, why."""
        touched = self._frame.touched(claim, self._step)
        if not touched:
            return True, ""
        goal = negated(self._reader.truth(all_of(touched), DENIED))
        solver = z3.Solver()
        solver.set("timeout", self._milliseconds)
        solver.add(self._known + self._words.facts)
        solver.add(goal)
        if solver.check() == z3.unsat:
            return True, ""
        return False, f"z3 says {solver.reason_unknown()}"
