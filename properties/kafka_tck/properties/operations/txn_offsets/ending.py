"""Ending transactions that carry offsets, restarting, and looking at input and output together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation.producer import live
from kafka_tck.properties.operations.isolation.reading_whole import read_committed
from kafka_tck.properties.operations.isolation.restarting import RestartIsolated
from kafka_tck.properties.operations.isolation.transactions import EndTransaction, StartProducer
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.txn_offsets import laws
from kafka_tck.properties.operations.txn_offsets.asking import UNSTABLE, AskOffsets
from kafka_tck.properties.operations.txn_offsets.believed import ended, known_of, restarted
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class EndWithOffsets(EndTransaction, kind="end_with_offsets"):
    """Commits or aborts, and waits until the groups have got their markers too."""

    def perform(self, world: World) -> Observation:
        promised = sorted(live(world, self.producer).promised)
        seen = super().perform(world)
        live(world, self.producer).promised = set()
        await_stable(world, promised)
        return seen

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        if seen.get("error") != "NONE":
            return judged
        return [replace(j, belief=ended(j.belief, self.producer, self.commit)) for j in judged]


@dataclass(frozen=True)
class StartWithOffsets(StartProducer, kind="start_with_offsets"):
    """A new life of a producer: offsets that were pending are dropped."""

    def perform(self, world: World) -> Observation:
        promised = sorted(live(world, self.producer).promised)
        seen = super().perform(world)
        await_stable(world, promised)
        return seen

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        return [replace(j, belief=ended(j.belief, self.producer, False)) for j in judged]


def await_stable(world: World, promised: Sequence[tuple[str, str, int]]) -> None:
    """Waits until nothing of it is pending: markers may come after the answer to EndTxn."""
    for (group, topic), keys in groupby(promised, lambda key: key[:2]):
        partitions = tuple(partition for _, _, partition in keys)
        world.until(lambda g=group, t=topic, p=partitions: _is_stable(world, g, t, p), 5.0)  # type: ignore[misc]


def _is_stable(world: World, group: str, topic: str, partitions: tuple[int, ...]) -> bool | None:
    told = AskOffsets(group, topic, partitions).perform(world).get("told", {})
    return None if any(entry[0] == UNSTABLE for entry in told.values()) else True


@dataclass(frozen=True)
class RestartGroups(RestartIsolated, kind="restart_groups"):
    """A clean restart of a coordinator, which reads its log again."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        return [replace(j, belief=restarted(j.belief)) for j in judged]


@dataclass(frozen=True)
class LookTogether(Operation, kind="look_together"):
    """Stable offset of an input partition, and how many records were made of it.

    Each transaction consumes one record and produces one: the offset is the count of the output.
    """

    group: str
    source: str
    output: str

    def perform(self, world: World) -> Observation:
        asked = AskOffsets(self.group, self.source, (0,)).perform(world)
        read = read_committed(world, (self.output, 0))
        for seen in (asked, read):
            if "silence" in seen:
                return {"silence": seen["silence"]}
        error, offset, *_ = asked["told"]["0"]
        return {"error": error, "consumed": max(0, offset), "produced": len(read["given"])}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        offsets = known_of(belief).offsets
        done = max(0, offsets.told((self.group, self.source, 0))[0])
        told: dict[str, Any] = dict(seen)
        pending = offsets.is_unstable((self.group, self.source, 0))
        error = UNSTABLE if pending else "NONE"
        consumed = 0 if pending else done
        together = claim_that(
            laws.together_or_not.id,
            told == {"error": error, "consumed": consumed, "produced": done},
            expected=f"{error}, {consumed} consumed and {done} produced",
            actual=told,
            because=f"{done} transactions were committed",
        )
        return [Judgement((claim_answered(seen), together), belief)]
