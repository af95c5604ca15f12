"""Markers that cannot be written: the leader of one partition of a transaction is down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.adapters.target import Faults
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.coordinators import (
    TRANSACTION,
    coordinator,
    find_coordinator,
    forget_coordinators,
)
from kafka_tck.properties.operations.fetching.asking import ALL, Part, topics_of
from kafka_tck.properties.operations.fetching.fetching import call_fetch
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.transactions import show_laws
from kafka_tck.properties.operations.transactions.believed import (
    NOTE,
    Coordinated,
    coordinated,
    judge_each,
)
from kafka_tck.properties.operations.transactions.showing import describe, shown
from kafka_tck.properties.operations.transactions.waiting import restarted
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.batches import read_records, split_batches

_BY_NAME: Final = 12
"""The last version of Fetch that names topics."""
_COMMIT: Final = b"\0\1"
"""The type in the key of a marker that commits."""


@dataclass(frozen=True)
class HoldMarkers(Operation, kind="hold_markers"):
    """Kills the leader of a partition of the topic: neither the coordinator nor the first node.

    The topic has one replica of each partition, so that nobody else leads it. Where there is no
    such node, nothing happens.
    """

    id: str
    topic: str

    def perform(self, world: World) -> Observation:
        error, node = find_coordinator(world, world.real(self.id), TRANSACTION)
        spared = (node, world.target.nodes()[0])
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
        key = world.real(self.id)
        error, node = find_coordinator(world, key, TRANSACTION)
        if error != "NONE" or not world.faults.can("fault.restart"):
            return {"restarted": False}
        world.drop_all()
        assert isinstance(world.target, Faults)
        world.target.restart(node)
        forget_coordinators(world)
        coordinator(world, key, TRANSACTION)
        return {"restarted": True, "node": node}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((), restarted(belief) if seen["restarted"] else belief)]


@dataclass(frozen=True)
class WatchDecided(Operation, kind="watch_decided"):
    """Looks at an id whose end is decided, and whose marker is held, after a while."""

    id: str
    for_ms: int

    def perform(self, world: World) -> Observation:
        due = world.now_ms() + self.for_ms
        world.until(lambda: True if world.now_ms() >= due else None, self.for_ms / 1000 + 1)
        return describe(world, self.id)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            is_overdue = known is not None and self.for_ms > known.timeout_ms
            law = show_laws.stays_decided if is_overdue else show_laws.waits_for_markers
            yield shown(belief, noted, self.id, seen, law)

        return judge_each(world, belief, self.id, seen, judge)


@dataclass(frozen=True)
class SeeMarkers(Operation, kind="see_markers"):
    """Reads a topic to which only one transaction of the id has added its partitions."""

    id: str
    topic: str

    def perform(self, world: World) -> Observation:
        places = sorted(place for place in world.leaders if place[0] == self.topic)
        told = {f"{topic}/{index}": self._markers(world, index) for topic, index in places}
        return {"markers": told}

    def _markers(self, world: World, index: int) -> list[list[Any]]:
        """The producer id of each marker, and whether it commits; none without an answer."""
        client = world.at_leader(self.topic, index)
        topics = topics_of(world, _BY_NAME, [Part(self.topic, index)])
        found = call_fetch(world, client, _BY_NAME, max_bytes=ALL, session_epoch=-1, topics=topics)
        if not isinstance(found, Answer):
            return []
        data = bytes(found.body.responses[0].partitions[0].records or b"")
        markers = [batch for batch in split_batches(data) if batch.is_control]
        return [[m.producer_id, (read_records(m)[0].key or b"")[2:4] == _COMMIT] for m in markers]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = coordinated(belief).ids.get(self.id)
        if known is None or not known.state.is_complete:
            return [Judgement((), belief)]
        told = [
            commits
            for each in seen["markers"].values()
            for pid, commits in each
            if pid == known.producer_id
        ]
        decided = known.state.is_commit
        alike = claim_that(
            show_laws.recovered.id,
            all(commits is decided for commits in told),
            expected=f"of producer {known.producer_id} only markers that commit: {decided}",
            actual=seen["markers"],
            because=f"it was decided, and is {known.state.value}",
        )
        return [Judgement((alike,), belief)]
