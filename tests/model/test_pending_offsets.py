"""Offsets that wait for the end of a transaction, beside such that count at once."""

from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.pending_offsets import LONGEST, NOTHING, Key, Offsets, Value, error_of_entry

KEY: Key = ("g", "t", 0)
OTHER: Key = ("g", "t", 1)


def value(offset: int) -> Value:
    return (offset, -1, "")


def test_what_is_pending_does_not_count() -> None:
    offsets = Offsets().promising("p", KEY, value(5))
    assert offsets.told(KEY) == NOTHING
    assert offsets.is_unstable(KEY)
    assert not offsets.is_unstable(OTHER)


def test_the_end_decides() -> None:
    offsets = Offsets().committing(KEY, value(3)).promising("p", KEY, value(5))
    assert offsets.ending("p", True).told(KEY) == value(5)
    assert offsets.ending("p", False).told(KEY) == value(3)
    assert not offsets.ending("p", False).is_unstable(KEY)


def test_a_later_commit_stays() -> None:
    offsets = Offsets().promising("p", KEY, value(5)).committing(KEY, value(3))
    assert offsets.ending("p", True).told(KEY) == value(3)


def test_an_end_is_of_one_producer() -> None:
    offsets = Offsets().promising("p", KEY, value(5)).promising("q", OTHER, value(6))
    assert offsets.ending("p", True).is_unstable(OTHER)


def test_a_deleted_group_waits_for_nothing() -> None:
    offsets = Offsets().promising("p", KEY, value(5)).without("g")
    assert not offsets.is_unstable(KEY)
    assert offsets.ending("p", True).told(KEY) == NOTHING


def test_each_entry_is_looked_at_alone() -> None:
    assert error_of_entry(0, 1, LONGEST) == "NONE"
    assert error_of_entry(0, 1, LONGEST + 1) == "OFFSET_METADATA_TOO_LARGE"
    assert error_of_entry(1, 1, 0) == "UNKNOWN_TOPIC_OR_PARTITION"


STEPS = st.lists(
    st.tuples(st.sampled_from(["commit", "promise", "end"]), st.integers(0, 9), st.booleans()),
    max_size=12,
)


@given(STEPS)
def test_of_all_that_count_the_last_one_in_the_log_is_told(
    steps: list[tuple[str, int, bool]],
) -> None:
    """Replaying the log once every end is known gives the same as living through it."""
    lived = Offsets()
    log: list[Value] = []
    waiting: list[int] = []
    counts: set[int] = set()
    for step, offset, yes in steps:
        if step == "end":
            lived = lived.ending("p", yes)
            counts |= set(waiting) if yes else set()
            waiting = []
            continue
        log.append(value(offset))
        if step == "commit":
            lived = lived.committing(KEY, value(offset))
            counts.add(len(log) - 1)
        else:
            lived = lived.promising("p", KEY, value(offset))
            waiting.append(len(log) - 1)
    last = max(counts, default=None)
    assert lived.told(KEY) == (NOTHING if last is None else log[last])
