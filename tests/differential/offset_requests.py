"""Programs about the offsets of groups: what is committed, fetched and deleted, in all versions.

One transactional producer commits some of them; what its epoch is by now is guessed.
"""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.differential.author import UNRELEASED
from tests.differential.damaging import damage
from tests.differential.nonsense import with_nonsense
from tests.differential.sketch import Sketch
from tests.differential.steps import Step
from tests.differential.symbols import Producer, Topic, TopicId

from kafka_tck.wire.messages import APIS

Fields = dict[str, Any]

PARTITIONS: Final = {"a": 3, "b": 1}
GROUPS: Final = (Topic("g"),) * 8 + (Topic("h"), "")
"""Groups live in the run's own namespace as topics do, but for the one without a name."""

TRANSACTIONAL_ID: Final = Topic("x")

BUMPS: Final = 5
"""EndTxn raises the epoch from this version on."""
BY_ID: Final = 10
BATCHED: Final = 8

_METADATA: Final = ("", "m", "é" * 8, "x" * 8, "x" * 9, None)
_NONSENSE: Final = 0.1
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


# The transactional producer.


def txn_offset_commit(sketch: Sketch) -> Fields:
    return _producer(sketch) | {
        "group_id": sketch.pick(GROUPS),
        "generation_id": _generation(sketch) if sketch.version >= 3 else -1,
        "member_id": sketch.pick(["", "", "nobody"]) if sketch.version >= 3 else "",
        "group_instance_id": None,
        "topics": _commits(sketch, by_id=False),
    }


def _producer(sketch: Sketch) -> Fields:
    """Who it is; sometimes somebody else, or of an epoch that is not the present one."""
    strange = sketch.chance(0.04)
    return {
        "transactional_id": Topic("y") if sketch.chance(0.02) else TRANSACTIONAL_ID,
        "producer_id": Producer(0) if not strange else sketch.pick([Producer(7), -1]),
        "producer_epoch": max(0, sketch.epoch + sketch.pick([0] * 20 + [-1, -1, 1])),
    }


def add_offsets_to_txn(sketch: Sketch) -> Fields:
    return _producer(sketch) | {"group_id": sketch.pick(GROUPS)}


def end_txn(sketch: Sketch) -> Fields:
    fields = _producer(sketch) | {"committed": sketch.chance(0.6)}
    sketch.epoch += sketch.version >= BUMPS and sketch.chance(0.8)
    return fields


def init_producer_id(sketch: Sketch) -> Fields:
    sketch.epoch += 1
    return {
        "transactional_id": TRANSACTIONAL_ID,
        "transaction_timeout_ms": 60_000,
        "producer_id": -1,
        "producer_epoch": -1,
    }


_WRITERS: Final[Mapping[str, tuple[int, Callable[[Sketch], Fields]]]] = {
    "OffsetCommit": (10, offset_commit),
    "OffsetFetch": (10, offset_fetch),
    "OffsetDelete": (2, offset_delete),
    "DeleteGroups": (1, delete_groups),
    "TxnOffsetCommit": (8, txn_offset_commit),
    "AddOffsetsToTxn": (4, add_offsets_to_txn),
    "EndTxn": (3, end_txn),
    "InitProducerId": (1, init_producer_id),
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
    created = Step(0, "CreateTopics", 7, {"topics": topics, "timeout_ms": 30_000})
    begun = Step(0, "InitProducerId", 4, init_producer_id(sketch))
    sketch.epoch = 0
    steps = [_step(sketch, api) for api in rng.choices(names, weights, k=length)]
    return [created, begun, *steps]


def _step(sketch: Sketch, api: str) -> Step:
    rng = sketch.rng
    newest = APIS[api].newest - (api in UNRELEASED)
    sketch.version = rng.randint(APIS[api].oldest, newest)
    step = Step(rng.randrange(2), api, sketch.version, _WRITERS[api][1](sketch))
    if rng.random() < _NONSENSE:
        return with_nonsense(step, rng)
    return damage(step, rng) if rng.random() < _DAMAGE else step
