"""Producing no record bytes at all: the field is nullable, so that null is well-formed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import Code
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import only
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World, why_silent
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID

null_records_are_answered = Requirement(
    "produce.null-records-are-refused-with-an-answer",
    "A partition whose records are null, as the protocol allows, is refused with some error, or "
    "the connection is closed; the client is not left waiting.",
    Code("ProduceRequest.partitionSizes; KafkaApis.handleError"),
    covers=("A-16", "A-79"),
)

PATIENCE = 3.0
"""Seconds without an answer after which a client counts as left waiting."""


@dataclass(frozen=True)
class ProduceNull(Operation, kind="produce_null"):
    """A Produce request with null records for one partition."""

    topic: str
    partition: int
    version: int | None = None

    def perform(self, world: World) -> Observation:
        newest = world.profile.newest("Produce")
        version = newest if self.version is None else self.version
        by_id = {"topic_id": world.ids.get(self.topic, ZERO_ID)}
        named = by_id if version >= 13 else {"name": world.real(self.topic)}
        client = world.at_leader(self.topic, self.partition)
        world.operations += 1
        pending = client.send(
            "Produce",
            version,
            acks=-1,
            timeout_ms=1000,
            topic_data=[{**named, "partition_data": [{"index": self.partition, "records": None}]}],
        )
        outcome = pending.outcome(PATIENCE)
        if isinstance(outcome, Answer):
            entry = only(outcome, "responses", "partition_responses")
            return {"told": "nothing" if entry is None else error_name(entry.error_code)}
        world.drop(client)
        return {"told": why_silent(outcome)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        told = claim_that(
            null_records_are_answered.id,
            seen["told"] not in ("NONE", "timed out", "nothing"),
            expected="an error, or the end of the connection",
            actual=seen["told"],
            because="the field `records` is nullable in every version",
        )
        return [Judgement((told,), belief)]
