"""Reading all partitions of a topic to their bounds, and what that shows of each transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.reading import readable
from kafka_tck.model.stability import delivered
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.judging import (
    READ_COMMITTED,
    committed,
    numbers_of,
    piece_of,
)
from kafka_tck.properties.operations.isolation.reading import ALL, ReadIsolated
from kafka_tck.properties.operations.isolation.undecided import lso_of, stability_of
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World

MOST_READS: Final = 200

Tag = str
"""What the values of one transaction begin with: the producer's symbol and a number."""


@dataclass(frozen=True)
class ReadWhole(Operation, kind="read_whole"):
    """Reads every partition from its log start until nothing more comes, under both levels."""

    topic: str
    partitions: int
    limit: int = ALL

    def places(self) -> list[Place]:
        return [(self.topic, partition) for partition in range(self.partitions)]

    def perform(self, world: World) -> Observation:
        whole: dict[str, Any] = {}
        for _, partition in self.places():
            for isolation in (READ_COMMITTED, 0):
                read = read_on(world, (self.topic, partition), isolation, self.limit)
                if "silence" in read:
                    return {"silence": read["silence"]}
                whole[f"{partition}/{isolation}"] = read
        return whole

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        return [
            Judgement(
                (
                    *(self._claim_repeatable(belief, place, seen) for place in self.places()),
                    self._claim_whole(belief, seen),
                    self._claim_one_outcome(seen),
                ),
                belief,
            )
        ]

    def _claim_repeatable(self, belief: Belief, place: Place, seen: Observation) -> Claim:
        known, bound = belief.at(*place), lso_of(belief, place)
        stored = readable(known.ledger, known["log_start"], bound)
        offsets = committed(stability_of(belief, place), stored)
        read = seen[f"{place[1]}/{READ_COMMITTED}"]
        return claim(
            laws.reading_on_is_repeatable.id,
            [read["error"], read["given"], read["at"]],
            [
                "NONE",
                [o for o in offsets if o >= known["log_start"]],
                max(known["log_start"], bound),
            ],
            because="these records were committed, or written without a transaction",
        )

    def _claim_whole(self, belief: Belief, seen: Observation) -> Claim:
        """Per transaction whose records all lie below the last stable offsets: all, or none."""
        written: dict[Tag, set[tuple[int, int]]] = {}
        undecided: set[Tag] = set()
        for place in self.places():
            known, bound = belief.at(*place), lso_of(belief, place)
            for batch in known.ledger.batches:
                for entry in batch.entries if batch.transactional else ():
                    if entry.offset >= known["log_start"]:
                        tag = _tag(entry.value)
                        written.setdefault(tag, set()).add((place[1], entry.offset))
                        undecided |= {tag} if entry.offset >= bound else set()
        given = {
            (partition, offset)
            for _, partition in self.places()
            for offset in seen[f"{partition}/{READ_COMMITTED}"]["given"]
        }
        torn = {
            tag: sorted(places & given)
            for tag, places in written.items()
            if tag not in undecided and 0 < len(places & given) < len(places)
        }
        return claim(
            laws.all_or_nothing.id,
            torn,
            {},
            because="each transaction is read to behind its markers on every partition",
        )

    def _claim_one_outcome(self, seen: Observation) -> Claim:
        outcomes: dict[Tag, set[bool]] = {}
        for _, partition in self.places():
            for tag, commits in _outcomes(seen[f"{partition}/0"]["batches"]):
                outcomes.setdefault(tag, set()).add(commits)
        split = sorted(tag for tag, found in outcomes.items() if len(found) > 1)
        return claim_that(
            laws.one_outcome.id,
            not split,
            expected="one outcome for each transaction",
            actual=f"both for {split}" if split else f"one for each of {len(outcomes)}",
            because="the first marker behind its records decides it on each partition",
        )


def read_committed(world: World, place: Place) -> Observation:
    """All that a consumer gets of a partition, from its log start on."""
    return read_on(world, place, READ_COMMITTED, ALL)


def read_on(world: World, place: Place, isolation: int, limit: int) -> Observation:
    """Reads from the log start until nothing more comes; `given` is what a consumer delivers."""
    start = ReadIsolated(*place, 0, isolation).perform(world)
    position = start.get("log_start_offset", 0)
    batches: list[Any] = []
    given: list[int] = []
    for _ in range(MOST_READS):
        seen = ReadIsolated(*place, position, isolation, limit).perform(world)
        if "silence" in seen:
            return seen
        if seen["error"] != "NONE" or not seen["batches"]:
            break
        listed = [(pid, first) for pid, first in seen["aborted"] or []]
        found = delivered(map(piece_of, seen["batches"]), listed)
        given += [offset for offset in found if offset >= position]
        batches += seen["batches"]
        position = max(position, seen["batches"][-1]["last"] + 1)
    return {"error": seen["error"], "batches": batches, "given": given, "at": position}


def _outcomes(batches: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Tag, bool]]:
    """What the markers of one partition decide, as transactions and whether they commit."""
    open_: dict[int, set[Tag]] = {}
    for batch in batches:
        producer_id = batch["producer"][0]
        if batch["control"]:
            commits = numbers_of(batch)[2][0]
            yield from ((tag, commits) for tag in sorted(open_.pop(producer_id, set())))
        elif batch["transactional"]:
            tags = {_tag(record[3]) for record in batch["records"]}
            open_.setdefault(producer_id, set()).update(tags)


def _tag(value: bytes | None) -> Tag:
    return (value or b"").decode().rpartition(".")[0]
