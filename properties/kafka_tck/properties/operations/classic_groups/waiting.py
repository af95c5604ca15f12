"""What the passing of time does to a group, and what a restart of its coordinator does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kafka_tck.adapters.target import Faults
from kafka_tck.model.groups.group import Group, reloaded
from kafka_tck.model.groups.rebalancing import expire, join_phase_over, sync_phase_over
from kafka_tck.model.groups.verdicts import JOIN, Case, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.classic_groups import laws, member_laws
from kafka_tck.properties.operations.classic_groups.asking import ask
from kafka_tck.properties.operations.classic_groups.believed import (
    Known,
    groups_of,
    having,
    known_of,
)
from kafka_tck.properties.operations.classic_groups.dues import PHASE
from kafka_tck.properties.operations.classic_groups.looking import read_state
from kafka_tck.properties.operations.classic_groups.members import (
    forget_what_ends_with_a_node,
    id_of,
    members,
    node_of,
)
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.txn_offsets.believed import restarted
from kafka_tck.properties.world import TargetGone, World


@dataclass(frozen=True)
class AwaitRemoval(GroupStep, kind="await_removal"):
    """Looks at the group until some members are gone, or it is in the state that this leads to.

    `why` is `session` (nothing is heard of them) or `sync` (they never ask for an assignment).
    """

    names: tuple[str, ...] = ()
    why: str = "session"
    within_ms: int = 2_000

    def waits_for(self) -> Collection[str]:
        return (PHASE,) if self.why == "sync" else self.names

    def perform(self, world: World) -> Observation:
        mine = {id_of(world, name) for name in self.names}
        group = world.real(self.group)

        def read(body: Any) -> dict[str, Any]:
            return {"left": sorted({m.member_id for m in body.groups[0].members} & mine)}

        def gone() -> bool | None:
            seen = ask(world, self.group, read, "DescribeGroups", None, {"groups": [group]})
            return None if seen.get("left", True) else True

        is_gone = world.until(gone, self.within_ms / 1000 + _SLACK)
        return {"gone": is_gone is not None, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        if self.why == "sync":
            return list(sync_phase_over(now))
        found = [Verdict(Case.SESSION_OVER, now)]
        for name in self.names:
            found = [_after(first, then) for first in found for then in expire(first.after, name)]
        return found

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        law = laws.syncs_are_awaited if self.why == "sync" else member_laws.sessions_end
        why = verdict.case.value
        yield claim(law.id, seen["gone"], True, because=f"{', '.join(self.names)}: {why}")


def _after(first: Verdict, then: Verdict) -> Verdict:
    return replace(then, owed={**first.owed, **then.owed})


_SLACK = 15.0
_GRAIN_MS = 5
"""Timers and our clock count whole milliseconds, and each of them cuts off the rest."""


@dataclass(frozen=True)
class AwaitPendingEnd(GroupStep, kind="await_pending_end"):
    """Waits for what goes on once an id that never joined is dropped: JoinGroups that are held."""

    name: str = ""

    def waits_for(self) -> Collection[str]:
        return (self.name,)

    def perform(self, world: World) -> Observation:
        return {"answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return list(expire(now, self.name))


@dataclass(frozen=True)
class AwaitPhaseEnd(GroupStep, kind="await_phase_end"):
    """Waits until the join phase is over, though some do not rejoin."""

    least_ms: int = 0
    """What must have passed since the first JoinGroup that is held was sent."""

    def waits_for(self) -> Collection[str]:
        return (PHASE,)

    def perform(self, world: World) -> Observation:
        held = members(world).held.values()
        sent = [each.sent_ms for each in held if each.group == self.group]
        answered = self.collected(world)
        return {"passed_ms": world.now_ms() - min(sent, default=0), "answered": answered}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return list(join_phase_over(now))

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        if not seen["answered"]:
            return
        yield claim_that(
            laws.phase_has_an_end.id,
            seen["passed_ms"] >= self.least_ms - _GRAIN_MS,
            expected=f"no answer before {self.least_ms} ms",
            actual=seen["passed_ms"],
            because="some did not rejoin",
        )
        for name, member in known.group.members.items():
            if member.joins and member.session_ms < self.least_ms:
                told = seen["answered"].get(f"{name} {JOIN}", {}).get("error")
                why = f"{name} waited for longer than its session timeout"
                yield claim(member_laws.waiting_members_stay.id, told, "NONE", because=why)


@dataclass(frozen=True)
class WatchPhase(GroupStep, kind="watch_phase"):
    """Looks at a group for a while in which its join phase cannot end."""

    for_ms: int = 0

    def waits_for(self) -> Collection[str]:
        return (PHASE,)

    def perform(self, world: World) -> Observation:
        due = world.now_ms() + self.for_ms
        group = world.real(self.group)
        states: set[str] = set()

        def over() -> bool | None:
            seen = ask(world, self.group, read_state, "DescribeGroups", None, {"groups": [group]})
            states.add(seen.get("state", ""))
            return True if world.now_ms() >= due else None

        world.until(over, self.for_ms / 1000 + _SLACK)
        return {"states": sorted(states), "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return [Verdict(Case.SHOWN, now)]

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        wanted = [known.group.state.value]
        why = "nobody has rejoined"
        yield claim(laws.nobody_rejoined.id, seen["states"], wanted, because=why)


@dataclass(frozen=True)
class RestartGroup(Operation, kind="restart_group"):
    """A clean restart of the group's coordinator: what the log holds is there, and nothing else.

    Where there are several nodes, another one may coordinate then.
    """

    group: str = "g"

    def perform(self, world: World) -> Observation:
        node = node_of(world, self.group)
        world.drop_all()
        assert isinstance(world.target, Faults)
        world.target.restart(node)
        forget_what_ends_with_a_node(world)
        for topic in world.ids:
            count = sum(1 for place in world.leaders if place[0] == topic)
            if world.until(lambda t=topic, n=count: MakeTopic(t, n).usable(world)) is None:  # type: ignore[misc]
                raise TargetGone(f"topic {topic} cannot be used after a restart")
        return {"node": node_of(world, self.group) == node}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        found = [restarted(belief)]
        for group in groups_of(belief):
            found = [
                having(each, group, after)
                for each in found
                for after in _reloaded(known_of(each, group))
            ]
        return [Judgement((), each) for each in found]


def _reloaded(known: Known) -> Iterable[Known]:
    for group in reloaded(known.group):
        yield replace(known, group=group, owed={}, restarted=True)
