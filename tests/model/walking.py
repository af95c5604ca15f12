"""A module and a judge beside it: every step of the one, told to the other as it is on the wire."""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from kafka_tck.model.run import Done, Refused, Values, attempt, enabled_instances
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module

J = TypeVar("J")


class Taken(NamedTuple):
    """One action that was tried in a state, and what came of it."""

    action: str
    parameters: Mapping[str, int]
    before: Values
    outcome: Done | Refused


Hears = Callable[[J, Taken], J | None]
"""What the judge is after a step; None if it cannot go on from there."""
Pair = tuple[Values, Any]


def tried(module: Module[Any], given: Given, state: Values, instances: Any) -> Iterator[Taken]:
    """Every action in a state, also those that are refused."""
    for action, parameters in instances:
        outcome = attempt(module, action, state, given, **parameters)
        yield Taken(action, parameters, state, outcome)


def every_pair(
    module: Module[Any], given: Given, most: Mapping[str, int], first: J, hears: Hears[J]
) -> Iterator[tuple[Values, J]]:
    """Every state that can be reached, with all that a judge may believe of it.

    `most` are the highest values of some fields. `hears` is told of every action, in every
    state.
    """
    instances = list(enabled_instances(module, given))
    initial = module.initial_state(given)
    seen = {_key(initial, first)}
    waiting: list[tuple[Values, J]] = [(initial, first)]
    while waiting:
        state, judge = waiting.pop()
        yield state, judge
        for taken in tried(module, given, state, instances):
            now = hears(judge, taken)
            if now is None or not isinstance(taken.outcome, Done):
                continue
            after = taken.outcome.state
            if any(after[name] > highest for name, highest in most.items()):
                continue
            key = _key(after, now)
            if key not in seen:
                seen.add(key)
                waiting.append((after, now))


def _key(state: Values, judge: object) -> str:
    return repr((tuple(state.values()), judge))


def some_walk(
    module: Module[Any],
    given: Given,
    most: Mapping[str, int],
    first: J,
    hears: Hears[J],
    seed: int,
    steps: int,
    more: Callable[[random.Random, Values], Taken] | None = None,
) -> Iterator[tuple[Values, J]]:
    """So many steps; it begins anew where no way leads on. `more` is one more way, if there is one.

    As in `every_pair`, `hears` is told of every action, in every state.
    """
    rng = random.Random(seed)
    instances = list(enabled_instances(module, given))
    beginning: tuple[Values, J] = (module.initial_state(given), first)
    state, judge = beginning
    for _ in range(steps):
        others = [more(rng, state)] if more else []
        ways: dict[str, list[tuple[Values, J]]] = {}
        for taken in [*tried(module, given, state, instances), *others]:
            now = hears(judge, taken)
            if now is None or not isinstance(taken.outcome, Done):
                continue
            after = taken.outcome.state
            if all(after[name] <= highest for name, highest in most.items()):
                ways.setdefault(taken.action, []).append((after, now))
        state, judge = rng.choice(ways[rng.choice(list(ways))]) if ways else beginning
        yield state, judge
