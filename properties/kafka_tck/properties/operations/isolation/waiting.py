"""Reads that wait at their bound while another connection moves it, or does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.judging import judge_isolated
from kafka_tck.properties.operations.isolation.reading import ReadIsolated, having_seen, seen_read
from kafka_tck.properties.operations.operation import Operation, from_json
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class WaitIsolated(ReadIsolated, kind="wait_isolated"):
    """A read that waits while another step is done; the step is written as JSON."""

    meanwhile: str = ""
    wait: int = 100

    def step(self) -> Operation:
        return from_json(json.loads(self.meanwhile))

    def perform(self, world: World) -> Observation:
        client = world.at_leader(self.topic, self.partition, "waiting")
        version, fields = self.request(world)
        pending = client.send("Fetch", version, **fields)
        world.operations += 1
        # A round trip makes it likely that the read was taken in; no claim rests on that.
        world.call(world.client(node=client.node), "Metadata", topics=[])
        done = self.step().perform(world)
        seen = seen_read(pending.outcome())
        if "silence" in seen:
            world.drop(client)
        return {**seen, "meanwhile": done}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [
            self._judged(belief, between, seen)
            for between in self.step().judge(world, belief, seen["meanwhile"])
        ]

    def _judged(self, before: Belief, done: Judgement, seen: Observation) -> Judgement:
        if "silence" in seen:
            return Judgement((*done.claims, claim_answered(seen)), done.belief)
        moments = [self._at(belief, seen) for belief in (before, done.belief)]
        fits = min(moments, key=lambda claims: sum(not c.holds for c in claims))
        broken = [claim.requirement for claim in fits if not claim.holds]
        kept = claim_that(
            laws.waiting_keeps_the_isolation.id,
            not broken,
            expected="what a read would be answered before the other step, or behind it",
            actual=broken or "that",
            because=f"it waited with isolation level {self.isolation}",
        )
        after = having_seen(done.belief, self.place, seen)
        return Judgement((*done.claims, claim_answered(seen), kept), after)

    def _at(self, belief: Belief, seen: Observation) -> list[Claim]:
        return judge_isolated(belief, self.place, self.offset, self.isolation, seen)


def as_text(step: Operation) -> str:
    """A step as another one carries it."""
    return json.dumps(step.to_json())
