"""Makes a sensible request strange: one value in it becomes a boundary, or rubbish."""

import random
from dataclasses import replace
from typing import Any, Final

from tests.differential.batch_specs import Records
from tests.differential.forging import forged
from tests.differential.schemas import Path, places, value_at, with_value
from tests.differential.steps import Step
from tests.differential.symbols import UNKNOWN_ID, UNKNOWN_PRODUCER, Topic, TopicId

_BITS: Final = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}

_STRINGS: Final[list[Any]] = [
    "", ".", "..", "a b", "ä", "x" * 249, "x" * 250, "nobody", Topic("z"), "__consumer_offsets",
    "__transaction_state", "__cluster_metadata", "0", "\x00", None,
]  # fmt: skip

STRANGE_TEXTS: Final = [text for text in _STRINGS if isinstance(text, str)]
"""Those that are the same in every run."""

_IDS: Final[list[Any]] = [UNKNOWN_ID, None, TopicId("a", 1), TopicId("b"), TopicId("z")]

_ONLY: Final[dict[str, list[Any]]] = {
    # Nothing that would make a request wait for ever, or keep a broker busy for minutes. Towards
    # 2**31 partitions (in CreateTopics beside another topic, so that the sum overflows) end
    # Apache Kafka 4.3.1 with an OutOfMemoryError, and of 20,000 that CreatePartitions refuses it
    # creates 10,000.
    "max_wait_ms": [-1, 0, 1, 20],
    "timeout_ms": [1000, 2**31 - 1],
    "transaction_timeout_ms": [-1, 0, 900_000, 900_001],
    "producer_id": [-1, -2, UNKNOWN_PRODUCER],
    "num_partitions": [-2, -1, 0, 1, 4, 20_000, -(2**31)],
    "count": [-1, 0, 1, 2, 5, -(2**31)],
}
_WITHOUT_INTERNAL: Final = ("CreateTopics", "Metadata")
"""APIs that would create an internal topic, which other parts of a broker then begin to use."""


def with_nonsense(step: Step, rng: random.Random) -> Step:
    """The step with one place changed; as it is, if its API has no fields."""
    found = places(step.api, step.version, step.fields)
    if not found:
        return step
    path, kind = rng.choice(found)
    value = _strange(step, path, kind, value_at(step.fields, path), rng)
    return replace(step, fields=with_value(step.fields, path, value))


def _strange(step: Step, path: Path, kind: str, old: Any, rng: random.Random) -> Any:
    name = path[-1]
    if name in _ONLY:
        return rng.choice(_ONLY[name])
    if kind in _BITS:
        return rng.choice(_numbers(_BITS[kind], old))
    if kind == "bool":
        return not old
    if kind == "uuid":
        return rng.choice(_IDS)
    if kind == "records":
        return forged(old, rng) if isinstance(old, Records) else old
    if kind == "array":
        return _strange_array(old, rng)
    return _strange_text(step, rng)


def _numbers(bits: int, old: Any) -> list[int]:
    top = 1 << (bits - 1)
    near = [old + 1, old - 1] if isinstance(old, int) and -top < old < top - 1 else []
    return [-top, -2, -1, 0, 1, 2, 3, 100, top - 1, *near]


def _strange_text(step: Step, rng: random.Random) -> Any:
    texts = list(_STRINGS)
    if step.api in _WITHOUT_INTERNAL:
        texts = [t for t in texts if not (isinstance(t, str) and t.startswith("__"))]
    return rng.choice(texts)


def _strange_array(old: list[Any] | None, rng: random.Random) -> Any:
    items = list(old or [])
    if not items:
        return None
    return rng.choice([[], None, items + items[:1], items[::-1], items[1:], items * 2])
