"""Which node coordinates a transactional id, and what the others say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.coordinators import (
    TRANSACTION,
    find_coordinator,
    leader_by_hash,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import show_laws
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

TOPIC = "__transaction_state"
_WITHIN = 20.0


@dataclass(frozen=True)
class CompareCoordinator(Operation, kind="compare_coordinator"):
    """Asks who coordinates an id, who leads its partition, and another node for the id."""

    id: str

    def perform(self, world: World) -> Observation:
        key = world.real(self.id)
        found: dict[str, Any] = {}

        def settled() -> bool | None:
            error, node = find_coordinator(world, key, TRANSACTION)
            found.update(error=error, node=node, leader=leader_by_hash(world, TOPIC, key))
            return True if error == "NONE" and found["leader"] is not None else None

        world.until(settled, _WITHIN)
        return {**found, "elsewhere": self._elsewhere(world, found["node"])}

    def _elsewhere(self, world: World, coordinator: int) -> str | None:
        others = [node for node in world.faults.running() if node != coordinator]
        if not others or coordinator < 0:
            return None
        asked = {"transactional_ids": [world.real(self.id)]}
        told = world.call(world.client("c1", others[0]), "DescribeTransactions", 0, **asked)
        if not isinstance(told, Answer):
            return "silence"
        return error_name(told.body.transaction_states[0].error_code)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        leads = claim(
            show_laws.coordinator.id,
            [seen["error"], seen["node"]],
            ["NONE", seen["leader"]],
            because="this node leads the partition that the hash of the id names",
        )
        if seen["elsewhere"] is None:
            return [Judgement((leads,), belief)]
        refers = claim(
            show_laws.elsewhere.id,
            seen["elsewhere"],
            "NOT_COORDINATOR",
            because="another node coordinates the id",
        )
        return [Judgement((leads, refers), belief)]
