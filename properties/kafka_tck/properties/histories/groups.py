"""The group of a history: who was a member of which generation, and what it committed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kafka_tck.properties.histories.history import NEVER, History, Op

_ENDS_IT = frozenset({"join", "leave"})
"""Whoever asks for this has given up what it had."""


@dataclass
class Stay:
    """A member in one generation, from the answer to its SyncGroup on."""

    sync: Op
    commits: list[Op] = field(default_factory=list)
    """Those that it sent in this generation, and that were accepted."""
    given_up_at: int = NEVER
    """The place where it asks to join again, or to leave."""

    @property
    def member(self) -> str:
        return str(self.sync.request["member"])

    @property
    def generation(self) -> int:
        return int(self.sync.request["generation"])

    @property
    def assigned(self) -> list[str]:
        return list(self.sync.outcome["assigned"])


def stays(history: History) -> list[Stay]:
    """All of them, in the order of their requests to sync. The group's name is one per history."""
    found: list[Stay] = []
    latest: dict[str, Stay] = {}
    """By client: an instance has one stay at a time."""
    for op in history.ops:
        do, stay = op.request["do"], latest.get(op.client)
        if do == "sync" and op.is_fine:
            latest[op.client] = Stay(op)
            found.append(latest[op.client])
        elif stay is None:
            continue
        elif do in _ENDS_IT:
            stay.given_up_at = min(stay.given_up_at, op.asked_at)
        elif do == "commit" and op.is_fine and op.request["generation"] == stay.generation:
            stay.commits.append(op)
    return found


def commits(history: History) -> Iterator[tuple[str, int, Op]]:
    """Every offset that somebody asked to commit: partition, offset, and the request."""
    for op in history.ops:
        if op.request["do"] == "commit":
            for partition, offset in op.request["offsets"].items():
                yield partition, offset, op
