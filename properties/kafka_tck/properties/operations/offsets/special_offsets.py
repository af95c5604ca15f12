"""Asking ListOffsets for special timestamps in all versions, and for one partition twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model import specials, times
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

specials_need_their_version = Requirement(
    "list-offsets.special-timestamps-need-their-version",
    "A special timestamp that the request version does not know (-3 before v7, -4 before v8, -5 "
    "before v9, -6 before v11, any lower one) is UNSUPPORTED_VERSION for its partition.",
    Code("KafkaApis.handleListOffsetRequest"),
    covers=("A-42",),
    mutants=("serves-specials-in-any-version",),
)

earliest_local_is_the_log_start = Requirement(
    "list-offsets.earliest-local-is-the-log-start",
    "Where nothing is tiered, ListOffsets -4 answers the log start offset with timestamp -1.",
    KIP(405),
    covers=("A-42",),
    mutants=("earliest-local-is-zero",),
)

nothing_is_tiered = Requirement(
    "list-offsets.nothing-is-tiered-without-tiered-storage",
    "Where nothing is tiered, ListOffsets -5 and -6 answer offset -1 without error.",
    KIP(1005),
    covers=("A-42",),
    mutants=("untiered-is-the-log-start",),
)

twice_is_invalid = Requirement(
    "list-offsets.a-partition-asked-twice-is-invalid",
    "A partition that stands twice in one ListOffsets request is INVALID_REQUEST.",
    Code("KafkaApis.handleListOffsetRequest; ListOffsetsRequest.duplicatePartitions"),
    covers=("A-44",),
    mutants=("answers-a-partition-twice",),
)

lookups_pass_over_deleted_segments = Requirement(
    "list-offsets.by-time-finds-what-deletion-left",
    "ListOffsets with a timestamp finds the lowest kept offset whose record is not older also when "
    "the records that DeleteRecords removed were newer than those left in their segment.",
    KIP(79),
    covers=("A-40",),
    mutants=("by-time-stops-at-a-deleted-segment",),
)


@dataclass(frozen=True)
class AskSpecial(ListOffsets, kind="ask_special"):
    """Asks for a special timestamp, in a version that may be too old for it."""

    def claims_on_answer(
        self, world: World, known: PartitionBelief, seen: Observation
    ) -> Sequence[Claim]:
        special = self.special if self.special is not None else specials.LATEST
        version = world.profile.newest("ListOffsets") if self.version is None else self.version
        supported = specials.is_known(special, version)
        because = f"version {version} knows {special}: {supported}"
        if not supported:
            error = "UNSUPPORTED_VERSION"
            return [claim(specials_need_their_version.id, seen["error"], error, because=because)]
        told = [claim(specials_need_their_version.id, seen["error"], "NONE", because=because)]
        if not told[0].holds:
            return told
        if special >= specials.MAX_TIMESTAMP:
            return [*told, *super().claims_on_answer(world, known, seen)]
        return [*told, self._on_tiers(special, known, seen)]

    def _on_tiers(self, special: int, known: PartitionBelief, seen: Observation) -> Claim:
        local = special == specials.EARLIEST_LOCAL
        requirement = earliest_local_is_the_log_start if local else nothing_is_tiered
        return claim(
            requirement.id,
            (seen["offset"], seen["timestamp"]),
            (specials.untiered(special, known["log_start"]), -1),
            because=f"nothing is tiered, and the log starts at {known['log_start']}",
        )


@dataclass(frozen=True)
class AskByTimeAfterDeletion(ListOffsets, kind="ask_by_time_after_deletion"):
    """Asks by time where whole segments, or their newest records, were deleted."""

    def claims_on_answer(
        self, world: World, known: PartitionBelief, seen: Observation
    ) -> Sequence[Claim]:
        time = world.start_ms + self.at
        found = times.first_at_or_after(known.ledger, time, known["log_start"], known["hw"])
        return [
            claim(
                lookups_pass_over_deleted_segments.id,
                (seen["offset"], seen["timestamp"]),
                (-1, -1) if found is None else (found.offset, found.timestamp),
                because=f"the record is {found}, and the log starts at {known['log_start']}",
            )
        ]


@dataclass(frozen=True)
class AskTwice(Operation, kind="ask_twice"):
    """One ListOffsets request with the same partition twice."""

    topic: str
    partition: int
    version: int | None = None

    def perform(self, world: World) -> Observation:
        asked = [{"partition_index": self.partition, "timestamp": special} for special in (-1, -2)]
        outcome = world.call(
            world.at_leader(self.topic, self.partition),
            "ListOffsets",
            self.version,
            topics=[{"name": world.real(self.topic), "partitions": asked}],
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entries = [entry for topic in outcome.body.topics for entry in topic.partitions]
        return {"errors": [error_name(entry.error_code) for entry in entries]}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            # 3.9 answers each of the two, 4.0 and later one for both.
            told = claim_that(
                twice_is_invalid.id,
                set(seen["errors"]) == {"INVALID_REQUEST"},
                expected="INVALID_REQUEST",
                actual=seen["errors"],
                because="the partition stands twice in the request",
            )
            claims.append(told)
        return [Judgement(tuple(claims), belief)]
