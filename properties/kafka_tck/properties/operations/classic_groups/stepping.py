"""What all steps of classic groups have: answers that are due at once, and how they are judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from kafka_tck.model.groups.group import Group
from kafka_tck.model.groups.verdicts import Case, Key, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.classic_groups import member_laws
from kafka_tck.properties.operations.classic_groups.answers import claims_on
from kafka_tck.properties.operations.classic_groups.believed import (
    Known,
    having,
    known_of,
    losing,
)
from kafka_tck.properties.operations.classic_groups.dues import NEVER, dues_after, earliest
from kafka_tck.properties.operations.classic_groups.members import OWN, collect, key_of, label
from kafka_tck.properties.operations.coordinators import NOT_READY
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

_ACCEPTED: Final = {"NONE", "MEMBER_ID_REQUIRED"}
"""What is answered to requests that the coordinator took."""
_SAID_BY_NOBODY: Final = ("do", "due", "shows", "exists")
"""Parts of a step that say what the suite waits for."""
_SPAN: Final = "span of the last step of a classic group"


@dataclass(frozen=True)
class GroupStep(Operation):
    """A step in one group. `due` says which answers are waited for: a program knows by then."""

    group: str = "g"
    due: tuple[str, ...] = ()

    def say(self) -> str:
        """What is asked; not what the suite waits for besides."""
        given = {k: v for k, v in self.to_json().items() if k not in _SAID_BY_NOBODY}
        return " ".join([self.kind, *(f"{name}={value}" for name, value in given.items())])

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        """All that the coordinator may do."""
        raise NotImplementedError

    def sent_as(self, verdict: Verdict) -> Mapping[Key, Case]:
        """The request of this step, if it may be held, with the rule that decided about it."""
        return {}

    def law_of_refusal(self, case: Case) -> Requirement:
        """The requirement on an error that is answered at once."""
        raise NotImplementedError

    def awaiting(self, world: World, beliefs: Iterable[Belief]) -> Self:
        """The same, which waits for the answers that are due under every belief."""
        sets = [
            {label(key) for key in {**known.owed, **verdict.owed}}
            | ({OWN} if verdict.errors else set())
            for known in (known_of(belief, self.group) for belief in beliefs)
            if not known.lost
            for verdict in self.verdicts(world, known.group)
        ]
        due = set.intersection(*sets) if sets else set()
        return replace(self, due=tuple(sorted(due)))

    def collected(self, world: World) -> Observation:
        found = collect(world, self.group, [key_of(each) for each in self.due if each != OWN])
        world.handles[_SPAN] = (world.began_ms, world.now_ms())
        return found

    def waits_for(self) -> Collection[str]:
        """The timers that may end meanwhile: it waits for their ends, or keeps putting them off."""
        return ()

    def starts_timers(self, span: tuple[int, int], waited_ms: int) -> int:
        """When, at the earliest, timers began that this step starts.

        `span`: when it began and when it was over; `waited_ms`: when what it waits for may end.
        """
        return max(span[0], waited_ms) if self.waits_for() else span[0]

    def of_sessions(self) -> int:
        """The session timeout that it asks for, in ms."""
        return NEVER

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = known_of(belief, self.group)
        if known.lost:
            return [Judgement((), belief)]
        if any(told.get("error") in NOT_READY for told in seen.get("answered", {}).values()):
            # The coordinator went away from what it held: a node without time, maybe.
            return [Judgement((), losing(belief, self.group))]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), losing(belief, self.group))]
        return [
            self._judged(world, belief, known, verdict, seen)
            for verdict in self.verdicts(world, known.group)
        ]

    def _judged(
        self, world: World, belief: Belief, known: Known, verdict: Verdict, seen: Observation
    ) -> Judgement:
        known, in_time = self._timed(world, known, verdict)
        if not in_time:
            late = replace(known, group=verdict.after, lost=True)
            return Judgement((), having(belief, self.group, late))
        claims = list(self.claims(known, verdict, seen))
        owed = {**known.owed, **verdict.owed}
        now = replace(known, group=verdict.after, owed=owed)
        claims += claims_on(now, seen.get("answered", {}), self.due, self.sent_as(verdict))
        if not all(c.holds for c in claims):
            return Judgement(tuple(claims), losing(belief, self.group))
        left = {key: due for key, due in owed.items() if label(key) not in seen["answered"]}
        refused = known.refused or not set(verdict.errors) <= _ACCEPTED
        leaves = known.left or verdict.case is Case.LEAVES
        now = replace(now, owed=left, refused=refused, left=leaves)
        return Judgement(tuple(claims), having(belief, self.group, now))

    def _timed(self, world: World, known: Known, verdict: Verdict) -> tuple[Known, bool]:
        """With the timers as they are then, and whether no timer can have ended unseen."""
        span = world.handles.get(_SPAN, (world.began_ms, world.now_ms()))
        waits = set(self.waits_for())
        waited = min((known.dues[name] for name in waits if name in known.dues), default=span[0])
        heard = {name for name, _ in verdict.owed}
        if set(verdict.errors) <= {"NONE"}:
            heard.add(getattr(self, "name", ""))
        since = self.starts_timers(span, waited)
        dues = dues_after(known.group, verdict.after, known.dues, since, heard, self.of_sessions())
        first = earliest(known.group, known.dues, but=waits)
        if not waits:
            first = min(first, earliest(verdict.after, dues))
        return replace(known, dues=dues), span[1] < first

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        """The claims on what is answered at once and on its own."""
        told = seen.get("errors")
        wanted = list(verdict.errors) or None
        if told is None and wanted is None:
            return
        law = self.law_of_refusal(verdict.case)
        right = claim(law.id, told, wanted, because=verdict.case.value)
        if known.refused and not right.holds and wanted in (None, ["NONE"]):
            # A rightful member is refused: what was refused before may be why.
            yield replace(right, requirement=member_laws.no_trace.id)
        if known.restarted:
            yield replace(right, requirement=member_laws.after_restart.id)
        yield right
