"""A search with the run reader alone: slow, obvious, and the measure of the batch reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.finite import Finite
from kafka_tck.model.run import Done, attempt, enabled_instances
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module


@dataclass(frozen=True)
class Counted:
    """How many states there are, and how many the shortest way to the farthest one has."""

    states: int
    depth: int


def explored_plainly(
    module: Module[Any],
    given: Given | None = None,
    bounds: Mapping[str, int] | None = None,
    *,
    ghosts: bool = False,
) -> Counted:
    """Every reachable state, one at a time; what differs in ghosts only counts once or apart."""
    chosen = given or module.given
    finite = Finite(module, chosen, bounds or {}, ghosts=ghosts)
    instances = list(enabled_instances(module, chosen, bounds))
    level: list[Mapping[str, Any]] = [module.initial_state(chosen)]
    seen, depth = {finite.row(level[0])}, 0
    while level:
        depth, coming = depth + 1, []
        for state in level:
            for action, parameters in instances:
                done = attempt(module, action, state, chosen, **parameters)
                if isinstance(done, Done) and finite.is_within(done.state):
                    row = finite.row(done.state)
                    if row not in seen:
                        seen.add(row)
                        coming.append(done.state)
        level = coming
    return Counted(len(seen), depth)
