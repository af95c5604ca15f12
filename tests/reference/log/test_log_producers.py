"""Idempotence on one partition: sequences, epochs, duplicates, and how long they are known."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.reference.log import Log, LogConfig, MemoryDirectory, Refusal
from kafka_tck.reference.log.producers import BatchMark, ProducerEntry
from kafka_tck.reference.log.snapshots import BadSnapshot, read_snapshot, write_snapshot
from kafka_tck.wire.batches import Batch, Record, make_batch

NOW = 1_700_000_000_000
LAST = 2**31 - 1
Bench = Callable[..., Any]


def answer_of(log: Log, batch: Batch) -> tuple[str, int]:
    """The error or NONE, and the base offset that is answered."""
    try:
        return "NONE", log.append_as_leader(batch.encode(), epoch=0, now=NOW).base_offset
    except Refusal as refusal:
        return refusal.error, -1


def send(
    bench: Any, sequence: int, count: int = 1, epoch: int = 0, pid: int = 7, at: int = NOW
) -> tuple[str, int]:
    """Sends the records of one producer; at each sequence the offset is told, or the error."""
    records = [Record(b"k", b"v", timestamp=at)] * count
    batch = make_batch(records, producer_id=pid, producer_epoch=epoch, base_sequence=sequence)
    answer = answer_of(bench.log, batch)
    bench.log.advance_hw(bench.log.leo)
    return answer


OUT_OF_ORDER = ("OUT_OF_ORDER_SEQUENCE_NUMBER", -1)
OLD_EPOCH = ("INVALID_PRODUCER_EPOCH", -1)


def test_sequences_follow_each_other(bench: Bench) -> None:
    log = bench()
    assert send(log, 0, 3) == ("NONE", 0)
    assert send(log, 3, 2) == ("NONE", 3)
    assert send(log, 6) == OUT_OF_ORDER
    assert send(log, 4) == OUT_OF_ORDER
    assert send(log, 5) == ("NONE", 5)


def test_a_duplicate_is_answered_again_and_not_stored(bench: Bench) -> None:
    log = bench()
    for sequence in range(6):
        assert send(log, sequence, at=NOW + sequence) == ("NONE", sequence)
    again = log.write(log.record(), producer_id=7, producer_epoch=0, base_sequence=1, commit=False)
    assert (again.base_offset, again.duplicate, again.log_append_time) == (1, True, NOW + 1)
    assert send(log, 0) == OUT_OF_ORDER
    assert log.log.leo == 6


def test_a_part_of_a_duplicate_is_no_duplicate(bench: Bench) -> None:
    log = bench()
    send(log, 0, 3)
    assert send(log, 0, 2) == OUT_OF_ORDER
    assert send(log, 1, 2) == OUT_OF_ORDER
    assert send(log, 0, 4) == OUT_OF_ORDER
    assert send(log, 0, 3) == ("NONE", 0)


def test_sequences_wrap(bench: Bench) -> None:
    log = bench()
    assert send(log, LAST - 1, 4) == ("NONE", 0)
    assert send(log, LAST - 1, 4) == ("NONE", 0)
    assert send(log, 2) == ("NONE", 4)
    log = bench()
    assert send(log, LAST, pid=8) == ("NONE", 5)
    assert send(log, 0, pid=8) == ("NONE", 6)


def test_epochs_rise_and_begin_at_0(bench: Bench) -> None:
    log = bench()
    assert send(log, 5, epoch=3) == ("NONE", 0)
    assert send(log, 6, epoch=4) == OUT_OF_ORDER
    assert send(log, 0, epoch=2) == OLD_EPOCH
    assert send(log, 0, epoch=4) == ("NONE", 1)
    assert send(log, 5, epoch=3) == OLD_EPOCH
    assert send(log, 1, epoch=4) == ("NONE", 2)


def test_an_unknown_producer_may_begin_anywhere(bench: Bench) -> None:
    log = bench()
    assert send(log, 17, epoch=9) == ("NONE", 0)
    assert send(log, 3, pid=8) == ("NONE", 1)


def test_silent_producers_are_forgotten_by_their_timestamps(bench: Bench) -> None:
    log = bench(producer_id_expiration_ms=1000)
    send(log, 0, pid=7, at=NOW)
    send(log, 0, pid=8, at=NOW + 1)
    log.log.expire_producers(NOW + 1000)
    assert set(log.log.producers.entries) == {8}
    assert send(log, 0, pid=7) == ("NONE", 2)
    assert send(log, 0, pid=8) == ("NONE", 1)


@pytest.mark.parametrize("clean", [True, False])
def test_after_a_restart_one_batch_of_a_snapshot_is_known(bench: Bench, clean: bool) -> None:
    log = bench()
    for sequence in range(3):
        send(log, sequence)
    log.log.roll()
    send(log, 3)
    log.log.close(clean)
    log.reopen(clean=clean)
    assert send(log, 3) == ("NONE", 3)
    known = [mark.base_sequence for mark in log.log.producers.entries[7].batches]
    assert known == [3]
    assert send(log, 1) == OUT_OF_ORDER
    assert send(log, 4) == ("NONE", 4)


def test_a_corrupt_snapshot_is_deleted_and_the_log_read_instead(bench: Bench) -> None:
    log = bench()
    send(log, 0)
    log.log.roll()
    send(log, 1)
    log.log.close()
    for name in log.directory.names():
        if name.endswith(".snapshot"):
            log.directory.store(name, b"\0\1rubbish")
    log.reopen(clean=True)
    assert [mark.base_sequence for mark in log.log.producers.entries[7].batches] == [0, 1]


def test_truncation_forgets_what_it_cuts(bench: Bench) -> None:
    log = bench()
    for sequence in range(4):
        send(log, sequence)
        if sequence == 1:
            log.log.roll()
    log.log.truncate_to(3)
    log.log.become_leader(1)
    assert send(log, 4) == OUT_OF_ORDER
    assert send(log, 3) == ("NONE", 3)


def test_deleting_segments_forgets_no_producer(bench: Bench) -> None:
    log = bench(retention_ms=0)
    send(log, 0)
    assert log.log.delete_old_segments(NOW + 1) == 1
    assert (log.log.log_start, log.log.leo) == (1, 1)
    assert send(log, 0) == ("NONE", 0)
    assert send(log, 1) == ("NONE", 1)


class Naive:
    """The rules as a client reads them: every batch it sent, and what came of it."""

    def __init__(self) -> None:
        self.accepted: list[tuple[int, int, int, int]] = []

    def answer(self, epoch: int, sequence: int, count: int, leo: int) -> tuple[str, int]:
        if not self.accepted:
            return self.accept(epoch, sequence, count, leo)
        newest = self.accepted[-1][0]
        window = [sent for sent in self.accepted if sent[0] == newest][-5:]
        for sent_epoch, first, length, offset in window:
            if (sent_epoch, first, length) == (epoch, sequence, count):
                return "NONE", offset
        if epoch < newest:
            return OLD_EPOCH
        _, last, length, _ = self.accepted[-1]
        expected = 0 if epoch > newest else (last + length) % 2**31
        return self.accept(epoch, sequence, count, leo) if sequence == expected else OUT_OF_ORDER

    def accept(self, epoch: int, sequence: int, count: int, leo: int) -> tuple[str, int]:
        self.accepted.append((epoch, sequence, count, leo))
        return "NONE", leo


near_the_wrap = st.one_of(st.integers(0, 8), st.integers(LAST - 4, LAST))
attempts = st.tuples(st.integers(0, 2), near_the_wrap, st.integers(1, 3))


@given(st.lists(attempts, max_size=40), st.lists(st.integers(0, 39), max_size=40))
def test_any_sequence_of_attempts_is_answered_as_the_rules_say(
    sent: list[tuple[int, int, int]], repeated: list[int]
) -> None:
    log = Log.open(MemoryDirectory(), LogConfig(), now=NOW)
    naive = Naive()
    tries = sent + [sent[index] for index in repeated if index < len(sent)]
    for epoch, sequence, count in tries:
        batch = make_batch(
            [Record(None, b"v", timestamp=NOW)] * count,
            producer_id=7,
            producer_epoch=epoch,
            base_sequence=sequence,
        )
        expected = naive.answer(epoch, sequence, count, log.leo)
        assert answer_of(log, batch) == expected


marks = st.builds(
    BatchMark, st.integers(0, LAST), st.integers(0, 2**40), st.integers(0, 9), st.integers(-1, NOW)
)
entries = st.builds(
    lambda pid, epoch, mark, start: ProducerEntry(pid, epoch, (mark,), mark.timestamp, 3, start),
    st.integers(0, 2**40),
    st.integers(0, 2**15 - 1),
    marks,
    st.none() | st.integers(0, 2**40),
)


@given(st.lists(entries, max_size=4))
def test_a_snapshot_reads_as_it_was_written(known: list[ProducerEntry]) -> None:
    assert read_snapshot(write_snapshot(known)) == known


@given(st.lists(entries, max_size=2), st.data())
def test_a_damaged_snapshot_is_never_believed(known: list[ProducerEntry], data: Any) -> None:
    written = bytearray(write_snapshot(known))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadSnapshot):
        read_snapshot(bytes(written))
    with pytest.raises(BadSnapshot):
        read_snapshot(write_snapshot(known)[:at])
