"""What is believed of one replicated partition: what was sent, acknowledged and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

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
    deleted: int = 0
    """The records before this offset were deleted, that was acknowledged, and no broker has
    come back from a crash since: it may have forgotten where its log starts.
    """
    may_be_deleted: int = 0
    """The records from this offset on were not asked to be deleted."""
    epoch: int = -1
    leader: int = -1
    hw: int = 0
    """The highest that this leader has shown in this epoch."""

    def having(self, **changes: object) -> History:
        return replace(self, **changes)  # type: ignore[arg-type]

    def led_as(self, seen: Mapping[str, Any]) -> History:
        """With the leader and the epoch of a state; a high watermark is of one epoch."""
        same = (seen["leader"], seen["epoch"]) == (self.leader, self.epoch)
        hw = self.hw if same else 0
        return self.having(leader=seen["leader"], epoch=seen["epoch"], hw=hw)

    def sending(self, value: str, error: str, offset: int) -> History:
        """After an answer to a batch with acks=all; without one it may be there or not."""
        if error == "NOT_ENOUGH_REPLICAS":
            return self.having(refused=self.refused | {value})
        sent = self.having(sent=self.sent | {value})
        if error != "NONE":
            return sent
        return sent.having(acknowledged={**self.acknowledged, value: offset})


def history_of(belief: Belief) -> History:
    found = belief.notes.get(NOTE, History())
    assert isinstance(found, History)
    return found


def with_history(belief: Belief, history: History) -> Belief:
    return belief.noting(NOTE, history)
