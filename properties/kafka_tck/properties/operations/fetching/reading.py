"""Reading all that a partition holds, fetch by fetch."""

from collections.abc import Mapping, Sequence
from typing import Any

from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.world import World


def read_all(world: World, topic: str, partition: int) -> dict[str, Any]:
    """Start, end, leader epoch and every batch that can be read; or a silence.

    A fetch that finds nothing before the end, or that does not move on, is a `fault`.
    """
    seen = read_bounds(world, topic, partition)
    if "silence" in seen:
        return seen
    return seen | read_from(world, topic, partition, seen["start"], seen["end"])


def read_bounds(world: World, topic: str, partition: int) -> dict[str, Any]:
    """Start, end and leader epoch of a partition, or a silence."""
    start = ListOffsets(topic, partition, -2).perform(world)
    end = ListOffsets(topic, partition, -1).perform(world)
    for asked in (start, end):
        if "silence" in asked:
            return {"silence": asked["silence"]}
    return {"start": start["offset"], "end": end["offset"], "epoch": end.get("epoch", 0)}


def read_from(world: World, topic: str, partition: int, offset: int, end: int) -> dict[str, Any]:
    """The batches from an offset up to the end, and why reading stopped short, if it did."""
    batches: list[dict[str, Any]] = []
    position = offset
    while position < end:
        seen = Fetch(topic, partition, position).perform(world)
        if "silence" in seen:
            return {"silence": seen["silence"]}
        found = seen["batches"]
        if seen["error"] != "NONE" or not found or found[-1]["last"] < position:
            told = f"{seen['error']} and {len(found)} batches"
            return {"batches": batches, "fault": f"at {position}: {told}"}
        batches += found
        position = found[-1]["last"] + 1
    return {"batches": batches, "fault": None}


def records_of(batches: Sequence[Mapping[str, Any]], start: int) -> list[Any]:
    """The records of seen batches at or behind an offset, each as a list."""
    return [record for batch in batches for record in batch["records"] if record[0] >= start]
