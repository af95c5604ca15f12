"""The cleaner: what it keeps, what it must keep, and a stop in the middle of it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.reference.log import (
    Directory,
    Log,
    LogConfig,
    MemoryDirectory,
)
from kafka_tck.reference.log.memory import MemoryFile
from kafka_tck.wire.batches import Record, make_batch, read_records

NOW = 1_700_000_000_000
Bench = Callable[..., Any]
COMPACT = frozenset({"compact"})
CONFIG = LogConfig(
    cleanup_policy=COMPACT,
    min_cleanable_dirty_ratio=0.0,
    delete_retention_ms=1000,
    index_interval_bytes=0,
    segment_bytes=500,
)

Pairs = list[tuple[str, str | None]]


def write(log: Log, pairs: Pairs, **fields: Any) -> None:
    records = [
        Record(key.encode(), None if value is None else value.encode(), timestamp=NOW)
        for key, value in pairs
    ]
    log.append_as_leader(make_batch(records, **fields).encode(), epoch=0, now=NOW)
    log.advance_hw(log.leo)


def new_log(directory: Directory | None = None, config: LogConfig = CONFIG) -> Log:
    log = Log.open(directory or MemoryDirectory(), config, now=NOW)
    log.become_leader(0)
    return log


def contents(log: Log) -> list[tuple[int, bytes | None, bytes | None]]:
    return [
        (record.offset, record.key, record.value)
        for batch in log.batches(0)
        for record in read_records(batch)
    ]


def latest(rows: list[tuple[int, bytes | None, bytes | None]]) -> dict[bytes | None, bytes | None]:
    return {key: value for _, key, value in rows}


keys = st.sampled_from(["a", "b", "c", "d"])
values = st.one_of(st.none(), st.sampled_from(["", "x", "y" * 30]))
batches = st.lists(st.tuples(keys, values), min_size=1, max_size=4)
histories = st.lists(
    st.tuples(batches, st.sampled_from([0, 1, 2]), st.booleans(), st.booleans()), max_size=12
)


@given(histories)
def test_compaction_keeps_the_latest_of_each_key_and_where_it_was(
    history: list[tuple[Pairs, int, bool, bool]],
) -> None:
    log = new_log()
    for pairs, codec, rolls, cleans in history:
        write(log, pairs, codec=codec)
        if rolls:
            log.roll()
        before, leo, active = contents(log), log.leo, log.segments.active.base_offset
        if cleans and log.compact(NOW):
            after = contents(log)
            assert set(after) <= set(before)
            assert [row for row in before if row[0] >= active] == (
                [row for row in after if row[0] >= active]
            )
            dirty = [row for row in before if row[0] < active]
            lasting = {offset for offset, key, _ in dirty if is_last(dirty, key, offset)}
            assert {row[0] for row in after if row[0] < active} == lasting
            assert (log.leo, log.hw) == (leo, leo)
        assert latest(contents(log)) == latest(before)
        check_every_offset_can_be_read(log)


def is_last(rows: list[Any], key: bytes | None, offset: int) -> bool:
    return not any(k == key and at > offset for at, k, _ in rows)


def check_every_offset_can_be_read(log: Log) -> None:
    """A read at a removed offset gives the next one that is kept."""
    rows = contents(log)
    for offset in range(log.leo + 1):
        data = log.read(offset, max_bytes=0, bound=log.leo, min_one=True)
        following = [at for at, _, _ in rows if at >= offset]
        if following:
            assert data


def test_offsets_times_and_order_stay(memory_bench: Bench) -> None:
    work = memory_bench(cleanup_policy=COMPACT, min_cleanable_dirty_ratio=0.0)
    keys = (b"a", b"b", b"c", b"a")
    work.write(*[work.record(key=key, timestamp=NOW + at) for at, key in enumerate(keys)])
    work.log.roll()
    assert work.log.compact(NOW)
    (batch,) = work.log.batches()
    assert [(r.offset, r.timestamp, r.key) for r in read_records(batch)] == [
        (1, NOW + 1, b"b"),
        (2, NOW + 2, b"c"),
        (3, NOW + 3, b"a"),
    ]
    assert (batch.base_offset, batch.last_offset, batch.crc) == (0, 3, batch.true_crc)


def test_a_tombstone_stays_until_its_horizon() -> None:
    log = new_log()
    write(log, [("a", "1")])
    write(log, [("a", None)])
    log.roll()
    write(log, [("b", "1")])
    log.roll()
    assert log.compact(NOW + 5)
    first = next(log.batches())
    assert contents(log)[0] == (1, b"a", None)
    assert (first.delete_horizon, first.base_timestamp) == (True, NOW + 1005)
    assert read_records(first)[0].timestamp == NOW
    clean_again(log, NOW + 1004)
    assert contents(log)[0] == (1, b"a", None)
    clean_again(log, NOW + 1005)
    assert b"a" not in latest(contents(log))


def clean_again(log: Log, now: int) -> None:
    write(log, [("c", "1")])
    log.roll()
    assert log.compact(now)


def test_the_end_of_the_cleaned_range_is_remembered() -> None:
    log = new_log()
    write(log, [("a", "1")])
    write(log, [("a", "2")])
    write(log, [("b", None)])
    log.roll()
    write(log, [("b", "1")])
    log.roll()
    assert log.compact(NOW)
    clean_again(log, NOW + 5000)
    reopened = Log.open(log.directory, CONFIG, now=NOW)
    assert reopened.leo == log.leo == 5


def test_the_last_batch_of_a_living_producer_stays_without_records() -> None:
    log = new_log()
    for sequence in range(3):
        write(log, [("a", str(sequence))], producer_id=7, producer_epoch=0, base_sequence=sequence)
    write(log, [("a", "end")])
    log.roll()
    assert log.compact(NOW)
    kept = [(batch.base_offset, batch.count, batch.base_sequence) for batch in log.batches()]
    assert kept == [(2, 0, 2), (3, 1, -1)]
    for name in log.directory.names():
        if name.endswith(".snapshot"):
            log.directory.remove(name)
    reopened = Log.open(log.directory, CONFIG, now=NOW)
    assert reopened.producers.entries[7].last_sequence == 2
    log.expire_producers(NOW + 10**9)
    log.first_dirty = 0
    assert log.compact(NOW)
    assert [batch.base_offset for batch in log.batches()] == [3]


def test_young_segments_and_those_above_the_hw_are_left_alone() -> None:
    config = LogConfig(
        cleanup_policy=COMPACT, min_cleanable_dirty_ratio=0.0, min_compaction_lag_ms=100
    )
    log = new_log(config=config)
    for _ in range(3):
        write(log, [("a", "1")])
        log.roll()
    assert not log.compact(NOW + 99)
    assert log.compact(NOW + 100)
    assert [offset for offset, _, _ in contents(log)] == [2]
    log = new_log()
    for _ in range(3):
        log.append_as_leader(
            make_batch([Record(b"a", b"1", timestamp=NOW)]).encode(), epoch=0, now=NOW
        )
        log.roll()
    log.advance_hw(2)
    assert log.compact(NOW)
    assert [offset for offset, _, _ in contents(log)] == [1, 2]


@pytest.mark.parametrize(("ratio", "lag", "cleans"), [(0.5, 2**63 - 1, False), (0.5, 10, True)])
def test_a_log_waits_until_it_is_dirty_enough_or_overdue(
    ratio: float, lag: int, cleans: bool
) -> None:
    config = LogConfig(
        cleanup_policy=COMPACT, min_cleanable_dirty_ratio=ratio, max_compaction_lag_ms=lag
    )
    log = new_log(config=config)
    for index in range(4):
        write(log, [(f"k{index}", "1")])
    log.roll()
    assert log.compact(NOW)
    write(log, [("k0", "2")])
    log.roll()
    assert log.compact(NOW + 11) is cleans


def test_a_log_that_is_not_compacted_is_never_cleaned() -> None:
    log = new_log(config=LogConfig(min_cleanable_dirty_ratio=0.0))
    write(log, [("a", "1"), ("a", "2")])
    log.roll()
    assert not log.compact(NOW)
    assert len(contents(log)) == 2


def test_truncation_moves_the_dirty_part_back() -> None:
    log = new_log()
    write(log, [("a", "1")])
    write(log, [("b", "1")])
    log.roll()
    assert log.compact(NOW)
    log.truncate_to(1)
    assert log.first_dirty == 1
    write(log, [("a", "2")])
    log.roll()
    assert log.compact(NOW)
    assert latest(contents(log)) == {b"a": b"2"}


class Stopped(Exception):
    """The process ends here."""


class DyingDirectory(MemoryDirectory):
    """Ends the process before a change of its own choice."""

    def __init__(self) -> None:
        super().__init__()
        self.changes_left = 10**9

    def _change(self) -> None:
        if self.changes_left == 0:
            raise Stopped
        self.changes_left -= 1

    def open(self, name: str) -> MemoryFile:
        self._change()
        return super().open(name)

    def remove(self, name: str) -> None:
        self._change()
        super().remove(name)

    def rename(self, name: str, to: str) -> None:
        self._change()
        super().rename(name, to)


def dirty_log(directory: Directory) -> Log:
    log = new_log(directory)
    for value in range(12):
        write(log, [("a", str(value)), (f"k{value % 3}", str(value)), ("gone", None)])
    log.roll()
    return log


@pytest.mark.parametrize("step", range(60))
def test_a_stop_in_the_middle_of_cleaning_loses_nothing(step: int) -> None:
    directory = DyingDirectory()
    log = dirty_log(directory)
    wanted, leo = latest(contents(log)), log.leo
    directory.changes_left = step
    try:
        log.compact(NOW)
    except Stopped:
        assert step < 59
    directory.changes_left = 10**9
    reopened = Log.open(directory, CONFIG, now=NOW)
    assert (reopened.leo, latest(contents(reopened))) == (leo, wanted)
    assert not [name for name in directory.names() if name.endswith((".cleaned", ".swap"))]
    write(reopened, [("a", "new")])
    reopened.roll()
    assert reopened.compact(NOW)
    assert latest(contents(reopened)) == wanted | {b"a": b"new"}
