"""Requests to the coordinator of a group."""

from collections.abc import Iterable, Mapping
from typing import Any

from kafka_tck.model.consumer_groups.member import Partitions
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.coordinators import GROUP, Reading, ask_coordinator
from kafka_tck.properties.world import World


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
    return ask_coordinator(world, world.real(group), GROUP, read, api, version, fields, name)


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
