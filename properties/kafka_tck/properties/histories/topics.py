"""The topics of a storm, and how all nodes show them."""

from __future__ import annotations

from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.histories.plan import Plan
from kafka_tck.properties.histories.requests import outcome_of, versions_for
from kafka_tck.properties.world import TargetGone, World

State = dict[str, Any]
"""`leader`, `epoch` and `isr` of one partition."""

PATIENCE: Final = 60.0
"""Seconds on the target's clock for an election, or for replicas to come back."""
_STORMS: Final = "storms of this run"


def make_topics(world: World, plan: Plan) -> dict[str, int]:
    """Partitions by name with their min.insync.replicas; every node leads one at first.

    Where power fails no partition has a minimum of one: with that a loss would be legal.
    """
    number = world.handles[_STORMS] = world.handles.get(_STORMS, 0) + 1
    nodes = world.target.nodes()
    minima = {f"s{number}a": 2, f"s{number}b": 2 if plan.loses_power else 1}
    partitions = {f"s{number}a": (0, 1), f"s{number}b": (2,)}
    topics = [
        {
            "name": world.real(topic),
            "num_partitions": -1,
            "replication_factor": -1,
            "assignments": [
                {"partition_index": index, "broker_ids": _turned(nodes, place)}
                for index, place in enumerate(partitions[topic])
            ],
            "configs": [{"name": "min.insync.replicas", "value": str(minimum)}],
        }
        for topic, minimum in minima.items()
    ]
    world.call(world.client("watch", nodes[0]), "CreateTopics", topics=topics, timeout_ms=10_000)
    found = {f"{t}-{i}": minima[t] for t in minima for i, _ in enumerate(partitions[t])}
    if world.until(lambda: _made(world, found), PATIENCE) is None:
        raise TargetGone("the topics of a storm did not become usable")
    return found


def _turned(nodes: tuple[int, ...], by: int) -> list[int]:
    return [nodes[(place + by) % len(nodes)] for place in range(len(nodes))]


def _made(world: World, minima: dict[str, int]) -> bool | None:
    topics = sorted({partition.rpartition("-")[0] for partition in minima})
    states = states_of(world, topics)
    nodes = len(world.target.nodes())
    if states is None or states.keys() != minima.keys():
        return None
    return all(len(state["isr"]) == nodes for state in states.values()) or None


def states_of(world: World, topics: list[str]) -> dict[str, State] | None:
    """The partitions as all running nodes show them; None if they do not agree on each."""
    told = [_told(world, node, topics) for node in world.faults.running()]
    if not told or any(one is None or one != told[0] for one in told):
        return None
    return told[0]


def _told(world: World, node: int, topics: list[str]) -> dict[str, State] | None:
    request = {"do": "metadata", "topics": topics}
    client = world.client("watch", node)
    version = versions_for(world.profile)["Metadata"]
    names = [{"topic_id": None, "name": world.real(topic)} for topic in topics]
    found = world.call(client, "Metadata", version, topics=names, allow_auto_topic_creation=False)
    if not isinstance(found, Answer):
        return None
    states: dict[str, State] = outcome_of(request, found, world.symbol_of)["partitions"]
    return states
