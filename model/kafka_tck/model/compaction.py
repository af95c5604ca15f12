"""What compaction may take out of a partition, what it must leave, and what must go in the end.

The moments of cleaning and the bounds of segments are hidden, so the answers are sets of offsets.
Sources: LogCleanerManager.cleanableOffsets, Cleaner.shouldRetainRecord, KIP-534 (4.3).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kafka_tck.model.cleaning import first_beside
from kafka_tck.model.ledger import Entry, Stored

DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Lags:
    """How long a record stays uncompacted, and a tombstone readable, in milliseconds."""

    compaction_ms: int = 0
    tombstone_ms: int = DAY_MS

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Lags":
        return cls(
            int(settings.get("min.compaction.lag.ms", 0)),
            int(settings.get("delete.retention.ms", DAY_MS)),
        )


def cleanable_below(batches: Sequence[Stored], lags: Lags, now_ms: int) -> int:
    """The offset that no cleaning has reached.

    The active segment, which holds at least the last batch, is never cleaned, and nothing behind
    the first segment that holds a record younger than the lag.
    """
    young = (
        batch.base
        for batch in batches
        if lags.compaction_ms > 0 and batch.max_timestamp > now_ms - lags.compaction_ms
    )
    return min([*young, batches[-1].base], default=0) if batches else 0


def superseded(entries: Sequence[Entry], below: int) -> frozenset[int]:
    """Offsets of the records that have a later one of the same key, all below this offset."""
    latest = {entry.key: entry.offset for entry in entries if entry.offset < below}
    return frozenset(entry.offset for entry in entries if entry.offset < latest.get(entry.key, -1))


@dataclass(frozen=True)
class Losses:
    """Offsets of missing records that no cleaning may have taken, by what protected them."""

    untouchable: tuple[int, ...] = ()
    """In the active segment, or younger than the lag."""
    tombstones: tuple[int, ...] = ()
    """The latest of their key, and their time has not passed."""
    latest: tuple[int, ...] = ()
    """The latest of their key."""


def losses(
    entries: Sequence[Entry], present: Collection[int], below: int, tombstones_may_go: bool
) -> Losses:
    """The records that are missing among those present although they had to stay."""
    may_go = superseded(entries, below)
    missing = [e for e in entries if e.offset not in present and e.offset not in may_go]
    cleaned = [e for e in missing if e.offset < below]
    return Losses(
        tuple(e.offset for e in missing if e.offset >= below),
        tuple(e.offset for e in cleaned if e.value is None and not tombstones_may_go),
        tuple(e.offset for e in cleaned if e.value is not None),
    )


def final_values(entries: Sequence[Entry]) -> dict[bytes | None, bytes | None]:
    """What a reader of these records believes in the end: the last value of each key.

    A key whose last record is a tombstone is left out, as one that was never there.
    """
    last = {entry.key: entry.value for entry in entries}
    return {key: value for key, value in last.items() if value is not None}


def must_go(
    batches: Sequence[Stored],
    sizes: Sequence[int],
    segment_bytes: int,
    lags: Lags,
    now_ms: int,
) -> frozenset[int]:
    """Offsets that must be gone in the end: superseded in segments that are surely cleanable."""
    below = cleanable_below(batches, lags, now_ms)
    at = next((i for i, batch in enumerate(batches) if batch.base >= below), None)
    if at is None:
        return frozenset()
    sure = batches[first_beside(sizes, at, segment_bytes)].base
    return superseded([entry for batch in batches for entry in batch.entries], sure)
