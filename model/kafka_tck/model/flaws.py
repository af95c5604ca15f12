"""What is wrong with a module as a specification: claims that say nothing, unused actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka_tck.model.explore import explore
from kafka_tck.model.run import holds_in
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module


def flaws(
    module: Module[Any],
    given: Given | None = None,
    bounds: Mapping[str, int] | None = None,
    *,
    states: int | None = None,
    depth: int | None = None,
    breaks: frozenset[str] = frozenset(),
) -> list[str]:
    """Explores the module to the end and says what is not as it should be; nothing if all is.

    Every `always` claim holds, first of all in the initial state, and every `possible` one stays
    possible, but for those it `breaks`; every `sometimes` claim is reached and every action taken;
    the space has so many states (up to the names of nodes) and is so deep.
    """
    chosen = given or module.given
    found = explore(module, chosen, bounds, until_broken=False)
    initial = module.initial_state(chosen)
    told = [
        f"{name} is false in the initial state"
        for name, promise in module.always_claims.items()
        if not holds_in(module, promise.claim, initial, chosen)
    ]
    told += [f"{name} is broken" for name in sorted(set(found.broken) - breaks)]
    told += [f"{name} should be broken and is not" for name in sorted(breaks - set(found.broken))]
    told += [
        f"{name} is never reached" for name in module.sometimes_claims if name not in found.reached
    ]
    told += [
        f"{name} never happens"
        for name, action in module.actions.items()
        if action.enabled(chosen) and not found.outcome.taken.get(name)
    ]
    if states not in (None, found.outcome.states):
        told.append(f"{found.outcome.states:,} states instead of {states:,}")
    if depth not in (None, found.outcome.depth):
        told.append(f"depth {found.outcome.depth} instead of {depth}")
    return told
