"""Making sure that internal topics exist: a coordinator that is looked for makes its topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.coordinators import GROUP, find_coordinator
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World

INTERNAL: Final = "__consumer_offsets"


@dataclass(frozen=True)
class WakeCoordinators(Operation, kind="wake_coordinators"):
    """Looks for a group coordinator: a fixture, not a claim.

    A target without coordinators is asked to make the topic, as any other.
    """

    def perform(self, world: World) -> Observation:
        return {"found": makes_internal_topic(world)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((), belief)]


def makes_internal_topic(world: World) -> bool:
    """Whether __consumer_offsets is there, after everything was done that makes it."""
    if world.profile.has("FindCoordinator"):
        return world.until(lambda: _is_found(world)) is not None
    topic = {
        "name": INTERNAL,
        "num_partitions": 1,
        "replication_factor": 1,
        "configs": [{"name": "cleanup.policy", "value": "compact"}],
    }
    made = world.call(world.client(), "CreateTopics", topics=[topic], timeout_ms=10_000)
    return isinstance(made, Answer)


def _is_found(world: World) -> bool | None:
    return True if find_coordinator(world, "kafka-tck", GROUP)[0] == "NONE" else None
