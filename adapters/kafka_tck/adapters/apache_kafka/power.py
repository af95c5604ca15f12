"""What a power failure takes: log files are cut back to what is known to be on the disk.

Kafka flushes a partition before it appends to a new segment, when `flush.messages` offsets have
not been flushed, and when `flush.ms` says so. What it flushed last, it remembers in the file
`recovery-point-offset-checkpoint`, which lags up to a minute. So on the disk are for certain all
segments but the newest one and, of that, everything below the recovery point and all but the
last `flush.messages - 1` offsets; the rest goes. Batches stay whole. Kafka rebuilds indexes,
leader epochs and producers itself when it starts after an unclean stop (LogLoader.recoverLog).
`__cluster_metadata` is flushed with every append and stays as it is.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.readiness import ask
from kafka_tck.adapters.target import Connection
from kafka_tck.wire.batches import Batch, split_batches
from kafka_tck.wire.errors import error_name

_PARTITION: Final = re.compile(r"(.+)-(\d+)")
_METADATA: Final = "__cluster_metadata"
_CHECKPOINT: Final = "recovery-point-offset-checkpoint"
_DESCRIBE_CONFIGS: Final = 4
_TOPIC: Final = 2
_NEVER: Final = (1 << 63) - 1
_EACH: Final = 1
_KEYS: Final = ["flush.messages", "flush.ms"]


def topics_on(data: Path) -> list[str]:
    """The topics of which the log directory has partitions."""
    return sorted({topic for topic, _ in _partitions(data).values()})


def flush_intervals(connection: Connection, topics: Sequence[str]) -> dict[str, int] | None:
    """After how many offsets each topic is flushed; None if the node does not say.

    A topic that is flushed by the clock counts as flushed with each append.
    """
    if not topics:
        return {}
    wanted = [
        {"resource_type": _TOPIC, "resource_name": topic, "configuration_keys": _KEYS}
        for topic in topics
    ]
    answer = ask(connection, "DescribeConfigs", _DESCRIBE_CONFIGS, resources=wanted)
    if answer is None:
        return None
    return {
        result.resource_name: _interval({each.name: each.value for each in result.configs})
        for result in answer.results
        if error_name(result.error_code) == "NONE"
    }


def lose_unflushed(data: Path, intervals: Mapping[str, int]) -> None:
    """Cuts the logs of a node that does not run; topics without an interval stay whole."""
    points = _recovery_points(data)
    for folder, (topic, partition) in _partitions(data).items():
        segments = sorted(folder.glob("*.log"))
        if topic in intervals and segments:
            _cut(segments[-1], points.get((topic, partition), 0), intervals[topic])


def _interval(configs: Mapping[str, str]) -> int:
    return int(configs["flush.messages"]) if int(configs["flush.ms"]) == _NEVER else _EACH


def _cut(segment: Path, recovery_point: int, interval: int) -> None:
    batches = split_batches(segment.read_bytes())
    end = batches[-1].last_offset + 1 if batches else 0
    flushed = max(recovery_point, end - (interval - 1))
    os.truncate(segment, _size_below(batches, flushed))


def _size_below(batches: Sequence[Batch], offset: int) -> int:
    """Bytes of the batches that have a record below the offset."""
    return sum(batch.size for batch in batches if batch.base_offset < offset)


def _partitions(data: Path) -> dict[Path, tuple[str, int]]:
    """Topic and partition of every folder that holds a live one."""
    named = {folder: _PARTITION.fullmatch(folder.name) for folder in data.iterdir()}
    found = {folder: (match[1], int(match[2])) for folder, match in named.items() if match}
    return {folder: place for folder, place in found.items() if place[0] != _METADATA}


def _recovery_points(data: Path) -> dict[tuple[str, int], int]:
    """The checkpoint file: a version, a count, then `topic partition offset` by lines."""
    path = data / _CHECKPOINT
    lines = path.read_text().splitlines()[2:] if path.exists() else []
    words = (line.split() for line in lines)
    return {(topic, int(partition)): int(offset) for topic, partition, offset in words}
