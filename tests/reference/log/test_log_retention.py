"""Which segments go, when a segment ends, and what reaches the disk."""

from collections.abc import Callable
from typing import Any

import pytest

from kafka_tck.reference.log import MemoryDirectory, Refusal
from kafka_tck.wire.batches import make_batch

NOW = 1_700_000_000_000
Bench = Callable[..., Any]


def in_segments(bench: Any, *timestamps: int) -> Any:
    """A log with one record of each time, every one in its own segment."""
    for index, timestamp in enumerate(timestamps):
        if index:
            bench.log.roll()
        bench.write(bench.record(timestamp=timestamp))
    return bench.log


def test_time_deletes_from_the_old_end_up_to_the_first_that_stays(bench: Bench) -> None:
    log = in_segments(bench(retention_ms=100), NOW, NOW + 50, NOW + 500, NOW, NOW + 600)
    assert log.delete_old_segments(NOW + 151) == 2
    assert (log.log_start, log.segments.bases, log.leo) == (2, [2, 3, 4], 5)


def test_equal_age_is_not_expired(bench: Bench) -> None:
    log = in_segments(bench(retention_ms=100), NOW, NOW + 100)
    assert log.delete_old_segments(NOW + 100) == 0
    assert log.delete_old_segments(NOW + 101) == 1


def test_a_record_of_the_future_holds_everything_behind_it(bench: Bench) -> None:
    log = in_segments(bench(retention_ms=100), NOW + 3_000_000, NOW, NOW)
    assert log.delete_old_segments(NOW + 1_000_000) == 0


def test_a_log_that_loses_all_goes_on_at_its_end(bench: Bench) -> None:
    work = bench(retention_ms=100)
    log = in_segments(work, NOW, NOW)
    assert log.delete_old_segments(NOW + 101) == 2
    assert (log.log_start, log.hw, log.leo, log.segments.bases) == (2, 2, 2, [2])
    assert work.write().base_offset == 2
    log.close()
    assert work.reopen(clean=True, log_start=2).leo == 3


def test_an_empty_log_has_nothing_to_lose(bench: Bench) -> None:
    log = bench(retention_ms=0).log
    assert log.delete_old_segments(NOW + 10) == 0
    assert log.segments.bases == [0]


def test_without_timestamps_the_time_of_the_file_counts(bench: Bench) -> None:
    work = bench(retention_ms=100)
    log = in_segments(work, -1, -1)
    assert log.delete_old_segments(NOW + 100) == 0
    assert log.delete_old_segments(NOW + 101) == 2


def test_nothing_above_the_hw_is_deleted(bench: Bench) -> None:
    work = bench(retention_ms=100)
    for _ in range(3):
        work.write(commit=False)
        work.log.roll()
    work.log.advance_hw(2)
    assert work.log.delete_old_segments(NOW + 500) == 2
    assert (work.log.log_start, work.log.hw, work.log.leo) == (2, 2, 3)


def test_size_keeps_at_least_the_limit(bench: Bench) -> None:
    size = len(make_batch([bench().record()]).encode())
    work = bench(retention_bytes=2 * size + 1, retention_ms=-1)
    work.log.raise_log_start(0)
    log = in_segments(work, *[NOW] * 5)
    assert log.size == 5 * size
    assert log.delete_old_segments(NOW) == 2
    assert log.size == 3 * size


def test_a_compacted_topic_loses_only_what_is_below_its_log_start(bench: Bench) -> None:
    work = bench(cleanup_policy=frozenset({"compact"}), retention_ms=0, retention_bytes=0)
    log = in_segments(work, NOW, NOW, NOW)
    assert log.delete_old_segments(NOW + 10) == 0
    log.raise_log_start(2)
    assert log.delete_old_segments(NOW + 10) == 2
    assert log.segments.bases == [2]


def test_the_log_start_never_falls_and_never_passes_the_hw(bench: Bench) -> None:
    work = bench()
    for _ in range(4):
        work.write(commit=False)
    work.log.advance_hw(3)
    work.log.raise_log_start(2)
    work.log.raise_log_start(1)
    assert work.log.log_start == 2
    with pytest.raises(Refusal, match="OFFSET_OUT_OF_RANGE"):
        work.log.raise_log_start(4)
    with pytest.raises(Refusal, match="OFFSET_OUT_OF_RANGE"):
        work.log.read(1, max_bytes=100, bound=3, min_one=True)


def test_inside_a_batch_the_whole_batch_is_read(bench: Bench) -> None:
    work = bench()
    work.write(work.record(), work.record(), work.record())
    work.log.raise_log_start(1)
    data = work.log.read(1, max_bytes=1000, bound=3, min_one=True)
    assert make_batch([work.record()] * 3, leader_epoch=0).encode() == data


@pytest.mark.parametrize(
    ("limits", "rolls"),
    [
        ({"segment_bytes": 140}, True),
        ({"segment_bytes": 1000}, False),
        ({"segment_ms": 9}, True),
        ({"segment_ms": 10}, False),
        ({"segment_index_bytes": 12, "index_interval_bytes": 0}, True),
    ],
)
def test_when_a_segment_ends(bench: Bench, limits: dict[str, int], rolls: bool) -> None:
    work = bench(**limits)
    for at in (NOW, NOW + 10, NOW + 10):
        work.write(work.record(timestamp=at))
    assert (len(work.log.segments) > 1) is rolls


def test_an_offset_too_far_from_the_base_begins_a_segment(memory_bench: Bench) -> None:
    work = memory_bench()
    for base in (0, 2**31 - 1, 2**31):
        data = make_batch([work.record()], base_offset=base, leader_epoch=0).encode()
        work.log.append_as_follower(data)
    assert work.log.segments.bases == [0, 2**31]
    assert work.log.leo == 2**31 + 1


def power_fails(work: Any) -> int:
    """The log end after a loss of power."""
    work.directory.lose_power()
    return int(work.reopen(recovery_point=work.log.recovery_point).leo)


def test_by_default_nothing_is_flushed(memory_bench: Bench) -> None:
    work = memory_bench()
    for _ in range(5):
        work.write()
    assert work.log.recovery_point == 0
    assert power_fails(work) == 0


def test_the_process_may_die_without_loss(memory_bench: Bench) -> None:
    work = memory_bench()
    for _ in range(5):
        work.write()
    assert work.reopen().leo == 5


def test_a_sealed_segment_is_flushed(memory_bench: Bench) -> None:
    work = memory_bench()
    work.write()
    work.write()
    work.log.roll()
    work.write()
    assert work.log.recovery_point == 2
    assert power_fails(work) == 2


def test_flush_messages_flushes_as_often(memory_bench: Bench) -> None:
    work = memory_bench(flush_messages=3)
    for _ in range(5):
        work.write()
    assert work.log.recovery_point == 3
    assert power_fails(work) == 3


def test_flush_ms_flushes_by_time(memory_bench: Bench) -> None:
    work = memory_bench(flush_ms=100)
    work.write()
    assert not work.log.flush_if_due(NOW + 99)
    assert work.log.flush_if_due(NOW + 100)
    assert not work.log.flush_if_due(NOW + 150)
    assert power_fails(work) == 1


def test_a_clean_stop_flushes_all(memory_bench: Bench) -> None:
    work = memory_bench()
    work.write()
    work.log.close()
    work.directory.lose_power()
    assert work.reopen(clean=True).leo == 1
    assert isinstance(work.directory, MemoryDirectory)
