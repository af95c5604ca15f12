"""What a check found, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Verdict(Enum):
    """A time-out or a missing instance is neither a proof nor a refutation."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


class ReadersDisagree(AssertionError):
    """z3 and the run reader say different things of the same step: a fault of ours."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the readers disagree: {what}")


@dataclass(frozen=True)
class Move:
    """One step between plain states."""

    before: Mapping[str, Any]
    action: str
    parameters: Mapping[str, int]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One question and its answer.

    `starts`: the claim holds at the beginning. `keeps`: the action keeps the claim, if all claims
    held before. `happens`: some state in which all claims hold lets the action happen.
    """

    question: str
    verdict: Verdict
    claim: str = ""
    action: str = ""
    case: str = ""
    seconds: float = 0.0
    why: str = ""
    move: Move | None = None
    """The step that breaks the claim, or the one that shows that the action can happen."""
    state: Mapping[str, Any] | None = None
    """The state at the beginning, if that breaks the claim."""


@dataclass
class Report:
    """All checks of one proof."""

    module: str
    nodes: int
    checks: list[Check] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """Refuted if anything is, else unknown if anything is."""
        found = {check.verdict for check in self.checks}
        for verdict in (Verdict.REFUTED, Verdict.UNKNOWN):
            if verdict in found:
                return verdict
        return Verdict.PROVED

    def of(self, question: str, *, claim: str = "", action: str = "") -> list[Check]:
        """The checks of one kind, of one claim or action if named."""
        return [
            check
            for check in self.checks
            if check.question == question
            and claim in ("", check.claim)
            and action in ("", check.action)
        ]
