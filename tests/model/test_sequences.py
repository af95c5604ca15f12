"""The rules of numbered batches, case by case, and the law that follows from them."""

from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.sequences import (
    LARGEST,
    Case,
    Known,
    accepted,
    last_of,
    reloaded,
    verdict_on,
)


def taken(*batches: tuple[int, int, int]) -> Known:
    """What is known after these batches: epoch, first sequence, records."""
    known, offset = Known(), 0
    for epoch, first, count in batches:
        assert verdict_on(known, epoch, first, count).error == "NONE"
        known = accepted(known, epoch, first, count, offset)
        offset += count
    return known


def test_an_unknown_producer_begins_anywhere() -> None:
    assert verdict_on(Known(), 3, 7, 1).case is Case.UNKNOWN_PRODUCER
    assert verdict_on(Known(), 3, 7, 1).error == "NONE"


def test_one_of_the_last_five_is_answered_as_before() -> None:
    known = taken(*((0, n, 1) for n in range(6)))
    assert verdict_on(known, 0, 1, 1).base_offset == 1
    assert verdict_on(known, 0, 0, 1).error == "OUT_OF_ORDER_SEQUENCE_NUMBER"
    assert verdict_on(known, 0, 1, 2).error == "OUT_OF_ORDER_SEQUENCE_NUMBER"


def test_sequences_begin_again_after_the_largest() -> None:
    known = taken((0, LARGEST - 1, 3))
    assert known.last == 0
    assert verdict_on(known, 0, 1, 1).error == "NONE"
    assert last_of(LARGEST, 2) == 0


def test_epochs() -> None:
    known = taken((1, 0, 1))
    assert verdict_on(known, 0, 0, 1).error == "INVALID_PRODUCER_EPOCH"
    assert verdict_on(known, 2, 1, 1).error == "OUT_OF_ORDER_SEQUENCE_NUMBER"
    later = accepted(known, 2, 0, 1, 1)
    assert [mark.base_offset for mark in later.marks] == [1]


def test_after_a_restart_only_the_last_is_certain() -> None:
    known = reloaded(taken((0, 0, 1), (0, 1, 1)))
    assert verdict_on(known, 0, 1, 1).base_offset == 1
    doubtful = verdict_on(known, 0, 0, 1)
    assert doubtful.error == "OUT_OF_ORDER_SEQUENCE_NUMBER"
    assert doubtful.otherwise == ("NONE", 0)


BATCHES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 2, 3, LARGEST]), st.integers(1, 3))
)


@given(BATCHES)
def test_what_is_stored_has_no_gap_and_nothing_twice(sent: list[tuple[int, int, int]]) -> None:
    """Within an epoch each batch that is stored begins where the last one ended."""
    known, offset = Known(), 0
    ends: dict[int, int] = {}
    for epoch, first, count in sent:
        verdict = verdict_on(known, epoch, first, count)
        if verdict.error != "NONE" or verdict.base_offset is not None:
            continue
        if epoch in ends:
            assert first == (ends[epoch] + 1) % (LARGEST + 1)
        elif ends:
            assert first == 0
            assert epoch > max(ends)
        ends[epoch] = last_of(first, count)
        known = accepted(known, epoch, first, count, offset)
        offset += count
