"""Every checker finds the anomaly that it is for, and nothing in its legal neighbour."""

import pytest
from tests.properties.histories.by_hand import Hand

from kafka_tck.properties.histories.checks import judge
from kafka_tck.properties.histories.history import History

LOST = "acknowledged-records-stay"
GONE = "what-was-read-stays"
ONCE = "records-are-stored-once"
INVENTED = "records-are-not-invented"
DIVERGING = "one-offset-has-one-record"
ORDER = "appends-keep-their-order"
LATEST = "latest-offsets-cover-what-was-acknowledged"
WATERMARK = "high-watermarks-rise-within-an-epoch"
LEADER = "one-leader-per-epoch"
EPOCHS = "epochs-rise-with-offsets"
START = "logs-keep-their-start"
RECOVERY = "clusters-recover"


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_a_history_without_events_is_fine() -> None:
    assert judge(History([])) == []


def test_a_plain_history_is_fine(hand: Hand) -> None:
    hand.metadata(1, 0)
    hand.wrote("x", "y", at=0)
    hand.wrote("z", at=2, acks=1)
    hand.read([(0, 0, "x"), (1, 0, "y"), (2, 0, "z")])
    hand.latest(3)
    hand.last_reads([(0, 0, "x"), (1, 0, "y"), (2, 0, "z")])
    assert hand.found() == []


# Lost.


def test_an_acknowledged_record_that_is_gone_in_the_end_is_lost(hand: Hand) -> None:
    hand.wrote("x", "y", at=0)
    hand.last_reads([(0, 0, "x")])
    assert hand.broken() == {LOST}


def test_an_acknowledged_record_with_another_in_its_place_is_lost(hand: Hand) -> None:
    hand.wrote("x", at=0)
    hand.wrote("y", at=0)
    hand.last_reads([(0, 1, "y")])
    assert LOST in hand.broken()


def test_a_poll_that_jumps_over_an_acknowledged_record_has_lost_it(hand: Hand) -> None:
    hand.wrote("x", "y", "z", at=0)
    hand.read([(0, 0, "x"), (2, 0, "z")])
    assert hand.broken() == {LOST}


def test_a_poll_from_an_acknowledged_offset_that_begins_behind_it_has_lost_it(hand: Hand) -> None:
    hand.wrote("x", "y", at=0)
    hand.read([(1, 0, "y")], offset=0)
    assert hand.broken() == {LOST}


def test_what_was_acknowledged_by_the_leader_alone_may_be_lost(hand: Hand) -> None:
    hand.wrote("x", at=0)
    hand.wrote("y", at=1, acks=1)
    hand.wrote("z", at=1)
    hand.last_reads([(0, 0, "x"), (1, 1, "z")])
    assert hand.found() == []


@pytest.mark.parametrize("error", ["REQUEST_TIMED_OUT", "NOT_LEADER_OR_FOLLOWER"])
def test_a_write_that_failed_may_be_there_or_not(error: str) -> None:
    for records in ([(0, 0, "x"), (1, 0, "y")], [(0, 0, "x")]):
        hand = Hand()
        hand.wrote("x", at=0)
        hand.failed("y", error)
        hand.last_reads(records)
        assert hand.found() == []


def test_a_follower_that_lags_has_lost_nothing(hand: Hand) -> None:
    hand.wrote("x", "y", at=0)
    hand.read([(0, 0, "x")], node=2)
    hand.last_reads([(0, 0, "x"), (1, 0, "y")])
    assert hand.found() == []


def test_without_last_reads_nothing_counts_as_lost(hand: Hand) -> None:
    hand.wrote("x", at=0)
    hand.read([])
    assert hand.found() == []


def test_a_poll_that_was_sent_before_the_acknowledgement_need_not_show_it(hand: Hand) -> None:
    hand.wrote("x", at=0)
    poll = hand.poll()
    hand.wrote("y", at=1)
    hand.wrote("z", at=2)
    hand.gave(poll, [(0, 0, "x"), (2, 0, "z")])
    assert LOST not in hand.broken()


# Read and gone.


def test_what_was_read_and_is_gone_is_found(hand: Hand) -> None:
    hand.wrote("x", at=0, acks=1)
    hand.read([(0, 0, "x")])
    hand.last_reads([])
    assert hand.broken() == {GONE}


def test_what_nobody_has_read_may_go(hand: Hand) -> None:
    hand.wrote("x", at=0, acks=1)
    hand.read([])
    hand.last_reads([])
    assert hand.found() == []


# Repeated, invented, diverging.


def test_a_value_at_two_offsets_is_repeated(hand: Hand) -> None:
    hand.write("x")
    hand.read([(0, 0, "x"), (1, 0, "x")])
    assert hand.broken() == {ONCE}


def test_a_value_elsewhere_than_its_producer_was_told_is_repeated(hand: Hand) -> None:
    hand.failed("x", "REQUEST_TIMED_OUT", at=4)
    hand.read([(3, 0, "x")])
    assert hand.broken() == {ONCE}


def test_a_value_read_twice_at_one_offset_is_not_repeated(hand: Hand) -> None:
    hand.failed("x", "REQUEST_TIMED_OUT", at=3)
    hand.read([(3, 0, "x")])
    hand.read([(3, 0, "x")], node=2)
    assert hand.found() == []


def test_a_value_that_nobody_sent_is_invented(hand: Hand) -> None:
    hand.read([(0, 0, "x")])
    assert hand.broken() == {INVENTED}


def test_a_value_that_is_sent_later_is_invented(hand: Hand) -> None:
    hand.read([(0, 0, "x")])
    hand.wrote("x", at=0)
    assert hand.broken() == {INVENTED}


def test_a_value_that_was_refused_is_invented(hand: Hand) -> None:
    hand.failed("x", "NOT_ENOUGH_REPLICAS")
    hand.read([(0, 0, "x")])
    assert hand.broken() == {INVENTED}


def test_records_that_cannot_be_read_are_found(hand: Hand) -> None:
    poll = hand.poll()
    told = {"error": "NONE", "hw": 1, "log_start": 0, "records": [], "unreadable": "half a batch"}
    hand.answer(poll, told)
    assert hand.broken() == {INVENTED}


def test_a_value_may_be_read_while_its_producer_still_waits(hand: Hand) -> None:
    write = hand.write("x")
    hand.read([(0, 0, "x")])
    hand.answer(write, {"error": "NONE", "base_offset": 0})
    assert hand.found() == []


def test_two_records_at_one_offset_diverge(hand: Hand) -> None:
    hand.write("x")
    hand.write("y")
    hand.read([(0, 0, "x")], node=1)
    hand.read([(0, 0, "y")], node=2)
    assert hand.broken() == {DIVERGING}


def test_one_record_with_two_epochs_diverges(hand: Hand) -> None:
    hand.write("x")
    hand.read([(0, 0, "x")], node=1)
    hand.read([(0, 1, "x")], node=2)
    assert hand.broken() == {DIVERGING}


def test_two_acknowledged_records_at_one_offset_need_not_diverge(hand: Hand) -> None:
    """A deposed leader acknowledges with acks=1 what is lost later."""
    hand.wrote("x", at=0, acks=1, node=1)
    hand.wrote("y", at=0, acks=-1, node=2)
    hand.last_reads([(0, 1, "y")])
    assert hand.found() == []


# Order.


def test_a_record_before_one_that_had_been_acknowledged_is_reordered(hand: Hand) -> None:
    hand.wrote("x", at=5)
    hand.wrote("y", at=4)
    assert hand.broken() == {ORDER}


def test_also_records_that_were_only_read_keep_their_order(hand: Hand) -> None:
    hand.wrote("x", at=1, acks=1)
    hand.write("y", acks=0)
    hand.read([(0, 0, "y"), (1, 0, "x")])
    assert hand.broken() == {ORDER}


def test_records_in_flight_at_once_come_in_any_order(hand: Hand) -> None:
    first = hand.write("x")
    hand.wrote("y", at=4)
    hand.answer(first, {"error": "NONE", "base_offset": 5})
    assert hand.found() == []


def test_what_a_deposed_leader_acknowledged_has_no_place_in_the_order(hand: Hand) -> None:
    hand.wrote("x", at=9, acks=1)
    hand.wrote("y", at=4)
    assert hand.found() == []
