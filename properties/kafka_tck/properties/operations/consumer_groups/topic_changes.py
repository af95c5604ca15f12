"""Topics that groups subscribe to become other: fixtures, not claims."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name


@dataclass(frozen=True)
class Grow(Operation, kind="grow_subscribed_topic"):
    """A topic has so many partitions from now on."""

    topic: str
    partitions: int

    def perform(self, world: World) -> Observation:
        grown = {"name": world.real(self.topic), "count": self.partitions, "assignments": None}
        done = world.call(world.client(), "CreatePartitions", topics=[grown], timeout_ms=10_000)
        error = error_name(done.body.results[0].error_code) if isinstance(done, Answer) else "none"
        if error == "NONE" and not world.until(lambda: self._is_usable(world)):
            raise TargetGone(f"topic {world.real(self.topic)} did not grow")
        return {"error": error}

    def _is_usable(self, world: World) -> bool | None:
        return MakeTopic(self.topic, self.partitions).usable(world)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        _needs_success(self.topic, seen)
        grown = replace(belief.topics[self.topic], partitions=self.partitions)
        return [Judgement((), replace(belief, topics={**belief.topics, self.topic: grown}))]


@dataclass(frozen=True)
class Delete(Operation, kind="delete_subscribed_topic"):
    """A topic is deleted; its id stays known, for members still have its partitions."""

    topic: str

    def perform(self, world: World) -> Observation:
        topic: dict[str, Any] = {"name": world.real(self.topic), "topic_id": None}
        version = min(6, world.profile.newest("DeleteTopics"))
        done = world.call(
            world.client(), "DeleteTopics", version, topics=[topic], timeout_ms=10_000
        )
        for place in [place for place in world.leaders if place[0] == self.topic]:
            del world.leaders[place]
        found = isinstance(done, Answer)
        return {"error": error_name(done.body.responses[0].error_code) if found else "none"}  # type: ignore[union-attr]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        _needs_success(self.topic, seen)
        return [Judgement((), belief.without_topic(self.topic))]


def _needs_success(topic: str, seen: Observation) -> None:
    if seen["error"] != "NONE":
        raise TargetGone(f"topic {topic} could not be changed: {seen['error']}")
