"""What a partition leader says of the producers that it knows."""

from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Place
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.answers import only, silent
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name


def active_producers(world: World, place: Place) -> Observation:
    """DescribeProducers of one partition: an error, and the producers by id."""
    topics = [{"name": world.real(place[0]), "partition_indexes": [place[1]]}]
    outcome = world.call(world.at_leader(*place), "DescribeProducers", topics=topics)
    if not isinstance(outcome, Answer):
        return silent(outcome)
    entry = only(outcome, "topics", "partitions")
    if entry is None:
        return {"silence": "the answer has no entry for the partition"}
    return {
        "error": error_name(entry.error_code),
        "producers": {p.producer_id: _told(p) for p in entry.active_producers or []},
    }


def _told(producer: Any) -> dict[str, int]:
    return {
        "epoch": producer.producer_epoch,
        "last_sequence": producer.last_sequence,
        "coordinator_epoch": producer.coordinator_epoch,
        "first": producer.current_txn_start_offset,
    }


def marked_with(world: World, place: Place, producer_id: int) -> dict[str, int]:
    """Epoch and coordinator epoch of the last marker for a producer, as the partition knows it."""
    found = active_producers(world, place).get("producers", {})
    told: dict[str, int] = found.get(producer_id, {})
    return {name: told[name] for name in ("epoch", "coordinator_epoch") if name in told}
