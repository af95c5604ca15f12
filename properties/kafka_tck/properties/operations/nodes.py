"""Faults on nodes. A clean restart forgets nothing that was committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.adapters.target import Faults
from kafka_tck.model.sources import KIP
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import TargetGone, World

epochs_do_not_fall = Requirement(
    "metadata.leader-epochs-do-not-fall",
    "The leader epoch that one broker reports for a partition never falls.",
    KIP(320, "leader epoch in metadata"),
    covers=("G-16",),
    needs=frozenset({"fault.restart"}),
    mutants=("epoch-falls-on-restart",),
)


@dataclass(frozen=True)
class Restart(Operation, kind="restart"):
    """Restarts a node cleanly and waits until every topic of this run can be used again."""

    node: int = 1

    def perform(self, world: World) -> Observation:
        world.drop_all()
        assert isinstance(world.target, Faults)
        world.target.restart(self.node)
        for topic in world.ids:
            count = sum(1 for place in world.leaders if place[0] == topic)
            if world.until(lambda t=topic, n=count: MakeTopic(t, n).usable(world)) is None:  # type: ignore[misc]
                raise TargetGone(f"topic {topic} cannot be used after a restart")
        return {"epochs": _reported_epochs(world)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims: list[Claim] = []
        for (topic, partition), known in belief.partitions.items():
            epoch = seen["epochs"].get(f"{topic}/{partition}")
            if epoch is None:
                continue
            claims.append(
                claim_that(
                    epochs_do_not_fall.id,
                    epoch >= known["epoch"],
                    expected=f"an epoch of at least {known['epoch']}",
                    actual=epoch,
                    because="this epoch was reported before the restart",
                )
            )
            if epoch > known["epoch"]:
                belief = belief.with_partition(topic, partition, known.led_under(epoch))
        return [Judgement(tuple(claims), belief)]


def _reported_epochs(world: World) -> dict[str, Any]:
    found = world.call(
        world.client(), "Metadata", topics=[{"name": world.real(topic)} for topic in world.ids]
    )
    if not isinstance(found, Answer):
        return {}
    return {
        f"{world.symbol_of(topic.name)}/{partition.partition_index}": partition.leader_epoch
        for topic in found.body.topics
        for partition in topic.partitions
    }
