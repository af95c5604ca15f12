"""What leaders and bounds may look like in a history, planted errors and legal neighbours."""

import pytest
from tests.properties.histories.by_hand import Hand, P

from kafka_tck.properties.histories.checks import CHECKS
from kafka_tck.properties.histories.finding import show

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


# Bounds.


def test_a_latest_offset_below_an_acknowledged_record_is_found(hand: Hand) -> None:
    hand.wrote("x", at=0)
    hand.read([(0, 1, "x")])
    hand.latest(0, epoch=2)
    assert hand.broken() == {LATEST}


def test_a_deposed_leader_may_name_an_older_latest_offset(hand: Hand) -> None:
    hand.wrote("x", at=0)
    hand.read([(0, 1, "x")])
    hand.latest(0, epoch=0)
    assert hand.found() == []


def test_a_latest_offset_that_was_asked_for_earlier_may_be_lower(hand: Hand) -> None:
    asked = hand.send(1, {"do": "latest", "partition": P})
    hand.wrote("x", at=0)
    hand.read([(0, 0, "x")])
    hand.answer(asked, {"error": "NONE", "offset": 0, "leader_epoch": 0})
    assert hand.found() == []


def test_a_new_leader_may_not_know_the_latest_offset(hand: Hand) -> None:
    hand.wrote("x", at=0)
    hand.read([(0, 0, "x")])
    asked = hand.send(2, {"do": "latest", "partition": P})
    hand.answer(asked, {"error": "OFFSET_NOT_AVAILABLE", "offset": -1, "leader_epoch": -1})
    assert hand.found() == []


def test_a_watermark_that_falls_within_an_epoch_is_found(hand: Hand) -> None:
    hand.latest(5)
    hand.latest(4)
    assert hand.broken() == {WATERMARK}


def test_a_record_at_or_above_a_later_watermark_was_given_too_early(hand: Hand) -> None:
    hand.metadata(1, 0)
    hand.write("x")
    hand.read([(7, 0, "x")], hw=7, epoch=0)
    hand.latest(7)
    assert hand.broken() == {WATERMARK}


def test_a_poll_may_show_more_than_the_watermark_from_before_it_read(hand: Hand) -> None:
    hand.metadata(1, 0)
    hand.write("x")
    hand.read([(7, 0, "x")], hw=7, epoch=0)
    hand.latest(8)
    assert hand.found() == []


def test_a_watermark_may_fall_with_another_leader(hand: Hand) -> None:
    hand.metadata(1, 0)
    hand.metadata(2, 1)
    hand.read([], hw=5, epoch=0, node=1)
    hand.read([], hw=4, epoch=1, node=2)
    assert hand.found() == []


def test_a_follower_may_be_behind_its_leader(hand: Hand) -> None:
    hand.metadata(1, 0)
    hand.read([], hw=5, epoch=0, node=1)
    hand.read([], hw=4, epoch=0, node=2)
    assert hand.found() == []


def test_a_leader_that_ended_meanwhile_begins_anew(hand: Hand) -> None:
    hand.latest(5)
    hand.fault("kill", 1)
    hand.latest(4)
    assert hand.found() == []


@pytest.mark.parametrize(("start", "broken"), [(0, set()), (3, {START})])
def test_a_log_that_starts_elsewhere_is_found(start: int, broken: set[str]) -> None:
    hand = Hand()
    hand.gave(hand.poll(), [], log_start=start)
    assert hand.broken() == broken


# Leaders and epochs.


def test_two_leaders_in_one_epoch_are_found(hand: Hand) -> None:
    hand.metadata(1, 3, node=1)
    hand.metadata(2, 3, node=2)
    assert hand.broken() == {LEADER}


def test_two_nodes_that_append_in_one_epoch_are_found(hand: Hand) -> None:
    hand.wrote("x", at=0, node=1, acks=1)
    hand.wrote("y", at=1, node=2, acks=1)
    hand.read([(0, 4, "x"), (1, 4, "y")])
    assert hand.broken() == {LEADER}


def test_two_nodes_that_answer_as_leader_in_one_epoch_are_found(hand: Hand) -> None:
    hand.latest(0, epoch=2, node=1)
    hand.latest(0, epoch=2, node=3)
    assert hand.broken() == {LEADER}


def test_nobody_and_someone_in_one_epoch_are_not_two(hand: Hand) -> None:
    """A broker that does not see the leader alive names nobody, with the leader's epoch."""
    hand.metadata(-1, 3, node=1)
    hand.metadata(2, 3, node=2)
    hand.metadata(1, 4, node=2)
    assert hand.found() == []


def test_epochs_that_fall_with_the_offset_are_found(hand: Hand) -> None:
    hand.write("x", "y")
    hand.read([(0, 2, "x"), (1, 1, "y")])
    assert hand.broken() == {EPOCHS}


@pytest.mark.parametrize(("end", "broken"), [(1, set()), (2, {EPOCHS})])
def test_an_epoch_that_ends_elsewhere_than_in_the_log_is_found(end: int, broken: set[str]) -> None:
    hand = Hand()
    hand.write("x", "y")
    hand.last_reads([(0, 0, "x"), (1, 2, "y")])
    asked = hand.send(1, {"do": "epoch_end", "partition": P, "of_epoch": 1})
    hand.answer(asked, {"error": "NONE", "epoch": 0, "end_offset": end})
    assert hand.broken() == broken


def test_an_epoch_may_end_elsewhere_while_things_fail(hand: Hand) -> None:
    hand.write("x", "y")
    asked = hand.send(1, {"do": "epoch_end", "partition": P, "of_epoch": 1})
    hand.answer(asked, {"error": "NONE", "epoch": 0, "end_offset": 2})
    hand.last_reads([(0, 0, "x"), (1, 2, "y")])
    assert hand.found() == []


# Recovery, and all of them.


def test_a_cluster_that_does_not_recover_is_found(hand: Hand) -> None:
    hand.settled("a-0: leader 1, ISR [1]")
    assert hand.broken() == {RECOVERY}


def test_a_history_that_was_broken_off_says_nothing_of_recovery(hand: Hand) -> None:
    hand.fault("kill", 1)
    assert hand.found() == []


def test_each_requirement_has_its_planted_error() -> None:
    planted = {
        LOST, GONE, ONCE, INVENTED, DIVERGING, ORDER, LATEST, WATERMARK, LEADER, EPOCHS, START,
        RECOVERY,
    }  # fmt: skip
    assert {r.id.removeprefix("history.") for r, _ in CHECKS} == planted


def test_a_finding_shows_who_was_told_what_and_when(hand: Hand) -> None:
    hand.wrote("x", "y", at=0)
    hand.fault("kill", 1)
    hand.last_reads([(0, 0, "x")])
    (found,) = hand.found()
    said = show(found, hand.history()).splitlines()
    assert "y was acknowledged with acks=all at offset 1" in said[0]
    assert [line.split(" s  ")[1] for line in said[1:4]] == [
        "p -> node 1  produce a-0 x y acks=-1",
        "p <- node 1  NONE base_offset=0",
        "fault: kill node 1",
    ]
    assert said[-1].endswith("NONE hw=99 log_start=0  offsets 0 to 0: 0:x (epoch 0)")


def test_a_finding_shows_the_faults_that_lasted_when_it_began(hand: Hand) -> None:
    hand.fault("cut", 1, 2)
    hand.fault("kill", 3)
    hand.fault("start", 3)
    hand.latest(5)
    hand.latest(4)
    (found,) = hand.found()
    said = show(found, hand.history())
    assert "fault: cut node 1 -> node 2" in said
    assert "fault: kill node 3" not in said
