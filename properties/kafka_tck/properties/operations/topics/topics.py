"""Making a topic for a run: created with its settings, and awaited until it can be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief, TopicBelief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID


@dataclass(frozen=True)
class MakeTopic(Operation, kind="make_topic"):
    """Creates a topic and waits until every partition can be used: a fixture, not a claim."""

    topic: str
    partitions: int = 1
    settings: tuple[tuple[str, str], ...] = ()

    def perform(self, world: World) -> Observation:
        created = world.call(
            world.client(),
            "CreateTopics",
            topics=[
                {
                    "name": world.real(self.topic),
                    "num_partitions": self.partitions,
                    "replication_factor": 1,
                    "configs": [{"name": k, "value": v} for k, v in self.settings],
                }
            ],
            timeout_ms=10_000,
        )
        if not isinstance(created, Answer):
            return silent(created)
        error = error_name(created.body.topics[0].error_code)
        if error != "NONE":
            return {"error": error}
        if world.until(lambda: self.usable(world)) is None:
            raise TargetGone(f"topic {world.real(self.topic)} did not become usable")
        return {"error": "NONE", "partitions": self.partitions}

    def usable(self, world: World) -> bool | None:
        found = world.call(world.client(), "Metadata", topics=[{"name": world.real(self.topic)}])
        if not isinstance(found, Answer) or not found.body.topics:
            return None
        topic = found.body.topics[0]
        if topic.error_code != 0 or len(topic.partitions) != self.partitions:
            return None
        world.ids[self.topic] = topic.topic_id or ZERO_ID
        for partition in topic.partitions:
            world.leaders[self.topic, partition.partition_index] = partition.leader_id
        ready = (self._serves(world, partition) for partition in range(self.partitions))
        return True if all(ready) else None

    def _serves(self, world: World, partition: int) -> bool:
        asked = {"partition_index": partition, "timestamp": -1}
        found = world.call(
            world.at_leader(self.topic, partition),
            "ListOffsets",
            topics=[{"name": world.real(self.topic), "partitions": [asked]}],
        )
        return isinstance(found, Answer) and _first_error(found) == 0

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if seen.get("error") != "NONE":
            reason = seen.get("error", seen.get("silence"))
            raise TargetGone(f"a topic that the suite needs could not be made: {reason}")
        facts = TopicBelief(self.partitions, dict(self.settings))
        return [Judgement((claim_answered(seen),), belief.with_topic(self.topic, facts))]


def _first_error(found: Answer) -> Any:
    return found.body.topics[0].partitions[0].error_code
