"""One look at a partition and its reassignment, if one runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.operations.elections.showing import Shown, of_plain, shown
from kafka_tck.properties.operations.replication.looking import PATIENCE, TOPIC, running
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class Listed:
    """What ListPartitionReassignments says of our partition."""

    replicas: tuple[int, ...]
    adding: tuple[int, ...]
    removing: tuple[int, ...]


@dataclass(frozen=True)
class Look:
    """The partition as all running nodes show it, and as the list of reassignments has it."""

    shown: Shown
    listed: Listed | None

    def plain(self) -> dict[str, Any]:
        listed = self.listed and {
            "replicas": list(self.listed.replicas),
            "adding": list(self.listed.adding),
            "removing": list(self.listed.removing),
        }
        return {**self.shown.plain(), "listed": listed}


def look_of_plain(told: Any) -> Look:
    """The same, from an observation."""
    listed = told["listed"]
    fields = ("replicas", "adding", "removing")
    return Look(of_plain(told), listed and Listed(*(tuple(listed[name]) for name in fields)))


def look(
    world: World, wanted: Callable[[Look], bool] = lambda look: True, within: float = PATIENCE
) -> Look | None:
    """A look that nothing changed during, once it is as wanted; None if it never is."""

    def steady() -> Look | None:
        before = shown(world, within=0)
        found = _listed(world)
        if before is None or found is _UNKNOWN or shown(world, within=0) != before:
            return None
        now = Look(before, found if isinstance(found, Listed) else None)
        return now if wanted(now) else None

    return world.until(steady, within)


_UNKNOWN = object()


def _listed(world: World) -> Listed | object | None:
    """What is listed of our partition; None if nothing is."""
    found = world.call(
        world.client("watch", running(world)[0]),
        "ListPartitionReassignments",
        timeout_ms=10_000,
        topics=[{"name": world.real(TOPIC), "partition_indexes": [0]}],
    )
    if not isinstance(found, Answer) or found.body.error_code:
        return _UNKNOWN
    parts = [part for topic in found.body.topics for part in topic.partitions]
    if not parts:
        return None
    part = parts[0]
    return Listed(tuple(part.replicas), tuple(part.adding_replicas), tuple(part.removing_replicas))
