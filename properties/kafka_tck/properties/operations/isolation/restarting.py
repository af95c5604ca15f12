"""A clean restart between transactions, or within one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.isolation.undecided import reloaded
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class RestartIsolated(Restart, kind="restart_isolated"):
    """A clean restart: every open transaction stays open, and nothing more is decided."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [
            replace(judged, belief=reloaded(judged.belief))
            for judged in super().judge(world, belief, seen)
        ]
