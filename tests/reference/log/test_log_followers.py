"""What a follower does with its leader's batches, and with its own log."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kafka_tck.reference.log import Refusal, UnexpectedAppendOffset
from kafka_tck.wire.batches import make_batch, read_batch

NOW = 1_700_000_000_000
Bench = Callable[..., Any]


def led(bench: Any, base: int, count: int = 2, epoch: int = 0, **fields: Any) -> bytes:
    records = [bench.record(timestamp=NOW + index) for index in range(count)]
    return make_batch(records, base_offset=base, leader_epoch=epoch, **fields).encode()


def test_batches_are_taken_as_they_are(bench: Bench) -> None:
    work = bench(max_message_bytes=1, message_timestamp_type="LogAppendTime")
    data = led(work, 0, epoch=2) + led(work, 5, epoch=4) + led(work, 7, epoch=4)
    work.log.append_as_follower(data)
    assert work.log.leo == 9
    assert work.log.epochs.entries == ((2, 0), (4, 5))
    assert work.log.read(0, max_bytes=10**6, bound=9, min_one=True) == data


def test_a_cut_batch_at_the_end_is_left_out(bench: Bench) -> None:
    work = bench()
    work.log.append_as_follower(led(work, 0) + led(work, 2)[:-1])
    assert work.log.leo == 2
    work.log.append_as_follower(b"")
    assert work.log.leo == 2


def test_batches_before_the_log_end_are_refused(bench: Bench) -> None:
    work = bench()
    work.log.append_as_follower(led(work, 0))
    with pytest.raises(UnexpectedAppendOffset) as refusal:
        work.log.append_as_follower(led(work, 1))
    assert (refusal.value.first_offset, refusal.value.last_offset) == (1, 2)
    assert work.log.leo == 2


def test_a_wrong_crc_and_falling_offsets_are_refused(bench: Bench) -> None:
    work = bench()
    with pytest.raises(Refusal, match="CORRUPT_MESSAGE"):
        work.log.append_as_follower(replace(read_batch(led(work, 0)), crc=1).encode())
    with pytest.raises(Refusal, match="UNKNOWN_SERVER_ERROR"):
        work.log.append_as_follower(led(work, 4) + led(work, 2))
    assert work.log.leo == 0


def test_a_follower_checks_no_sequence_and_knows_the_producers(bench: Bench) -> None:
    work = bench()
    for base, sequence in ((0, 5), (2, 7), (4, 50)):
        fields = {"producer_id": 7, "producer_epoch": 1, "base_sequence": sequence}
        work.log.append_as_follower(led(work, base, **fields))
    entry = work.log.producers.entries[7]
    assert (entry.last_sequence, entry.epoch, len(entry.batches)) == (51, 1, 3)


def test_the_hw_of_a_follower_stays_within_its_log(bench: Bench) -> None:
    work = bench()
    work.log.append_as_follower(led(work, 0))
    for told, kept in ((1, 1), (9, 2), (0, 0)):
        work.log.set_hw(told)
        assert work.log.hw == kept
    with pytest.raises(ValueError, match="past the log end"):
        work.log.advance_hw(3)


def test_truncating_everything_begins_anew(bench: Bench) -> None:
    work = bench()
    work.log.append_as_follower(led(work, 0, producer_id=7, producer_epoch=0, base_sequence=0))
    work.log.roll()
    work.log.truncate_fully_to(10)
    assert (work.log.log_start, work.log.hw, work.log.leo) == (10, 10, 10)
    assert (work.log.epochs.entries, dict(work.log.producers.entries)) == ((), {})
    work.log.append_as_follower(led(work, 10))
    work.log.close()
    log = work.reopen(clean=True, log_start=10)
    assert (log.log_start, log.leo, log.segments.bases) == (10, 12, [10])


def test_truncating_below_the_first_segment_begins_there(bench: Bench) -> None:
    work = bench()
    work.log.truncate_fully_to(10)
    work.log.append_as_follower(led(work, 10))
    work.log.truncate_to(4)
    assert (work.log.log_start, work.log.leo, work.log.segments.bases) == (4, 4, [4])


def test_a_new_leader_that_wrote_nothing_leaves_no_epoch_behind(bench: Bench) -> None:
    work = bench()
    work.write()
    work.log.become_leader(5)
    assert work.log.epochs.end_offset_for(5, work.log.leo) == (5, 1)
    work.log.truncate_to(1)
    assert work.log.epochs.entries == ((0, 0),)
    assert work.log.epochs.end_offset_for(5, work.log.leo) is None
