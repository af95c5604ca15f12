"""Exploring a module: what its claims come to at given settings and bounds, and the way there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka_tck.model.batch.search import Outcome, Progress, Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.run import Done, attempt, next_of
from kafka_tck.model.say.trace import Happening, Trace
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import Bool


class ReadersDisagree(Exception):
    """The run reader does not confirm what another reader found: an error of ours."""


@dataclass
class Exploration:
    """What was found: the search's outcome, and the shortest trace to each claim that was met.

    `broken` has the `always` claims that a state breaks, and the `possible` claims that do not lie
    ahead of a state any more; `reached` the `sometimes` claims and anomalies that a state
    satisfies.
    """

    finite: Finite
    outcome: Outcome
    broken: dict[str, Trace] = field(default_factory=dict)
    reached: dict[str, Trace] = field(default_factory=dict)


def explore(
    module: Module[Any],
    given: Given | None = None,
    bounds: Mapping[str, int] | None = None,
    *,
    find: frozenset[str] = frozenset(),
    until_broken: bool = True,
    symmetric: bool = True,
    without: frozenset[tuple[str, str]] = frozenset(),
    report: Callable[[Progress], None] = lambda progress: None,
    most_states: int | None = None,
    most_seconds: float | None = None,
) -> Exploration:
    """Searches breadth-first, so the first trace to a claim is a shortest one.

    It ends early where one of `find` is reached (or broken, if that is an `always` claim), and,
    if so asked, where any `always` claim is broken. Ghost fields make more states: they are carried
    only where a claim of the module speaks of them. What is `possible` is told of a search that is
    complete.
    """
    chosen = given or module.given
    promises = module.claims
    finite = Finite(module, chosen, bounds or {}, ghosts=False, without=without)
    if len(finite.claims(promises)) < len(promises):
        finite = Finite(module, chosen, bounds or {}, without=without)
    always = finite.claims(module.always_claims)
    wanted = finite.claims({**module.sometimes_claims, **module.anomalies})
    broken = {f"not {name}": finite.make.negate(claim) for name, claim in always.items()}
    stop_at = {f"not {name}" for name in always if until_broken or name in find}
    search = Search(
        finite,
        {**broken, **wanted},
        goals=_goals(finite),
        stop_at=frozenset(stop_at | (find & set(wanted))),
        symmetric=symmetric,
    )
    outcome = search.run(report, most_states=most_states, most_seconds=most_seconds)
    found = Exploration(finite, outcome)
    for name, number in outcome.reached.items():
        into = found.broken if name.startswith("not ") else found.reached
        into[name.removeprefix("not ")] = trace_to(finite, outcome, number)
    for name, numbers in outcome.hopeless.items():
        if len(numbers):
            found.broken[name] = trace_to(finite, outcome, int(numbers[0]))
    return found


def _goals(finite: Finite) -> dict[str, Bool]:
    """What should stay possible; where it may end at a bound, the end of that bound is as good."""
    promises = finite.module.possible_claims
    return {
        name: finite.make.any_of([claim, finite.beyond(promises[name].up_to)])
        for name, claim in finite.claims(promises).items()
    }


def trace_to(finite: Finite, outcome: Outcome, number: int) -> Trace:
    """The way to a state, as the run reader walks it."""
    state: Mapping[str, Any] = finite.module.initial_state(finite.given)
    first, steps = state, []
    for at in outcome.trail.way_to(number):
        instance = finite.instances[at]
        done = attempt(finite.module, instance.action, state, finite.given, **instance.parameters)
        if not isinstance(done, Done) and not finite.without:
            raise ReadersDisagree(f"{instance.said} is refused ({done.guard}) in {dict(state)}")
        after = done.state if isinstance(done, Done) else _forced(finite, at, state)
        steps.append(Happening(instance.action, instance.parameters, state, after))
        state = after
    return Trace(finite.module, finite.given, first, tuple(steps))


def _forced(finite: Finite, at: int, state: Mapping[str, Any]) -> Mapping[str, Any]:
    """The effect of an action whose guards were left out on purpose."""
    instance = finite.instances[at]
    return next_of(finite.module, instance.action, state, finite.given, instance.parameters)
