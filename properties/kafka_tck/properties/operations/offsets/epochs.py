"""Asking where a leader epoch ended, as a consumer does to find out whether its log was cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model.fencing import error_of_current_epoch
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

ends_of_epochs_follow_the_lineage = Requirement(
    "epochs.the-end-of-an-epoch-is-where-the-next-began",
    "OffsetForLeaderEpoch answers the largest known epoch that is not above the asked one, with "
    "the offset at which the next one began, the log end for the latest; (-1, -1) above the "
    "latest and for -1.",
    KIP(279),
    covers=("A-46",),
    mutants=(
        "epoch-ends-at-its-start",
        "epoch-answers-as-asked",
        "every-epoch-ends-at-the-log-end",
        "undefined-epoch-ends-at-the-log-end",
        "no-epoch-before-the-first-append",
        "epoch-ends-one-short",
    ),
)

forgotten_epochs_end_at_the_first_known = Requirement(
    "epochs.an-epoch-before-the-first-known-ends-where-that-begins",
    "For an epoch below the first one known, OffsetForLeaderEpoch answers the epoch as asked and "
    "the offset at which the first known one begins.",
    Code("LeaderEpochFileCache.endOffsetFor"),
    covers=("A-47", "A-48"),
    needs=frozenset({"fault.restart"}),
    mutants=(
        "forgotten-epoch-is-undefined",
        "lineage-keeps-deleted-epochs",
    ),
)

wrong_current_epochs_are_fenced = Requirement(
    "epochs.a-wrong-current-epoch-is-fenced",
    "OffsetForLeaderEpoch with a current leader epoch below the leader's is FENCED_LEADER_EPOCH, "
    "above it UNKNOWN_LEADER_EPOCH, and -1 is not checked.",
    KIP(320),
    covers=("A-49",),
    mutants=(
        "ignores-the-current-epoch",
        "fences-the-present-epoch",
    ),
)

unknown_partitions_have_no_epochs = Requirement(
    "epochs.an-unknown-partition-has-no-epochs",
    "OffsetForLeaderEpoch for a partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION, with "
    "(-1, -1) beside it.",
    Code("KafkaApis.handleOffsetForLeaderEpochRequest"),
    covers=("A-49", "A-80"),
    mutants=("unknown-partitions-are-elsewhere",),
)

consumed_records_are_not_called_cut = Requirement(
    "epochs.a-position-on-kept-records-is-not-called-truncated",
    "For every batch that the log took, its epoch ends behind it: a consumer that stored its "
    "position and that epoch is told of a truncation only if there was one.",
    KIP(320, "consumer detection of log truncation"),
    covers=("A-50",),
    mutants=("epoch-ends-one-short",),
)


@dataclass(frozen=True)
class EndOfEpoch(Operation, kind="end_of_epoch"):
    """Asks one partition where an epoch ended; `current` is the epoch the client believes in."""

    topic: str
    partition: int
    epoch: int
    current: int = -1
    version: int | None = None

    def perform(self, world: World) -> Observation:
        asked = {
            "partition": self.partition,
            "current_leader_epoch": self.current,
            "leader_epoch": self.epoch,
        }
        outcome = world.call(
            world.at_leader(self.topic, self.partition),
            "OffsetForLeaderEpoch",
            self.version,
            replica_id=-1,
            topics=[{"topic": world.real(self.topic), "partitions": [asked]}],
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entry = only(outcome, "topics", "partitions")
        if entry is None or entry.partition != self.partition:
            return {"silence": "the answer has no entry for the partition"}
        return _seen(entry)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            known = belief.partitions.get((self.topic, self.partition))
            claims += [_claim_unknown(seen)] if known is None else self._claims(known, seen)
        return [Judgement(tuple(claims), belief)]

    def _claims(self, known: PartitionBelief, seen: Observation) -> list[Claim]:
        error = error_of_current_epoch(self.current, known["epoch"])
        told = claim(
            wrong_current_epochs_are_fenced.id,
            seen["error"],
            error,
            because=f"the leader's epoch is {known['epoch']}",
        )
        if error != "NONE" or not told.holds:
            return [told]
        return [told, self._claim_end(known, seen), *self._claims_for_consumers(known, seen)]

    def _claim_end(self, known: PartitionBelief, seen: Observation) -> Claim:
        lineage = known.ledger.lineage
        forgotten = 0 <= self.epoch < lineage.starts[0][0]
        requirement = (
            forgotten_epochs_end_at_the_first_known
            if forgotten
            else ends_of_epochs_follow_the_lineage
        )
        return claim(
            requirement.id,
            (seen["epoch"], seen["end_offset"]),
            lineage.end_offset_for(self.epoch, known["leo"]),
            because=f"epochs began at {dict(lineage.starts)}, the log ends at {known['leo']}",
        )

    def _claims_for_consumers(self, known: PartitionBelief, seen: Observation) -> list[Claim]:
        taken = [batch for batch in known.ledger.batches if batch.epoch == self.epoch]
        if not taken:
            return []
        position = taken[-1].last + 1
        return [
            claim_that(
                consumed_records_are_not_called_cut.id,
                seen["end_offset"] >= position,
                expected=f"an end offset of at least {position}",
                actual=seen["end_offset"],
                because=f"a consumer has read a record of epoch {self.epoch} before {position}",
            )
        ]


def _seen(entry: Any) -> dict[str, Any]:
    return {
        "error": error_name(entry.error_code),
        "epoch": entry.leader_epoch,
        "end_offset": entry.end_offset,
    }


def _claim_unknown(seen: Observation) -> Claim:
    return claim(
        unknown_partitions_have_no_epochs.id,
        dict(seen),
        {"error": "UNKNOWN_TOPIC_OR_PARTITION", "epoch": -1, "end_offset": -1},
        because="no such partition was made",
    )
