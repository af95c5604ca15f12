"""Requests to the coordinator of a group."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.model.consumer_groups.member import Partitions
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.answers import silent
from kafka_tck.properties.world import World
from kafka_tck.wire.messages import Message

_ELSEWHERE: Final = (
    "COORDINATOR_LOAD_IN_PROGRESS",
    "COORDINATOR_NOT_AVAILABLE",
    "NOT_COORDINATOR",
)
"""Errors that say nothing of the group: the coordinator is not ready, or is another node."""
_PATIENCE: Final = 20.0

Reading = Callable[[Message], dict[str, Any]]
"""What an answer says, with its `error` by name."""


def coordinator(world: World, group: str, name: str = "c1") -> RawClient:
    """A connection to the coordinator of a group; to any node, as long as none is named."""
    kept = f"coordinator of group {group}"
    if kept not in world.handles:
        world.until(lambda: _found(world, group, kept), _PATIENCE)
    return world.client(name, world.handles.get(kept))


def _found(world: World, group: str, kept: str) -> bool | None:
    found = world.call(
        world.client(), "FindCoordinator", 3, key=world.real(group) if group else "", key_type=0
    )
    if not isinstance(found, Answer) or found.body.error_code != 0:
        return None
    world.handles[kept] = found.body.node_id
    return True


def ask(
    world: World,
    group: str,
    read: Reading,
    api: str,
    version: int,
    fields: Mapping[str, Any],
    name: str = "c1",
) -> Observation:
    """One request and what was said, sent again while the coordinator is not ready."""
    seen: dict[str, Any] = {}

    def asked() -> bool | None:
        outcome = world.call(coordinator(world, group, name), api, version, **fields)
        seen.clear()
        seen.update(read(outcome.body) if isinstance(outcome, Answer) else silent(outcome))
        if seen.get("error") not in _ELSEWHERE:
            return True
        world.handles.pop(f"coordinator of group {group}", None)
        return None

    world.until(asked, _PATIENCE)
    return seen


def partitions_on_wire(world: World, partitions: Partitions) -> list[dict[str, Any]]:
    """Partitions by the ids of their topics."""
    by_topic: dict[str, list[int]] = {}
    for topic, index in sorted(partitions):
        by_topic.setdefault(topic, []).append(index)
    return [
        {"topic_id": world.ids[topic], "partitions": indexes}
        for topic, indexes in by_topic.items()
        if topic in world.ids
    ]


def partitions_seen(world: World, found: Iterable[Any]) -> list[list[Any]]:
    """Partitions of an answer by the symbols of their topics, sorted."""
    symbols = {topic_id: symbol for symbol, topic_id in world.ids.items()}
    return sorted(
        [symbols.get(entry.topic_id, str(entry.topic_id)), index]
        for entry in found
        for index in entry.partitions
    )


def frozen(partitions: Iterable[Iterable[Any]]) -> Partitions:
    """Partitions of an observation as a set."""
    return frozenset((str(topic), int(index)) for topic, index in partitions)
