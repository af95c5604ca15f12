"""Asking for offsets under either isolation level."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.model.times import first_at_or_after
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.undecided import lso_of
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.world import World

LATEST = -1


@dataclass(frozen=True)
class AskIsolated(ListOffsets, kind="ask_isolated"):
    """ListOffsets for the end or, without a special timestamp, by time."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            claims.append(self._right(world, belief, seen))
        return [Judgement(tuple(claims), belief)]

    def _right(self, world: World, belief: Belief, seen: Observation) -> Claim:
        known = belief.at(self.topic, self.partition)
        bound = lso_of(belief, (self.topic, self.partition)) if self.isolation else known["hw"]
        told = {name: seen[name] for name in ("error", "offset", "timestamp")}
        if self.special == LATEST:
            legal = {"error": "NONE", "offset": bound, "timestamp": -1}
            why = "this is the bound of the isolation level"
            return claim(laws.latest_is_the_bound.id, told, legal, because=why)
        wanted = world.start_ms + self.at
        found = first_at_or_after(known.ledger, wanted, known["log_start"], bound)
        offset, timestamp = (-1, -1) if found is None else (found.offset, found.timestamp)
        legal = {"error": "NONE", "offset": offset, "timestamp": timestamp}
        why = f"of the records below {bound} this is the first"
        return claim(laws.by_time_is_within_the_bound.id, told, legal, because=why)
