"""What is believed of one replicated partition: what was sent, acknowledged and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kafka_tck.properties.belief import Belief

NOTE = "replicated partition"


@dataclass(frozen=True)
class History:
    """Values are texts that are sent once each; offsets are those of answers and reads."""

    minimum: int = 1
    sent: frozenset[str] = frozenset()
    acknowledged: Mapping[str, int] = field(default_factory=dict)
    """Value to offset, of what was acknowledged with acks=all."""
    refused: frozenset[str] = frozenset()
    """Values that were refused before they were appended."""
    read: Mapping[int, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Written with acks=1 while too few were in sync, and nobody has come back since."""
    epoch: int = -1
    leader: int = -1
    down: frozenset[int] = frozenset()

    def having(self, **changes: object) -> History:
        return replace(self, **changes)  # type: ignore[arg-type]


def history_of(belief: Belief) -> History:
    found = belief.notes.get(NOTE, History())
    assert isinstance(found, History)
    return found


def with_history(belief: Belief, history: History) -> Belief:
    return belief.noting(NOTE, history)
