"""How much one read returns, where a batch is, and what is told of the log start."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.reference.log import Log, LogConfig, LogPlace, MemoryDirectory, Refusal
from kafka_tck.wire.batches import Record, make_batch, split_batches

NOW = 1_700_000_000_000
Bench = Callable[..., Any]
SIZE = len(make_batch([Record(b"k", b"v", timestamp=NOW)]).encode())


def five(bench: Any) -> Any:
    """Five batches of one record, in segments of two."""
    work = bench(segment_bytes=2 * SIZE)
    for _ in range(5):
        work.write()
    return work.log


def bases(data: bytes) -> list[int]:
    return [batch.base_offset for batch in split_batches(data)]


def test_one_read_stays_in_one_segment(bench: Bench) -> None:
    log = five(bench)
    assert log.segments.bases == [0, 2, 4]
    assert bases(log.read(1, max_bytes=10**6, bound=5, min_one=True)) == [1]
    assert bases(log.read(2, max_bytes=10**6, bound=5, min_one=True)) == [2, 3]


def test_the_first_batch_comes_whole_and_a_later_one_may_be_cut(bench: Bench) -> None:
    log = five(bench)
    assert len(log.read(0, max_bytes=0, bound=5, min_one=True)) == SIZE
    assert len(log.read(0, max_bytes=SIZE + 9, bound=5, min_one=True)) == SIZE + 9


def test_without_the_promise_of_one_too_small_a_read_is_empty(bench: Bench) -> None:
    log = five(bench)
    assert log.read(0, max_bytes=SIZE - 1, bound=5, min_one=False) == b""
    assert len(log.read(0, max_bytes=SIZE, bound=5, min_one=False)) == SIZE


@pytest.mark.parametrize("bound", range(6))
def test_the_bound_is_never_crossed(bench: Bench, bound: int) -> None:
    log = five(bench)
    found = [bases(log.read(at, max_bytes=10**6, bound=bound, min_one=True)) for at in range(6)]
    assert max((base for some in found for base in some), default=-1) == bound - 1


def test_a_bound_within_a_batch_hides_the_batch(bench: Bench) -> None:
    work = bench()
    work.write(work.record(), work.record(), work.record())
    assert work.log.read(0, max_bytes=10**6, bound=2, min_one=True) == b""


@pytest.mark.parametrize("offset", [-1, 6])
def test_outside_of_the_log_nothing_can_be_read(bench: Bench, offset: int) -> None:
    with pytest.raises(Refusal, match="OFFSET_OUT_OF_RANGE"):
        five(bench).read(offset, max_bytes=1, bound=5, min_one=True)


def test_between_the_bound_and_the_end_a_read_is_empty(bench: Bench) -> None:
    log = five(bench)
    assert [log.read(at, max_bytes=9, bound=2, min_one=True) for at in (2, 4, 5)] == [b""] * 3


def test_a_negative_size_is_an_error_of_the_server(bench: Bench) -> None:
    with pytest.raises(Refusal, match="UNKNOWN_SERVER_ERROR"):
        five(bench).read(0, max_bytes=-1, bound=5, min_one=True)


def test_a_damaged_length_is_an_error_when_it_is_met(memory_bench: Bench) -> None:
    work = memory_bench()
    work.write()
    work.directory.open("00000000000000000000.log").damage(8, bytes(4))
    with pytest.raises(Refusal, match="CORRUPT_MESSAGE"):
        work.log.read(0, max_bytes=1, bound=1, min_one=True)


def test_places_tell_segments_and_bytes(bench: Bench) -> None:
    log = five(bench)
    assert [log.place_of(offset) for offset in range(7)] == [
        LogPlace(0, 0),
        LogPlace(0, SIZE),
        LogPlace(2, 0),
        LogPlace(2, SIZE),
        LogPlace(4, 0),
        LogPlace(4, SIZE),
        None,
    ]
    assert log.place_of(-1) is None


def test_the_earliest_offset_and_its_epoch(bench: Bench) -> None:
    log = five(bench)
    assert log.earliest() == (-1, 0, 0)
    log.become_leader(3)
    log.raise_log_start(5)
    assert log.earliest() == (-1, 5, 3)
    assert Log.open(MemoryDirectory(), LogConfig(), now=NOW).earliest() == (-1, 0, -1)


def test_an_answer_beyond_the_bound_is_no_answer(bench: Bench) -> None:
    work = bench()
    for at in (5, 9, 7):
        work.write(work.record(timestamp=at))
    assert work.log.offset_of_max_timestamp(3) == (9, 1, 0)
    assert work.log.offset_of_max_timestamp(1) is None
    assert work.log.offset_for_time(6, bound=2) == (9, 1, 0)
    assert work.log.offset_for_time(6, bound=1) is None


def test_an_empty_log_has_no_times(bench: Bench) -> None:
    log = bench().log
    assert log.offset_of_max_timestamp(0) is None
    assert log.offset_for_time(0, bound=0) is None


def test_a_time_below_the_log_start_does_not_hide_a_later_one(bench: Bench) -> None:
    """Apache Kafka 4.3.1 answers that there is none, if the segments are these."""
    work = bench()
    for at in (90, 10):
        work.write(work.record(timestamp=at))
    work.log.roll()
    work.write(work.record(timestamp=50))
    work.log.raise_log_start(1)
    assert work.log.offset_for_time(20, bound=3) == (50, 2, 0)


@given(st.lists(st.integers(1, 4), max_size=8), st.data())
def test_batches_hold_the_offsets_asked_for(counts: list[int], data: Any) -> None:
    log = Log.open(MemoryDirectory(), LogConfig(segment_bytes=250), now=NOW)
    held = []
    for count in counts:
        batch = make_batch([Record(b"k", b"v")] * count)
        base = log.append_as_leader(batch.encode(), epoch=0, now=NOW).base_offset
        held.append(range(base, base + count))
    start = data.draw(st.integers(0, log.leo))
    end = data.draw(st.integers(start, log.leo))
    wanted = [span.start for span in held if max(span.start, start) < min(span.stop, end)]
    assert [batch.base_offset for batch in log.batches(start, end)] == wanted
