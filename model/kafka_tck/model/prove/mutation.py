"""What each guard is for: without it a claim breaks, or it is listed as one that only enables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.prove.cases import cases_of
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import negate


@dataclass(frozen=True)
class Mutation:
    """A guard that was left out, and what came of it.

    `reached` are claims that are false in some reachable state, and anomalies that are reached
    only so; `not_kept` are claims that the action then breaks in a state in which all claims hold;
    `unknown` those of which z3 could not tell.
    """

    action: str
    guard: str
    reached: frozenset[str]
    not_kept: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    @property
    def matters(self) -> bool:
        """Whether some claim is refuted without the guard."""
        return bool(self.reached or self.not_kept)

    @property
    def is_harmless(self) -> bool:
        """Whether all claims are proved without it."""
        return not (self.matters or self.unknown)


def named_guards(module: Module[Any], given: Given | None = None) -> list[tuple[str, str]]:
    """Every guard by action and name, but those that are true whatever the state."""
    settings = given or module.given
    state = module.shape.variables(settings)
    found: dict[tuple[str, str], None] = {}
    for case in cases_of(module, settings, representatives=False):
        for name, guard in case.step(module, state, case.symbols()).guards.items():
            if not (guard.holds.op == "const" and guard.holds.args[0]):
                found[case.action, name] = None
    return list(found)


def without_guard(
    module: Module[Any],
    action: str,
    guard: str,
    bounds: Sequence[Mapping[str, int]],
    given: Given | None = None,
    *,
    seconds: float = 5.0,
) -> Mutation:
    """Leaves out a guard: searches at these bounds in turn, and then tries the proof."""
    settings = given or module.given
    dropped = frozenset({(action, guard)})
    for sizes in bounds:
        reached = _reached(Finite(module, settings, sizes, without=dropped))
        reached = reached or _anomalies(module, settings, sizes, dropped)
        if reached:
            return Mutation(action, guard, reached)
    answers = dict(_not_proved(module, settings, action, dropped, seconds))
    return Mutation(
        action,
        guard,
        frozenset(),
        frozenset(name for name, verdict in answers.items() if verdict is Verdict.REFUTED),
        frozenset(name for name, verdict in answers.items() if verdict is Verdict.UNKNOWN),
    )


def _reached(finite: Finite) -> frozenset[str]:
    """The claims that some reachable state breaks; those of the module itself end the search."""
    module = finite.module
    state = module.shape.variables(finite.given)
    claims = {**module.supporting_claims, **module.always_claims}
    broken = {name: finite.scalar(negate(one.claim(state))) for name, one in claims.items()}
    search = Search(finite, broken, stop_at=frozenset(module.always_claims), symmetric=True)
    return frozenset(search.run().reached)


def _anomalies(
    module: Module[Any],
    given: Given,
    sizes: Mapping[str, int],
    dropped: frozenset[tuple[str, str]],
) -> frozenset[str]:
    """The anomalies that can be reached without the guards, and not with them."""
    if not module.anomalies:
        return frozenset()
    state = module.shape.variables(given)
    found = []
    for without in (dropped, frozenset()):
        finite = Finite(module, given, sizes, without=without)
        wanted = {name: finite.scalar(of.claim(state)) for name, of in module.anomalies.items()}
        found.append(frozenset(Search(finite, wanted, symmetric=True).run().reached))
    return found[0] - found[1]


def _not_proved(
    module: Module[Any],
    given: Given,
    action: str,
    dropped: frozenset[tuple[str, str]],
    seconds: float,
) -> Iterator[tuple[str, Verdict]]:
    proof = Proof(module, given, without=dropped, seconds=seconds)
    for case in proof.cases:
        if case.action == action:
            for check in proof.keeps(case):
                if check.verdict is not Verdict.PROVED:
                    yield check.claim, check.verdict
