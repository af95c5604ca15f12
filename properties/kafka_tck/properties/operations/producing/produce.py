"""Producing one batch to one partition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kafka_tck.adapters.client import Answer
from kafka_tck.model.ledger import Entry, Stored
from kafka_tck.model.run import Done
from kafka_tck.model.sources import Code
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID

offsets_are_consecutive = Requirement(
    "log.accepted-records-get-consecutive-offsets",
    "The records of an accepted batch get consecutive offsets from the log end on, and the "
    "answer's base offset is the first of them.",
    Code("UnifiedLog.append; LogValidator.assignOffsetsNonCompressed"),
    covers=("A-01",),
    mutants=("skips-an-offset", "answers-the-leo"),
)

valid_batches_are_accepted = Requirement(
    "log.valid-batches-are-accepted",
    "A well-formed batch within the topic's limits is appended and answered without error.",
    Code("UnifiedLog.append; LogValidator"),
    covers=("A-15",),
    mutants=("refuses-an-empty-value",),
)

create_time_has_no_append_time = Requirement(
    "timestamps.create-time-answers-no-append-time",
    "Under CreateTime a produce answer's log_append_time is -1.",
    Code("PartitionResponse"),
    covers=("A-35",),
    mutants=("answers-an-append-time",),
)


class Rec(NamedTuple):
    """A record of a program: text key and value, milliseconds from the start of the run."""

    key: str | None
    value: str | None
    at: int = 0
    headers: tuple[tuple[str, str | None], ...] = ()

    def built(self, start_ms: int) -> Record:
        return Record(
            _bytes(self.key),
            _bytes(self.value),
            tuple((name, _bytes(value)) for name, value in self.headers),
            start_ms + self.at,
        )


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


@dataclass(frozen=True)
class Produce(Operation, kind="produce"):
    """Sends one honest batch with acks 1 or all, and waits for the answer."""

    topic: str
    partition: int
    records: tuple[Rec, ...]
    codec: int = 0
    acks: int = -1
    version: int | None = None

    def perform(self, world: World) -> Observation:
        data = make_batch(self.built(world), codec=self.codec).encode()
        return send_batch(world, self.topic, self.partition, data, self.acks, self.version)

    def built(self, world: World) -> list[Record]:
        return [Rec(*record).built(world.start_ms) for record in self.records]

    def say(self) -> str:
        shown = " ".join(f"{r[0]}={r[1]}@{r[2] if len(r) > 2 else 0}" for r in self.records)
        codec = f" codec={self.codec}" if self.codec else ""
        return f"produce {self.topic}/{self.partition} acks={self.acks}{codec} {shown}"

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = belief.at(self.topic, self.partition)
        done = known.attempt("leader_appends", count=len(self.records))
        assert isinstance(done, Done)
        after = belief.with_partition(
            self.topic, self.partition, self._stored(world, known, done.state)
        )
        if "silence" in seen:
            answered = (claim_answered(seen),)
            return [Judgement(answered, after), Judgement(answered, belief)]
        accepted = claim(
            valid_batches_are_accepted.id,
            seen["error"],
            "NONE",
            because="the batch is well-formed and within every limit",
        )
        if not accepted.holds:
            return [Judgement((claim_answered(seen), accepted), belief)]
        told = self._claims_on_acceptance(seen, done)
        return [Judgement((claim_answered(seen), accepted, *told), after)]

    def _claims_on_acceptance(self, seen: Observation, done: Done) -> tuple[Claim, ...]:
        return (
            claim(
                offsets_are_consecutive.id,
                seen["base_offset"],
                done.answer["base_offset"],
                because="this is the log end offset at which the batch was appended",
            ),
            claim(
                create_time_has_no_append_time.id,
                seen["log_append_time"],
                -1,
                because="the topic keeps the producer's timestamps",
            ),
        )

    def _stored(self, world: World, known: PartitionBelief, state: Any) -> PartitionBelief:
        base = known["leo"]
        entries = tuple(
            Entry(base + i, r.timestamp, r.key, r.value, r.headers)
            for i, r in enumerate(self.built(world))
        )
        stored = Stored(base, base + len(entries) - 1, known["epoch"], entries, self.codec)
        return known.appending(stored, state)


def send_batch(
    world: World,
    topic: str,
    partition: int,
    data: bytes | None,
    acks: int,
    version: int | None = None,
    timeout_ms: int = 10_000,
    transactional_id: str | None = None,
) -> Observation:
    """One Produce request with these record bytes for one partition, and what was answered."""
    client = world.at_leader(topic, partition)
    version = world.profile.newest("Produce") if version is None else version
    by_id = {"topic_id": world.ids.get(topic, ZERO_ID)}
    named = by_id if version >= 13 else {"name": world.real(topic)}
    outcome = world.call(
        client,
        "Produce",
        version,
        transactional_id=transactional_id,
        acks=acks,
        timeout_ms=timeout_ms,
        topic_data=[{**named, "partition_data": [{"index": partition, "records": data}]}],
    )
    if not isinstance(outcome, Answer):
        return silent(outcome)
    entry = only(outcome, "responses", "partition_responses")
    if entry is None or entry.index != partition:
        return {"silence": "the answer has no entry for the partition"}
    return {
        "error": error_name(entry.error_code),
        "base_offset": entry.base_offset,
        "log_append_time": entry.log_append_time_ms,
        "log_start_offset": entry.log_start_offset,
        "record_errors": [error.batch_index for error in entry.record_errors or []],
    }
