"""Brokers that end and links that fail, and how all of it is undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.target import CONTROLLERS
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import history_of, with_history
from kafka_tck.properties.operations.replication.looking import (
    PATIENCE,
    claims_on_state,
    led,
    running,
    setting_of,
    state_of,
)
from kafka_tck.properties.world import World

BESIDES_MS = 3_000
"""How much longer than a broker's session a slow link takes."""


def slow_ms(world: World, node: int) -> int:
    """How much longer a slow link takes: who is fenced is fenced before anything arrives."""
    return setting_of(world, node, "broker.session.timeout.ms") + BESIDES_MS


class _Breaking(Operation):
    """What is done is no claim; what is seen of leaders and ISRs after it is."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "leader" not in seen:
            return [Judgement((), belief)]
        told = claims_on_state(known, seen)
        return [Judgement(told, with_history(belief, known.led_as(seen)))]


@dataclass(frozen=True)
class KillReplica(_Breaking, kind="kill_replica"):
    """Kills the leader, or the follower of that place, and waits until the others know."""

    place: int = 0
    """0 is the leader; 1 and 2 are its followers in the order of their ids."""

    def perform(self, world: World) -> Observation:
        return _end(world, self.place, world.faults.kill)


@dataclass(frozen=True)
class LosePower(_Breaking, kind="lose_power"):
    """The machine of the leader, or of a follower, goes down with all it had not flushed."""

    place: int = 0

    def perform(self, world: World) -> Observation:
        return _end(world, self.place, world.faults.lose_power)


def _end(world: World, place: int, how: Callable[[int], None]) -> Observation:
    state = led(world)
    if state is None:
        return {"error": "NOBODY_LEADS"}
    others = [node for node in running(world) if node != state.leader]
    victim = [state.leader, *others][place % (len(others) + 1)]
    world.drop_all()
    how(victim)
    after = world.until(lambda: _without(world, victim), PATIENCE)
    if after is None:
        return {"victim": victim, "error": "NOT_NOTICED"}
    return {"victim": victim, **after}


def _without(world: World, victim: int) -> dict[str, Any] | None:
    """The state once no running node counts the victim in sync, and it leads no more."""
    states = [state_of(world, node) for node in running(world)]
    first = states[0]
    if first is None or any(state != first for state in states):
        return None
    settled = victim not in first.isr and first.leader != victim
    alone = first.leader == -1 and first.isr == (victim,)
    return first.plain() if settled or alone else None


class _OnLinks(Operation):
    """Something is done to links; what comes of it is claimed by others, if by anybody."""

    def perform(self, world: World) -> Observation:
        state = led(world)
        others = [] if state is None else [n for n in running(world) if n != state.leader]
        if state is None or not others:
            return {"error": "NOBODY_LEADS"}
        return {"leader": state.leader, **self._break(world, state.leader, others)}

    def _break(self, world: World, leader: int, others: list[int]) -> dict[str, Any]:
        raise NotImplementedError

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((), belief)]


@dataclass(frozen=True)
class LeaveBehind(_OnLinks, kind="leave_behind"):
    """Cuts the link between the leader and one follower: it falls behind."""

    place: int = 0

    def _break(self, world: World, leader: int, others: list[int]) -> dict[str, Any]:
        follower = others[self.place % len(others)]
        world.faults.part(leader, follower)
        return {"follower": follower}


@dataclass(frozen=True)
class PartFollowers(_OnLinks, kind="part_followers"):
    """Cuts the links between followers: if one comes to lead, the others do not follow."""

    def _break(self, world: World, leader: int, others: list[int]) -> dict[str, Any]:
        for one in others:
            for other in others:
                if one < other:
                    world.faults.part(one, other)
        return {"followers": others}


@dataclass(frozen=True)
class SlowDown(_OnLinks, kind="slow_down"):
    """What the leader, or a follower, sends to the follower of that place takes long."""

    place: int = 0
    from_leader: bool = True

    def _break(self, world: World, leader: int, others: list[int]) -> dict[str, Any]:
        follower = others[self.place % len(others)]
        senders = [leader] if self.from_leader else [n for n in others if n != follower]
        for sender in senders:
            world.faults.delay((sender, follower), slow_ms(world, leader))
        return {"follower": follower, "senders": senders}


@dataclass(frozen=True)
class ComeBackSlowly(_OnLinks, kind="come_back_slowly"):
    """Cut links heal, and what comes over them from the leader takes long."""

    def _break(self, world: World, leader: int, others: list[int]) -> dict[str, Any]:
        healed = sorted(world.faults.cuts)
        for way in healed:
            if way[0] == leader:
                world.faults.delay(way, slow_ms(world, leader))
        world.faults.heal(*healed)
        return {"healed": healed}


@dataclass(frozen=True)
class LoseController(_OnLinks, kind="lose_controller"):
    """Controllers and the follower of that place hear nothing more of one another."""

    place: int = 0

    def _break(self, world: World, leader: int, others: list[int]) -> dict[str, Any]:
        follower = others[self.place % len(others)]
        world.faults.part(follower, CONTROLLERS)
        gone = world.until(lambda: _without(world, follower), PATIENCE)
        return {"follower": follower, "has_left": gone is not None}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "has_left" not in seen:
            return [Judgement((), belief)]
        left = claim_that(
            laws.who_is_fenced_leaves.id,
            seen["has_left"],
            expected=f"an ISR without broker {seen['follower']} within {PATIENCE:.0f} s",
            actual="it has left" if seen["has_left"] else "it is still in the ISR, or leads",
            because="controllers hear nothing of it",
        )
        return [Judgement((left,), belief)]


@dataclass(frozen=True)
class StartReplicas(Operation, kind="start_replicas"):
    """Heals links, starts whoever is down, and waits until all replicas are in sync again."""

    def perform(self, world: World) -> Observation:
        started = sorted(world.faults.down)
        world.undo_faults()
        state = world.until(lambda: complete(world), PATIENCE)
        if state is None:
            last = state_of(world)
            shown = last.plain() if last else None
            return {"recovered": False, "last": shown, "started": started}
        return {"recovered": True, "started": started, **state}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief).having(hidden=frozenset())
        if seen["started"]:
            known = known.having(deleted=0)
        recovered = claim_that(
            laws.everything_recovers.id,
            seen["recovered"],
            expected=f"all replicas in sync within {PATIENCE:.0f} s",
            actual=seen.get("last") or "all are in sync",
            because="every broker runs",
        )
        if not seen["recovered"]:
            return [Judgement((recovered,), with_history(belief, known))]
        told = (recovered, *claims_on_state(known, seen))
        return [Judgement(told, with_history(belief, known.led_as(seen)))]


def complete(world: World) -> dict[str, Any] | None:
    """The state once all replicas are in sync; None until then."""
    state = led(world)
    if state is None or set(state.isr) != set(state.replicas):
        return None
    return state.plain()
