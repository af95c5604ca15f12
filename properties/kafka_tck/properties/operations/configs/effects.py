"""That a changed setting of a topic is acted upon: its size limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.configs.configs_laws import (
    changes_take_effect,
    stored_data_is_kept,
)
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.world import World

LIMIT = "max.message.bytes"
SMALL_LIMIT = 500
LARGE_RECORD = 1000
"""Bytes of a value whose batch is above the small limit and below the default one."""


@dataclass(frozen=True)
class ProduceUntil(Operation, kind="produce_until"):
    """Sends a large record again and again until it is refused, or until it is accepted.

    Then everything that is stored is read.
    """

    topic: str
    refused: bool

    def perform(self, world: World) -> Observation:
        said: list[str] = []
        reached = world.until(lambda: self._once(world, said), within=30.0)
        read = Fetch(self.topic, 0, 0).perform(world)
        silence = {"silence": said[-1]} if said and said[-1] in _SILENCES else {}
        accepted = said.count("NONE")
        return {"reached": reached, "accepted": accepted, "last": said[-1], "read": read, **silence}

    def _once(self, world: World, said: list[str]) -> bool | None:
        seen = self._produce().perform(world)
        said.append(str(seen.get("error", seen.get("silence"))))
        wanted = "MESSAGE_TOO_LARGE" if self.refused else "NONE"
        return True if said[-1] == wanted else None

    def _produce(self) -> Produce:
        return Produce(self.topic, 0, (Rec("k", "x" * LARGE_RECORD),))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        for _ in range(seen["accepted"]):
            belief = self._stored(world, belief)
        limit = int(belief.topics[self.topic].settings.get(LIMIT, 1 << 20))
        acted = claim_that(
            changes_take_effect.id,
            bool(seen["reached"]) or self.refused != (limit < LARGE_RECORD),
            expected=f"{'MESSAGE_TOO_LARGE' if self.refused else 'NONE'} within 30 s",
            actual=seen["last"],
            because=f"{LIMIT} is {limit}",
        )
        reads = Fetch(self.topic, 0, 0).judge(world, belief, seen["read"])[0]
        kept = claim_that(
            stored_data_is_kept.id,
            not reads.broken,
            expected="all that was stored",
            actual="all that was stored" if not reads.broken else reads.broken[0].actual,
            because="a limit applies to later requests only",
        )
        return [Judgement((claim_answered(seen), acted, kept), belief)]

    def _stored(self, world: World, belief: Belief) -> Belief:
        base = belief.at(self.topic, 0)["leo"]
        answer = {"error": "NONE", "base_offset": base, "log_append_time": -1}
        stored: Belief = self._produce().judge(world, belief, answer)[0].belief
        return stored


_SILENCES = ("timed out", "connection closed", "process died")
