"""What retention may delete of a partition, and what it must.

Segments, their bounds and the moments of deletion are hidden, so the answers are sets: which log
starts are legal. Batches are all that the log holds, in offset order; sizes are their bytes.
Sources: UnifiedLog.deleteOldSegments, Partition.deleteRecordsOnLeader (4.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from kafka_tck.model.ledger import Stored

DELETE: Final = "delete"
COMPACT: Final = "compact"

UNLIMITED: Final = -1


def policies(settings: Mapping[str, str]) -> frozenset[str]:
    """The words of cleanup.policy; `delete` where the topic does not say."""
    words = settings.get("cleanup.policy", DELETE).split(",")
    return frozenset(word.strip() for word in words if word.strip())


def error_of_deletion(settings: Mapping[str, str]) -> str:
    """What DeleteRecords answers because of the topic's policy alone.

    A topic without any policy (KIP-1161, 4.2) lets its records be deleted: it keeps no promise
    about keys.
    """
    words = policies(settings)
    return "POLICY_VIOLATION" if COMPACT in words and DELETE not in words else "NONE"


@dataclass(frozen=True)
class Limits:
    """How much a topic keeps: milliseconds, bytes (`UNLIMITED` for all), and bytes per segment."""

    ms: int = UNLIMITED
    bytes: int = UNLIMITED
    segment_bytes: int = 1 << 30

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "Limits":
        """From a topic's settings; `internal.segment.bytes` (4.1) stands for `segment.bytes`."""
        segment = settings.get("internal.segment.bytes", settings.get("segment.bytes"))
        return cls(
            int(settings.get("retention.ms", UNLIMITED)),
            int(settings.get("retention.bytes", UNLIMITED)),
            cls.segment_bytes if segment is None else int(segment),
        )

    def has_expired(self, batch: Stored, now_ms: int) -> bool:
        """Whether every record of the batch is older than the topic keeps them."""
        return self.is_expired(batch.max_timestamp, now_ms)

    def is_expired(self, timestamp: int, now_ms: int) -> bool:
        """Whether a timestamp is older than the topic keeps records."""
        return self.ms != UNLIMITED and timestamp < now_ms - self.ms


def is_possible_start(batches: Sequence[Stored], start: int, leo: int, new: int) -> bool:
    """A segment begins where a batch begins, or at the log end; or the start did not move."""
    begins = {batch.base for batch in batches if batch.base >= start}
    return new in begins | {start, leo}


def wrongly_deleted(
    batches: Sequence[Stored], sizes: Sequence[int], limits: Limits, new: int, now_ms: int
) -> list[int]:
    """First offsets of the batches below a new log start that neither age nor size let go.

    Only whole segments go, oldest first. By age one goes when all of it has expired; by size one
    goes when the log still has its limit without it.
    """
    left = [sum(sizes) - gone for gone in accumulate(sizes)]
    return [
        batch.base
        for batch, rest in zip(batches, left, strict=True)
        if batch.last < new
        and not limits.has_expired(batch, now_ms)
        and (limits.bytes == UNLIMITED or rest < limits.bytes)
    ]


def first_beside(sizes: Sequence[int], at: int, segment_bytes: int) -> int:
    """The first batch that may lie in one segment with the batch at this position.

    A segment holds neighbours of at most its bytes together; those before it lie in earlier ones.
    """
    first, room = at, segment_bytes - sizes[at]
    while first > 0 and sizes[first - 1] <= room:
        first -= 1
        room -= sizes[first]
    return first


def eventual_start(
    batches: Sequence[Stored],
    sizes: Sequence[int],
    limits: Limits,
    start: int,
    leo: int,
    now_ms: int,
) -> int:
    """The log start that must be reached in the end, if nothing else happens.

    By age it is sure for the segments before the one with the first young batch; by size only
    where every batch has a segment of its own.
    """
    alone = all(first_beside(sizes, at, limits.segment_bytes) == at for at in range(len(sizes)))
    excess = sum(sizes) - limits.bytes if alone and limits.bytes != UNLIMITED else 0
    for at, (batch, size) in enumerate(zip(batches, sizes, strict=True)):
        excess -= size
        if excess < 0 and not limits.has_expired(batch, now_ms):
            sure = batches[first_beside(sizes, at, limits.segment_bytes)].base
            return max(start, sure)
    return leo if batches else start
