"""What clusters answer that do not know consumer groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.consumer_groups import laws
from kafka_tck.properties.operations.consumer_groups.heartbeating import (
    REBALANCE_MS,
    HeartbeatAsMember,
)
from kafka_tck.properties.operations.consumer_groups.showing import describe
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class AskUnsupported(Operation, kind="ask_unsupported_consumer_group"):
    """A join, and a look at the group."""

    group: str
    version: int

    def perform(self, world: World) -> Observation:
        fields = {"topics": (), "rebalance_ms": REBALANCE_MS, "version": self.version}
        joined = HeartbeatAsMember(self.group, "m", "join", **fields).perform(world)  # type: ignore[arg-type]
        if "silence" in joined:
            return {"silence": joined["silence"]}
        shown = describe(world, self.group)
        return {"errors": [joined["error"], shown.get("error", "silence")]}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        answered = claim_answered(seen)
        if "silence" in seen:
            return [Judgement((answered,), belief)]
        right = claim(
            laws.without_the_feature.id,
            seen["errors"],
            ["UNSUPPORTED_VERSION"] * 2,
            because="the feature group.version is not there",
        )
        return [Judgement((answered, right), belief)]
