"""Making sure that internal topics exist: a coordinator that is looked for makes its topic."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class WakeCoordinators(Operation, kind="wake_coordinators"):
    """Looks for a group coordinator: a fixture, not a claim.

    A target without coordinators is asked to make the topic, as any other.
    """

    def perform(self, world: World) -> Observation:
        if not world.profile.has("FindCoordinator"):
            return {"found": self._made(world)}
        return {"found": world.until(lambda: self._found(world)) is not None}

    def _made(self, world: World) -> bool:
        topic = {"name": "__consumer_offsets", "num_partitions": 1, "replication_factor": 1}
        made = world.call(world.client(), "CreateTopics", topics=[topic], timeout_ms=10_000)
        return isinstance(made, Answer)

    def _found(self, world: World) -> bool | None:
        found = world.call(world.client(), "FindCoordinator", 3, key="tck", key_type=0)
        is_found = isinstance(found, Answer) and found.body.error_code == 0
        return True if is_found else None

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((), belief)]
