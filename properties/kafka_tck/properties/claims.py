"""Claims: what a step's answer had to be, requirement by requirement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Observation = Mapping[str, Any]
"""What a step saw, as plain values; names are the symbolic ones of the program."""


@dataclass(frozen=True)
class Claim:
    """One requirement, held against one answer. The legal answers are a list."""

    requirement: str
    legal: tuple[Any, ...]
    actual: Any
    because: str
    holds: bool


def claim(requirement: str, actual: Any, *legal: Any, because: str) -> Claim:
    """The answer is one of the legal ones."""
    return Claim(requirement, legal, actual, because, actual in legal)


def claim_that(requirement: str, holds: bool, *, expected: str, actual: Any, because: str) -> Claim:
    """The answer has a property that is described in words instead of listed."""
    return Claim(requirement, (expected,), actual, because, holds)


@dataclass(frozen=True)
class Judgement:
    """The claims of one step under one belief, and what is believed afterwards."""

    claims: tuple[Claim, ...]
    belief: Any

    @property
    def broken(self) -> tuple[Claim, ...]:
        return tuple(c for c in self.claims if not c.holds)


@dataclass(frozen=True)
class Seen:
    """One executed step: what was done and what was answered, for traces and evidence."""

    number: int
    step: Mapping[str, Any]
    said: str
    answer: Observation
    claims: tuple[Claim, ...] = field(default=(), compare=False)
