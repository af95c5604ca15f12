"""Programs about the offsets of groups: what is committed, fetched and deleted, in all versions."""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.differential.damaging import damage
from tests.differential.nonsense import with_nonsense
from tests.differential.sketch import Sketch
from tests.differential.steps import Step
from tests.differential.symbols import Topic, TopicId

from kafka_tck.wire.messages import APIS

Fields = dict[str, Any]

PARTITIONS: Final = {"a": 3, "b": 1}
GROUPS: Final = (Topic("g"), Topic("g"), Topic("h"), "")
"""Groups live in the run's own namespace as topics do, but for the one without a name."""

BY_ID: Final = 10
BATCHED: Final = 8

_METADATA: Final = ("", "m", "é" * 4096, "x" * 4096, "x" * 4097, None)
_NONSENSE: Final = 0.15
_DAMAGE: Final = 0.05


def offset_commit(sketch: Sketch) -> Fields:
    return {
        "group_id": sketch.pick(GROUPS),
        "generation_id_or_member_epoch": _generation(sketch),
        "member_id": sketch.pick(["", "", "nobody"]),
        "group_instance_id": sketch.pick([None, None, "i"]) if sketch.version >= 7 else None,
        "retention_time_ms": sketch.pick([-1, -1, 1000]),
        "topics": _commits(sketch, by_id=sketch.version >= BY_ID),
    }


def _generation(sketch: Sketch) -> int:
    return -1 if sketch.chance(0.8) else sketch.pick([-2, 0, 1])


def _commits(sketch: Sketch, *, by_id: bool) -> list[Fields]:
    return [
        _named(name, by_id) | {"partitions": [_commit(sketch, i) for i in _indexes(sketch, name)]}
        for name in sketch.some_names()
    ]


def _named(name: str, by_id: bool) -> Fields:
    return {"topic_id": TopicId(name)} if by_id else {"name": Topic(name)}


def _indexes(sketch: Sketch, name: str) -> list[int]:
    return sketch.some_partitions(name)


def _commit(sketch: Sketch, index: int) -> Fields:
    return {
        "partition_index": index,
        "committed_offset": sketch.an_offset(),
        "committed_leader_epoch": sketch.an_epoch(),
        "committed_metadata": sketch.pick(_METADATA[:2] if sketch.chance(0.8) else _METADATA),
    }


def offset_fetch(sketch: Sketch) -> Fields:
    version = sketch.version
    if version < BATCHED:
        asked = {"group_id": sketch.pick(GROUPS), "topics": _fetches(sketch)}
        return asked | {"require_stable": sketch.chance(0.5)} if version >= 7 else asked
    groups = [
        {"group_id": sketch.pick(GROUPS), "topics": _fetches(sketch)}
        for _ in range(sketch.pick([1, 1, 2]))
    ]
    return {"groups": groups, "require_stable": sketch.chance(0.5)}


def _fetches(sketch: Sketch) -> list[Fields] | None:
    if sketch.version >= 2 and sketch.chance(0.4):
        return None
    return [
        _named(name, sketch.version >= BY_ID) | {"partition_indexes": _indexes(sketch, name)}
        for name in sketch.some_names()
    ]


def offset_delete(sketch: Sketch) -> Fields:
    topics = [
        {
            "name": Topic(name),
            "partitions": [{"partition_index": index} for index in _indexes(sketch, name)],
        }
        for name in sketch.some_names()
    ]
    return {"group_id": sketch.pick(GROUPS), "topics": topics}


def delete_groups(sketch: Sketch) -> Fields:
    return {"groups_names": [sketch.pick(GROUPS) for _ in range(sketch.pick([1, 1, 2, 3]))]}


_WRITERS: Final[Mapping[str, tuple[int, Callable[[Sketch], Fields]]]] = {
    "OffsetCommit": (10, offset_commit),
    "OffsetFetch": (10, offset_fetch),
    "OffsetDelete": (2, offset_delete),
    "DeleteGroups": (1, delete_groups),
}


def write_offset_program(seed: int, length: int) -> list[Step]:
    """The program of this seed; it starts with the creation of its topics."""
    rng = random.Random(seed)
    sketch = Sketch(rng, partitions=dict(PARTITIONS))
    names, weights = list(_WRITERS), [weight for weight, _ in _WRITERS.values()]
    topics = [
        {"name": Topic(name), "num_partitions": count, "replication_factor": 1}
        for name, count in PARTITIONS.items()
    ]
    start = Step(0, "CreateTopics", 7, {"topics": topics, "timeout_ms": 30_000})
    return [start, *(_step(sketch, api) for api in rng.choices(names, weights, k=length))]


def _step(sketch: Sketch, api: str) -> Step:
    rng = sketch.rng
    sketch.version = rng.randint(APIS[api].oldest, APIS[api].newest)
    step = Step(rng.randrange(2), api, sketch.version, _WRITERS[api][1](sketch))
    if rng.random() < _NONSENSE:
        return with_nonsense(step, rng)
    return damage(step, rng) if rng.random() < _DAMAGE else step
