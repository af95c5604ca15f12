"""Producing forged batches: one request, several partitions, each judged on its own bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kafka_tck.model.batch_facts import TopicFacts, topic_facts
from kafka_tck.model.batch_rules import Attempt
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.forged_facts import read_bytes
from kafka_tck.properties.operations.producing.forged_judging import PartJudge
from kafka_tck.properties.operations.producing.forged_requirements import (
    every_partition_is_answered_once,
    silence_means_accepted,
)
from kafka_tck.properties.operations.producing.forged_sending import BY_ID, Part, Sending
from kafka_tck.properties.world import World

__all__ = ["Part", "ProduceForged"]


@dataclass(frozen=True)
class ProduceForged(Operation, kind="produce_forged"):
    """One Produce request; `parts` are (topic, partition, batch) with the batch a `Forged`.

    Parts that another node leads than the first are left out. acks=0 needs topics that keep
    create times. Of two batches for one partition the last counts; both must be acceptable.
    """

    parts: tuple[Part, ...]
    acks: int = -1
    version: int | None = None

    def perform(self, world: World) -> Observation:
        return Sending(world, self.sent(world), self.acks, self._version(world)).done()

    def say(self) -> str:
        said = (f"{p.topic}/{p.partition}: {p.batch.say()}" for p in map(Part.of, self.parts))
        told = ("" if self.version is None else f" v{self.version}") + f" acks {self.acks}"
        return f"{self.kind}{told} {'; '.join(said)}"

    def sent(self, world: World) -> list[Part]:
        """The parts that one node can answer."""
        parts = [Part.of(part) for part in self.parts]
        nodes = [world.leaders[p.place] for p in parts if p.place in world.leaders]
        return [p for p in parts if not nodes or world.leaders.get(p.place, nodes[0]) == nodes[0]]

    def _version(self, world: World) -> int:
        return world.profile.newest("Produce") if self.version is None else self.version

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judges = self._judges(world, belief, seen)
        if "silence" in seen:
            return list(self._silent(belief, judges, seen))
        told = {(p["topic"], p["partition"]): p for p in seen["parts"]}
        claims = list(self._claims_on_the_whole(judges, seen))
        for judge in judges:
            if judge.part.place in told:
                more, belief = judge.judged(belief, told[judge.part.place])
                claims += more
        return [Judgement(tuple(claims), belief)]

    def _judges(self, world: World, belief: Belief, seen: Observation) -> list[PartJudge]:
        """One for each partition; its last batch is the one that counts (D-17)."""
        parts = self.sent(world)
        times = dict.fromkeys(world.start_ms + at for at in seen.get("window", [0]))
        attempts = [
            [self._attempt(world, belief, part, now, seen) for part in parts] for now in times
        ]
        last = {part.place: index for index, part in enumerate(parts)}
        return [PartJudge(parts[index], index, attempts) for index in last.values()]

    def _attempt(
        self, world: World, belief: Belief, part: Part, now: int, seen: Observation
    ) -> Attempt:
        version = self._version(world)
        exists = part.topic in belief.topics or part.topic in seen.get("internal", [])
        return Attempt(
            read_bytes(part.batch.built(world.start_ms)),
            _topic(world, belief, part, seen),
            version,
            now,
            self.acks,
            id_is_known=version < BY_ID or exists,
        )

    def _claims_on_the_whole(self, judges: list[PartJudge], seen: Observation) -> Iterator[Claim]:
        if self.acks != 0:
            yield claim_answered(seen)
            yield claim(
                every_partition_is_answered_once.id,
                sorted((p["topic"], p["partition"]) for p in seen["parts"]),
                sorted(judge.part.place for judge in judges),
                because="these are the partitions of the request",
            )
            return
        refused = [judge for judge in judges if None not in judge.expected()]
        yield claim(
            silence_means_accepted.id,
            seen["connection"],
            "closed" if refused else "open and silent",
            because=f"{len(refused)} of {len(judges)} partitions are refused",
        )

    def _silent(
        self, belief: Belief, judges: list[PartJudge], seen: Observation
    ) -> Iterator[Judgement]:
        """Either nothing was appended, or all that could be."""
        answered = (claim_answered(seen),)
        yield Judgement(answered, belief)
        acceptable = [judge for judge in judges if None in judge.expected()]
        if acceptable:
            for judge in acceptable:
                _, belief = judge.appended(belief, {})
            yield Judgement(answered, belief)


def _topic(world: World, belief: Belief, part: Part, seen: Observation) -> TopicFacts | None:
    if part.topic in seen.get("internal", []):
        return TopicFacts(internal=True)
    known = belief.topics.get(part.topic)
    if known is None or not 0 <= part.partition < known.partitions:
        return None
    return topic_facts(known.settings, world.profile.release)
