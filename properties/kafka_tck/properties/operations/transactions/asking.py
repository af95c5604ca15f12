"""Requests to the coordinator of a transactional id."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.answers import silent
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

ELSEWHERE: Final = ("COORDINATOR_LOAD_IN_PROGRESS", "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR")
"""Errors that say nothing of the transaction: the coordinator is not ready, or is another node."""
_PATIENCE: Final = 20.0

Reading = Callable[[Message], dict[str, Any]]
"""What an answer says, with its `error` by name."""


def find_coordinator(world: World, symbol: str) -> tuple[str, int]:
    """What FindCoordinator says of a transactional id: an error, and a node."""
    found = world.call(world.client(), "FindCoordinator", 3, key=world.real(symbol), key_type=1)
    if not isinstance(found, Answer):
        return "silence", -1
    return error_name(found.body.error_code), found.body.node_id


def coordinator(world: World, symbol: str, name: str = "c1") -> RawClient:
    """A connection to the coordinator of an id; to any node, as long as none is named."""
    kept = f"coordinator of {symbol}"
    if kept not in world.handles:
        world.until(lambda: _found(world, symbol, kept), _PATIENCE)
    return world.client(name, world.handles.get(kept))


def _found(world: World, symbol: str, kept: str) -> bool | None:
    error, node = find_coordinator(world, symbol)
    if error != "NONE":
        return None
    world.handles[kept] = node
    return True


def ask(
    world: World,
    symbol: str,
    read: Reading,
    api: str,
    version: int,
    fields: Mapping[str, Any],
    name: str = "c1",
) -> Observation:
    """One request and what was said, sent again while the coordinator is not ready.

    With `from_ms` and `until_ms`: when it was sent and answered, from the start of the run on.
    """
    from_ms = world.now_ms() - world.start_ms
    seen: dict[str, Any] = {}

    def asked() -> bool | None:
        outcome = world.call(coordinator(world, symbol, name), api, version, **fields)
        seen.clear()
        seen.update(read(outcome.body) if isinstance(outcome, Answer) else silent(outcome))
        if seen.get("error") not in ELSEWHERE:
            return True
        world.handles.pop(f"coordinator of {symbol}", None)
        return None

    world.until(asked, _PATIENCE)
    return {**seen, "from_ms": from_ms, "until_ms": world.now_ms() - world.start_ms}
