"""Writing many small batches at once, and reading a log from an offset to its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.ledger import Stored
from kafka_tck.model.reading import readable
from kafka_tck.model.sources import Code
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.fetching.asking import ALL, Part
from kafka_tck.properties.operations.fetching.fetch import contents, stored_contents
from kafka_tck.properties.operations.fetching.fetching import FetchMany
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

reading_on_finds_everything = Requirement(
    "fetch.reading-on-finds-every-record-once",
    "Whoever fetches from an offset, and then always from behind what was returned, gets every "
    "stored batch up to the bound once and in order, whatever the limits; an answer may end early.",
    Code("LocalLog.read; LogSegment.read"),
    covers=("C-12", "C-34", "A-06", "A-11"),
    mutants=("index-lookup-is-one-entry-late",),
)

MOST_READS = 400


@dataclass(frozen=True)
class AppendRun(Operation, kind="append_run"):
    """Appends several batches of one record each, `step` ms apart, from `at` ms into the run."""

    topic: str
    partition: int
    count: int
    step: int = 0
    at: int = 0
    size: int = 1

    def perform(self, world: World) -> Observation:
        answers: list[Observation] = []
        for append in self.appends():
            answers.append(append.perform(world))
            if "silence" in answers[-1]:
                return {"answers": answers, "silence": answers[-1]["silence"]}
        return {"answers": answers}

    def appends(self) -> Iterator[Produce]:
        for i in range(self.count):
            record = Rec("k", "v" * self.size, self.at + i * self.step)
            yield Produce(self.topic, self.partition, (record,))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged: list[Judgement] = [Judgement((), belief)]
        for append, answer in zip(self.appends(), seen["answers"], strict=False):
            judged = [
                Judgement((*before.claims, *after.claims), after.belief)
                for before in judged
                for after in append.judge(world, before.belief, answer)
            ]
        return judged


@dataclass(frozen=True)
class ReadThrough(Operation, kind="read_through"):
    """Fetches from an offset on until the log end is reached."""

    topic: str
    partition: int
    offset: int
    limit: int = ALL
    isolation: int = 0
    version: int | None = None

    def perform(self, world: World) -> Observation:
        offset, batches = self.offset, []
        for _ in range(MOST_READS):
            seen = self._read(world, offset)
            if "silence" in seen or not seen["parts"]:
                return {"silence": seen.get("silence", "the answer has no entry")}
            part = seen["parts"][0][2]
            batches += part["batches"]
            offset = batches[-1]["last"] + 1 if batches else offset
            if not part["batches"]:
                break
        return {"batches": batches, "ended": {"error": part["error"], "at": offset}}

    def _read(self, world: World, offset: int) -> Observation:
        part = Part(self.topic, self.partition, offset, self.limit)
        return FetchMany((part,), version=self.version, isolation=self.isolation).perform(world)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        known = belief.at(self.topic, self.partition)
        expected = readable(known.ledger, self.offset, known["hw"])
        return [Judgement((claim_answered(seen), self._claim(expected, known["hw"], seen)), belief)]

    def _claim(self, expected: Sequence[Stored], hw: int, seen: Observation) -> Claim:
        legal: dict[str, Any] = {
            "batches": [stored_contents(stored) for stored in expected],
            "ended": {"error": "NONE", "at": max(self.offset, hw)},
        }
        got = {"batches": [contents(batch) for batch in seen["batches"]], "ended": seen["ended"]}
        why = f"these batches are stored from offset {self.offset} on"
        return claim(reading_on_finds_everything.id, got, legal, because=why)
