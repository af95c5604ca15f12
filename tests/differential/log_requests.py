"""Sensible requests to partitions: writing, reading, looking up, deleting records."""

from typing import Any, Final

from tests.differential.batch_specs import BatchSpec, Records, RecordSpec
from tests.differential.forging import forged
from tests.differential.sketch import Sketch
from tests.differential.symbols import FetchSession, Producer, Time, Topic, TopicId

Fields = dict[str, Any]

_ALL: Final = 2**31 - 1
_MOST: Final = 8

_LATELY: Final[list[Time]] = [Time(-10_000 * steps) for steps in range(1, 21)]
_TIMES: Final[list[Time | int]] = [-1, 0, 5, -5, Time(-1_000), Time(1_000_000), Time(4_000_000)]
"""Record timestamps: none, old, now, a little and too far ahead (one hour is allowed)."""


def _record(sketch: Sketch) -> RecordSpec:
    key = sketch.pick([b"k1", b"k2", b"k3", b"", None])
    value = sketch.pick([b"v", b"value" * sketch.pick([1, 4, 30]), b"", None])
    headers = (("h", b"1"), ("", None)) if sketch.chance(0.1) else ()
    stamp = sketch.pick(_LATELY) if sketch.chance(0.8) else sketch.pick(_TIMES)
    return RecordSpec(key, value, stamp, headers)


def _batch(sketch: Sketch, name: str, partition: int) -> BatchSpec:
    records = tuple(_record(sketch) for _ in range(sketch.pick([1, 1, 2, 3])))
    codec = sketch.pick([0, 0, 0, 0, 0, 0, 1, 2, 3, 4])
    if not sketch.producers or sketch.chance(0.6):
        return BatchSpec(records, codec)
    which = sketch.rng.randrange(sketch.producers)
    key = (which, name, partition)
    following = sketch.sequences.get(key, sketch.pick([0, 0, 0, 5]))
    slip = sketch.pick([0, 0, 0, 0, 0, 0, -1, -2, -3, 1, 4])
    sequence = max(0, following + slip)
    if slip == 0:
        sketch.sequences[key] = sequence + len(records)
    epoch = 0 if sketch.chance(0.93) else 1
    return BatchSpec(records, codec, Producer(which), epoch, sequence)


def _records(sketch: Sketch, name: str, partition: int) -> Records | bytes:
    records = Records((_batch(sketch, name, partition),))
    return forged(records, sketch.rng) if sketch.chance(0.15) else records


def produce(sketch: Sketch) -> Fields:
    topics = []
    for name in sketch.some_names():
        partitions = [
            {"index": index, "records": _records(sketch, name, index)}
            for index in sketch.some_partitions(name)
        ]
        topics.append(
            {"name": Topic(name), "topic_id": TopicId(name), "partition_data": partitions}
        )
    return {
        "transactional_id": None,
        "acks": sketch.pick([-1, -1, -1, 1, 1, 0]),
        "timeout_ms": 10_000,
        "topic_data": topics,
    }


def fetch(sketch: Sketch) -> Fields:
    session_id, epoch = _session(sketch)
    incremental = epoch > 0
    topics = [] if incremental and sketch.chance(0.5) else _fetched(sketch)
    forgotten = []
    if incremental and sketch.chance(0.3):
        name = sketch.a_name()
        parts = sketch.some_partitions(name)
        forgotten = [{"topic": Topic(name), "topic_id": TopicId(name), "partitions": parts}]
    wait = sketch.pick([0, 0, 0, 20])
    return {
        "replica_id": -1,
        "max_wait_ms": wait,
        "min_bytes": sketch.pick([0, 1]),
        "max_bytes": sketch.pick([_ALL, _ALL, _ALL, 1, 100, 250, 0]),
        "isolation_level": sketch.pick([0, 0, 1]),
        "session_id": session_id,
        "session_epoch": epoch,
        "topics": topics,
        "forgotten_topics_data": forgotten,
        "rack_id": sketch.pick(["", "", "", "rack"]),
    }


def _session(sketch: Sketch) -> tuple[FetchSession | int, int]:
    """No session, a new one, the next request of the last one, or its end."""
    kind = sketch.pick(["none", "none", "new", "next", "next", "next", "end", "wrong"])
    if kind == "new":
        sketch.session_epoch = 1
        return 0, 0
    if kind == "next" and sketch.session_epoch:
        sketch.session_epoch += 1
        return FetchSession(), sketch.session_epoch - 1
    if kind == "end":
        return FetchSession(), -1
    if kind == "wrong":
        return FetchSession(sketch.pick([0, 1])), sketch.pick([0, 1, 2, 3])
    return 0, -1


def _fetched(sketch: Sketch) -> list[Fields]:
    return [
        {
            "topic": Topic(name),
            "topic_id": TopicId(name),
            "partitions": [
                {
                    "partition": index,
                    "current_leader_epoch": sketch.an_epoch(),
                    "fetch_offset": sketch.an_offset(),
                    "last_fetched_epoch": sketch.pick([-1, -1, -1, 0, 1]),
                    "log_start_offset": sketch.pick([-1, -1, 0]),
                    "partition_max_bytes": sketch.pick([_ALL, _ALL, 1, 120, 400, 0]),
                }
                for index in sketch.some_partitions(name)
            ],
        }
        for name in sketch.some_names()
    ]


def list_offsets(sketch: Sketch) -> Fields:
    topics = [
        {
            "name": Topic(name),
            "partitions": [
                {
                    "partition_index": index,
                    "current_leader_epoch": sketch.an_epoch(),
                    "timestamp": _lookup(sketch),
                }
                for index in sketch.some_partitions(name)
            ],
        }
        for name in sketch.some_names()
    ]
    isolation = sketch.pick([0, 0, 1])
    fields = {"replica_id": -1, "isolation_level": isolation, "topics": topics}
    return fields | {"timeout_ms": sketch.pick([1000, 30_000, 0])}


def _lookup(sketch: Sketch) -> Time | int:
    if sketch.chance(0.5):
        usual = [-1, -2, -3, -4]
        return sketch.pick(usual) if sketch.chance(0.85) else sketch.pick([-5, -6, -7])
    near = sketch.pick(_LATELY)
    return sketch.pick([near, near, Time(near.offset + 1), Time(near.offset - 1), *_TIMES])


def offset_for_leader_epoch(sketch: Sketch) -> Fields:
    topics = [
        {
            "topic": Topic(name),
            "partitions": [
                {
                    "partition": index,
                    "current_leader_epoch": sketch.an_epoch(),
                    "leader_epoch": sketch.pick([0, 0, 0, 1, -1, 5, -2]),
                }
                for index in sketch.some_partitions(name)
            ],
        }
        for name in sketch.some_names()
    ]
    return {"replica_id": sketch.pick([-1, -1, -2, 1]), "topics": topics}


def delete_records(sketch: Sketch) -> Fields:
    topics = [
        {
            "name": Topic(name),
            "partitions": [
                {"partition_index": index, "offset": sketch.pick([-1, 0, 1, 1, 1, 2, 2, 3, 20, -2])}
                for index in sketch.some_partitions(name)
            ],
        }
        for name in sketch.some_names()
    ]
    return {"topics": topics, "timeout_ms": 10_000}


def init_producer_id(sketch: Sketch) -> Fields:
    fresh = sketch.chance(0.85) or not sketch.producers
    sketch.producers = min(sketch.producers + fresh, _MOST)
    return {
        "transactional_id": None,
        "transaction_timeout_ms": 60_000,
        "producer_id": -1 if fresh else Producer(0),
        "producer_epoch": -1 if fresh else sketch.pick([0, 1]),
    }
