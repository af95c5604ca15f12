"""Fetching from one partition without a session."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model.ledger import Entry, Stored
from kafka_tck.model.reading import readable
from kafka_tck.model.run import Done, Refused
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import BadBatch, BadRecords, Batch, read_records, split_batches
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID

reads_out_of_range_are_refused = Requirement(
    "fetch.reads-outside-the-log-are-out-of-range",
    "A read below the log start or above the log end is OFFSET_OUT_OF_RANGE; a read at the log "
    "end finds nothing and is no error.",
    Code("LocalLog.read; UnifiedLog.checkLogStartOffset"),
    covers=("A-07", "C-02"),
    mutants=(
        "reads-below-log-start",
        "refuses-a-read-at-the-end",
        "reads-past-the-end",
    ),
)

reads_return_what_was_stored = Requirement(
    "fetch.reads-return-what-was-stored",
    "A read returns the stored records at their offsets, byte for byte, in strictly increasing "
    "order and without holes.",
    Code("LocalLog.read; FileRecords.slice"),
    covers=("A-02", "A-03", "C-11", "C-12"),
)

reads_start_with_the_batch = Requirement(
    "fetch.a-read-inside-a-batch-returns-all-of-it",
    "A read at an offset inside a batch returns the whole batch that holds the offset.",
    Code("LogSegment.read; LogSegment.translateOffset"),
    covers=("A-06",),
    mutants=("reads-from-the-next-batch",),
)

reads_make_progress = Requirement(
    "fetch.a-read-makes-progress",
    "The first partition that has data returns at least one whole batch, whatever the limits.",
    KIP(74),
    covers=("C-13",),
    mutants=("respects-zero-max-bytes",),
)

reads_stay_below_the_hw = Requirement(
    "fetch.nothing-is-served-at-or-above-the-hw",
    "Every returned record lies below the high watermark of the same answer.",
    Code("ReplicaManager.readFromLog; UnifiedLog.read"),
    covers=("C-01", "C-10"),
    mutants=("hw-lags-its-records",),
)

bounds_are_told = Requirement(
    "fetch.the-answer-tells-hw-and-log-start",
    "A fetch answer carries the high watermark, the last stable offset and the log start offset.",
    Code("Partition.readRecords"),
    covers=("A-12", "C-10"),
    mutants=("forgets-the-log-start",),
)

leaders_stamp_their_epoch = Requirement(
    "log.stored-batches-carry-the-leaders-epoch",
    "Every stored batch carries the epoch of the leader that appended it, and its own checksum.",
    KIP(101),
    covers=("A-29", "A-82"),
    mutants=("keeps-the-clients-epoch", "keeps-a-wrong-max-timestamp"),
)


@dataclass(frozen=True)
class Fetch(Operation, kind="fetch"):
    """Reads one partition once, from one offset, without waiting."""

    topic: str
    partition: int
    offset: int
    max_bytes: int = 1 << 20
    partition_max_bytes: int = 1 << 20
    version: int | None = None
    isolation: int = 0

    def perform(self, world: World) -> Observation:
        version = world.profile.newest("Fetch") if self.version is None else self.version
        by_id = {"topic_id": world.ids.get(self.topic, ZERO_ID)}
        named = by_id if version >= 13 else {"topic": world.real(self.topic)}
        asked = {
            "partition": self.partition,
            "fetch_offset": self.offset,
            "partition_max_bytes": self.partition_max_bytes,
        }
        outcome = world.call(
            world.at_leader(self.topic, self.partition),
            "Fetch",
            version,
            max_wait_ms=0,
            min_bytes=0,
            max_bytes=self.max_bytes,
            isolation_level=self.isolation,
            session_epoch=-1,
            topics=[{**named, "partitions": [asked]}],
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entry = only(outcome, "responses", "partitions")
        if entry is None or entry.partition_index != self.partition:
            return {"silence": "the answer has no entry for the partition"}
        return seen_partition(entry)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims: list[Claim] = [claim_answered(seen)]
        if "silence" not in seen:
            known = belief.at(self.topic, self.partition)
            claims += judge_read(known, self.offset, seen, version=self.version)
        return [Judgement(tuple(claims), belief)]


def seen_partition(entry: Any) -> dict[str, Any]:
    """One partition entry of a Fetch answer as plain values."""
    return {
        "error": error_name(entry.error_code),
        "high_watermark": entry.high_watermark,
        "last_stable_offset": entry.last_stable_offset,
        "log_start_offset": entry.log_start_offset,
        "batches": [seen_batch(b) for b in split_batches(bytes(entry.records or b""))],
    }


def seen_batch(batch: Batch) -> dict[str, Any]:
    """One stored batch as plain values; `fault` says why it cannot be read, if it cannot."""
    try:
        records = [
            [r.offset, r.timestamp, r.key, r.value, list(map(list, r.headers))]
            for r in read_records(batch)
        ]
        fault = None if batch.crc == batch.true_crc else "the checksum is wrong"
    except (BadBatch, BadRecords) as bad:
        records, fault = [], str(bad)
    return {
        "base": batch.base_offset,
        "last": batch.last_offset,
        "epoch": batch.leader_epoch,
        "codec": batch.codec,
        "max_timestamp": batch.max_timestamp,
        "append_time": batch.log_append_time,
        "producer": [batch.producer_id, batch.producer_epoch, batch.base_sequence],
        "transactional": batch.is_transactional,
        "control": batch.is_control,
        "records": records,
        "fault": fault,
    }


def judge_read(
    known: PartitionBelief, offset: int, seen: Observation, version: int | None = None
) -> list[Claim]:
    """The claims on one partition's part of a fetch answer."""
    in_range = claim_range(known, offset, seen)
    if not in_range.holds or seen["error"] != "NONE":
        return [in_range]
    expected = readable(known.ledger, offset, known["hw"])
    return [
        in_range,
        claim_bounds(known, seen, version),
        *([claim_progress(expected, seen)] if expected else []),
        *judge_batches(expected, offset, seen),
    ]


def claim_range(known: PartitionBelief, offset: int, seen: Observation) -> Claim:
    """The claim that a read is refused exactly where it lies outside the log."""
    legal = known.attempt("client_fetches", offset=offset)
    error = legal.error if isinstance(legal, Refused) else "NONE"
    bounds = f"offset {offset} is read from the log [{known['log_start']}, {known['leo']}]"
    return claim(reads_out_of_range_are_refused.id, seen["error"], error, because=bounds)


def claim_bounds(known: PartitionBelief, seen: Observation, version: int | None = None) -> Claim:
    """The claim on what an answer without error tells of the log; before v5 it has no start."""
    legal = known.attempt("client_fetches", offset=known["leo"])
    assert isinstance(legal, Done)
    told = ["high_watermark", "last_stable_offset"]
    told += ["log_start_offset"] if version is None or version >= 5 else []
    return claim(
        bounds_are_told.id,
        {name: seen[name] for name in told},
        {name: legal.answer[name] for name in told},
        because="these are the bounds of the log when it was read",
    )


def claim_progress(expected: Sequence[Stored], seen: Observation) -> Claim:
    """The claim that a read which must return something does."""
    return claim_that(
        reads_make_progress.id,
        bool(seen["batches"]),
        expected="at least one whole batch",
        actual=f"{len(seen['batches'])} batches",
        because=f"records are stored from offset {expected[0].base} on",
    )


def judge_batches(expected: Sequence[Stored], offset: int, seen: Observation) -> list[Claim]:
    """The claims on the batches that were returned, if any were."""
    got = seen["batches"]
    if not expected:
        nothing = claim(
            reads_return_what_was_stored.id, got, [], because="nothing is stored from there on"
        )
        return [nothing]
    if not got:
        return []
    return [
        claim(
            reads_start_with_the_batch.id,
            got[0]["base"],
            expected[0].base,
            because=f"the batch [{expected[0].base}, {expected[0].last}] holds offset {offset}",
        ),
        claim(
            reads_return_what_was_stored.id,
            [contents(batch) for batch in got],
            [stored_contents(stored) for stored in expected[: len(got)]],
            because="these are the stored batches, in order",
        ),
        claim_that(
            reads_stay_below_the_hw.id,
            got[-1]["last"] < seen["high_watermark"],
            expected=f"offsets below {seen['high_watermark']}",
            actual=got[-1]["last"],
            because="the answer's own high watermark is the bound of what it may carry",
        ),
        claim(
            leaders_stamp_their_epoch.id,
            [(b["epoch"], b["max_timestamp"], b["fault"]) for b in got],
            [(s.epoch, s.max_timestamp, None) for s in expected[: len(got)]],
            because="the leader owns these header fields",
        ),
    ]


def contents(batch: dict[str, Any]) -> list[Any]:
    """What a reader gets of a seen batch; a control batch has no records of applications."""
    return [batch["base"], batch["last"], [] if batch["control"] else batch["records"]]


def stored_contents(stored: Stored) -> list[Any]:
    """What a reader has to get of a stored batch, in the form of `contents`."""
    return [stored.base, stored.last, [_plain(entry) for entry in stored.entries]]


def _plain(e: Entry) -> list[Any]:
    return [e.offset, e.timestamp, e.key, e.value, list(map(list, e.headers))]
