"""Transactions whose first batch on a partition is not the first that the producer numbered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.producer import live, write
from kafka_tck.properties.operations.isolation.undecided import opening, wrote
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World

GAP: Final = 5


@dataclass(frozen=True)
class BeginLater(Operation, kind="begin_later"):
    """The first batch of a producer on a partition that knows nothing of it, with sequence 5."""

    producer: str
    topic: str
    partition: int
    old: bool = False

    @property
    def place(self) -> Place:
        return (self.topic, self.partition)

    def perform(self, world: World) -> Observation:
        me = live(world, self.producer)
        me.sequences[self.place] = GAP
        seen = write(world, self.producer, self.place, 1, old=self.old)
        if seen.get("error") != "NONE":
            me.sequences[self.place] = 0
            me.added.add(self.place)  # the coordinator heard of it before the partition refused
        return {**seen, "new": not me.old}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        refused = seen["new"] and world.profile.release >= (4, 1)
        law = laws.transactions_begin_at_zero if refused else laws.own_writes_are_accepted
        right = claim(
            law.id,
            seen["error"],
            "OUT_OF_ORDER_SEQUENCE_NUMBER" if refused else "NONE",
            because="the partition knows nothing of the producer",
        )
        if seen["error"] == "NONE":
            pid, epoch, first = seen["producer"]
            numbers = (pid, epoch, first)
            belief = wrote(world, belief, self.place, numbers, seen["values"], transactional=True)
        after = opening(belief, self.producer, self.place)
        return [Judgement((claim_answered(seen), right), after)]
