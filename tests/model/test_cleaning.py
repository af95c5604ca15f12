"""Retention and compaction: what the model allows and demands, against a log with real segments."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.cleaning import (
    UNLIMITED,
    Limits,
    error_of_deletion,
    eventual_start,
    first_beside,
    is_possible_start,
    policies,
    wrongly_deleted,
)
from kafka_tck.model.compaction import (
    Lags,
    cleanable_below,
    final_values,
    losses,
    must_go,
    superseded,
)
from kafka_tck.model.ledger import Entry, Stored

NOW = 1000
KEYS = st.sampled_from([b"a", b"b", b"c"])
VALUES = st.sampled_from([None, b"x", b"y"])
AGES = st.sampled_from([0, 50, 200])


@dataclass(frozen=True)
class Held:
    """A batch, its bytes, and whether it begins a segment."""

    batch: Stored
    size: int
    begins: bool


RECORDS = st.lists(st.tuples(KEYS, VALUES, AGES), min_size=1, max_size=3)
SIZES = st.integers(1, 6)


@st.composite
def logs(draw: st.DrawFn, segment_bytes: int) -> list[Held]:
    """A log whose segments are as full as they can be, as Kafka rolls them."""
    held: list[Held] = []
    base, filled = 0, 0
    for records, size in draw(st.lists(st.tuples(RECORDS, SIZES), max_size=7)):
        begins = not held or filled + size > segment_bytes
        filled = size if begins else filled + size
        entries = tuple(
            Entry(base + i, NOW - age, key, value) for i, (key, value, age) in enumerate(records)
        )
        held.append(Held(Stored(base, base + len(entries) - 1, 0, entries), size, begins))
        base += len(entries)
    return held


def segments_of(held: list[Held]) -> list[list[Held]]:
    segments: list[list[Held]] = []
    for one in held:
        if one.begins:
            segments.append([])
        segments[-1].append(one)
    return segments


def youngest(segment: list[Held]) -> int:
    return max(one.batch.max_timestamp for one in segment)


def retained(held: list[Held], limits: Limits) -> int:
    """The log start when Kafka's two passes, by size and by age, have run."""
    segments = segments_of(held)
    excess = sum(one.size for one in held) - limits.bytes
    while limits.bytes != UNLIMITED and segments:
        excess -= sum(one.size for one in segments[0])
        if excess < 0:
            break
        del segments[0]
    while limits.ms != UNLIMITED and segments and youngest(segments[0]) < NOW - limits.ms:
        del segments[0]
    return segments[0][0].batch.base if segments else end_of(held)


def end_of(held: list[Held]) -> int:
    return held[-1].batch.last + 1 if held else 0


def batches_of(held: list[Held]) -> list[Stored]:
    return [one.batch for one in held]


def sizes_of(held: list[Held]) -> list[int]:
    return [one.size for one in held]


LIMITS = st.builds(
    Limits,
    st.sampled_from([UNLIMITED, 100]),
    st.sampled_from([UNLIMITED, 0, 3, 8]),
    st.just(8),
)


@given(logs(8), LIMITS)
def test_what_retention_does_is_legal_and_reaches_what_it_must(
    held: list[Held], limits: Limits
) -> None:
    batches, sizes, end = batches_of(held), sizes_of(held), end_of(held)
    start = retained(held, limits)
    assert is_possible_start(batches, 0, end, start)
    assert wrongly_deleted(batches, sizes, limits, start, NOW) == []
    assert eventual_start(batches, sizes, limits, 0, end, NOW) <= start


@given(logs(1), LIMITS)
def test_with_a_segment_for_each_batch_the_start_is_known(held: list[Held], limits: Limits) -> None:
    alone = Limits(limits.ms, limits.bytes, 1)
    must = eventual_start(batches_of(held), sizes_of(held), alone, 0, end_of(held), NOW)
    assert must == retained(held, alone)


def log_of(*ages: int, size: int = 10) -> tuple[list[Stored], list[int]]:
    """One-record batches of these ages."""
    entries = [Entry(i, NOW - age, b"k", b"v") for i, age in enumerate(ages)]
    return [Stored(e.offset, e.offset, 0, (e,)) for e in entries], [size] * len(ages)


def test_a_young_batch_is_not_deleted_by_age_and_holds_back_those_behind_it() -> None:
    batches, sizes = log_of(200, 0, 200)
    limits = Limits(ms=100, segment_bytes=10)
    assert wrongly_deleted(batches, sizes, limits, 1, NOW) == []
    assert wrongly_deleted(batches, sizes, limits, 2, NOW) == [1]
    assert wrongly_deleted(batches, sizes, limits, 3, NOW) == [1]
    assert eventual_start(batches, sizes, limits, 0, 3, NOW) == 1


def test_size_retention_leaves_the_limit_filled() -> None:
    batches, sizes = log_of(0, 0, 0)
    limits = Limits(bytes=15, segment_bytes=10)
    assert wrongly_deleted(batches, sizes, limits, 1, NOW) == []
    assert wrongly_deleted(batches, sizes, limits, 2, NOW) == [1]
    assert eventual_start(batches, sizes, limits, 0, 3, NOW) == 1


def test_nothing_goes_without_limits() -> None:
    batches, sizes = log_of(200, 200)
    assert wrongly_deleted(batches, sizes, Limits(), 1, NOW) == [0]
    assert eventual_start(batches, sizes, Limits(), 0, 2, NOW) == 0


def test_where_all_has_expired_the_log_is_emptied_however_it_is_cut() -> None:
    batches, sizes = log_of(200, 200, 200)
    assert eventual_start(batches, sizes, Limits(ms=100), 0, 3, NOW) == 3


def test_a_shared_segment_stays_with_its_youngest_batch() -> None:
    batches, sizes = log_of(200, 200, 0)
    assert eventual_start(batches, sizes, Limits(ms=100, segment_bytes=25), 0, 3, NOW) == 1
    assert first_beside(sizes, 2, 25) == 1


def test_a_log_start_lies_where_a_batch_begins() -> None:
    batch = Stored(3, 5, 0, (Entry(3, 0, b"k", b"v"),))
    legal = [o for o in range(8) if is_possible_start([batch], 4, 6, o)]
    assert legal == [4, 6]


@pytest.mark.parametrize(
    ("policy", "words", "error"),
    [
        (None, {"delete"}, "NONE"),
        ("delete", {"delete"}, "NONE"),
        ("compact", {"compact"}, "POLICY_VIOLATION"),
        ("compact, delete", {"compact", "delete"}, "NONE"),
        ("", set(), "NONE"),
    ],
)
def test_the_policy_decides_about_deletion(policy: str | None, words: set[str], error: str) -> None:
    settings = {} if policy is None else {"cleanup.policy": policy}
    assert policies(settings) == words
    assert error_of_deletion(settings) == error


def test_limits_and_lags_are_read_from_settings() -> None:
    settings = {"retention.ms": "5", "retention.bytes": "7", "internal.segment.bytes": "14"}
    assert Limits.of(settings) == Limits(5, 7, 14)
    assert Limits.of({"segment.bytes": "20"}).segment_bytes == 20
    assert Limits.of({}) == Limits()
    assert Lags.of({"min.compaction.lag.ms": "5", "delete.retention.ms": "0"}) == Lags(5, 0)
    assert Lags.of({}) == Lags()


def compacted(held: list[Held], lags: Lags) -> set[int]:
    """Offsets that are left when the cleaner has cleaned all that it may, tombstones kept."""
    closed = segments_of(held)[:-1]
    cleanable: list[list[Held]] = []
    for segment in closed:
        if lags.compaction_ms > 0 and youngest(segment) > NOW - lags.compaction_ms:
            break
        cleanable.append(segment)
    entries = [e for segment in cleanable for one in segment for e in one.batch.entries]
    latest = {e.key: e.offset for e in entries}
    gone = {e.offset for e in entries if latest[e.key] > e.offset}
    return {e.offset for one in held for e in one.batch.entries} - gone


@given(logs(8), st.sampled_from([Lags(), Lags(compaction_ms=100)]))
def test_what_compaction_does_is_legal_and_reaches_what_it_must(
    held: list[Held], lags: Lags
) -> None:
    batches = batches_of(held)
    entries = [e for batch in batches for e in batch.entries]
    left = compacted(held, lags)
    lost = losses(entries, left, cleanable_below(batches, lags, NOW), tombstones_may_go=False)
    assert (lost.untouchable, lost.tombstones, lost.latest) == ((), (), ())
    assert must_go(batches, sizes_of(held), 8, lags, NOW) & left == set()
    assert final_values([e for e in entries if e.offset in left]) == final_values(entries)


def entries_of(*records: tuple[bytes, bytes | None]) -> list[Entry]:
    return [Entry(i, NOW, key, value) for i, (key, value) in enumerate(records)]


RECORDED = entries_of((b"a", b"1"), (b"b", b"1"), (b"a", None), (b"b", b"2"), (b"c", b"1"))


def test_a_record_with_a_later_one_below_the_bound_may_go() -> None:
    assert superseded(RECORDED, 5) == {0, 1}
    assert superseded(RECORDED, 3) == {0}
    assert superseded(RECORDED, 2) == set()


def test_losses_say_what_protected_the_records() -> None:
    lost = losses(RECORDED, {1}, below=4, tombstones_may_go=False)
    assert lost.untouchable == (4,)
    assert lost.tombstones == (2,)
    assert lost.latest == (3,)
    assert losses(RECORDED, {3, 4}, 4, tombstones_may_go=True).tombstones == ()
    assert losses(RECORDED, {3, 4}, 4, tombstones_may_go=True).latest == ()


def test_what_a_later_record_in_the_active_segment_supersedes_may_not_go() -> None:
    assert losses(RECORDED, {2, 3, 4}, below=3, tombstones_may_go=False).latest == (1,)


def test_the_last_batch_and_young_ones_are_not_cleaned() -> None:
    batches, _ = log_of(200, 0, 200, 200)
    assert cleanable_below(batches, Lags(), NOW) == 3
    assert cleanable_below(batches, Lags(compaction_ms=100), NOW) == 1
    assert cleanable_below([], Lags(), NOW) == 0


def test_a_reader_ends_with_the_latest_values() -> None:
    assert final_values(RECORDED) == {b"b": b"2", b"c": b"1"}
    assert final_values(RECORDED[:2]) == {b"a": b"1", b"b": b"1"}
