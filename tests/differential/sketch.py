"""What the author of a program remembers, so that most of what he writes makes sense."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from tests.differential.symbols import Topic

T = TypeVar("T")

NAMES: Final = "abcd"


@dataclass
class Sketch:
    """Guesses, not knowledge: a request may have been refused, and that is as good a test."""

    rng: random.Random
    version: int = 0
    partitions: dict[str, int] = field(default_factory=dict)
    sequences: dict[tuple[int, str, int], int] = field(default_factory=dict)
    producers: int = 0
    session_epoch: int = 0

    def pick(self, choices: Sequence[T]) -> T:
        return self.rng.choice(choices)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def a_name(self) -> str:
        """Mostly the name of a topic that should exist."""
        known = sorted(self.partitions)
        return self.pick(known) if known and self.chance(0.93) else self.pick(NAMES)

    def some_names(self) -> list[str]:
        return [self.a_name() for _ in range(self.pick([1, 1, 1, 1, 2, 2, 3]))]

    def a_topic(self) -> Topic:
        return Topic(self.a_name())

    def a_partition(self, name: str) -> int:
        count = self.partitions.get(name, 1)
        return self.rng.randrange(count) if self.chance(0.95) else count

    def some_partitions(self, name: str) -> list[int]:
        return [self.a_partition(name) for _ in range(self.pick([1, 1, 1, 2, 3]))]

    def an_epoch(self) -> int:
        """A current leader epoch as clients send it: mostly none, or the true one."""
        return self.pick([-1, -1, -1, -1, 0, 0, 0, 1, -2, 7])

    def an_offset(self) -> int:
        return self.pick([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 25, 100, -1])
