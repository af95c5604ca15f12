"""Runs programs on both sides, and makes a program that shows a difference small."""

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.differential.allowed import Case, Verdict, judge, leaves_doubt
from tests.differential.author import write_program
from tests.differential.comparing import Difference, differences
from tests.differential.shrinking import Steps, shrink
from tests.differential.sides import Said, Side
from tests.differential.steps import Step

TRIES: Final = 80
"""Runs that making one program smaller may take."""


MOST_SHOWN: Final = 12
"""Differences of one answer that a finding lists."""


@dataclass(frozen=True)
class Finding:
    """The steps up to the one that the two sides answer differently."""

    seed: int
    steps: tuple[Step, ...]
    differences: tuple[Difference, ...]

    def kind(self) -> str:
        """What findings of one cause have in common: the API and the fields."""
        fields = sorted({_field(difference) for difference in self.differences})
        return f"{self.steps[-1].api} {' '.join(fields[:MOST_SHOWN])}"

    def say(self) -> str:
        lines = [f"program of seed {self.seed}, {len(self.steps)} steps:"]
        lines += [f"  {at}. {step.say()}" for at, step in enumerate(self.steps, 1)]
        lines += [f"     {difference.say()}" for difference in self.differences[:MOST_SHOWN]]
        return "\n".join(lines)


class Runner:
    """The bundled side first, the real one second."""

    def __init__(self, bundled: Side, real: Side) -> None:
        self._sides = (bundled, real)
        self._runs = 0
        self.sent = 0

    def find(self, seed: int, length: int) -> Finding | None:
        """Runs the program of a seed up to the first unexpected difference."""
        steps = write_program(seed, length)
        found = self.run(steps)
        return None if found is None else Finding(seed, tuple(steps[: found[0] + 1]), found[1])

    def run(self, steps: Sequence[Step]) -> tuple[int, tuple[Difference, ...]] | None:
        """The first step that is answered differently, and how."""
        self._runs += 1
        for side in self._sides:
            side.begin(f"d{self._runs:05}-")
        try:
            for at, step in enumerate(steps):
                if leaves_doubt(step):
                    continue
                verdict = self._compare(step, steps[:at])
                if verdict.unexpected:
                    return at, verdict.unexpected
                if verdict.ends:
                    return None
        finally:
            for side in self._sides:
                side.end()
        return None

    def _compare(self, step: Step, earlier: Sequence[Step]) -> Verdict:
        self.sent += 1
        bundled, real = _performed(self._sides[0], step), self._sides[1].perform(step)
        found = sorted(differences(bundled, real), key=lambda d: d.path)
        return judge(Case(step, earlier, found))

    def shrink(self, finding: Finding) -> Finding:
        """A smaller program in which the same fields differ."""
        wanted = {_field(difference) for difference in finding.differences}
        shown = finding.differences

        def trial(steps: Steps) -> Steps | None:
            nonlocal shown
            found = self.run(steps)
            if found is None or not wanted & {_field(d) for d in found[1]}:
                return None
            shown = found[1]
            return steps[: found[0] + 1]

        steps = shrink(finding.steps, trial, TRIES)
        return Finding(finding.seed, steps, shown)


def _performed(bundled: Side, step: Step) -> Said:
    """The outcome; a broker in this process may fail in a way that a finding must show."""
    try:
        return bundled.perform(step)
    except Exception as failure:
        at = traceback.extract_tb(failure.__traceback__)[-1]
        return {"outcome": f"raised {failure!r} at {Path(at.filename).name}:{at.lineno}"}


def _field(difference: Difference) -> str:
    """The path without the names and numbers of this run."""
    return re.sub(r"\.(d\d+-\w+|-?\d+|[^.]*#\d+|[^.]* \(\d\))(?=\.|$)", ".*", difference.path)
