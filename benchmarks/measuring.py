"""Rates: how often a second something is done, as the median of several repetitions."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Rate:
    """Times per second, one figure per repetition."""

    repetitions: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.repetitions)

    @property
    def spread(self) -> float:
        """The distance between the fastest and the slowest repetition, as a share of the median."""
        return (max(self.repetitions) - min(self.repetitions)) / self.median


def calls_per_second(call: Callable[[], None], seconds: float) -> float:
    """Calls again and again for so many seconds, at least once."""
    count, start = 0, time.perf_counter()
    deadline = start + seconds
    while True:
        call()
        count += 1
        now = time.perf_counter()
        if now >= deadline:
            return count / (now - start)


def ratio(rate: Rate, base: Rate) -> float:
    return rate.median / base.median
