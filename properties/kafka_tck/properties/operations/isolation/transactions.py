"""A producer's life: it starts, writes in transactions, and ends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.asking import marked_with
from kafka_tck.properties.operations.isolation.producer import end, live, start, write
from kafka_tck.properties.operations.isolation.undecided import (
    closing,
    marked,
    opening,
    transactions_of,
    wrote,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import TargetGone, World


@dataclass(frozen=True)
class StartProducer(Operation, kind="start_transactional_producer"):
    """A new life of a producer: what it left open is aborted before it is answered."""

    producer: str
    transactional: bool = True

    def perform(self, world: World) -> Observation:
        left, was = _places(world, self.producer), live(world, self.producer).producer_id
        seen = start(world, self.producer, transactional=self.transactional)
        return {**seen, "left": was, "marks": _marks(world, left, was)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        answered = claim_answered(seen)
        if "silence" in seen:
            return [Judgement((answered,), belief)]
        if seen["error"] != "NONE":
            raise TargetGone(f"a producer that the suite needs was not given: {seen['error']}")
        for place in transactions_of(belief).open.get(self.producer, ()):
            belief = _marked_as_seen(belief, place, seen["left"], False, seen)
        return [Judgement((answered,), closing(belief, self.producer))]


@dataclass(frozen=True)
class WriteInTransaction(Operation, kind="write_in_transaction"):
    """One batch of a producer's transaction; the first one begins it."""

    producer: str
    topic: str
    partition: int
    count: int = 1
    old: bool = False
    """Whether a transaction that begins here speaks the protocol of before 4.0."""

    def perform(self, world: World) -> Observation:
        place = (self.topic, self.partition)
        return write(world, self.producer, place, self.count, old=self.old)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        place = (self.topic, self.partition)
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        accepted = claim(
            laws.own_writes_are_accepted.id,
            (seen["error"], seen.get("base_offset")),
            ("NONE", belief.at(*place)["leo"]),
            because="the producer is the last one of its id, and this is its next batch",
        )
        if seen["error"] != "NONE":
            return [Judgement((claim_answered(seen), accepted), belief)]
        producer_id, epoch, first = seen["producer"]
        numbers = (producer_id, epoch, first)
        after = wrote(world, belief, place, numbers, seen["values"], transactional=True)
        return [Judgement((claim_answered(seen), accepted), opening(after, self.producer, place))]


@dataclass(frozen=True)
class EndTransaction(Operation, kind="end_and_wait"):
    """Commits or aborts, and waits until every marker is written."""

    producer: str
    commit: bool

    def perform(self, world: World) -> Observation:
        places = _places(world, self.producer)
        seen = end(world, self.producer, self.commit)
        marks = _marks(world, places, seen["producer_id"]) if "producer_id" in seen else {}
        return {**seen, "marks": marks}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        ended = self._claim(seen)
        if seen["error"] != "NONE":
            return [Judgement((claim_answered(seen), ended), belief)]
        for place in transactions_of(belief).open.get(self.producer, ()):
            belief = _marked_as_seen(belief, place, seen["producer_id"], self.commit, seen)
        return [Judgement((claim_answered(seen), ended), closing(belief, self.producer))]

    def _claim(self, seen: Observation) -> Claim:
        return claim(
            laws.markers_follow_the_answer.id,
            (seen["error"], seen.get("complete")),
            ("NONE", True),
            because="the producer is the last one of its id, and its transaction is open",
        )


def _places(world: World, producer: str) -> list[Place]:
    """The partitions of the producer's open transaction."""
    return sorted(place for place in live(world, producer).added if isinstance(place, tuple))


def _marks(world: World, places: Sequence[Place], producer_id: int) -> dict[str, dict[str, int]]:
    """What the last markers of a producer say, by partition."""
    return {f"{t}/{p}": marked_with(world, (t, p), producer_id) for t, p in places}


def _marked_as_seen(
    belief: Belief, place: Place, producer_id: int, commits: bool, seen: Observation
) -> Belief:
    """The belief after a marker whose epochs the partition told."""
    told = seen["marks"].get(f"{place[0]}/{place[1]}", {})
    epochs = told.get("epoch", 0), told.get("coordinator_epoch", 0)
    return marked(belief, place, producer_id, epochs[0], commits, epochs[1])
