"""Waiting until retention has done what it must, and judging what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.cleaning import (
    UNLIMITED,
    Limits,
    eventual_start,
    is_possible_start,
    wrongly_deleted,
)
from kafka_tck.model.ledger import Stored
from kafka_tck.model.run import Done
from kafka_tck.model.sources import Code, Docs
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.cleaning.cleaning import (
    LONG_AGO,
    patience,
    size_of,
    stored_records,
)
from kafka_tck.properties.operations.fetching.reading import read_all, read_bounds, records_of
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

only_old_segments_go = Requirement(
    "retention.only-expired-segments-go-oldest-first",
    "Retention by time deletes from the oldest record on and stops before the first segment that "
    "holds a record younger than retention.ms, whatever the age of those behind it.",
    Code("UnifiedLog.deleteRetentionMsBreachedSegments"),
    covers=("A-55", "A-56"),
    mutants=("retention-deletes-too-early",),
)

the_limit_stays_filled = Requirement(
    "retention.by-size-leaves-at-least-the-limit",
    "Retention by size deletes the oldest segment only while at least retention.bytes are left "
    "without it.",
    Code("UnifiedLog.deleteRetentionSizeBreachedSegments"),
    covers=("A-57",),
    mutants=(
        "size-retention-deletes-one-more",
        "retention-deletes-too-early",
    ),
)

whole_segments_go = Requirement(
    "retention.the-log-start-moves-to-the-start-of-a-batch",
    "Retention deletes whole segments: the log start then is the first offset of a stored batch "
    "or the log end, is never lower than before, and is at most the HW.",
    Code("UnifiedLog.deletableSegments"),
    covers=("A-55", "A-59", "A-12"),
    mutants=("retention-deletes-part-of-a-batch",),
)

old_segments_go_in_the_end = Requirement(
    "retention.what-has-expired-goes-in-the-end",
    "Some time after a segment has expired, or exceeds retention.bytes, it is deleted (liveness: "
    "waited for many times the broker's check interval).",
    Docs("topic configs retention.ms, retention.bytes"),
    covers=("A-55", "A-57"),
    mutants=("retention-never-deletes", "retention-keeps-the-active-segment"),
)

offsets_survive_an_empty_log = Requirement(
    "retention.the-log-end-stays-when-everything-goes",
    "Retention does not change the log end: when every record is deleted, the log start and the "
    "HW are the old log end, and offsets go on from there.",
    Code("UnifiedLog.deleteSegments"),
    covers=("A-58",),
    mutants=("offsets-jump-after-retention",),
)

what_is_kept_is_unchanged = Requirement(
    "retention.what-is-kept-is-unchanged",
    "After retention the records from the log start on are those that were stored there.",
    Code("UnifiedLog.deleteOldSegments"),
    covers=("A-55",),
    mutants=("retention-skips-young-segments",),
)

SENTINEL: Final = "sentinel"
"""A topic that keeps records for an hour, each in a segment of its own."""

_PASSES: Final = 2
"""Looks of the broker at its logs that are awaited: between two, it has seen every log."""


@dataclass(frozen=True)
class AwaitRetention(Operation, kind="await_retention"):
    """Waits until the broker has looked at its logs and the log start has come this far."""

    topic: str
    at_least: int

    def perform(self, world: World) -> Observation:
        began = world.now_ms()
        passes = sum(self._pass(world) for _ in range(_PASSES))
        world.until(lambda: self._has_come(world), patience(world))
        whole = world.until(lambda: _read_whole(world, self.topic), patience(world))
        seen = read_all(world, self.topic, 0) if whole is None else whole
        return {**seen, "began": began, "now": world.now_ms(), "passes": passes}

    def _pass(self, world: World) -> bool:
        """An expired record of another topic is gone: the broker has looked at its logs."""
        Produce(SENTINEL, 0, (Rec("k", "v", LONG_AGO),)).perform(world)
        return world.until(lambda: _is_empty(world, SENTINEL), patience(world)) is not None

    def _has_come(self, world: World) -> bool | None:
        start = _bounds(world, self.topic)
        return True if start is not None and start[0] >= self.at_least else None

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((), belief)]
        known = belief.at(self.topic, 0)
        limits = Limits.of(belief.topics[self.topic].settings)
        claims = self._claims(known, limits, seen)
        if not all(c.holds for c in claims):
            return [Judgement(claims, belief)]
        done = known.attempt("retention_deletes", before=seen["start"])
        assert isinstance(done, Done)
        after = known.moved_to(done.state)
        return [Judgement(claims, belief.with_partition(self.topic, 0, after))]

    def _claims(
        self, known: PartitionBelief, limits: Limits, seen: Observation
    ) -> tuple[Claim, ...]:
        batches = known.ledger.batches
        sizes = [size_of(batch) for batch in batches]
        must = eventual_start(
            batches, sizes, limits, known["log_start"], known["leo"], seen["began"]
        )
        return (
            _claim_on_what_went(batches, sizes, limits, seen),
            claim_that(
                whole_segments_go.id,
                known["log_start"] <= seen["start"] <= seen["end"]
                and is_possible_start(batches, known["log_start"], known["leo"], seen["start"]),
                expected=f"one of {sorted({b.base for b in batches} | {known['leo']})}",
                actual=seen["start"],
                because="a segment begins where a batch begins, or at the log end",
            ),
            claim_that(
                old_segments_go_in_the_end.id,
                seen["start"] >= min(must, self.at_least),
                expected=f"a log start of at least {must}",
                actual=seen["start"],
                because="what lies before it has expired, or exceeds the limit",
            ),
            claim(
                offsets_survive_an_empty_log.id,
                seen["end"],
                known["leo"],
                because="nothing was appended",
            ),
            claim(
                what_is_kept_is_unchanged.id,
                records_of(seen["batches"], seen["start"]),
                stored_records(known, seen["start"]),
                because=f"these are the records from the log start {seen['start']} on",
            ),
        )


def _claim_on_what_went(
    batches: Sequence[Stored], sizes: Sequence[int], limits: Limits, seen: Observation
) -> Claim:
    wrong = wrongly_deleted(batches, sizes, limits, seen["start"], seen["now"])
    by_age = limits.bytes == UNLIMITED
    return claim_that(
        (only_old_segments_go if by_age else the_limit_stays_filled).id,
        not wrong,
        expected=f"a log start of at most {wrong[0] if wrong else seen['start']}",
        actual=seen["start"],
        because=f"the batches at {wrong} are not older than {limits.ms} ms, and without them "
        f"less than {limits.bytes} bytes are left",
    )


def _bounds(world: World, topic: str) -> tuple[int, int] | None:
    """Start and end of partition 0, or None where they cannot be had."""
    seen = read_bounds(world, topic, 0)
    return None if "silence" in seen else (seen["start"], seen["end"])


def _is_empty(world: World, topic: str) -> bool | None:
    bounds = _bounds(world, topic)
    return True if bounds is not None and bounds[0] == bounds[1] else None


def _read_whole(world: World, topic: str) -> dict[str, Any] | None:
    """All that is there, unless retention moved the start under the reader."""
    seen = read_all(world, topic, 0)
    return None if seen.get("silence") or seen["fault"] else seen
