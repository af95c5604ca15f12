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
    epoch: int = 0
    """That of the transactional producer."""
    focus: str = "a"
    """The topic that is spoken of most, so that some log gets long."""

    def pick(self, choices: Sequence[T]) -> T:
        return self.rng.choice(choices)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def a_name(self) -> str:
        """Mostly the name of a topic that should exist."""
        known = sorted(self.partitions)
        if not known or self.chance(0.06):
            return self.pick(NAMES)
        if self.focus not in known or self.chance(0.04):
            self.focus = self.pick(known)
        return self.focus if self.chance(0.6) else self.pick(known)

    def some_names(self) -> list[str]:
        found = [self.a_name() for _ in range(self.pick([1, 1, 1, 1, 2, 2, 3]))]
        return found if self.chance(0.05) else list(dict.fromkeys(found))

    def a_topic(self) -> Topic:
        return Topic(self.a_name())

    def a_partition(self, name: str) -> int:
        count = self.partitions.get(name, 1)
        if self.chance(0.55):
            return 0
        return self.rng.randrange(count) if self.chance(0.94) else count

    def some_partitions(self, name: str) -> list[int]:
        found = [self.a_partition(name) for _ in range(self.pick([1, 1, 1, 2, 3]))]
        return found if self.chance(0.05) else list(dict.fromkeys(found))

    def an_epoch(self) -> int:
        """A current leader epoch as clients send it: mostly none, or the true one."""
        return self.pick([-1, 0]) if self.chance(0.92) else self.pick([1, -2, 7])

    def an_offset(self) -> int:
        few = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8]
        return self.pick(few) if self.chance(0.85) else self.pick([10, 13, 17, 25, 100, -1])
