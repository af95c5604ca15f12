"""A marker that the leader has and its followers do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.stability import Marker, Stability, last_stable_offset
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.asking import active_producers
from kafka_tck.properties.operations.isolation.producer import live, start, write
from kafka_tck.properties.operations.isolation.reading import ReadIsolated
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication.looking import TOPIC, led
from kafka_tck.properties.world import TargetGone, World

PLACE: Place = (TOPIC, 0)
BY_NAME = 12
"""The newest version of Fetch that calls a topic by its name."""
SOON = 3.0
"""Seconds in which a leader appends, or followers catch up again."""


@dataclass(frozen=True)
class MarkUnreplicated(Operation, kind="mark_unreplicated"):
    """An open transaction, a marker for it while the followers are cut off, and two reads.

    The first read is while the HW cannot pass the marker, the second when links have healed.
    """

    producer: str
    commit: bool = True

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            raise TargetGone("nobody leads the replicated topic")
        world.leaders[PLACE] = state.leader
        start(world, self.producer)
        wrote = write(world, self.producer, PLACE, 1, old=False)
        if wrote.get("error") != "NONE":
            return {"refused": wrote.get("error", "no answer")}
        me = live(world, self.producer)
        for follower in world.faults.running():
            if follower != state.leader:
                world.faults.part(state.leader, follower)
        marker = {
            "producer_id": me.producer_id,
            "producer_epoch": me.epoch,
            "transaction_result": self.commit,
            "coordinator_epoch": 0,
            "topics": [{"name": world.real(TOPIC), "partition_indexes": [0]}],
        }
        marking = world.at_leader(*PLACE, "marking")
        pending = marking.send("WriteTxnMarkers", 1, markers=[marker])
        marked = world.until(lambda: self._is_marked(world, me.producer_id), SOON)
        first = wrote["base_offset"]
        before = ReadIsolated(*PLACE, first, version=BY_NAME).perform(world)
        world.faults.open_links()
        pending.outcome()
        after = world.until(lambda: self._moved(world, first), 30.0)
        facts = {"producer": me.producer_id, "epoch": me.epoch, "first": first}
        return {**facts, "marked": marked is not None, "before": before, "after": after or {}}

    def _is_marked(self, world: World, producer_id: int) -> bool | None:
        told: dict[int, Any] = active_producers(world, PLACE).get("producers", {})
        return True if told.get(producer_id, {}).get("first") == -1 else None

    def _moved(self, world: World, first: int) -> Observation | None:
        seen = ReadIsolated(*PLACE, first, version=BY_NAME).perform(world)
        return seen if seen.get("last_stable_offset", 0) > first else None

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "refused" in seen:
            why = "the producer is the last one of its id, and this is its first batch"
            taken = claim(laws.own_writes_are_accepted.id, seen["refused"], "NONE", because=why)
            return [Judgement((taken,), belief)]
        if "silence" in seen["before"]:
            return [Judgement((claim_answered(seen["before"]),), belief)]
        pid, first = seen["producer"], seen["first"]
        marker = Marker(first + 1, pid, seen["epoch"], self.commit, 0)
        known = Stability().writing(pid, seen["epoch"], first, transactional=True).marking(marker)
        law = laws.undecided_until_replicated.id
        hw, after = seen["before"]["high_watermark"], seen["after"]
        return [
            Judgement(
                (
                    claim(
                        law,
                        seen["before"]["last_stable_offset"],
                        last_stable_offset(known, 0, hw),
                        because=f"the HW is {hw}, and the marker is at {marker.offset} or not yet",
                    ),
                    claim(
                        law,
                        after.get("last_stable_offset"),
                        after.get("high_watermark", -1),
                        because="the followers have the marker, and no transaction is open",
                    ),
                ),
                belief,
            )
        ]
