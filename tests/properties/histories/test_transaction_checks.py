"""The judgements of transactions find a torn one, one that was read too soon, and nothing else."""

from typing import Any

import pytest
from tests.properties.histories.by_hand import Hand, P, Records

WHOLE = "transactions-are-whole"
DECIDED = "only-decided-records-are-delivered"
TXN = {"id": "x1", "pid": 7, "epoch": 0, "txn": "x1.1#1"}


class Written(Hand):
    """One transaction of two records at offsets 0 and 1; its marker is at 2."""

    def __init__(self) -> None:
        super().__init__()
        for at, value in enumerate("xy"):
            request = {"do": "produce", "partition": P, "values": [value], "acks": -1, **TXN}
            number = self.send(1, {**request, "first": at}, "x1.1")
            self.answer(number, {"error": "NONE", "base_offset": at})

    def ended(self, commit: bool, outcome: dict[str, Any]) -> None:
        self.answer(self.send(1, {"do": "end", **TXN, "commit": commit}, "x1.1"), outcome)

    def delivered(self, *values: str, lso: int = 3) -> None:
        number = self.send(1, {"do": "read", "partition": P, "offset": 0})
        records = [["xy".index(value), 0, value] for value in values]
        bounds = {"hw": 3, "lso": lso, "log_start": 0, "next": lso}
        self.answer(number, {"error": "NONE", **bounds, "records": records})

    def in_the_end(self, *values: str) -> set[str]:
        stored: Records = [(0, 0, "x"), (1, 0, "y")]
        self.last_reads(stored)
        self.delivered(*values)
        return self.broken()


FINE = {"error": "NONE"}
LOST = {"silence": "timed out"}


@pytest.fixture
def hand() -> Written:
    return Written()


def test_a_transaction_that_was_committed_is_delivered_as_a_whole(hand: Written) -> None:
    hand.ended(True, FINE)
    assert hand.in_the_end("x", "y") == set()


def test_half_of_a_committed_transaction_is_torn(hand: Written) -> None:
    hand.ended(True, FINE)
    assert hand.in_the_end("x") == {WHOLE}


def test_a_committed_transaction_that_is_not_delivered_is_lost(hand: Written) -> None:
    hand.ended(True, FINE)
    assert hand.in_the_end() == {WHOLE}


@pytest.mark.parametrize("outcome", [FINE, LOST])
def test_nothing_of_an_aborted_transaction_is_delivered(
    hand: Written, outcome: dict[str, Any]
) -> None:
    hand.ended(False, outcome)
    assert hand.in_the_end() == set()


def test_a_record_of_an_aborted_transaction_is_wrong(hand: Written) -> None:
    hand.ended(False, FINE)
    assert hand.in_the_end("x", "y") == {WHOLE}


def test_what_nobody_asked_to_commit_is_not_delivered(hand: Written) -> None:
    assert hand.in_the_end("x", "y") == {WHOLE}


@pytest.mark.parametrize("values", [(), ("x", "y")])
def test_a_commit_without_an_answer_may_have_happened(
    hand: Written, values: tuple[str, ...]
) -> None:
    hand.ended(True, LOST)
    assert hand.in_the_end(*values) == set()


def test_a_commit_without_an_answer_is_not_half_done(hand: Written) -> None:
    hand.ended(True, LOST)
    assert hand.in_the_end("y") == {WHOLE}


def test_what_was_delivered_before_it_was_aborted_was_too_soon(hand: Written) -> None:
    hand.delivered("x", lso=1)
    hand.ended(False, FINE)
    assert hand.in_the_end() == {DECIDED}


def test_nothing_is_said_while_the_cluster_has_not_recovered(hand: Written) -> None:
    hand.ended(True, FINE)
    hand.settled("somebody is away")
    assert hand.broken() == {"clusters-recover"}


def test_a_numbered_batch_that_is_sent_again_is_no_other_record(hand: Written) -> None:
    """The second request is answered with the offset of the first."""
    request = {"do": "produce", "partition": P, "values": ["x"], "acks": -1, **TXN, "first": 0}
    hand.answer(hand.send(1, request, "x1.1"), {"error": "NONE", "base_offset": 0})
    hand.ended(True, FINE)
    assert hand.in_the_end("x", "y") == set()
