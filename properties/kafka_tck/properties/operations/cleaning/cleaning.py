"""Topics that are cleaned: made with small segments, and how long to wait for the cleaning."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.ledger import Entry, Stored
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch

HOUR_MS: Final = 3_600_000
LONG_AGO: Final = -2 * HOUR_MS
"""Milliseconds from the start of a run: records of then are older than an hour."""

_PATIENCE: Final = 30.0
_SHORT_MS: Final = 5000


def segment_setting(world: World) -> str:
    """The setting that allows segments of less than a mebibyte; 4.1 moved it to another name."""
    return "internal.segment.bytes" if world.profile.release >= (4, 1) else "segment.bytes"


@dataclass(frozen=True)
class MakeCleaned(Operation, kind="make_cleaned"):
    """Creates a topic of small segments, and learns how often the broker cleans."""

    topic: str
    segment_bytes: int
    settings: tuple[tuple[str, str], ...] = ()

    def perform(self, world: World) -> Observation:
        return {**self._made(world).perform(world), "every_ms": _slowest_interval(world)}

    def _made(self, world: World) -> MakeTopic:
        small = (segment_setting(world), str(self.segment_bytes))
        return MakeTopic(self.topic, 1, (*self.settings, small))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        waits = is_quick(world, seen["every_ms"])
        return [
            replace(judged, belief=judged.belief.noting("cleans soon", waits))
            for judged in self._made(world).judge(world, belief, seen)
        ]


def is_quick(world: World, every_ms: int) -> bool:
    """Whether waiting for the broker's next look at its logs takes little of our time."""
    return every_ms <= _SHORT_MS or "time.virtual" in world.target.capabilities


def _slowest_interval(world: World) -> int:
    """The longest of the intervals at which the broker looks at its logs, in milliseconds."""
    known = {"log.retention.check.interval.ms": 300_000, "log.cleaner.backoff.ms": 15_000}
    node = str(world.target.nodes()[0])
    wanted = {"resource_type": 4, "resource_name": node, "configuration_keys": [*known]}
    if world.profile.has("DescribeConfigs"):
        found = world.call(world.client(), "DescribeConfigs", resources=[wanted])
        entries = found.body.results[0].configs or [] if isinstance(found, Answer) else []
        known |= {entry.name: int(entry.value) for entry in entries if entry.value is not None}
    return max(known.values())


def patience(world: World) -> float:
    """Seconds after which what must happen in the end should have happened."""
    return 900.0 if "time.virtual" in world.target.capabilities else _PATIENCE


def size_of(batch: Stored) -> int:
    """Bytes of a batch as this suite's encoder made it; the broker stores what it was sent."""
    records = [Record(e.key, e.value, e.headers, e.timestamp) for e in batch.entries]
    return len(make_batch(records, codec=batch.codec).encode())


def stored_records(known: PartitionBelief, start: int) -> list[Any]:
    """The believed records from an offset on, as a read shows them."""
    return [plain_record(entry) for entry in known.ledger.entries(start, known["leo"])]


def plain_record(entry: Entry) -> list[Any]:
    """A record of the ledger as a read shows it."""
    headers = [list(header) for header in entry.headers]
    return [entry.offset, entry.timestamp, entry.key, entry.value, headers]
