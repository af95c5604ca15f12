"""Reading a compacted partition, at once or when compaction has done what it must."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.cleaning.cleaning import patience
from kafka_tck.properties.operations.cleaning.compaction_laws import claims_on_reading
from kafka_tck.properties.operations.fetching.reading import (
    read_all,
    read_bounds,
    read_from,
    records_of,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

reads_pass_over_what_went = Requirement(
    "compaction.a-read-at-a-gone-offset-goes-on-behind-it",
    "A read at an offset whose record was compacted away returns the next batch that is left, "
    "also from a later segment, and a reader that goes on reaches the end.",
    Code("LocalLog.read"),
    covers=("A-08",),
    mutants=("reads-stop-at-an-empty-segment",),
)

superseded_records_go_in_the_end = Requirement(
    "compaction.superseded-records-go-in-the-end",
    "Some time after a record in a closed segment has a later one of its key in a closed "
    "segment, it cannot be read any more (liveness: waited for many times the cleaner's backoff).",
    Docs("log compaction; topic config min.cleanable.dirty.ratio"),
    covers=("A-61",),
    mutants=(
        "never-compacts",
        "tombstones-supersede-nothing",
    ),
)

nothing_comes_back = Requirement(
    "compaction.nothing-comes-back",
    "A record that was compacted away cannot be read again.",
    KIP(58),
    covers=("A-61",),
)


@dataclass(frozen=True)
class ReadCompacted(Operation, kind="read_compacted"):
    """Reads a partition from an offset to its end."""

    topic: str
    offset: int

    def perform(self, world: World) -> Observation:
        seen = read_bounds(world, self.topic, 0)
        if "silence" in seen:
            return seen
        offset = max(self.offset, seen["start"])
        read = read_from(world, self.topic, 0, offset, seen["end"])
        return seen | read | {"from": offset, "now": world.now_ms()}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((), belief)]
        claims = [
            _claim_progress(seen),
            _claim_nothing_back(self.topic, belief, seen),
            *claims_on_reading(world, belief, self.topic, seen),
        ]
        return [Judgement(tuple(claims), _remembering(self.topic, belief, seen))]


@dataclass(frozen=True)
class AwaitCompaction(Operation, kind="await_compaction"):
    """Waits until these offsets cannot be read any more, then reads all until nothing changes."""

    topic: str
    gone: tuple[int, ...]

    def perform(self, world: World) -> Observation:
        world.until(lambda: True if not self._left(world) else None, patience(world))
        settled = world.until(lambda: _settled(world, self.topic), patience(world))
        seen = read_all(world, self.topic, 0) if settled is None else settled
        return {**seen, "now": world.now_ms()} | {"from": seen.get("start", 0)}

    def _left(self, world: World) -> list[int]:
        seen = read_all(world, self.topic, 0)
        return sorted(_offsets(seen) & set(self.gone))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((), belief)]
        left = sorted(_offsets(seen) & set(self.gone))
        went = claim_that(
            superseded_records_go_in_the_end.id,
            not left,
            expected="none of them",
            actual=left,
            because="each has a later record of its key, and both lie in closed segments",
        )
        claims = [
            went,
            _claim_nothing_back(self.topic, belief, seen),
            *claims_on_reading(world, belief, self.topic, seen),
        ]
        return [Judgement(tuple(claims), _remembering(self.topic, belief, seen))]


def _settled(world: World, topic: str) -> dict[str, Any] | None:
    """All that is there, if two readings in a row agree."""
    first, second = (read_all(world, topic, 0) for _ in range(2))
    return second if first == second and not second.get("fault", "silence") else None


def _claim_progress(seen: Observation) -> Claim:
    lasts = [batch["last"] for batch in seen["batches"]]
    return claim_that(
        reads_pass_over_what_went.id,
        seen["fault"] is None and lasts == sorted(set(lasts)),
        expected=f"batches in order, from offset {seen['from']} to the end {seen['end']}",
        actual=seen["fault"] or lasts,
        because="what was compacted away is passed over",
    )


def _claim_nothing_back(topic: str, belief: Belief, seen: Observation) -> Claim:
    gone: frozenset[int] = _gone(topic, belief)
    back = sorted(_offsets(seen) & gone)
    return claim_that(
        nothing_comes_back.id,
        not back,
        expected="none of what was gone",
        actual=back,
        because=f"the offsets {sorted(gone)} could not be read before",
    )


def _remembering(topic: str, belief: Belief, seen: Observation) -> Belief:
    """Offsets between the first and the last record read that were missing are gone for good."""
    entries = belief.at(topic, 0).ledger.entries(seen["from"], seen["end"])
    missing = {entry.offset for entry in entries} - _offsets(seen)
    if seen["fault"] is not None:
        return belief
    return belief.noting(f"gone from {topic}", _gone(topic, belief) | missing)


def _gone(topic: str, belief: Belief) -> frozenset[int]:
    gone: Any = belief.notes.get(f"gone from {topic}", frozenset())
    return frozenset(gone)


def _offsets(seen: Observation) -> frozenset[int]:
    return frozenset(record[0] for record in records_of(seen.get("batches", []), 0))
