"""A storm as one step of a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.histories.checks import (
    GROUP_REQUIREMENTS,
    REQUIREMENTS,
    TRANSACTIONAL_REQUIREMENTS,
    judge,
)
from kafka_tck.properties.histories.finding import Found, show
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.histories.plan import Plan, draw_plan, possible_moves
from kafka_tck.properties.histories.settling import settle
from kafka_tck.properties.histories.storm import Storm
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

_LAST: Final = "history of the last storm"

_Key = tuple[str, int, int, int, int, int]
_BROKEN: Final[dict[_Key, History]] = {}
"""Histories of this process that broke something, by namespace and the numbers of the storm."""


def run_storm(
    world: World, plan: Plan, progress: Callable[[Storm], None] = lambda storm: None
) -> History:
    """A whole storm: clients and faults, recovery, last reads. Every fault is undone."""
    storm = Storm(world, plan, progress)
    try:
        storm.run()
        settle(storm)
    finally:
        storm.close()
    return storm.history()


@dataclass(frozen=True)
class RunStorm(Operation, kind="storm"):
    """Runs a storm on fresh topics. Its faults are those that the target can inject."""

    seed: int
    operations: int = 120
    faults: int = 4
    transactors: int = 0
    members: int = 0

    def plan(self, world: World) -> Plan:
        """What is drawn for this target."""
        possible = possible_moves(world.target.capabilities, world.profile.features)
        numbers = (self.operations, self.faults)
        return draw_plan(
            self.seed, possible, *numbers, transactors=self.transactors, members=self.members
        )

    def perform(self, world: World) -> Observation:
        history = world.handles[_LAST] = self._history(world)
        fine = sum(op.is_fine for op in history.ops)
        return {"requests": len(history.ops), "fine": fine, "faults": len(history.faults)}

    def _history(self, world: World) -> History:
        """A new one; or the one that these numbers gave before, if that broke something.

        Real brokers do not repeat themselves. What they did once stands, and need not come back.
        """
        numbers = (self.operations, self.faults, self.transactors, self.members)
        key = (world.namespace.prefix, self.seed, *numbers)
        if key not in _BROKEN:
            history = run_storm(world, self.plan(world))
            if not judge(history):
                return history
            _BROKEN[key] = history
        return _BROKEN[key]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        history: History = world.handles[_LAST]
        found = judge(history)
        held_to = REQUIREMENTS
        held_to += TRANSACTIONAL_REQUIREMENTS if self.transactors else ()
        held_to += GROUP_REQUIREMENTS if self.members else ()
        return [Judgement(tuple(_claims(history, found, held_to)), belief)]


def _claims(
    history: History, found: Sequence[Found], held_to: Sequence[Requirement]
) -> Sequence[Claim]:
    """One claim per requirement; of what breaks one the first is told."""
    first: dict[str, Found] = {}
    for one in found:
        first.setdefault(one.requirement, one)
    return [
        claim_that(
            requirement.id,
            requirement.id not in first,
            expected="a history without it",
            actual=show(first[requirement.id], history) if requirement.id in first else "none",
            because="of what clients were told while things failed",
        )
        for requirement in held_to
    ]
