"""From a rule of the specification to claims, and to what is believed after the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kafka_tck.model.coordination.verdicts import Case
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.transactions import show_laws, trace_laws
from kafka_tck.properties.operations.transactions.believed import NOTE, Coordinated
from kafka_tck.properties.requirement import Requirement


@dataclass(frozen=True)
class Answered:
    """What came back, what had to, and which rule says so."""

    law: Requirement
    case: Case
    actual: Sequence[object]
    legal: Sequence[object]
    refusal: Requirement | None = None
    """The requirement that a refusal of this kind changes nothing, if it is one."""
    is_granted: bool = False
    """Whether it had to be granted: if it was not, an earlier refusal may be the reason."""


@dataclass(frozen=True)
class Step:
    """Whose step it was, under which belief, and what is believed if the answer is right."""

    symbol: str
    belief: Belief
    now: Coordinated
    then: Coordinated
    other: str = ""
    """Another id that the step may have harmed."""

    def judged(self, seen: Observation, told: Answered) -> Judgement:
        """The claims on an answer; after a wrong one the id is left alone."""
        if "silence" in seen:
            return self._ending((claim_answered(seen),), self._lost())
        refused = self.now.refused.get(self.symbol, ()) if told.is_granted else ()
        claims = claims_on(refused, told)
        known = self.now.ids.get(self.symbol)
        if self.symbol in self.now.held and known is not None and known.state.is_prepared:
            waits = show_laws.waits_for_markers.id
            claims = (*claims, *(replace(c, requirement=waits) for c in claims[-1:]))
        if not all(c.holds for c in claims):
            return self._ending(claims, self._lost())
        then = self.then
        if told.refusal is not None:
            then = then.refusing(self.symbol, told.refusal.id)
        return self._ending((claim_answered(seen), *claims), then)

    def _lost(self) -> Coordinated:
        lost = self.now.losing(self.symbol)
        return lost.losing(self.other) if self.other in lost.ids else lost

    def _ending(self, claims: Sequence[Claim], noted: Coordinated) -> Judgement:
        return Judgement(tuple(claims), self.belief.noting(NOTE, noted))


def claims_on(refused: Sequence[str], told: Answered) -> tuple[Claim, ...]:
    """The claim on an answer, and on what was refused before: that may be why it is wrong."""
    own = claim(told.law.id, list(told.actual), list(told.legal), because=told.case.value)
    traces = [
        claim(
            trace,
            list(told.actual),
            list(told.legal),
            because=f"{told.case.value}; before it {said}",
        )
        for trace, said in trace_laws.SAID.items()
        if trace in refused
    ]
    if own.holds:
        return (*traces, own)
    return (traces[0],) if traces else (own,)
