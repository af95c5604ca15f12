"""AlterPartitionReassignments: a partition goes over to other replicas, or back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.elections import moving_laws as laws
from kafka_tck.properties.operations.elections.listing import Look, look, look_of_plain
from kafka_tck.properties.operations.elections.moving_judging import (
    claim_on_epoch,
    claims_on_cancel,
    claims_on_target,
    has_arrived,
    is_unchanged,
)
from kafka_tck.properties.operations.elections.trust import distrusting
from kafka_tck.properties.operations.elections.upsetting import judged
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication.looking import TOPIC, running
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

UNREGISTERED = 90
"""Added to the place of a broker that there is not."""
UNHINDERED = 30.0
"""Seconds on the target's clock for a reassignment of a small log that nothing hinders."""
SOON = 3.0


def alter(
    world: World, topic: str, index: int, target: list[int] | None, may_change: bool = True
) -> str:
    """The error of one reassignment."""
    found = world.call(
        world.client("watch", running(world)[0]),
        "AlterPartitionReassignments",
        timeout_ms=10_000,
        allow_replication_factor_change=may_change,
        topics=[{"name": topic, "partitions": [{"partition_index": index, "replicas": target}]}],
    )
    if not isinstance(found, Answer):
        return "NO_ANSWER"
    body = found.body
    if body.error_code:
        return error_name(body.error_code)
    return error_name(body.responses[0].partitions[0].error_code)


def _told(error: str, before: Look, now: Look | None) -> dict[str, Any]:
    told = {"error": error, "before": before.plain()}
    return {**told, **now.plain()} if now else told


@dataclass(frozen=True)
class _Moving(Operation):
    """Asks for other replicas, and waits for them if nothing hinders."""

    def target(self, world: World, before: Look) -> list[int] | None:
        """The brokers that are asked for; None if there is nothing to ask."""
        raise NotImplementedError

    def may_change_factor(self) -> bool:
        return True

    def perform(self, world: World) -> Observation:
        before = look(world)
        target = None if before is None else self.target(world, before)
        if before is None or target is None:
            return {}
        error = alter(world, world.real(TOPIC), 0, target, self.may_change_factor())
        leader = before.shown.leader
        apart = [n for n in target if (n, leader) in world.faults.cuts]
        free = not world.faults.any()
        now = _after(world, target, error, apart, free)
        return {**_told(error, before, now), "target": target, "apart": apart, "free": free}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen or seen["error"] == "NO_ANSWER":
            return [Judgement((), belief)]
        before, now = look_of_plain(seen["before"]), look_of_plain(seen)
        told = self._claims(world, before, now, seen)
        if set(now.shown.replicas) - set(before.shown.replicas):
            belief = distrusting(belief)
        return judged(world, belief, seen, *told)

    def _claims(self, world: World, before: Look, now: Look, seen: Observation) -> list[Claim]:
        target, nodes = seen["target"], world.target.nodes()
        legal = bool(target) and len(set(target)) == len(target) and set(target) <= set(nodes)
        if not legal:
            wanted = "INVALID_REPLICA_ASSIGNMENT"
            return _refused(laws.illegal_targets.id, wanted, before, now, seen)
        knows_factor = world.profile.newest("AlterPartitionReassignments") >= 1
        may_change = self.may_change_factor() or not knows_factor
        if not may_change and len(target) != len(before.shown.replicas):
            wanted = "INVALID_REPLICATION_FACTOR"
            return _refused(laws.the_factor_may_be_kept.id, wanted, before, now, seen)
        return claims_on_target(before, now, seen)


def _after(
    world: World, target: list[int], error: str, apart: list[int], free: bool
) -> Look | None:
    """What is shown in the end: of a reassignment that may complete, its completion."""
    if error != "NONE":
        return look(world)
    arrived = None
    if not apart:
        patience = UNHINDERED if free else SOON
        arrived = look(world, lambda at: has_arrived(at, target), patience)
    if arrived is None:
        arrived = look(world, lambda at: set(target) <= set(at.shown.replicas), SOON)
    return arrived or look(world)


@dataclass(frozen=True)
class Reassign(_Moving, kind="reassign"):
    """Asks for replicas on the nodes of these places, if no reassignment runs."""

    places: tuple[int, ...]
    keeps_factor: bool = False

    def target(self, world: World, before: Look) -> list[int] | None:
        nodes = world.target.nodes()
        wanted = [nodes[p] if p < len(nodes) else UNREGISTERED + p for p in self.places]
        return wanted if before.listed is None else None

    def may_change_factor(self) -> bool:
        return not self.keeps_factor


@dataclass(frozen=True)
class BeginMove(_Moving, kind="begin_move"):
    """Adds a replica that cannot reach the leader, so that the reassignment goes on running."""

    replaces: int = 0
    """How many of the replicas it takes the place of: the last ones of the assignment."""

    def target(self, world: World, before: Look) -> list[int] | None:
        old, leader = list(before.shown.replicas), before.shown.leader
        others = [node for node in running(world) if node not in old]
        if before.listed is not None or leader == -1 or not others:
            return None
        world.faults.part(leader, others[0])
        return [*old[: len(old) - self.replaces], others[0]]


@dataclass(frozen=True)
class Retarget(_Moving, kind="retarget"):
    """Gives another target to a reassignment that runs: all that hold it, or those from before."""

    everybody: bool

    def target(self, world: World, before: Look) -> list[int] | None:
        if before.listed is None:
            return None
        everybody = sorted(before.shown.replicas)
        old = [node for node in everybody if node not in before.listed.adding]
        return everybody if self.everybody else old


def _refused(
    requirement: str, wanted: str, before: Look, now: Look, seen: Observation
) -> list[Claim]:
    return [
        claim(
            requirement,
            (seen["error"], is_unchanged(before, now)),
            (wanted, True),
            because=f"the target is {seen['target']}, the replicas {list(before.shown.replicas)}",
        )
    ]


@dataclass(frozen=True)
class CancelMove(Operation, kind="cancel_move"):
    """Takes the reassignment back, if one runs."""

    def perform(self, world: World) -> Observation:
        before = look(world)
        if before is None:
            return {}
        error = alter(world, world.real(TOPIC), 0, None)
        now = look(world, lambda at: at.listed is None, SOON) or look(world)
        return _told(error, before, now)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen or seen["error"] == "NO_ANSWER":
            return [Judgement((), belief)]
        told = claims_on_cancel(look_of_plain(seen["before"]), look_of_plain(seen), seen["error"])
        return judged(world, belief, seen, *told)


@dataclass(frozen=True)
class ReassignUnknown(Operation, kind="reassign_unknown"):
    """Asks for a reassignment of a partition, or a topic, that is none."""

    topic: bool = False

    def perform(self, world: World) -> Observation:
        name = world.real("nowhere") if self.topic else world.real(TOPIC)
        return {"error": alter(world, name, 7, [world.target.nodes()[0]])}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        found = claim(
            laws.unknown_partitions.id,
            seen["error"],
            "UNKNOWN_TOPIC_OR_PARTITION",
            "NO_ANSWER",
            because="there is no such topic" if self.topic else "the topic has one partition",
        )
        return [Judgement((found,), belief)]


@dataclass(frozen=True)
class Rejoin(Operation, kind="rejoin"):
    """All links are free again; a reassignment that runs may now complete."""

    def perform(self, world: World) -> Observation:
        before = look(world)
        world.undo_faults()
        now = look(world, _is_settled) or look(world)
        return _told("NONE", before, now) if before else {}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        before, now = look_of_plain(seen["before"]), look_of_plain(seen)
        told = []
        if before.listed is not None and not set(before.listed.adding) & set(
            before.listed.removing
        ):
            removing = before.listed.removing
            stay = [node for node in before.shown.replicas if node not in removing]
            told.append(
                claim_that(
                    laws.targets_are_reached.id,
                    has_arrived(now, stay),
                    expected=f"replicas {stay}, one of them the leader, and nothing listed",
                    actual=now.plain(),
                    because="it was listed, and nothing hinders it",
                )
            )
            told += claim_on_epoch(before, now)
        return judged(world, belief, seen, *told)


def _is_settled(now: Look) -> bool:
    return now.listed is None and now.shown.isr == frozenset(now.shown.replicas)
