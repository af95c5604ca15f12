"""Markers that cannot be written: the leader of one partition of a transaction is down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kafka_tck.adapters.target import Faults
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.transactions import show_laws
from kafka_tck.properties.operations.transactions.asking import find_coordinator
from kafka_tck.properties.operations.transactions.believed import (
    NOTE,
    Coordinated,
    coordinated,
    judge_each,
)
from kafka_tck.properties.operations.transactions.showing import describe, shown
from kafka_tck.properties.operations.transactions.waiting import restarted
from kafka_tck.properties.world import TargetGone, World


@dataclass(frozen=True)
class HoldMarkers(Operation, kind="hold_markers"):
    """Kills the leader of a partition of the topic: neither the coordinator nor the first node.

    The topic has one replica of each partition, so that nobody else leads it. Where there is no
    such node, nothing happens.
    """

    id: str
    topic: str

    def perform(self, world: World) -> Observation:
        error, coordinator = find_coordinator(world, self.id)
        spared = (coordinator, world.target.nodes()[0])
        leaders = [node for (topic, _), node in world.leaders.items() if topic == self.topic]
        others = [node for node in leaders if node not in spared]
        if error != "NONE" or not others or not world.faults.can("fault.kill"):
            return {"held": False}
        world.faults.kill(others[0])
        return {"held": True, "node": others[0]}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        noted = coordinated(belief)
        held = noted.held | {self.id} if seen["held"] else noted.held
        return [Judgement((), belief.noting(NOTE, replace(noted, held=held)))]


@dataclass(frozen=True)
class ReleaseMarkers(Operation, kind="release_markers"):
    """Starts who is down, and waits until all topics can be used again."""

    def perform(self, world: World) -> Observation:
        world.undo_faults()
        for topic in world.ids:
            count = sum(1 for place in world.leaders if place[0] == topic)
            if world.until(lambda t=topic, n=count: MakeTopic(t, n).usable(world)) is None:  # type: ignore[misc]
                raise TargetGone(f"topic {topic} cannot be used again")
        return {}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        noted = replace(coordinated(belief), held=frozenset())
        return [Judgement((), belief.noting(NOTE, noted))]


@dataclass(frozen=True)
class MoveCoordinator(Operation, kind="move_coordinator"):
    """Restarts the coordinator of an id cleanly, and waits until there is one again."""

    id: str

    def perform(self, world: World) -> Observation:
        error, node = find_coordinator(world, self.id)
        if error != "NONE" or not world.faults.can("fault.restart"):
            return {"restarted": False}
        world.drop_all()
        assert isinstance(world.target, Faults)
        world.target.restart(node)
        world.handles.pop(f"coordinator of {self.id}", None)
        found = world.until(lambda: True if find_coordinator(world, self.id)[0] == "NONE" else None)
        return {"restarted": True, "node": node, "found": found is not None}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((), restarted(belief) if seen["restarted"] else belief)]


@dataclass(frozen=True)
class WatchDecided(Operation, kind="watch_decided"):
    """Looks at an id whose end is decided once its timeout has passed."""

    id: str
    for_ms: int

    def perform(self, world: World) -> Observation:
        due = world.now_ms() + self.for_ms
        world.until(lambda: True if world.now_ms() >= due else None, self.for_ms / 1000 + 1)
        return describe(world, self.id)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        def judge(noted: Coordinated) -> Iterator[Judgement]:
            yield shown(belief, noted, self.id, seen, show_laws.stays_decided)

        return judge_each(world, belief, self.id, seen, judge)
