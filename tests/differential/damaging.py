"""Damage to the bytes of a request: what no encoder would send."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tests.differential.steps import Damage, Step
from tests.differential.symbols import Time

_HARMLESS_ONLY: Final = ("CreateTopics", "CreatePartitions", "IncrementalAlterConfigs")
"""APIs where a changed byte might ask for a million partitions."""

_DAMAGES: Final[list[tuple[str, list[Any]]]] = [
    ("cut", [1, 2, 4, 8, 30]),
    ("append", [b"\0", b"trailing", b"\xff" * 9]),
    ("header tag", [None]),
    ("body tag", [None]),
    ("version", [-1, -(2**15), 100, 2**15 - 1]),
    ("api key", [-1, 4, 7, 62, 999]),
    ("correlation id", [-1, 0, -(2**31)]),
    ("client id length", [-1, -2, 0, 3, 100, 2**15 - 1]),
    ("size", [0, -1, -(2**31), 104857601, 2**31 - 1]),
]
_POKES: Final = [1, 2, 0x7F, 0x80, 0xFE, 0xFF]


def damage(step: Step, rng: random.Random) -> Step:
    """The step with its bytes damaged in one way."""
    if step.api not in _HARMLESS_ONLY and rng.random() < 0.5:
        return _poked(step, rng)
    kind, values = rng.choice(_DAMAGES)
    return replace(step, damage=Damage(kind, rng.choice(values)))


def _poked(step: Step, rng: random.Random) -> Step:
    fields = step.fields
    if step.api == "Fetch":
        # With one of the two zero it does not wait, whatever becomes of the other.
        fields = {**fields, "max_wait_ms": 0, "min_bytes": 0}
    if step.api == "ListOffsets":
        # Times differ from side to side, and so would the times that become of them.
        fields = _without_times(fields)
    return replace(
        step, fields=fields, damage=Damage("poke", (rng.randrange(1000), rng.choice(_POKES)))
    )


def _without_times(value: Any) -> Any:
    if isinstance(value, Time):
        return 5
    if isinstance(value, Mapping):
        return {name: _without_times(item) for name, item in value.items()}
    return [_without_times(item) for item in value] if isinstance(value, list) else value
