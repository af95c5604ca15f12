"""Operations that take a partition's leader, or its followers, out of sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.elections import laws
from kafka_tck.properties.operations.elections.showing import (
    Shown,
    is_known_alive,
    of_plain,
    shown,
)
from kafka_tck.properties.operations.elections.trust import (
    after,
    claims_on_shown,
    distrusting,
    trusting,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication.breaking import StartReplicas
from kafka_tck.properties.operations.replication.history import History, with_history
from kafka_tck.properties.operations.replication.looking import PATIENCE, TOPIC, running
from kafka_tck.properties.operations.replication.replicated import MINIMUM
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.batches import Record, make_batch


@dataclass(frozen=True)
class MakeCopied(Operation, kind="make_copied"):
    """Creates the topic with some replicas and waits until all are in sync: a fixture."""

    copies: int = 3
    minimum: int = 1

    def perform(self, world: World) -> Observation:
        world.call(
            world.client("watch"),
            "CreateTopics",
            topics=[
                {
                    "name": world.real(TOPIC),
                    "num_partitions": 1,
                    "replication_factor": self.copies,
                    "configs": [{"name": "min.insync.replicas", "value": str(self.minimum)}],
                }
            ],
            timeout_ms=10_000,
        )
        found = shown(world, lambda s: s.leader != -1 and s.isr == frozenset(s.replicas))
        if found is None:
            raise TargetGone("a replicated topic did not become usable")
        world.handles[MINIMUM] = min(self.minimum, self.copies)
        return found.plain()

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        minimum = min(self.minimum, self.copies)
        known = History(minimum, epoch=seen["epoch"], leader=seen["leader"])
        return [Judgement((), with_history(belief, known))]


@dataclass(frozen=True)
class StandAlone(Operation, kind="stand_alone"):
    """Cuts the leader off from its followers and writes, until it is alone in sync."""

    def perform(self, world: World) -> Observation:
        before = shown(world)
        if before is None or before.leader not in running(world):
            return {}
        for other in before.replicas:
            if other != before.leader:
                world.faults.part(before.leader, other)
        _write(world, before.leader)
        now = shown(world, lambda s: s.isr == {before.leader})
        return now.plain() if now else {}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return judged(world, belief, seen)


def _write(world: World, leader: int) -> None:
    """One record that nobody waits for: followers that do not fetch it fall behind."""
    batch = make_batch([Record(None, b"more", timestamp=world.now_ms())]).encode()
    world.call(
        world.client("writer", leader),
        "Produce",
        8,
        transactional_id=None,
        acks=1,
        timeout_ms=5_000,
        topic_data=[
            {"name": world.real(TOPIC), "partition_data": [{"index": 0, "records": batch}]}
        ],
    )


@dataclass(frozen=True)
class EndLeader(Operation, kind="end_leader"):
    """Kills the leader, and waits until the others know."""

    def perform(self, world: World) -> Observation:
        before = shown(world)
        if before is None or before.leader not in running(world):
            return {}
        world.drop_all()
        world.faults.kill(before.leader)
        now = shown(world, lambda s: s.leader != before.leader)
        told = {"victim": before.leader, "before": before.plain(), "running": running(world)}
        return {**told, **now.plain()} if now else told

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return judged(world, belief, seen, *_claims_on_heir(seen))


@dataclass(frozen=True)
class Depose(Operation, kind="depose"):
    """Pauses the leader until another leads; then it runs again, cut off from the others."""

    def perform(self, world: World) -> Observation:
        before, alive = shown(world), set(running(world))
        if before is None or before.leader not in alive or len(before.isr & alive) < 2:
            return {}
        old = before.leader
        world.drop_all()
        world.faults.pause(old)
        now = shown(world, lambda s: s.leader not in (-1, old))
        told = {"victim": old, "before": before.plain(), "running": running(world)}
        for other in world.target.nodes():
            if other != old:
                world.faults.part(old, other)
        world.faults.resume(old)
        world.until(lambda: is_known_alive(world, old) or None, PATIENCE)
        return {**told, **now.plain()} if now else told

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return judged(world, belief, seen, *_claims_on_heir(seen))


def _claims_on_heir(seen: Observation) -> list[Claim]:
    """Who leads after a leader's end, if nothing else has happened."""
    if "before" not in seen or "leader" not in seen:
        return []
    before, now = of_plain(seen["before"]), of_plain(seen)
    left = before.isr - {seen["victim"]}
    if now.epoch != before.epoch + 1 or not now.isr <= before.isr | before.elr:
        return []
    heirs = [n for n in before.replicas if n in seen["running"] and n in (left or before.elr)]
    return [
        claim(
            laws.the_first_in_sync_leads.id,
            now.leader,
            heirs[0] if heirs else -1,
            because=f"of {list(before.replicas)}, {sorted(left)} were left in sync, "
            f"{sorted(before.elr)} eligible, and {seen['running']} run",
        )
    ]


@dataclass(frozen=True)
class RestartOutsider(Operation, kind="restart_outsider"):
    """Kills and starts a replica that is out of sync, and cut off from the leader."""

    def perform(self, world: World) -> Observation:
        before = shown(world)
        node = None if before is None else _outsider(world, before)
        if before is None or node is None:
            return {}
        world.drop_all()
        world.faults.kill(node)
        world.faults.start(node)
        world.until(lambda: is_known_alive(world, node) or None, PATIENCE)
        now = shown(world)
        return {"restarted": node, "before": before.plain(), **(now.plain() if now else {})}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        node = seen["restarted"]
        found = claim_that(
            laws.unclean_ends_cost_the_place.id,
            node not in seen["elr"] and node not in seen["isr"],
            expected=f"broker {node} neither in sync nor eligible",
            actual={name: seen[name] for name in ("isr", "elr")},
            because="it was killed, and has not been able to fetch since",
        )
        return judged(world, distrusting(belief), seen, found)


def _outsider(world: World, before: Shown) -> int | None:
    """An eligible replica that cannot reach the leader, if there is one; else any such replica."""
    apart = [
        node
        for node in before.replicas
        if node in running(world)
        and node not in before.isr
        and (node, before.leader) in world.faults.cuts
    ]
    return next((n for n in apart if n in before.elr), next(iter(apart), None))


@dataclass(frozen=True)
class Recover(StartReplicas, kind="recover"):
    """All brokers run, all links are free, and all replicas are in sync again."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        found = super().judge(world, belief, seen)
        return [Judgement(one.claims, trusting(one.belief)) for one in found]


def judged(world: World, belief: Belief, seen: Observation, *claims: Claim) -> Sequence[Judgement]:
    """Claims of an operation, and those on what it shows in the end, if it shows anything."""
    if "leader" not in seen:
        return [Judgement(claims, belief)]
    told = (*claims, *claims_on_shown(world, belief, seen))
    return [Judgement(told, after(belief, seen))]
