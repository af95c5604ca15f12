"""What a Fetch finds in one partition, and how much of it the limits of a request let through.

Pure functions over the kernel state of `log.py` and the ledger. Source: Partition.fetchRecords,
Partition.readRecords, ReplicaManager.readFromLog (4.3), KIP-74, KIP-320, KIP-595.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.model.fencing import NOT_GIVEN, error_of_current_epoch
from kafka_tck.model.ledger import Ledger, Stored
from kafka_tck.model.lineage import UNKNOWN
from kafka_tck.model.log import log
from kafka_tck.model.run import Refused, Values, attempt

NONE = "NONE"
OUT_OF_RANGE = "OFFSET_OUT_OF_RANGE"
NO_EPOCH = -1
UNRESOLVED = ("topic", "former", "partition")
"""The checks that fail before a partition can be looked up."""


@dataclass(frozen=True)
class Asked:
    """What a Fetch asks of one partition."""

    offset: int
    limit: int = 1 << 20
    """partition_max_bytes, in bytes."""
    current_epoch: int = NO_EPOCH
    last_epoch: int = NO_EPOCH


@dataclass(frozen=True)
class Found:
    """What the leader has to say of one partition."""

    error: str
    guard: str = ""
    """The check that failed, if one did: `epoch`, `lineage`, `range`, or one of the caller's."""
    diverging: tuple[int, int] | None = None
    batches: tuple[Stored, ...] = ()
    """All that a reader may be given from there on, the batch that holds the offset first."""


def find(state: Values, ledger: Ledger, asked: Asked) -> Found:
    """What the leader finds: first it checks the epoch, then the lineage, then the range."""
    # A Fetch reads every number below 0 as no epoch; the other APIs fence those below -1.
    given = max(asked.current_epoch, NOT_GIVEN)
    fenced = error_of_current_epoch(given, int(state["epoch"]))
    if fenced != NONE:
        return Found(fenced, "epoch")
    if asked.last_epoch > NO_EPOCH:
        end = ledger.lineage.end_offset_for(asked.last_epoch, int(state["leo"]))
        if end == UNKNOWN or asked.offset < state["log_start"]:
            return Found(OUT_OF_RANGE, "lineage")
        if end[0] < asked.last_epoch or end[1] < asked.offset:
            return Found(NONE, diverging=end)
    legal = attempt(log, "client_fetches", state, offset=asked.offset)
    if isinstance(legal, Refused):
        return Found(str(legal.error), "range")
    return Found(NONE, batches=readable(ledger, asked.offset, int(state["hw"])))


def readable(ledger: Ledger, offset: int, bound: int) -> tuple[Stored, ...]:
    """The batches from the one that holds the offset up to the bound."""
    return tuple(b for b in ledger.batches if b.last >= offset and b.base < bound)


def most_bytes(batch: Stored) -> int:
    """An upper estimate of a batch's size, in bytes, whatever its codec."""
    return 200 + sum(_most_bytes_of(e.key, e.value, e.headers) for e in batch.entries)


def _most_bytes_of(
    key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
) -> int:
    texts = [key, value, *(text for name, value in headers for text in (name.encode(), value))]
    return 40 + sum(10 + len(text or b"") for text in texts)


@dataclass(frozen=True)
class Returned:
    """How much of one partition came back: bytes in all, and those of its first whole batch."""

    limit: int
    size: int
    first: int


def within_limits(max_bytes: int, parts: Sequence[Returned]) -> bool:
    """Whether an answer kept to the limits, whatever the order in which it was read.

    Only the first partition that returns anything may go beyond them, by its first batch.
    """
    given = [part for part in parts if part.size]
    total = sum(part.size for part in given)
    return not given or any(_fits_first(max_bytes, part, given, total) for part in given)


def _fits_first(max_bytes: int, first: Returned, given: Sequence[Returned], total: int) -> bool:
    """Whether the limits were kept if this partition was the first that returned anything."""
    left = max(0, max_bytes - first.size)
    return (
        first.size <= max(first.first, min(first.limit, max_bytes))
        and total - first.size <= left
        and all(part.size <= part.limit for part in given if part is not first)
    )


def with_room(max_bytes: int, parts: Sequence[tuple[int, Found, int]]) -> list[bool]:
    """For each partition whether it has data, and room for its first batch, whatever the order.

    Each part has its limit, what was found, and the bytes that it returned.
    """
    total = sum(size for _, _, size in parts)
    return [
        bool(found.batches)
        and most_bytes(found.batches[0]) <= min(limit, max_bytes - (total - size))
        for limit, found, size in parts
    ]


def least_bytes(batch: Stored) -> int:
    """A lower estimate of a batch's size, in bytes; of a compressed one only its header counts."""
    if batch.codec:
        return 61
    return 61 + sum(len(e.key or b"") + len(e.value or b"") for e in batch.entries)


Limited = tuple[int, Found]
"""A partition's limit in bytes, and what was found there."""


def surely_satisfied(parts: Sequence[Limited], min_bytes: int) -> bool:
    """Whether a Fetch of these partitions has nothing to wait for.

    Partitions that cannot even be looked up are set aside first: an error of theirs does not keep
    the fetch from waiting for the others.
    """
    looked_up = [(limit, part) for limit, part in parts if part.guard not in UNRESOLVED]
    if not looked_up or any(_stands_out(part) for _, part in looked_up):
        return True
    there = [min(limit, sum(map(least_bytes, part.batches))) for limit, part in looked_up]
    return sum(there) >= min_bytes


def maybe_satisfied(parts: Sequence[Limited], min_bytes: int) -> bool:
    """Whether such a Fetch may be answered before its time is up."""
    if not parts or any(_stands_out(part) for _, part in parts):
        return True
    return sum(most_bytes(batch) for _, part in parts for batch in part.batches) >= min_bytes


def _stands_out(part: Found) -> bool:
    return part.error != NONE or part.diverging is not None
