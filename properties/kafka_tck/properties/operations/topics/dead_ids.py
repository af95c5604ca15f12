"""Asking by topic id: an id that no topic has any more leads nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.model.sources import KIP
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import live_ids, real_id
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

reads_by_a_dead_id = Requirement(
    "topics.nothing-is-read-by-a-dead-id",
    "Metadata (from version 12 on) and Fetch (from version 13 on) by an id that no topic has, or "
    "has any more, are UNKNOWN_TOPIC_ID, also while another topic has the name.",
    KIP(516),
    covers=("C-20", "G-06", "G-13"),
    mutants=(
        "reads-by-a-dead-id",
        "shows-by-a-dead-id",
    ),
)

writes_by_a_dead_id = Requirement(
    "topics.nothing-is-written-by-a-dead-id",
    "Produce (from version 13 on) by an id that no topic has, or has any more, is "
    "UNKNOWN_TOPIC_ID and writes nothing to a topic made again under the name.",
    KIP(516),
    covers=("G-22",),
    since=(4, 1),
    mutants=("writes-by-a-dead-id",),
)


@dataclass(frozen=True)
class UseId(Operation, kind="use_id"):
    """Metadata, Fetch, or Produce of one record, by the id of a deleted topic or of none."""

    id: str
    api: str

    def perform(self, world: World) -> Observation:
        if world.profile.newest(self.api) < _BY_ID[self.api]:
            return {"error": None}
        outcome = {"Metadata": self._describe, "Fetch": self._read, "Produce": self._write}[
            self.api
        ](world)
        if not isinstance(outcome, Answer):
            return silent(outcome)
        if self.api == "Metadata":
            topics = outcome.body.topics or []
            return {"error": error_name(topics[0].error_code) if len(topics) == 1 else len(topics)}
        lists = ("responses", "partitions" if self.api == "Fetch" else "partition_responses")
        entry = only(outcome, *lists)
        return {"error": "no entry" if entry is None else error_name(entry.error_code)}

    def _describe(self, world: World) -> Outcome:
        asked = [{"name": None, "topic_id": real_id(world, self.id)}]
        return world.call(world.client(), "Metadata", topics=asked, allow_auto_topic_creation=False)

    def _read(self, world: World) -> Outcome:
        asked = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1 << 20}
        return world.call(
            world.client(),
            "Fetch",
            max_wait_ms=0,
            min_bytes=0,
            max_bytes=1 << 20,
            session_epoch=-1,
            topics=[{"topic_id": real_id(world, self.id), "partitions": [asked]}],
        )

    def _write(self, world: World) -> Outcome:
        batch = make_batch([Record(b"k", b"lost", timestamp=world.start_ms)]).encode()
        return world.call(
            world.client(),
            "Produce",
            acks=-1,
            timeout_ms=10_000,
            topic_data=[
                {
                    "topic_id": real_id(world, self.id),
                    "partition_data": [{"index": 0, "records": batch}],
                }
            ],
        )

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if seen.get("error") is not None and self.id not in live_ids(belief):
            law = writes_by_a_dead_id if self.api == "Produce" else reads_by_a_dead_id
            why = f"no topic has the id {self.id}"
            claims.append(claim(law.id, seen["error"], "UNKNOWN_TOPIC_ID", because=why))
        if self.id in live_ids(belief) and self.api == "Produce":
            raise ValueError(f"{self.id} is in use: write there by `produce`")
        return [Judgement(tuple(claims), belief)]


_BY_ID = {"Metadata": 12, "Fetch": 13, "Produce": 13}
