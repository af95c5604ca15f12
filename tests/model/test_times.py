"""Lookups by time, against a plain search through all records."""

from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.ledger import NO_TIMESTAMP, Entry, Ledger, Stored
from kafka_tck.model.times import first_at_or_after, largest

TIMES = st.integers(NO_TIMESTAMP, 6)
BATCHES = st.lists(st.lists(TIMES, min_size=1, max_size=3), max_size=5)
OFFSETS = st.integers(0, 15)


def ledger_of(times: list[list[int]]) -> Ledger:
    ledger, base = Ledger(), 0
    for batch in times:
        entries = tuple(Entry(base + i, time, b"k", b"v") for i, time in enumerate(batch))
        ledger = ledger.appending(Stored(base, base + len(batch) - 1, 0, entries))
        base += len(batch)
    return ledger


@given(BATCHES, TIMES, OFFSETS, OFFSETS)
def test_the_lowest_offset_that_is_not_older(
    times: list[list[int]], wanted: int, log_start: int, bound: int
) -> None:
    flat = [time for batch in times for time in batch]
    hits = [o for o, time in enumerate(flat) if o >= log_start and time >= wanted]
    found = first_at_or_after(ledger_of(times), wanted, log_start, bound)
    expected = hits[0] if hits and hits[0] < bound else None
    assert (None if found is None else found.offset) == expected


@given(BATCHES, OFFSETS, OFFSETS)
def test_the_first_of_the_largest(times: list[list[int]], log_start: int, bound: int) -> None:
    flat = [time for batch in times for time in batch]
    kept = {o: time for o, time in enumerate(flat) if o >= log_start and time != NO_TIMESTAMP}
    best = min((o for o, time in kept.items() if time == max(kept.values())), default=None)
    found = largest(ledger_of(times), log_start, bound)
    expected = best if best is not None and best < bound else None
    assert (None if found is None else found.offset) == expected


def test_an_empty_log_has_neither() -> None:
    assert first_at_or_after(Ledger(), 0, 0, 10) is None
    assert largest(Ledger(), 0, 10) is None


def test_the_largest_of_records_without_time_is_none() -> None:
    assert largest(ledger_of([[NO_TIMESTAMP], [NO_TIMESTAMP]]), 0, 10) is None


def test_a_record_behind_the_bound_hides_nothing_before_it_and_is_not_found() -> None:
    ledger = ledger_of([[1], [5], [9]])
    assert largest(ledger, 0, 2) is None
    found = first_at_or_after(ledger, 4, 0, 2)
    assert found is not None
    assert found.offset == 1
