"""Requests to the coordinator of a transactional id, with their times."""

from collections.abc import Mapping
from typing import Any

from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.coordinators import TRANSACTION, Reading, ask_coordinator
from kafka_tck.properties.world import World


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
    key, from_ms = world.real(symbol), world.now_ms() - world.start_ms
    seen = ask_coordinator(world, key, TRANSACTION, read, api, version, fields, name)
    return {**seen, "from_ms": from_ms, "until_ms": world.now_ms() - world.start_ms}
