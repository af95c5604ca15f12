"""The coordinator of groups is restarted; groups are what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.consumer_groups import timing_laws
from kafka_tck.properties.operations.consumer_groups.believed import group_of, having
from kafka_tck.properties.operations.consumer_groups.showing import DescribeConsumerGroup
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class RestartConsumerGroups(Restart, kind="restart_consumer_groups"):
    """A clean restart of a node."""


@dataclass(frozen=True)
class DescribeAfterRestart(Operation, kind="describe_consumer_group_after_restart"):
    """What is shown of a group is what members were told before the restart."""

    group: str

    def perform(self, world: World) -> Observation:
        return DescribeConsumerGroup(self.group).perform(world)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [
            Judgement(
                (
                    *(replace(c, requirement=timing_laws.after_restart.id) for c in judged.claims),
                    *judged.claims,
                ),
                self._restarted(judged.belief),
            )
            for judged in DescribeConsumerGroup(self.group).judge(world, belief, seen)
        ]

    def _restarted(self, belief: Belief) -> Belief:
        return having(belief, self.group, replace(group_of(belief, self.group), restarted=True))
