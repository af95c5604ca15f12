"""The same question in two versions of its request: the answers must agree."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kafka_tck.evidence.events import to_json
from kafka_tck.model.sources import Code
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.operation import Operation, from_json
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

older_versions_mean_the_same = Requirement(
    "versions.an-older-version-reads-the-same",
    "A Fetch or ListOffsets in an older version answers what the newest one answers, in all fields "
    "that both have.",
    Code("KafkaApis; RequestContext"),
    covers=("G-43",),
    mutants=("older-list-offsets-answers-otherwise",),
)

NOT_IN_VERSION = {"Fetch": {"log_start_offset": 5}}
"""Fields of an answer by the first version that has them."""


@dataclass(frozen=True)
class InTwoVersions(Operation, kind="in_two_versions"):
    """Asks once in the newest version and once in an older one; `step` is the question as JSON."""

    step: str
    api: str
    version: int

    def perform(self, world: World) -> Observation:
        question: Any = from_json(json.loads(self.step))
        newest = question.perform(world)
        return {"newest": newest, "older": replace(question, version=self.version).perform(world)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        later = {n for n, v in NOT_IN_VERSION.get(self.api, {}).items() if v > self.version}
        shared = (set(seen["newest"]) & set(seen["older"])) - later
        newest, older = ({n: seen[side][n] for n in shared} for side in ("newest", "older"))
        told = claim_that(
            older_versions_mean_the_same.id,
            newest == older and ("silence" in seen["newest"]) == ("silence" in seen["older"]),
            expected=to_json(newest),
            actual=to_json(older),
            because=f"this is what the newest version of {self.api} was answered",
        )
        return [Judgement((told,), belief)]

    def say(self) -> str:
        return f"{self.kind} v{self.version} {self.step}"
