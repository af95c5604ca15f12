"""The coordinator of a group or of a transactional id: which node it is, and requests to it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.answers import silent
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name

GROUP: Final = 0
TRANSACTION: Final = 1
"""What a coordinator is looked for: key types of FindCoordinator."""
NOT_READY: Final = frozenset(
    {"COORDINATOR_LOAD_IN_PROGRESS", "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR"}
)
"""Errors that say nothing of what was asked: the coordinator is not ready, or is another node."""
PATIENCE: Final = 20.0
"""Seconds to wait until a coordinator is ready."""
_KEPT: Final = "coordinators"
"""Where the world keeps the nodes that were found; each is asked for once."""
_FOUND_WITHIN: Final = 30.0

Reading = Callable[[Any], dict[str, Any]]
"""What an answer says, with its `error` by name, or its `errors`."""


def find_coordinator(world: World, key: str, kind: int) -> tuple[str, int]:
    """What FindCoordinator says of a real name: an error, and a node."""
    found = world.call(world.client(), "FindCoordinator", 3, key=key, key_type=kind)
    if not isinstance(found, Answer):
        return "silence", -1
    return error_name(found.body.error_code), int(found.body.node_id)


def coordinator(world: World, key: str, kind: int, name: str = "c1") -> RawClient:
    """The connection of a named client to the coordinator of a real name. Raises `TargetGone`."""
    known = world.handles.setdefault(_KEPT, {})
    if (key, kind) not in known:
        node = world.until(lambda: _found(world, key, kind), _FOUND_WITHIN)
        if node is None:
            raise TargetGone(f"no coordinator of {key} was found")
        known[key, kind] = node
    return world.client(name, known[key, kind])


def _found(world: World, key: str, kind: int) -> int | None:
    error, node = find_coordinator(world, key, kind)
    return node if error == "NONE" else None


def forget_coordinators(world: World) -> None:
    """Every coordinator is looked for anew, as after a restart."""
    world.handles.pop(_KEPT, None)


def ask_coordinator(
    world: World,
    key: str,
    kind: int,
    read: Reading,
    api: str,
    version: int | None,
    fields: Mapping[str, Any],
    name: str = "c1",
) -> Observation:
    """One request and what was said, sent again while the coordinator is not ready."""
    seen: dict[str, Any] = {}

    def asked() -> bool | None:
        outcome = world.call(coordinator(world, key, kind, name), api, version, **fields)
        seen.clear()
        seen.update(read(outcome.body) if isinstance(outcome, Answer) else silent(outcome))
        if NOT_READY.isdisjoint([seen.get("error"), *seen.get("errors", ())]):
            return True
        world.handles[_KEPT].pop((key, kind), None)
        return None

    world.until(asked, PATIENCE)
    return seen


def leader_by_hash(world: World, topic: str, key: str) -> int | None:
    """The leader of the partition of an internal topic that a real name hashes to, if it has one.

    Source: GroupCoordinatorService.partitionFor, TransactionStateManager.partitionFor, 4.3.
    """
    metadata = world.call(world.client(), "Metadata", topics=[{"name": topic}])
    if not isinstance(metadata, Answer) or metadata.body.topics[0].error_code != 0:
        return None
    partitions = metadata.body.topics[0].partitions
    mine = abs(java_hash(key)) % len(partitions)
    return next(int(p.leader_id) for p in partitions if p.partition_index == mine)


def java_hash(text: str) -> int:
    """The hash of a string in Java, in 32 bits with a sign; that of the smallest counts as 0."""
    value = 0
    for letter in text:
        value = (31 * value + ord(letter)) % 2**32
    signed = value - 2**32 if value >= 2**31 else value
    return 0 if signed == -(2**31) else signed
