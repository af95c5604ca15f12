"""Deleting records up to an offset."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model.cleaning import error_of_deletion
from kafka_tck.model.run import Refused
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

deleting_moves_the_log_start = Requirement(
    "deletion.delete-records-moves-the-log-start",
    "DeleteRecords raises the log start to exactly the given offset (-1 is the HW), never lowers "
    "it, answers the log start as low watermark, and refuses what is not a committed offset with "
    "OFFSET_OUT_OF_RANGE.",
    KIP(107),
    covers=("A-51",),
    mutants=(
        "deletes-to-the-batch",
        "deletes-beyond-the-hw",
        "deletes-one-less",
        "log-start-falls-again",
    ),
)

compacted_topics_keep_their_start = Requirement(
    "deletion.topics-that-only-compact-refuse-it",
    "DeleteRecords on a topic that is compacted and does not delete is POLICY_VIOLATION.",
    Code("Partition.deleteRecordsOnLeader"),
    covers=("A-53",),
    mutants=("deletes-from-compacted-topics",),
)


@dataclass(frozen=True)
class DeleteRecords(Operation, kind="delete_records"):
    """Deletes the records of one partition before an offset."""

    topic: str
    partition: int
    before: int
    version: int | None = None

    def perform(self, world: World) -> Observation:
        asked = {"partition_index": self.partition, "offset": self.before}
        outcome = world.call(
            world.at_leader(self.topic, self.partition),
            "DeleteRecords",
            self.version,
            topics=[{"name": world.real(self.topic), "partitions": [asked]}],
            timeout_ms=10_000,
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entry = only(outcome, "topics", "partitions")
        if entry is None:
            return {"silence": "the answer has no entry for the partition"}
        return {"error": error_name(entry.error_code), "low_watermark": entry.low_watermark}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        by_policy = error_of_deletion(belief.topics[self.topic].settings)
        if by_policy != "NONE":
            return [self._judge_refusal(belief, seen, by_policy)]
        known = belief.at(self.topic, self.partition)
        legal = known.attempt("client_deletes_records", before=self.before)
        if isinstance(legal, Refused):
            after, told = belief, {"error": legal.error, "low_watermark": -1}
        else:
            moved = known.moved_to(legal.state)
            after = belief.with_partition(self.topic, self.partition, moved)
            told = {"error": "NONE", "low_watermark": legal.answer["low_watermark"]}
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), b) for b in (after, belief)]
        bounds = f"the log is [{known['log_start']}, {known['leo']}], its HW {known['hw']}"
        right = claim(deleting_moves_the_log_start.id, dict(seen), told, because=bounds)
        return [Judgement((claim_answered(seen), right), after)]

    def _judge_refusal(self, belief: Belief, seen: Observation, error: str) -> Judgement:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            told = {"error": error, "low_watermark": -1}
            policy = belief.topics[self.topic].settings.get("cleanup.policy")
            claims.append(
                claim(
                    compacted_topics_keep_their_start.id,
                    dict(seen),
                    told,
                    because=f"the topic's cleanup.policy is {policy!r}",
                )
            )
        return Judgement(tuple(claims), belief)
