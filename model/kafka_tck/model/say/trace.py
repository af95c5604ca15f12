"""A trace: the states that a sequence of actions leads through, told again by the run reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kafka_tck.model.finite import Finite
from kafka_tck.model.run import Refused, Values, attempt, next_of
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module, Nodes


class Happening(NamedTuple):
    """One step: the action and its parameters, the state before and the state after."""

    action: str
    parameters: Mapping[str, int]
    before: Values
    after: Values

    @property
    def said(self) -> str:
        """The action and its parameters, as a call."""
        chosen = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.action}({chosen})"


@dataclass(frozen=True)
class Trace:
    """Steps of a module at given settings, and the state that they begin in."""

    module: Module[Any]
    given: Given
    first: Values
    steps: tuple[Happening, ...]

    @property
    def states(self) -> tuple[Values, ...]:
        """All states in order; there is one more than there are steps."""
        return (self.first, *(step.after for step in self.steps))

    def nodes_of(self, step: Happening) -> dict[str, int]:
        """The parameters that name nodes, in order, without those that name none."""
        domains = self.module.actions[step.action].domains
        return {
            name: value
            for name, value in step.parameters.items()
            if isinstance(domains[name], Nodes) and value >= 0
        }


def retold(
    module: Module[Any],
    calls: Iterable[tuple[str, Mapping[str, int]]],
    given: Given | None = None,
    first: Values | None = None,
) -> Trace:
    """The trace of these actions from the initial state. Raises `ValueError` if one is refused."""
    settings = given or module.given
    state = first if first is not None else module.initial_state(settings)
    steps: list[Happening] = []
    start = state
    for action, parameters in calls:
        outcome = attempt(module, action, state, settings, **parameters)
        if isinstance(outcome, Refused):
            raise ValueError(f"step {len(steps) + 1}, {action}: {outcome.guard} does not hold")
        steps.append(Happening(action, dict(parameters), state, outcome.state))
        state = outcome.state
    return Trace(module, settings, start, tuple(steps))


def trace_of(finite: Finite, instances: Iterable[int]) -> Trace:
    """The trace of these instances, as `Trail.way_to` numbers them.

    Their guards are not asked again: a search may have been told to leave some out.
    """
    module, given = finite.module, finite.given
    state: Values = module.initial_state(given)
    steps: list[Happening] = []
    for number in instances:
        one = finite.instances[number]
        after = next_of(module, one.action, state, given, one.parameters)
        steps.append(Happening(one.action, dict(one.parameters), state, after))
        state = after
    return Trace(module, given, module.initial_state(given), tuple(steps))
