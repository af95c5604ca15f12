"""What is decided on a partition, case by case, and what a consumer makes of an answer."""

from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.stability import (
    Marker,
    Piece,
    Stability,
    aborted_within,
    delivered,
    error_of_marker,
    is_aborted,
    last_stable_offset,
)


def open_at(known: Stability, producer: int, offset: int) -> Stability:
    return known.writing(producer, 0, offset, transactional=True)


def test_the_first_open_transaction_holds_the_lso() -> None:
    known = open_at(open_at(Stability(), 1, 3), 2, 5)
    assert last_stable_offset(known, 0, 9) == 3
    known = known.marking(Marker(9, 1, 0, True, 0))
    assert last_stable_offset(known, 0, 10) == 5
    known = known.marking(Marker(10, 2, 0, False, 0))
    assert last_stable_offset(known, 0, 11) == 11


def test_a_marker_above_the_hw_decides_nothing_yet() -> None:
    known = open_at(Stability(), 1, 3).marking(Marker(4, 1, 0, True, 0))
    assert last_stable_offset(known, 0, 4) == 3
    assert last_stable_offset(known, 0, 5) == 5


def test_the_lso_is_not_below_the_log_start() -> None:
    assert last_stable_offset(open_at(Stability(), 1, 3), 6, 9) == 6


def test_batches_without_a_transaction_hold_nothing() -> None:
    known = Stability().writing(1, 0, 2, transactional=False)
    assert last_stable_offset(known, 0, 4) == 4


def test_a_marker_without_a_transaction_aborts_nothing() -> None:
    known = Stability().marking(Marker(0, 1, 0, False, 0))
    assert aborted_within(known, 0, 10) == frozenset()
    assert last_stable_offset(known, 0, 1) == 1


def test_an_aborted_transaction_is_listed_where_it_overlaps() -> None:
    known = open_at(Stability(), 1, 3).marking(Marker(6, 1, 0, False, 0))
    assert aborted_within(known, 6, 7) == {(1, 3)}
    assert aborted_within(known, 0, 4) == {(1, 3)}
    assert aborted_within(known, 0, 3) == aborted_within(known, 7, 9) == frozenset()
    assert aborted_within(known, 5, 5) == frozenset()
    assert [is_aborted(known, pid, at) for pid, at in ((1, 3), (1, 7), (2, 3))] == [
        True,
        False,
        False,
    ]


def test_markers_of_the_past_are_refused() -> None:
    known = open_at(Stability(), 1, 0).marking(Marker(1, 1, 4, True, 7))
    assert error_of_marker(known, 1, 3, 9) == "INVALID_PRODUCER_EPOCH"
    assert error_of_marker(known, 1, 4, 6) == "TRANSACTION_COORDINATOR_FENCED"
    assert error_of_marker(known, 1, 5, 7) == error_of_marker(known, 2, 0, 0) == "NONE"


def test_markers_of_the_newer_protocol_are_later_than_their_transaction() -> None:
    known = open_at(Stability(), 1, 0)
    assert error_of_marker(known, 1, 0, 0, version=2) == "INVALID_PRODUCER_EPOCH"
    assert error_of_marker(known, 1, 1, 0, version=2) == "NONE"
    ended = known.marking(Marker(1, 1, 1, True, 0))
    assert error_of_marker(ended, 1, 1, 0, version=2) == "NONE"


def test_one_producer_aborts_and_commits() -> None:
    pieces = [
        Piece(1, 0, (0,), True),
        Piece(1, 1, (), True, aborts=True),
        Piece(1, 2, (2,), True),
        Piece(1, 3, (), True, aborts=False),
    ]
    assert delivered(pieces, [(1, 0)]) == [2]
    assert delivered(pieces, []) == [0, 2]


STEPS = st.lists(st.tuples(st.integers(1, 3), st.sampled_from("wpca")), max_size=20)


@given(STEPS, st.integers(0, 20))
def test_the_list_is_enough_to_drop_what_was_aborted(
    steps: list[tuple[int, str]], start: int
) -> None:
    """A consumer that begins anywhere delivers the decided records that were not aborted."""
    known, pieces = Stability(), list[Piece]()
    for offset, (producer, step) in enumerate(steps):
        if step in "wp":
            transactional = step == "w"
            producer = producer if transactional else -1
            known = known.writing(producer, 0, offset, transactional=transactional)
            pieces.append(Piece(producer, offset, (offset,), transactional))
        else:
            known = known.marking(Marker(offset, producer, 0, step == "c", 0))
            pieces.append(Piece(producer, offset, (), True, aborts=step == "a"))
    lso = last_stable_offset(known, 0, len(pieces))
    read = pieces[start:lso]
    given_ = delivered(read, sorted(aborted_within(known, start, lso)))
    assert given_ == [
        offset
        for piece in read
        for offset in piece.offsets
        if not (piece.transactional and is_aborted(known, piece.producer, offset))
    ]
