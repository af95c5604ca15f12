"""Lookups by time: which offset ListOffsets names for a timestamp, and for the largest one.

Source: LogSegment.findOffsetByTimestamp, UnifiedLog.fetchOffsetByTimestamp (4.3), KIP-734.
"""

from kafka_tck.model.ledger import NO_TIMESTAMP, Entry, Ledger

NOTHING = (-1, -1)


def first_at_or_after(ledger: Ledger, timestamp: int, log_start: int, bound: int) -> Entry | None:
    """The record with the lowest offset whose timestamp is at least this one.

    The search covers the whole log; what it finds at or past the bound counts as nothing.
    """
    for batch in ledger.batches:
        for entry in batch.entries:
            if entry.offset >= log_start and entry.timestamp >= timestamp:
                return entry if entry.offset < bound else None
    return None


def largest(ledger: Ledger, log_start: int, bound: int) -> Entry | None:
    """The first record that carries the largest timestamp; None if it is at or past the bound."""
    best: Entry | None = None
    for batch in ledger.batches:
        for entry in batch.entries:
            if entry.offset < log_start or entry.timestamp <= NO_TIMESTAMP:
                continue
            if best is None or entry.timestamp > best.timestamp:
                best = entry
    return best if best is not None and best.offset < bound else None
