"""Asking a partition which producers it knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import marker_laws as laws
from kafka_tck.properties.operations.isolation.asking import active_producers
from kafka_tck.properties.operations.isolation.undecided import numbers_known, stability_of
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class DescribeProducers(Operation, kind="describe_producers"):
    """Asks one partition for its producers."""

    topic: str
    partition: int

    def perform(self, world: World) -> Observation:
        seen = active_producers(world, (self.topic, self.partition))
        if "silence" in seen:
            return seen
        told = {str(pid): told for pid, told in seen["producers"].items()}
        return {"error": seen["error"], "producers": told}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        right = claim(
            laws.partitions_tell_their_producers.id,
            dict(seen),
            {"error": "NONE", "producers": _known(belief, (self.topic, self.partition))},
            because="these producers wrote here, or were marked",
        )
        return [Judgement((claim_answered(seen), right), belief)]


def _known(belief: Belief, place: Place) -> dict[str, Any]:
    return {
        str(pid): {
            "epoch": writer.epoch,
            "last_sequence": numbers_known(belief, pid, place).last,
            "coordinator_epoch": writer.coordinator_epoch,
            "first": -1 if writer.first is None else writer.first,
        }
        for pid, writer in stability_of(belief, place).writers.items()
    }
