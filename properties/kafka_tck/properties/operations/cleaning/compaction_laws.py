"""What any reading of a compacted partition must show, whenever the cleaner ran."""

from collections.abc import Sequence
from typing import Any

from kafka_tck.model.cleaning import DELETE, Limits, policies
from kafka_tck.model.compaction import (
    Lags,
    cleanable_below,
    final_values,
    losses,
    superseded,
)
from kafka_tck.model.ledger import Entry
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Observation, claim, claim_that
from kafka_tck.properties.operations.cleaning.cleaning import plain_record
from kafka_tck.properties.operations.fetching.reading import records_of
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

the_latest_of_a_key_stays = Requirement(
    "compaction.the-latest-record-of-each-key-stays",
    "Compaction keeps, for each key, the record with the greatest offset.",
    Docs("log compaction"),
    covers=("A-61",),
    mutants=(
        "compaction-keeps-the-first",
        "compaction-keeps-no-latest",
    ),
)

what_stays_is_unchanged = Requirement(
    "compaction.what-stays-is-unchanged",
    "Records that stay keep their offset, order, key, value, headers and timestamp.",
    Docs("log compaction"),
    covers=("A-61",),
    mutants=(
        "compaction-renumbers",
        "compaction-loses-timestamps",
        "compaction-loses-headers",
    ),
)

bounds_do_not_move = Requirement(
    "compaction.the-bounds-of-the-log-do-not-move",
    "Compaction changes neither the log end nor the HW, and in a topic that only compacts not "
    "the log start; where the topic also deletes, only what has expired or is superseded goes.",
    Code("Cleaner.doClean"),
    covers=("A-61",),
)

young_records_stay = Requirement(
    "compaction.the-active-segment-and-young-records-stay",
    "Compaction removes nothing from the active segment, and no record from the first one on "
    "that is younger than min.compaction.lag.ms.",
    Code("LogCleanerManager.cleanableOffsets"),
    covers=("A-62",),
    mutants=("compaction-ignores-the-lag",),
)

tombstones_stay_for_their_time = Requirement(
    "compaction.tombstones-stay-for-their-time",
    "A tombstone that is the latest of its key can be read until delete.retention.ms after the "
    "cleaning that left it.",
    KIP(534),
    covers=("A-63",),
    mutants=(
        "compaction-drops-tombstones-at-once",
        "tombstones-ignore-delete-retention",
    ),
)

no_stale_value_is_final = Requirement(
    "compaction.no-stale-value-is-final",
    "A reader that reads all of a compacted partition ends with the latest value of every key, "
    "and with nothing for a key whose latest record is a tombstone.",
    Docs("log compaction"),
    covers=("A-63", "A-61"),
)


def claims_on_reading(world: World, belief: Belief, topic: str, seen: Observation) -> list[Claim]:
    """The claims on a reading from `from` to the end; nothing was appended meanwhile."""
    known = belief.at(topic, 0)
    settings = belief.topics[topic].settings
    deletes = DELETE in policies(settings)
    entries = known.ledger.entries(0, known["leo"])
    lags = Lags.of(settings)
    below = cleanable_below(known.ledger.batches, lags, seen["now"])
    moved = (
        _claim_moved_start(known, entries, below, Limits.of(settings), seen)
        if deletes
        else _claim_bounds(known, seen)
    )
    claims = [moved, _claim_unchanged(entries, seen)]
    if seen["fault"] is not None:
        return claims
    may_go = lags.tombstone_ms <= seen["now"] - world.start_ms
    claims += _claims_on_losses(entries, below, may_go, seen)
    whole = seen["from"] <= known["log_start"] and not deletes
    return [*claims, _claim_final(entries, seen)] if whole else claims


def _claim_bounds(known: PartitionBelief, seen: Observation) -> Claim:
    return claim(
        bounds_do_not_move.id,
        (seen["start"], seen["end"]),
        (known["log_start"], known["leo"]),
        because="nothing was appended, and the topic does not delete",
    )


def _claim_moved_start(
    known: PartitionBelief, entries: Sequence[Entry], below: int, limits: Limits, seen: Observation
) -> Claim:
    may_go = superseded(entries, below)
    wrong = [
        entry.offset
        for entry in entries
        if entry.offset < seen["start"]
        and entry.offset not in may_go
        and not limits.is_expired(entry.timestamp, seen["now"])
    ]
    return claim_that(
        bounds_do_not_move.id,
        not wrong and seen["end"] == known["leo"],
        expected=f"the end {known['leo']}, and a log start of at most {min(wrong, default='any')}",
        actual=(seen["start"], seen["end"]),
        because=f"the records {wrong} have not expired and are the latest of their keys",
    )


def _claim_unchanged(entries: Sequence[Entry], seen: Observation) -> Claim:
    stored = {entry.offset: plain_record(entry) for entry in entries}
    got = records_of(seen["batches"], seen["from"])
    offsets = [record[0] for record in got]
    faults = [batch["fault"] for batch in seen["batches"] if batch["fault"] is not None]
    changed = [record for record in got if record != stored.get(record[0])]
    wanted = [stored.get(record[0]) for record in changed]
    return claim_that(
        what_stays_is_unchanged.id,
        not changed and not faults and offsets == sorted(set(offsets)),
        expected=f"{wanted}" if changed else "sound batches, in order",
        actual=changed or faults or offsets,
        because="these records were stored at these offsets",
    )


def _claims_on_losses(
    entries: Sequence[Entry], below: int, tombstones_may_go: bool, seen: Observation
) -> list[Claim]:
    read = [entry for entry in entries if entry.offset >= seen["from"]]
    present = frozenset(record[0] for record in records_of(seen["batches"], seen["from"]))
    lost = losses(read, present, below, tombstones_may_go)
    return [
        _claim_kept(the_latest_of_a_key_stays, lost.latest, "is the latest of its key"),
        _claim_kept(young_records_stay, lost.untouchable, f"lies at or behind offset {below}"),
        _claim_kept(
            tombstones_stay_for_their_time,
            lost.tombstones,
            "is the latest of its key, and delete.retention.ms has not passed",
        ),
    ]


def _claim_kept(requirement: Requirement, lost: tuple[int, ...], why: str) -> Claim:
    return claim_that(
        requirement.id,
        not lost,
        expected="all of them",
        actual=f"without {list(lost)}" if lost else "all of them",
        because=f"each of them {why}",
    )


def _claim_final(entries: Sequence[Entry], seen: Observation) -> Claim:
    got: list[Any] = records_of(seen["batches"], 0)
    read = [Entry(offset, at, key, value) for offset, at, key, value, _ in got]
    return claim(
        no_stale_value_is_final.id,
        final_values(read),
        final_values(entries),
        because="these are the latest values",
    )
