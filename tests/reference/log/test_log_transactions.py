"""Transactions in one log: what is open, what is decided, and what of it outlives a restart."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from kafka_tck.reference.log import Aborted, Log, LogConfig, MemoryDirectory, Refusal
from kafka_tck.reference.log.markers import read_marker
from kafka_tck.reference.log.producers import ProducerEntry
from kafka_tck.wire.batches import Batch, Record, make_batch, read_records, split_batches

NOW = 1_700_000_000_000
TRANSACTIONAL = 0x10
Bench = Callable[..., Any]


def send(
    bench: Any, pid: int, sequence: int, *, epoch: int = 0, attributes: int = TRANSACTIONAL
) -> object:
    """The base offset of a batch of one record, or the error."""
    fields = {"producer_id": pid, "producer_epoch": epoch, "base_sequence": sequence}
    batch = make_batch([Record(b"k", b"v", timestamp=NOW)], attributes=attributes, **fields)
    try:
        return bench.write_bytes(batch.encode()).base_offset
    except Refusal as refusal:
        return refusal.error


def end(
    bench: Any, pid: int, *, commit: bool, epoch: int = 0, by: int = 0, version: int = 0
) -> Any:
    """The offset of a marker, which is committed at once, or the error."""
    try:
        offset = bench.log.append_marker(pid, epoch, commit, by, 0, version, now=NOW)
    except Refusal as refusal:
        return refusal.error
    bench.log.advance_hw(bench.log.leo)
    return offset


def entry(bench: Any, pid: int) -> ProducerEntry:
    known: Mapping[int, ProducerEntry] = bench.log.producers.entries
    return known[pid]


def test_a_marker_is_written_as_kafka_writes_it(bench: Bench) -> None:
    log = bench()
    assert end(log, 7, commit=True, epoch=3, by=5) == 0
    (marker,) = log.log.batches()
    assert (marker.attributes, marker.base_sequence, marker.count) == (0x30, -1, 1)
    assert (marker.producer_id, marker.producer_epoch, marker.leader_epoch) == (7, 3, 0)
    (record,) = read_records(marker)
    assert (record.key, record.value, record.timestamp) == (
        struct.pack(">hh", 0, 1),
        struct.pack(">hi", 0, 5),
        NOW,
    )
    assert marker.size == 78


def test_control_batches_that_end_nothing_are_passed_over() -> None:
    leader_change = make_batch([Record(b"\0\0\0\2", b"\0\0\0\0\0\0")], attributes=0x20)
    assert read_marker(leader_change) is None
    assert read_marker(make_batch([Record(b"\0", b"")], attributes=0x20)) is None
    assert read_marker(make_batch([], attributes=0x20)) is None
    assert read_marker(make_batch([Record(None, None)], attributes=0x20)) is None


def test_the_lso_is_the_first_offset_that_is_not_decided(bench: Bench) -> None:
    log = bench()
    send(log, 1, 0)
    send(log, 2, 0)
    send(log, 1, 1)
    assert (log.log.lso, log.log.producers.open_transaction(1)) == (0, 0)
    assert end(log, 1, commit=True) == 3
    assert (log.log.lso, log.log.producers.open_transaction(1)) == (1, None)
    assert end(log, 2, commit=False) == 4
    assert (log.log.lso, log.log.hw) == (5, 5)
    assert list(log.log.segments.active.aborted) == [Aborted(2, 1, 4, 5)]


def test_a_transaction_is_decided_when_its_marker_is_committed(bench: Bench) -> None:
    log = bench()
    send(log, 1, 0)
    log.log.append_marker(1, 0, True, 0, 0, now=NOW)
    assert (log.log.lso, log.log.hw, log.log.leo) == (0, 1, 2)
    log.log.advance_hw(2)
    assert log.log.lso == 2


def test_a_marker_of_another_epoch_ends_the_memory_of_batches(bench: Bench) -> None:
    log = bench()
    send(log, 1, 0)
    end(log, 1, commit=True, by=4)
    assert (len(entry(log, 1).batches), entry(log, 1).coordinator_epoch) == (1, 4)
    assert send(log, 1, 0) == 0
    end(log, 1, commit=True, epoch=1, by=4)
    assert entry(log, 1) == ProducerEntry(1, 1, (), NOW, 4, None)
    assert send(log, 1, 1, epoch=1) == "OUT_OF_ORDER_SEQUENCE_NUMBER"
    assert send(log, 1, 0, epoch=0) == "INVALID_PRODUCER_EPOCH"
    assert send(log, 1, 0, epoch=1) == 3


def test_a_plain_batch_is_refused_as_long_as_a_transaction_is_open(bench: Bench) -> None:
    log = bench()
    send(log, 1, 0)
    assert send(log, 1, 1, attributes=0) == "INVALID_TXN_STATE"
    assert send(log, 1, 0, attributes=0) == 0
    end(log, 1, commit=True)
    assert send(log, 1, 1, attributes=0) == 2


def test_what_is_refused_leaves_no_trace(bench: Bench) -> None:
    log = bench()
    send(log, 1, 0, epoch=2)
    end(log, 1, commit=True, epoch=2, by=5)
    send(log, 1, 1, epoch=2)
    before = (entry(log, 1), log.log.leo, log.log.lso)
    assert end(log, 1, commit=True, epoch=1, by=5) == "INVALID_PRODUCER_EPOCH"
    assert end(log, 1, commit=True, epoch=2, by=4) == "TRANSACTION_COORDINATOR_FENCED"
    assert end(log, 1, commit=True, epoch=2, by=5, version=2) == "INVALID_PRODUCER_EPOCH"
    assert send(log, 1, 2, epoch=2, attributes=0) == "INVALID_TXN_STATE"
    assert (entry(log, 1), log.log.leo, log.log.lso) == before


def test_a_coordinator_writes_without_sequences(bench: Bench) -> None:
    log = bench()
    batch = make_batch([Record(b"k", b"v")], producer_id=1, producer_epoch=3, attributes=0x10)
    for _ in range(2):
        log.log.append_as_leader(batch.encode(), epoch=0, now=NOW, origin="coordinator")
    assert (log.log.leo, log.log.producers.open_transaction(1)) == (2, 0)
    assert end(log, 1, commit=True, epoch=3) == 2
    old = make_batch([Record(b"k", b"v")], producer_id=1, producer_epoch=2, attributes=0x10)
    with pytest.raises(Refusal, match="INVALID_PRODUCER_EPOCH"):
        log.log.append_as_leader(old.encode(), epoch=0, now=NOW, origin="coordinator")


def test_deleting_through_an_open_transaction_leaves_it_open(bench: Bench) -> None:
    log = bench()
    send(log, 1, 0)
    send(log, 1, 1)
    log.log.raise_log_start(2)
    assert (log.log.lso, log.log.producers.open_transaction(1)) == (2, 0)
    send(log, 1, 2)
    assert log.log.lso == 2
    assert end(log, 1, commit=False) == 3
    assert (log.log.lso, log.log.aborted_in(2, 1)) == (4, [Aborted(1, 0, 3, 4)])


def test_a_silent_producer_is_kept_as_long_as_its_transaction_is_open(bench: Bench) -> None:
    log = bench(producer_id_expiration_ms=1000)
    send(log, 1, 0)
    log.log.expire_producers(NOW + 5000)
    assert log.log.lso == 0
    end(log, 1, commit=True)
    log.log.expire_producers(NOW + 5000)
    assert not log.log.producers.entries


def story(log: Any) -> None:
    """An aborted, a committed and two open transactions over several segments."""
    for sequence in range(4):
        send(log, 1, sequence)
        send(log, 2, sequence)
        send(log, 3, sequence)
    end(log, 1, commit=False, epoch=1, by=2)
    end(log, 2, commit=True)
    send(log, 1, 0, epoch=1)
    send(log, 4, 0)
    end(log, 4, commit=False, epoch=5)


def seen(log: Log) -> object:
    entries = log.producers.entries.values()
    return (
        log.lso,
        [list(segment.aborted) for segment in log.segments],
        sorted((e.producer_id, e.epoch, e.coordinator_epoch, e.last_timestamp) for e in entries),
        {e.producer_id: log.producers.open_transaction(e.producer_id) for e in entries},
    )


@pytest.mark.parametrize("clean", [True, False])
def test_a_restart_changes_nothing(bench: Bench, clean: bool) -> None:
    log = bench(segment_bytes=250)
    story(log)
    before = seen(log.log)
    assert len(log.bases()) > 3
    log.log.close(clean)
    log.reopen(clean=clean, hw=log.log.hw)
    assert seen(log.log) == before


def test_a_loss_of_power_loses_what_was_not_flushed() -> None:
    directory = MemoryDirectory()
    config = LogConfig(segment_bytes=250)
    log = Log.open(directory, config, now=NOW)
    batch = make_batch([Record(None, b"v")], producer_id=1, producer_epoch=0, base_sequence=0)
    open_batch = Batch(**{n: getattr(batch, n) for n in batch.__slots__} | {"attributes": 0x10})
    log.append_as_leader(open_batch.with_true_crc().encode(), epoch=0, now=NOW)
    log.append_marker(1, 0, False, 0, 0, now=NOW)
    log.flush()
    log.append_marker(1, 0, False, 0, 0, now=NOW)
    directory.lose_power()
    again = Log.open(directory, config, now=NOW, hw=3, recovery_point=log.recovery_point)
    assert (again.leo, again.lso) == (2, 2)
    assert list(again.segments.active.aborted) == [Aborted(1, 0, 1, 2)]


def test_truncation_opens_again_what_was_decided_behind_it(bench: Bench) -> None:
    log = bench(segment_bytes=250)
    story(log)
    log.log.truncate_to(12)
    assert {e.transaction_start for e in log.log.producers.entries.values()} == {0, 1, 2}
    assert (log.log.lso, log.log.aborted_in(0, 1)) == (0, [])
    assert log.log.producers.get(4) is None
    end(log, 1, commit=True)
    assert log.log.aborted_in(0, 1) == []
    log.log.truncate_fully_to(50)
    assert (log.log.lso, log.log.producers.entries) == (50, {})


def test_a_follower_gets_to_the_same_state(bench: Bench) -> None:
    log = bench(segment_bytes=250)
    story(log)
    follower = Log.open(MemoryDirectory(), LogConfig(segment_bytes=250), now=NOW)
    for batch in log.log.batches():
        follower.append_as_follower(batch.encode(), NOW)
        follower.set_hw(follower.leo)
    assert seen(follower) == seen(log.log)


def test_readers_are_told_of_aborted_ones_whose_markers_are_far_away(bench: Bench) -> None:
    log = bench(segment_bytes=250, index_interval_bytes=1)
    story(log)
    at_the_end = [Aborted(1, 0, 12, 1), Aborted(4, 15, 16, 2)]
    listed = {offset: log.log.aborted_in(offset, 1) for offset in range(log.log.leo)}
    assert [listed[offset] for offset in (0, 5, 12, 13, 15, 16)] == [
        at_the_end[:1],
        at_the_end[:1],
        at_the_end[:1],
        [],
        at_the_end[1:],
        at_the_end[1:],
    ]
    assert log.log.aborted_in(0, 10_000) == at_the_end[:1]


def test_the_index_is_in_kafkas_form_and_goes_with_its_segment(bench: Bench) -> None:
    log = bench()
    send(log, 7, 0)
    assert not [name for name in log.directory.names() if name.endswith(".txnindex")]
    end(log, 7, commit=False)
    log.log.roll()
    name = "00000000000000000000.txnindex"
    assert log.directory.load(name) == struct.pack(">hqqqq", 0, 7, 0, 1, 2)
    log.log.raise_log_start(2)
    assert log.log.delete_old_segments(NOW) == 1
    assert log.directory.load(name) is None


def test_an_index_that_cannot_be_right_is_built_again(bench: Bench) -> None:
    log = bench()
    send(log, 7, 0)
    end(log, 7, commit=False)
    log.log.close()
    log.directory.open("00000000000000000000.txnindex").append(b"x")
    log.reopen(clean=True, hw=2)
    assert list(log.log.segments.active.aborted) == [Aborted(7, 0, 1, 2)]


def test_cleaning_drops_aborted_records_and_keeps_what_tells_of_them(bench: Bench) -> None:
    compact = frozenset({"compact"})
    log = bench(segment_bytes=500, cleanup_policy=compact, min_cleanable_dirty_ratio=0.0)
    send(log, 1, 0)
    end(log, 1, commit=True)
    send(log, 2, 0)
    end(log, 2, commit=False)
    send(log, 3, 0)
    log.log.roll()
    log.write(log.record(b"other"))
    log.log.roll()
    assert log.log.lso == 4
    assert not log.log.compact(NOW)
    end(log, 3, commit=False)
    log.log.roll()
    assert log.log.compact(NOW)
    batches = list(log.log.batches(0))
    shown = [(batch.base_offset, batch.count) for batch in batches]
    assert shown == [(0, 1), (1, 1), (2, 0), (3, 1), (4, 0), (5, 1), (6, 1)]
    kept = [aborted for segment in log.log.segments for aborted in segment.aborted]
    assert kept == [Aborted(2, 2, 3, 4), Aborted(3, 4, 6, 7)]
    log.log.close()
    log.reopen(clean=True, hw=log.log.leo)
    again = [aborted for segment in log.log.segments for aborted in segment.aborted]
    assert again == kept


def test_reading_below_the_lso_finds_whole_batches(bench: Bench) -> None:
    log = bench()
    log.write()
    send(log, 1, 0)
    data = log.log.read(0, max_bytes=1 << 20, bound=log.log.lso, min_one=True)
    assert [batch.base_offset for batch in split_batches(data)] == [0]
