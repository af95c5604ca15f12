"""Drawing producer ids, and producing batches that carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kafka_tck.adapters.client import Answer
from kafka_tck.model import sequences
from kafka_tck.model.ledger import Entry, Stored
from kafka_tck.model.run import Done
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.idempotence import laws
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import send_batch
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

NOTE = "producers"
Place = tuple[str, str, int]
"""A producer's symbol, a topic's, a partition."""


@dataclass(frozen=True)
class Producers:
    """The ids that were drawn, and what each partition knows of each producer."""

    ids: Mapping[str, int] = field(default_factory=dict)
    given: frozenset[int] = frozenset()
    known: Mapping[Place, sequences.Known] = field(default_factory=dict)
    refused: frozenset[Place] = frozenset()
    """Where the last batch was refused."""
    reloaded: frozenset[Place] = frozenset()
    """Where nothing was accepted since the broker was restarted."""


_REASONS = {
    laws.refused_leave_no_trace.id: "; the batch before was refused",
    laws.reloaded_producers.id: "; the broker was restarted cleanly",
}


def producers_of(belief: Belief) -> Producers:
    found = belief.notes.get(NOTE, Producers())
    assert isinstance(found, Producers)
    return found


@dataclass(frozen=True)
class DrawProducerId(Operation, kind="draw_producer_id"):
    """Asks for a producer id, and may name one that it had: that is ignored."""

    producer: str
    names_another: bool = False

    def perform(self, world: World) -> Observation:
        named = world.handles.get("drawn", -1) if self.names_another else -1
        told: dict[str, int] = {}
        world.until(lambda: self._drawn(world, named, told), 10.0)
        if told.get("producer_id", -1) >= 0:
            world.handles["drawn"] = world.handles[self.producer] = told["producer_id"]
        return {"error": error_name(told.get("error_code", -1)), **told}

    def _drawn(self, world: World, named: int, told: dict[str, int]) -> bool | None:
        """Whether an id came, or an error that does not pass."""
        found = world.call(
            world.client(),
            "InitProducerId",
            transactional_id=None,
            transaction_timeout_ms=60_000,
            producer_id=named,
            producer_epoch=0 if named >= 0 else -1,
        )
        if not isinstance(found, Answer):
            return True
        body = found.body
        told |= {
            "error_code": body.error_code,
            "producer_id": body.producer_id,
            "producer_epoch": body.producer_epoch,
        }
        return None if error_name(body.error_code) == "COORDINATOR_LOAD_IN_PROGRESS" else True

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = producers_of(belief)
        if seen["error"] != "NONE":
            return [Judgement((), belief)]
        drawn = seen["producer_id"]
        fresh = claim_that(
            laws.ids_are_fresh.id,
            drawn >= 0 and drawn not in known.given and seen["producer_epoch"] == 0,
            expected="an id that was not given in this run, and epoch 0",
            actual=[drawn, seen["producer_epoch"]],
            because=f"{len(known.given)} were given before",
        )
        ids = {**known.ids, self.producer: drawn}
        after = replace(known, ids=ids, given=known.given | {drawn})
        return [Judgement((fresh,), belief.noting(NOTE, after))]


@dataclass(frozen=True)
class ProduceNumbered(Operation, kind="produce_numbered"):
    """One batch of a producer, with an epoch and a first sequence."""

    producer: str
    topic: str
    partition: int
    epoch: int
    first: int
    count: int = 1

    def perform(self, world: World) -> Observation:
        records = [
            Record(None, f"{self.epoch}.{self.first}.{n}".encode(), timestamp=world.start_ms)
            for n in range(self.count)
        ]
        batch = make_batch(
            records,
            producer_id=world.handles[self.producer],
            producer_epoch=self.epoch,
            base_sequence=self.first,
        )
        return send_batch(world, self.topic, self.partition, batch.encode(), -1)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        place = (self.producer, self.topic, self.partition)
        known = producers_of(belief).known.get(place, sequences.Known())
        verdict = sequences.verdict_on(known, self.epoch, self.first, self.count)
        if "silence" in seen:
            taken = self._taken(belief, place, known) if verdict.error == "NONE" else belief
            answered = (claim_answered(seen),)
            return [Judgement(answered, taken), Judgement(answered, belief)]
        told = self._claims(belief, place, verdict, seen)
        appends = seen["error"] == "NONE" and verdict.base_offset is None
        after = self._taken(belief, place, known) if appends else self._refused(belief, place, seen)
        return [Judgement((claim_answered(seen), *told), after)]

    def _claims(
        self, belief: Belief, place: Place, verdict: sequences.Verdict, seen: Observation
    ) -> list[Claim]:
        if verdict.error == "NONE":
            leo = belief.at(self.topic, self.partition)["leo"]
            offset = leo if verdict.base_offset is None else verdict.base_offset
        else:
            offset = -1
        noted = producers_of(belief)
        also = [laws.refused_leave_no_trace] if place in noted.refused else []
        also += [laws.reloaded_producers] if place in noted.reloaded else []
        otherwise = () if verdict.otherwise is None else (verdict.otherwise,)
        return [
            claim(
                law.id,
                (seen["error"], seen["base_offset"]),
                (verdict.error, offset),
                *otherwise,
                because=f"{verdict.case.value}{_REASONS.get(law.id, '')}",
            )
            for law in (*also, laws.LAW_OF[verdict.case])
        ]

    def _refused(self, belief: Belief, place: Place, seen: Observation) -> Belief:
        """Nothing has changed; the next claim is also one on that."""
        known = producers_of(belief)
        refused = known.refused - {place} if seen["error"] == "NONE" else known.refused | {place}
        return belief.noting(NOTE, replace(known, refused=refused))

    def _taken(self, belief: Belief, place: Place, known: sequences.Known) -> Belief:
        at = belief.at(self.topic, self.partition)
        done = at.attempt("leader_appends", count=self.count)
        assert isinstance(done, Done)
        base = at["leo"]
        entries = tuple(Entry(base + n, 0, None, None) for n in range(self.count))
        stored = Stored(base, base + self.count - 1, at["epoch"], entries, 0)
        after = belief.with_partition(self.topic, self.partition, at.appending(stored, done.state))
        noted = producers_of(belief)
        now = sequences.accepted(known, self.epoch, self.first, self.count, base)
        noted = replace(
            noted,
            known={**noted.known, place: now},
            refused=noted.refused - {place},
            reloaded=noted.reloaded - {place},
        )
        return after.noting(NOTE, noted)


@dataclass(frozen=True)
class RestartProducers(Restart, kind="restart_producers"):
    """A clean restart: of each producer the last batch is remembered."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [
            Judgement(judged.claims, _reloaded(judged.belief))
            for judged in super().judge(world, belief, seen)
        ]


def _reloaded(belief: Belief) -> Belief:
    noted = producers_of(belief)
    known = {place: sequences.reloaded(state) for place, state in noted.known.items()}
    return belief.noting(NOTE, replace(noted, known=known, reloaded=frozenset(known)))
