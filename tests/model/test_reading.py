"""What a Fetch finds, in Kafka's order of checks, and what the limits of a request allow."""

import pytest

from kafka_tck.model.ledger import Entry, Ledger, Stored
from kafka_tck.model.lineage import Lineage
from kafka_tck.model.reading import (
    Asked,
    Found,
    Returned,
    find,
    most_bytes,
    with_room,
    within_limits,
)

STATE = {"log_start": 2, "hw": 9, "leo": 9, "epoch": 3}
BATCHES = tuple(Stored(b, b + 2, 1, (Entry(b, 5, None, b"v"),)) for b in (0, 3, 6))
LEDGER = Ledger(BATCHES, Lineage(((0, 2), (1, 3), (3, 9))))


@pytest.mark.parametrize(
    ("asked", "error", "guard"),
    [
        (Asked(2), "NONE", ""),
        (Asked(9), "NONE", ""),
        (Asked(1), "OFFSET_OUT_OF_RANGE", "range"),
        (Asked(10), "OFFSET_OUT_OF_RANGE", "range"),
        (Asked(10, current_epoch=2), "FENCED_LEADER_EPOCH", "epoch"),
        (Asked(10, current_epoch=4), "UNKNOWN_LEADER_EPOCH", "epoch"),
        (Asked(4, current_epoch=3), "NONE", ""),
        (Asked(4, last_epoch=1), "NONE", ""),
        (Asked(1, last_epoch=1), "OFFSET_OUT_OF_RANGE", "lineage"),
        (Asked(4, last_epoch=4), "OFFSET_OUT_OF_RANGE", "lineage"),
        (Asked(4, current_epoch=9, last_epoch=4), "UNKNOWN_LEADER_EPOCH", "epoch"),
    ],
)
def test_checks_come_in_kafkas_order(asked: Asked, error: str, guard: str) -> None:
    found = find(STATE, LEDGER, asked)
    assert (found.error, found.guard) == (error, guard)


@pytest.mark.parametrize(
    ("asked", "diverging"),
    [
        (Asked(5, last_epoch=0), (0, 3)),
        (Asked(3, last_epoch=0), None),
        (Asked(4, last_epoch=2), (1, 9)),
        (Asked(12, last_epoch=3), (3, 9)),
        (Asked(9, last_epoch=3), None),
    ],
)
def test_divergence_names_the_epoch_and_its_end(
    asked: Asked, diverging: tuple[int, int] | None
) -> None:
    found = find(STATE, LEDGER, asked)
    assert (found.error, found.diverging) == ("NONE", diverging)
    assert found.batches == () or diverging is None


def test_a_read_begins_with_the_batch_that_holds_the_offset() -> None:
    assert [b.base for b in find(STATE, LEDGER, Asked(5)).batches] == [3, 6]
    assert find(STATE, LEDGER, Asked(9)).batches == ()
    assert [b.base for b in find({**STATE, "hw": 6}, LEDGER, Asked(5)).batches] == [3]


def test_no_epoch_is_no_check() -> None:
    for epoch in (-1, -7):
        assert find(STATE, LEDGER, Asked(5, current_epoch=epoch)).error == "NONE"


@pytest.mark.parametrize(
    ("max_bytes", "parts", "kept"),
    [
        (0, [Returned(0, 0, 0)], True),
        (0, [Returned(0, 70, 70)], True),
        (0, [Returned(0, 140, 70)], False),
        (200, [Returned(100, 90, 90), Returned(100, 90, 90)], True),
        (100, [Returned(100, 90, 90), Returned(100, 90, 90)], False),
        (300, [Returned(80, 90, 90), Returned(80, 90, 90)], False),
        (300, [Returned(100, 90, 90), Returned(80, 90, 90)], True),
        (300, [Returned(80, 90, 90), Returned(100, 90, 90)], True),
    ],
)
def test_one_partition_may_go_beyond_the_limits_by_one_batch(
    max_bytes: int, parts: list[Returned], kept: bool
) -> None:
    assert within_limits(max_bytes, parts) is kept


def test_room_is_what_the_others_left() -> None:
    some = Found("NONE", batches=BATCHES[:1])
    first = most_bytes(BATCHES[0])
    assert with_room(1000, [(1000, some, 70), (1000, some, 0)]) == [True, True]
    assert with_room(first + 69, [(1000, some, 70), (1000, some, 0)]) == [True, False]
    assert with_room(1000, [(first - 1, some, 0), (1000, Found("NONE"), 0)]) == [False, False]
