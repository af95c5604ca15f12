"""Sensible requests about topics."""

from typing import Any, Final

from tests.differential.sketch import NAMES, Sketch
from tests.differential.symbols import Topic, TopicId

Fields = dict[str, Any]

CONFIGS: Final[dict[str, list[str | None]]] = {
    "cleanup.policy": ["delete", "compact", "compact,delete", "", "none", "delete,delete"],
    "compression.type": ["producer", "gzip", "snappy", "lz4", "zstd", "uncompressed", "brotli"],
    "max.message.bytes": ["1000", "300", "0", "-1", "1048588", "x", "2147483648"],
    "message.timestamp.type": ["CreateTime", "LogAppendTime", "createtime"],
    "message.timestamp.before.max.ms": ["120000", "120000", "-1", "0", "9223372036854775807"],
    "message.timestamp.after.max.ms": ["86400000", "0", "-5"],
    "min.insync.replicas": ["1", "2", "0"],
    "retention.ms": ["-1", "86400000", "-2", "1.5"],
    "retention.bytes": ["-1", "1000000", "-7"],
    "segment.bytes": ["1048576", "1048575", "14"],
    "internal.segment.bytes": ["200", "500", "14", "13", "2000"],
    "segment.ms": ["604800000", "150000", "0"],
    "index.interval.bytes": ["0", "100", "4096", "-1"],
    "segment.index.bytes": ["24", "10485760", "3"],
    "delete.retention.ms": ["0", "1000", "-1"],
    "min.cleanable.dirty.ratio": ["0.5", "0", "1", "1.1", "NaN", "half"],
    "min.compaction.lag.ms": ["0", "5", "9223372036854775807"],
    "max.compaction.lag.ms": ["150000", "0", "9223372036854775807"],
    "unclean.leader.election.enable": ["true", "false", "TRUE", "yes"],
    "preallocate": ["false", " false "],
    "flush.messages": ["1", "0", "9223372036854775807"],
    "flush.ms": ["1000", "-1"],
    "file.delete.delay.ms": ["60000", "0"],
    "remote.storage.enable": ["false"],
    "follower.replication.throttled.replicas": ["*", "0:1", "none", "x"],
    "local.retention.ms": ["-2", "1000", "-3"],
    "message.format.version": ["3.0"],
    "no.such.config": ["1"],
    "": ["1"],
}
"""Topic configs with values of which some are refused. The first of each is lawful.

Left out: what acts after milliseconds of wall time (segment.ms=1), and segment.index.bytes below
12, which Apache Kafka takes although no partition can then be opened.
"""

USEFUL: Final[list[dict[str, str]]] = [
    {},
    {},
    {},
    {"internal.segment.bytes": "500", "index.interval.bytes": "0"},
    {"internal.segment.bytes": "200", "file.delete.delay.ms": "60000"},
    {"message.timestamp.type": "LogAppendTime"},
    {"cleanup.policy": "compact"},
    {"cleanup.policy": "compact", "max.message.bytes": "300"},
    {"compression.type": "gzip"},
    {"compression.type": "uncompressed"},
    {"compression.type": "zstd", "message.timestamp.type": "LogAppendTime"},
    {"message.timestamp.before.max.ms": "120000"},
    {"min.insync.replicas": "2"},
]


def a_config(sketch: Sketch) -> tuple[str, str | None]:
    name = sketch.pick(sorted(CONFIGS))
    values = CONFIGS[name]
    return name, values[0] if sketch.chance(0.5) else sketch.pick([*values, None])


def _configs(sketch: Sketch, strange: float) -> list[Fields]:
    chosen: dict[str, str | None] = dict(sketch.pick(USEFUL))
    if sketch.chance(strange):
        chosen |= dict([a_config(sketch)])
    return [{"name": name, "value": value} for name, value in chosen.items()]


def _creatable(sketch: Sketch, name: str, count: int, strange: float = 0.15) -> Fields:
    manual = sketch.chance(0.1)
    assignments = [{"partition_index": index, "broker_ids": [1]} for index in range(count)]
    return {
        "name": Topic(name),
        "num_partitions": -1 if manual else count,
        "replication_factor": -1 if manual else sketch.pick([1, 1, 1, -1]),
        "assignments": assignments if manual else [],
        "configs": _configs(sketch, strange),
    }


def new_topic(sketch: Sketch, name: str) -> Fields:
    """One topic that will exist, of one to three partitions."""
    count = sketch.pick([1, 1, 1, 2, 3])
    topic = _creatable(sketch, name, count, strange=0)
    sketch.partitions[name] = count
    return {"topics": [topic], "timeout_ms": 30_000, "validate_only": False}


def create_topics(sketch: Sketch) -> Fields:
    only = sketch.chance(0.15)
    topics = []
    for _ in range(sketch.pick([1, 1, 1, 2])):
        name = sketch.pick(NAMES) if sketch.chance(0.9) else sketch.a_name()
        count = sketch.pick([1, 1, 1, 2, 3])
        topics.append(_creatable(sketch, name, count))
        if not only:
            sketch.partitions.setdefault(name, count)
    return {"topics": topics, "timeout_ms": 30_000, "validate_only": only}


def delete_topics(sketch: Sketch) -> Fields:
    names = sketch.some_names()
    by_id = sketch.chance(0.5)
    for name in names:
        sketch.partitions.pop(name, None)
    if sketch.version < 6:
        return {"topic_names": [Topic(name) for name in names], "timeout_ms": 30_000}
    states = [
        {"name": None, "topic_id": TopicId(name)} if by_id else {"name": Topic(name)}
        for name in names
    ]
    return {"topics": states, "timeout_ms": 30_000}


def create_partitions(sketch: Sketch) -> Fields:
    topics = []
    for name in sketch.some_names():
        now = sketch.partitions.get(name, 1)
        count = now + sketch.pick([1, 1, 1, 2, 0, -1])
        assignments = [{"broker_ids": [1]} for _ in range(count - now)]
        given = assignments if sketch.chance(0.3) else None
        topics.append({"name": Topic(name), "count": count, "assignments": given})
        if name in sketch.partitions and now < count < 8:
            sketch.partitions[name] = count
    only = sketch.chance(0.2)
    return {"topics": topics, "timeout_ms": 30_000, "validate_only": only}


def metadata(sketch: Sketch) -> Fields:
    topics = []
    for name in sketch.some_names():
        by_id = sketch.version >= 12 and sketch.chance(0.4)
        topics.append({"topic_id": TopicId(name), "name": None} if by_id else {"name": Topic(name)})
    everything = sketch.chance(0.2)
    return {
        "topics": ([] if sketch.version == 0 else None) if everything else topics,
        "allow_auto_topic_creation": sketch.chance(0.3),
        "include_cluster_authorized_operations": sketch.chance(0.3),
        "include_topic_authorized_operations": sketch.chance(0.3),
    }


def describe_topic_partitions(sketch: Sketch) -> Fields:
    names = sketch.some_names() if sketch.chance(0.8) else []
    at = sketch.a_name()
    cursor = {"topic_name": Topic(at), "partition_index": sketch.a_partition(at)}
    return {
        "topics": [{"name": Topic(name)} for name in names],
        "response_partition_limit": sketch.pick([2000, 1, 2, 3]),
        "cursor": cursor if sketch.chance(0.4) else None,
    }
