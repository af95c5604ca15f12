"""Topics whose segments hold two or three batches."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.cleaning.cleaning import segment_setting
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class MakeSegmented(MakeTopic, kind="make_segmented"):
    """Creates a topic of small segments: what spans them is found in more than one."""

    segment_bytes: int = 300

    def perform(self, world: World) -> Observation:
        return self._made(world).perform(world)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return self._made(world).judge(world, belief, seen)

    def _made(self, world: World) -> MakeTopic:
        small = (segment_setting(world), str(self.segment_bytes))
        return MakeTopic(self.topic, self.partitions, (*self.settings, small))
