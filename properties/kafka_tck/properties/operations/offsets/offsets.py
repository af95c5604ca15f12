"""Asking for offsets: the start, the end, by time, and where an epoch ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model import times
from kafka_tck.model.ledger import Entry
from kafka_tck.model.run import Done
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

latest_is_the_hw = Requirement(
    "list-offsets.latest-is-the-hw",
    "ListOffsets -1 answers the high watermark with timestamp -1 and the leader's epoch.",
    Code("Partition.fetchOffsetForTimestamp; UnifiedLog.fetchOffsetByTimestamp"),
    covers=("A-37",),
    mutants=("latest-is-one-short", "latest-has-no-epoch"),
)

earliest_is_the_log_start = Requirement(
    "list-offsets.earliest-is-the-log-start",
    "ListOffsets -2 answers the log start offset with the epoch of that offset.",
    Code("UnifiedLog.fetchOffsetByTimestamp"),
    covers=("A-39",),
    mutants=("earliest-is-zero",),
)

by_time_is_the_first_in_offset_order = Requirement(
    "list-offsets.by-time-is-the-lowest-offset-not-before-it",
    "ListOffsets with a timestamp answers the lowest offset whose record is not older, with that "
    "record's timestamp and epoch, or -1 where there is none.",
    Code("LogSegment.findOffsetByTimestamp; Partition.fetchOffsetForTimestamp"),
    covers=("A-40",),
    mutants=(
        "by-time-answers-the-batch-base",
        "by-time-compares-strictly",
        "by-time-passes-over-a-batch",
        "by-time-finds-deleted-records",
        "by-time-not-found-is-the-end",
    ),
)

largest_is_the_first_of_the_largest = Requirement(
    "list-offsets.max-timestamp-is-its-first-record",
    "ListOffsets -3 answers the first record that carries the partition's largest timestamp.",
    KIP(734),
    covers=("A-41",),
    since=(3, 8),
    mutants=("max-timestamp-is-the-batch-end",),
)

largest_is_not_deleted = Requirement(
    "list-offsets.max-timestamp-is-not-below-the-log-start",
    "ListOffsets -3 answers a record of the log, so none that DeleteRecords removed.",
    KIP(734),
    covers=("A-41", "A-12"),
    mutants=("max-timestamp-is-a-deleted-record",),
)


@dataclass(frozen=True)
class ListOffsets(Operation, kind="list_offsets"):
    """Asks one partition for the offset of a special timestamp, or of `at` ms into the run."""

    topic: str
    partition: int
    special: int | None = None
    at: int = 0
    version: int | None = None
    isolation: int = 0

    def perform(self, world: World) -> Observation:
        wanted = world.start_ms + self.at if self.special is None else self.special
        asked = {"partition_index": self.partition, "timestamp": wanted}
        outcome = world.call(
            world.at_leader(self.topic, self.partition),
            "ListOffsets",
            self.version,
            topics=[{"name": world.real(self.topic), "partitions": [asked]}],
            **({"isolation_level": self.isolation} if self.isolation else {}),
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entry = only(outcome, "topics", "partitions")
        if entry is None:
            return {"silence": "the answer has no entry for the partition"}
        seen = {
            "error": error_name(entry.error_code),
            "offset": entry.offset,
            "timestamp": entry.timestamp,
        }
        return seen | ({"epoch": entry.leader_epoch} if outcome.version >= 4 else {})

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            claims += self.claims_on_answer(world, belief.at(self.topic, self.partition), seen)
        return [Judgement(tuple(claims), belief)]

    def claims_on_answer(
        self, world: World, known: PartitionBelief, seen: Observation
    ) -> Sequence[Claim]:
        """What the offset must be. A deleted record is one fault, not two."""
        if self.special != -3:
            return [self._claim(world, known, seen)]
        kept = claim_that(
            largest_is_not_deleted.id,
            seen["offset"] == -1 or seen["offset"] >= known["log_start"],
            expected=f"an offset from {known['log_start']} on, or -1",
            actual=dict(seen),
            because="the log starts there",
        )
        if not kept.holds or _holds_no_times(known):
            return [kept]
        return [kept, self._claim(world, known, seen)]

    def _claim(self, world: World, known: PartitionBelief, seen: Observation) -> Claim:
        if self.special == -1:
            done = known.attempt("client_asks_for_the_end")
            assert isinstance(done, Done)
            legal = _answer(seen, int(done.answer["offset"]), -1, int(done.answer["leader_epoch"]))
            return claim(latest_is_the_hw.id, dict(seen), legal, because="this is the HW")
        if self.special == -2:
            start = known["log_start"]
            legal = _answer(seen, start, -1, _epoch_of_start(known, start))
            return claim(
                earliest_is_the_log_start.id, dict(seen), legal, because="this is the log start"
            )
        if self.special == -3:
            found = times.largest(known.ledger, known["log_start"], known["hw"])
            requirement = largest_is_the_first_of_the_largest.id
        else:
            found = times.first_at_or_after(
                known.ledger, world.start_ms + self.at, known["log_start"], known["hw"]
            )
            requirement = by_time_is_the_first_in_offset_order.id
        legal = _found(known, seen, found)
        return claim(requirement, dict(seen), legal, because=f"the record is {found}")


def _found(known: PartitionBelief, seen: Observation, found: Entry | None) -> Observation:
    if found is None:
        return _answer(seen, -1, -1, -1)
    epoch = next(b.epoch for b in known.ledger.batches if b.base <= found.offset <= b.last)
    return _answer(seen, found.offset, found.timestamp, epoch)


def _holds_no_times(known: PartitionBelief) -> bool:
    """Records are there, but none has a timestamp: nobody says which is the largest then."""
    entries = known.ledger.entries(known["log_start"], known["hw"])
    return bool(entries) and all(entry.timestamp < 0 for entry in entries)


def _epoch_of_start(known: PartitionBelief, start: int) -> int:
    return known.ledger.lineage.epoch_at(start)


def _answer(seen: Observation, offset: int, timestamp: int, epoch: int) -> Observation:
    """The full answer, without the epoch where the version has none."""
    told = {"error": "NONE", "offset": offset, "timestamp": timestamp}
    return told | ({"epoch": epoch} if "epoch" in seen else {})
