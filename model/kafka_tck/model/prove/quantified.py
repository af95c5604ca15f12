"""One claim and one case with quantifiers: the slower, plainer form of the same question."""

from __future__ import annotations

from typing import Any

import z3

from kafka_tck.model.prove.cases import Case
from kafka_tck.model.prove.formulas import ZERO, at_most
from kafka_tck.model.prove.reader import ASSERTED, DENIED, Reader
from kafka_tck.model.prove.replay import Claims
from kafka_tck.model.prove.states import Layout
from kafka_tck.model.prove.words import Quantified
from kafka_tck.model.spec import Module


class QuantifiedCase:
    """The hypotheses as quantified formulas."""

    def __init__(
        self,
        module: Module[Any],
        layout: Layout,
        claims: Claims,
        without: frozenset[tuple[str, str]],
        seconds: float,
    ) -> None:
        self.module = module
        self.layout = layout
        self.claims = claims
        self.without = without
        self.seconds = seconds

    def keeps(self, case: Case, claim: str) -> tuple[bool, str]:
        """Whether the case keeps the claim, and, if that is not known, why."""
        state: Any = self.module.shape.variables(self.layout.given)
        symbols = self.layout.symbols()
        words = Quantified()
        reader = Reader(symbols, words)
        step = case.step(self.module, state, case.symbols())
        solver = z3.Solver()
        solver.set("timeout", int(self.seconds * 1000))
        solver.add([at_most(ZERO, length) for length in self.layout.lengths(symbols)])
        solver.add([reader.truth(one.claim(state), ASSERTED) for one in self.claims.values()])
        for name, guard in step.guards.items():
            if (case.action, name) not in self.without:
                solver.add(reader.truth(guard.holds, ASSERTED))
        solver.add(z3.Not(reader.truth(self.claims[claim].claim(step.next), DENIED)))
        solver.add(words.facts)
        answer = solver.check()
        return (
            answer == z3.unsat,
            "" if answer == z3.unsat else f"z3 says {solver.reason_unknown()}",
        )
