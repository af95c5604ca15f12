"""After a broken claim the belief adopts what the target really holds, so that the run goes on.

One deviation never hides others, and never makes a later, right answer look wrong.
"""

from collections.abc import Mapping
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model.ledger import Entry, Ledger, Stored
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.operations.answers import only
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.world import World


def relearn(world: World, belief: Belief) -> Belief:
    """The belief with every partition as it can be read now; unreadable ones stay as believed."""
    for (topic, partition), known in belief.partitions.items():
        if world.leaders.get((topic, partition)) in world.faults.down:
            continue  # by our own doing: nobody can say what it holds
        learnt = _read(world, topic, partition, known)
        if learnt is not None:
            belief = belief.with_partition(topic, partition, learnt)
    return belief


def _read(
    world: World, topic: str, partition: int, known: PartitionBelief
) -> PartitionBelief | None:
    start, end = (_bound(world, topic, partition, special) for special in (-2, -1))
    if start is None or end is None or not 0 <= start.offset <= end.offset:
        return None
    epoch = max(end.leader_epoch, known["epoch"])
    batches = _batches(world, topic, partition, start.offset, end.offset)
    lineage = known.ledger.lineage.starting_at(start.offset)
    if epoch > known["epoch"]:
        lineage = lineage.led_from(epoch, end.offset)
    state = {"log_start": start.offset, "hw": end.offset, "leo": end.offset, "epoch": epoch}
    return PartitionBelief(state, Ledger(tuple(batches), lineage))


def _bound(world: World, topic: str, partition: int, special: int) -> Any | None:
    found = world.call(
        world.at_leader(topic, partition),
        "ListOffsets",
        topics=[
            {
                "name": world.real(topic),
                "partitions": [{"partition_index": partition, "timestamp": special}],
            }
        ],
    )
    if not isinstance(found, Answer):
        return None
    entry = only(found, "topics", "partitions")
    return entry if entry is not None and entry.error_code == 0 else None


def _batches(world: World, topic: str, partition: int, start: int, end: int) -> list[Stored]:
    read: list[Stored] = []
    offset = start
    while offset < end:
        seen = Fetch(topic, partition, offset).perform(world)
        found = [stored_as_seen(batch) for batch in seen.get("batches", [])]
        if not found or found[-1].last < offset:
            break
        read += found
        offset = found[-1].last + 1
    return read


def stored_as_seen(batch: Mapping[str, Any]) -> Stored:
    """A batch that a fetch returned, as the ledger holds it."""
    entries = tuple(
        Entry(offset, timestamp, key, value, tuple((n, v) for n, v in headers))
        for offset, timestamp, key, value, headers in batch["records"]
        if not batch["control"]
    )
    producer_id, producer_epoch, sequence = batch["producer"]
    return Stored(
        batch["base"],
        batch["last"],
        batch["epoch"],
        entries,
        batch["codec"],
        batch["append_time"],
        (producer_id, producer_epoch, sequence),
        batch["transactional"],
    )
