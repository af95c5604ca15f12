"""A topic with one replica, and a minimum that it can never reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

ALONE = "alone"


@dataclass(frozen=True)
class ProduceAboveMinimum(Operation, kind="produce_above_minimum"):
    """Makes a topic with one replica and a higher min.insync.replicas, and produces to it."""

    minimum: int = 2
    acks: int = -1

    def perform(self, world: World) -> Observation:
        node = world.target.nodes()[0]
        name = f"{ALONE}{self.minimum}"
        world.call(
            world.client("watch"),
            "CreateTopics",
            topics=[
                {
                    "name": world.real(name),
                    "num_partitions": -1,
                    "replication_factor": -1,
                    "assignments": [{"partition_index": 0, "broker_ids": [node]}],
                    "configs": [{"name": "min.insync.replicas", "value": str(self.minimum)}],
                }
            ],
            timeout_ms=10_000,
        )
        error = world.until(lambda: self._produce(world, name, node), 10.0)
        return {"error": error or "NOT_LED"}

    def _produce(self, world: World, name: str, node: int) -> str | None:
        """The error; None while the broker has not heard of the topic."""
        batch = make_batch([Record(None, b"v", timestamp=world.start_ms)]).encode()
        found = world.call(
            world.client("writer", node),
            "Produce",
            8,
            transactional_id=None,
            acks=self.acks,
            timeout_ms=5_000,
            topic_data=[
                {"name": world.real(name), "partition_data": [{"index": 0, "records": batch}]}
            ],
        )
        if not isinstance(found, Answer):
            return "NO_ANSWER"
        error = error_name(found.body.responses[0].partition_responses[0].error_code)
        waits = error in ("UNKNOWN_TOPIC_OR_PARTITION", "NOT_LEADER_OR_FOLLOWER")
        return None if waits else error

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        told = claim(
            laws.small_groups_are_enough.id,
            seen["error"],
            "NONE",
            because=f"there is one replica, so that {self.minimum} in sync means one",
        )
        return [Judgement((told,), belief)]
