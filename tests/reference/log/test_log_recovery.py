"""After a stop: what survives, what is cut, and what is built again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.reference.log import Log, LogConfig, MemoryDirectory
from kafka_tck.wire.batches import Record, make_batch, read_batch, split_batches

NOW = 1_700_000_000_000
FIRST = "00000000000000000000"
Bench = Callable[..., Any]

SMALL = LogConfig(index_interval_bytes=0)


def filled(directory: MemoryDirectory, batches: int = 6, per_segment: int = 3) -> Log:
    """A log of batches with two records each, of a producer, under two leader epochs."""
    log = Log.open(directory, SMALL, now=NOW)
    for index in range(batches):
        epoch = 1 + index // 4
        log.become_leader(epoch)
        if index and index % per_segment == 0:
            log.roll()
        batch = make_batch(
            [Record(b"k", b"v", timestamp=NOW + index)] * 2,
            producer_id=7,
            producer_epoch=0,
            base_sequence=2 * index,
        )
        log.append_as_leader(batch.encode(), epoch=epoch, now=NOW)
    return log


def state(log: Log) -> tuple[object, ...]:
    """Everything that a log knows, in a form that can be compared."""
    return (
        log.leo,
        log.epochs.entries,
        [batch.base_offset for batch in log.batches(0)],
        [(s.base_offset, s.index.offsets, s.index.positions) for s in log.segments],
        [(s.times.timestamps, s.times.offsets) for s in list(log.segments)[:-1]],
        {pid: entry.last_sequence for pid, entry in log.producers.entries.items()},
    )


def cut_file(directory: MemoryDirectory, name: str, size: int) -> None:
    directory.open(name).truncate(size)


@pytest.mark.parametrize("clean", [True, False])
def test_a_whole_log_is_the_same_after_any_stop(clean: bool) -> None:
    directory = MemoryDirectory()
    log = filled(directory)
    before = state(log)
    log.close(clean)
    assert state(Log.open(directory, SMALL, now=NOW, clean=clean)) == before


@given(lost=st.integers(0, 250))
def test_a_torn_tail_is_cut_at_the_last_whole_batch(lost: int) -> None:
    directory = MemoryDirectory()
    log = filled(directory, batches=4, per_segment=99)
    size = log.size
    ends = [position + header.size for position, header in log.segments.active.headers()]
    cut_file(directory, FIRST + ".log", size - lost)
    log = Log.open(directory, SMALL, now=NOW)
    whole = sum(end <= size - lost for end in ends)
    assert log.leo == 2 * whole
    assert log.size == ([0, *ends])[whole]
    reached = {pid: entry.last_sequence for pid, entry in log.producers.entries.items()}
    assert reached == ({7: 2 * whole - 1} if whole else {})


@given(at=st.integers(0, 489), flip=st.integers(1, 255))
def test_a_flipped_byte_takes_everything_behind_it_along(at: int, flip: int) -> None:
    directory = MemoryDirectory()
    log = filled(directory)
    file = directory.open(FIRST + ".log")
    at %= file.size
    hit = [h.base_offset for p, h in log.segments.first.headers() if p <= at < p + h.size][0]
    position = next(p for p, h in log.segments.first.headers() if h.base_offset == hit)
    file.damage(at, bytes([file.read(at, 1)[0] ^ flip]))
    log = Log.open(directory, SMALL, now=NOW)
    unchecked = position + 12 <= at < position + 16
    moved = position <= at < position + 8
    if unchecked:
        assert log.leo == 12
    elif not moved:
        assert log.leo == hit
    assert all(batch.crc == batch.true_crc for batch in log.batches(0))
    assert log.segments.bases in ([0], [0, 6])


def test_after_a_clean_stop_nothing_is_checked() -> None:
    directory = MemoryDirectory()
    filled(directory).close()
    file = directory.open(FIRST + ".log")
    file.damage(70, bytes([file.read(70, 1)[0] ^ 1]))
    log = Log.open(directory, SMALL, now=NOW, clean=True)
    assert log.leo == 12
    served = read_batch(log.read(0, max_bytes=0, bound=12, min_one=True))
    assert served.crc != served.true_crc


def test_below_the_recovery_point_nothing_is_checked() -> None:
    directory = MemoryDirectory()
    filled(directory)
    file = directory.open(FIRST + ".log")
    file.damage(70, bytes([file.read(70, 1)[0] ^ 1]))
    assert Log.open(directory, SMALL, now=NOW, recovery_point=6).leo == 12
    assert Log.open(directory, SMALL, now=NOW, recovery_point=5).leo == 0


def test_offsets_that_fall_are_a_fault() -> None:
    directory = MemoryDirectory()
    log = filled(directory, batches=2)
    again = log.read(0, max_bytes=1, bound=log.leo, min_one=True)
    directory.open(FIRST + ".log").append(again)
    assert Log.open(directory, SMALL, now=NOW).leo == 4


@pytest.mark.parametrize("suffix", [".index", ".timeindex"])
@pytest.mark.parametrize("clean", [True, False])
def test_lost_and_damaged_indexes_are_built_again(suffix: str, clean: bool) -> None:
    directory = MemoryDirectory()
    log = filled(directory)
    before = state(log)
    log.close()
    if suffix == ".index":
        directory.remove(FIRST + suffix)
    else:
        directory.open(FIRST + suffix).append(b"odd")
    log = Log.open(directory, SMALL, now=NOW, clean=clean)
    assert state(log) == before
    assert log.read(3, max_bytes=0, bound=12, min_one=True)


def test_an_index_without_a_log_is_removed() -> None:
    directory = MemoryDirectory()
    filled(directory).close()
    directory.open("00000000000000000099.index")
    Log.open(directory, SMALL, now=NOW, clean=True)
    assert not [name for name in directory.names() if name.startswith("00000000000000000099")]


def test_a_log_start_past_the_end_empties_the_log() -> None:
    directory = MemoryDirectory()
    filled(directory)
    log = Log.open(directory, SMALL, now=NOW, log_start=100)
    assert (log.log_start, log.hw, log.leo, log.segments.bases) == (100, 100, 100, [100])
    assert (log.epochs.entries, dict(log.producers.entries)) == ((), {})


@pytest.mark.parametrize(("told", "found"), [(0, 4), (7, 7), (50, 12)])
def test_the_hw_is_kept_within_the_log(told: int, found: int) -> None:
    directory = MemoryDirectory()
    filled(directory).close()
    log = Log.open(directory, SMALL, now=NOW, clean=True, hw=told, log_start=4)
    assert log.hw == found


def test_without_a_checkpoint_the_log_starts_where_its_segments_do() -> None:
    directory = MemoryDirectory()
    log = filled(directory)
    log.advance_hw(log.leo)
    log.raise_log_start(8)
    assert Log.open(directory, SMALL, now=NOW).log_start == 0
    log = Log.open(directory, SMALL, now=NOW, log_start=8)
    log.delete_old_segments(NOW)
    assert Log.open(directory, SMALL, now=NOW).log_start == 6


def test_epochs_are_found_in_the_batches() -> None:
    directory = MemoryDirectory()
    log = filled(directory)
    known = log.epochs.entries
    directory.remove("leader-epoch-checkpoint")
    assert Log.open(directory, SMALL, now=NOW).epochs.entries == known == ((1, 0), (2, 8))


def test_a_loss_of_power_leaves_a_prefix() -> None:
    directory = MemoryDirectory()
    log = filled(directory, batches=8)
    log.flush(6)
    directory.lose_power()
    log = Log.open(directory, SMALL, now=NOW, recovery_point=6)
    assert log.leo == 12
    assert [batch.base_offset for batch in log.batches()] == [0, 2, 4, 6, 8, 10]
    assert log.epochs.end_offset_for(2, log.leo) == (2, 12)


@given(cut=st.integers(0, 11), raised=st.integers(0, 12))
def test_truncation_and_a_restart_in_either_order_are_the_same(cut: int, raised: int) -> None:
    one, other = MemoryDirectory(), MemoryDirectory()
    log = filled(one)
    log.advance_hw(log.leo)
    if raised <= cut:
        log.raise_log_start(raised)
    log.truncate_to(cut)
    after = Log.open(other, SMALL, now=NOW)
    for batch in split_batches(b"".join(b.encode() for b in log.batches(0))):
        after.append_as_follower(replace(batch).encode())
    sequences = [
        {pid: entry.last_sequence for pid, entry in some.producers.entries.items()}
        for some in (log, Log.open(one, SMALL, now=NOW, log_start=log.log_start), after)
    ]
    assert sequences[0] == sequences[1]
    if raised == 0 or raised > cut:
        assert sequences[0] == sequences[2]
