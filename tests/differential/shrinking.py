"""Makes a program smaller: leaves out steps, then items of lists inside of steps."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.differential.schemas import places, value_at, with_value
from tests.differential.steps import Step

Steps = tuple[Step, ...]
Trial = Callable[[Steps], Steps | None]
"""Runs a smaller program: the part of it that still shows the difference, or None."""


def shrink(steps: Steps, trial: Trial, tries: int) -> Steps:
    """The smallest program found with this many trials."""
    smaller = _candidates(steps)
    while tries > 0:
        candidate = next(smaller, None)
        if candidate is None:
            return steps
        tries -= 1
        shown = trial(candidate)
        if shown is not None:
            steps = shown
            smaller = _candidates(steps)
    return steps


def _candidates(steps: Steps) -> Iterator[Steps]:
    """Programs that are a little smaller, those that leave out most first."""
    size = len(steps) // 2
    while size:
        for at in range(0, len(steps) - 1, size):
            yield steps[:at] + steps[min(at + size, len(steps) - 1) :]
        size //= 2
    for at, step in enumerate(steps):
        for path, kind in places(step.api, step.version, step.fields):
            items = value_at(step.fields, path)
            if kind == "array" and items:
                for index in range(len(items)):
                    fewer = items[:index] + items[index + 1 :]
                    fields = with_value(step.fields, path, fewer)
                    yield (*steps[:at], replace(step, fields=fields), *steps[at + 1 :])
