"""Waiting until what a controller decided is seen at every node."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.topics.naming import learn_id, spell
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name


def once(world: World, seen: Callable[[], Observation | None]) -> Observation | None:
    """What is seen as soon as it is seen; None if that takes longer than half a minute."""
    return world.until(seen, within=30.0)


def usable(
    world: World, topic: str, id_: UUID | None = None, count: int | None = None
) -> Observation | None:
    """The topic as all nodes show it, once they agree and its leaders serve every partition."""
    found = [described(world, topic, node) for node in world.target.nodes()]
    first = found[0]
    if first is None or any(other is None or _is_other(first, other) for other in found):
        return None
    if first.error_code != 0 or (id_ is not None and first.topic_id != id_):
        return None
    if count is not None and len(first.partitions) != count:
        return None
    bounds = _bounds(world, topic, first)
    return None if bounds is None else _shown(world, topic, first, bounds)


def _is_other(one: Any, other: Any) -> bool:
    def view(topic: Any) -> Any:
        leaders = [(p.partition_index, p.leader_id) for p in topic.partitions]
        return topic.error_code, topic.topic_id, sorted(leaders)

    return bool(view(one) != view(other))


def _shown(world: World, topic: str, found: Any, bounds: list[list[int]]) -> Observation:
    if found.topic_id is not None:
        world.ids[topic] = found.topic_id
    id_ = learn_id(world, topic, found.topic_id) if found.topic_id is not None else None
    return {"partitions": len(found.partitions), "id": id_, "bounds": bounds}


def _bounds(world: World, topic: str, found: Any) -> list[list[int]] | None:
    """Log start and log end of every partition; None while one is not served."""
    told = []
    for partition in sorted(found.partitions, key=lambda p: int(p.partition_index)):
        world.leaders[topic, partition.partition_index] = partition.leader_id
        if partition.error_code != 0:
            return None
        pair = [offset(world, topic, partition.partition_index, special) for special in (-2, -1)]
        if any(isinstance(bound, str) for bound in pair):
            return None
        told.append([int(bound) for bound in pair])
    return told


def described(world: World, topic: str, node: int) -> Any | None:
    """The entry of one topic in a node's Metadata answer."""
    found = world.call(
        world.client(node=node),
        "Metadata",
        topics=[{"name": spell(world, topic)}],
        allow_auto_topic_creation=False,
    )
    if not isinstance(found, Answer) or len(found.body.topics or []) != 1:
        return None
    return found.body.topics[0]


def offset(world: World, topic: str, partition: int, special: int) -> int | str:
    """The offset that ListOffsets names, or the error."""
    asked = {"partition_index": partition, "timestamp": special}
    found = world.call(
        world.at_leader(topic, partition),
        "ListOffsets",
        topics=[{"name": spell(world, topic), "partitions": [asked]}],
    )
    if not isinstance(found, Answer):
        return "silence"
    entry = found.body.topics[0].partitions[0]
    return int(entry.offset) if entry.error_code == 0 else error_name(entry.error_code)


def gone(world: World, topic: str) -> Observation | None:
    """That no node knows the topic any more and its old leaders do not serve it."""
    for node in world.target.nodes():
        found = described(world, topic, node)
        if found is None or error_name(found.error_code) != "UNKNOWN_TOPIC_OR_PARTITION":
            return None
    led = [partition for name, partition in world.leaders if name == topic]
    said = {offset(world, topic, partition, -1) for partition in led}
    return {"gone": True} if said <= {"UNKNOWN_TOPIC_OR_PARTITION"} else None


def forget(world: World, topic: str) -> None:
    """Drops what was known of a deleted topic but its ids."""
    world.ids.pop(topic, None)
    for place in [place for place in world.leaders if place[0] == topic]:
        del world.leaders[place]


def exists(world: World, topic: str) -> bool:
    """Whether the controller has the topic, asked in order behind all earlier requests."""
    said = world.until(lambda: _controller_says(world, topic), within=30.0)
    if said is None:
        raise TargetGone(f"nobody says whether topic {spell(world, topic)} exists")
    return said == "TOPIC_ALREADY_EXISTS"


def _controller_says(world: World, topic: str) -> str | None:
    asked = {"name": spell(world, topic), "num_partitions": 1, "replication_factor": 1}
    found = world.call(
        world.client(),
        "CreateTopics",
        topics=[asked],
        timeout_ms=10_000,
        validate_only=True,
    )
    if not isinstance(found, Answer) or len(found.body.topics) != 1:
        return None
    said = error_name(found.body.topics[0].error_code)
    return None if said in ("REQUEST_TIMED_OUT", "NOT_CONTROLLER") else said
