"""What each partition of a fetch answer has to be, under one belief."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.reading import NONE, Found, Returned, find, with_room, within_limits
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Observation, claim, claim_that
from kafka_tck.properties.operations.fetching import fetch_rules as rules
from kafka_tck.properties.operations.fetching.asking import Part, by_id, name_in
from kafka_tck.properties.operations.fetching.fetch import (
    claim_bounds,
    claim_progress,
    claim_range,
    judge_batches,
)
from kafka_tck.properties.profile import NEWEST
from kafka_tck.properties.requirement import Release

Parts = Mapping[Place, Part]
"""What is asked of each partition, in the order of reading."""

SeenParts = Mapping[Place, Observation]

NOT_LEADER = "NOT_LEADER_OR_FOLLOWER"
UNKNOWN = "UNKNOWN_TOPIC_OR_PARTITION"
UNKNOWN_ID = "UNKNOWN_TOPIC_ID"
MISMATCHES = (UNKNOWN_ID, UNKNOWN, "INCONSISTENT_TOPIC_ID")
"""What a session may say of a topic whose id was resolved while it existed."""

LAST_ZSTD_GUARD: Release = (3, 9)
"""The last release that looks at a topic's codec before it answers an old Fetch."""


@dataclass(frozen=True)
class Asking:
    """What a whole request says, besides its partitions."""

    version: int
    max_bytes: int
    isolation: int = 0
    elsewhere: frozenset[Place] = frozenset()
    """Partitions that exist and are led by another node than the asked one."""
    in_session: bool = False
    release: Release = NEWEST


def parts_of(parts: Sequence[Part], version: int) -> Parts:
    """By partition: the last entry of duplicates counts, in the first one's place."""
    return {part.place(by_id(version)): part for part in parts}


def found_at(belief: Belief, place: Place, part: Part, asking: Asking) -> Found:
    """What the broker finds for one partition."""
    topic, partition = place
    facts = belief.topics.get(topic)
    if facts is None:
        error = UNKNOWN_ID if by_id(asking.version) else UNKNOWN
        return Found(error, "former" if topic != name_in(topic) else "topic")
    if not 0 <= partition < facts.partitions:
        return Found(UNKNOWN, "partition")
    if place in asking.elsewhere:
        return Found(NOT_LEADER, "leader")
    known = belief.at(topic, partition)
    found = find(known.state, known.ledger, part.asked(asking.version))
    guards_zstd = asking.release <= LAST_ZSTD_GUARD and asking.version < 10
    if guards_zstd and facts.settings.get("compression.type") == "zstd":
        return Found("UNSUPPORTED_COMPRESSION_TYPE", "zstd")
    return found


def found_in(belief: Belief, parts: Parts, asking: Asking) -> dict[Place, Found]:
    return {place: found_at(belief, place, part, asking) for place, part in parts.items()}


def judge_part(
    belief: Belief, place: Place, part: Part, found: Found, seen: Observation, asking: Asking
) -> list[Claim]:
    """The claims on one partition of an answer, limits aside."""
    if found.guard in _REFUSALS:
        return [
            _claim_refusal(found, seen, asking),
            *_claim_leader(belief, place, found, seen, asking),
        ]
    if found.guard == "lineage":
        return [_claim_divergence(found, seen, asking)]
    known = belief.at(*place)
    if found.diverging is not None:
        return [_claim_divergence(found, seen, asking), claim_bounds(known, seen, asking.version)]
    in_range = claim_range(known, part.offset, seen)
    if not in_range.holds or seen["error"] != NONE:
        return [in_range]
    return [
        in_range,
        *_claims_on_agreement(part, found, seen, asking),
        claim_bounds(known, seen, asking.version),
        *judge_batches(found.batches, part.offset, seen),
        *_claims_on_isolation(seen, asking),
    ]


_REFUSALS = {
    "topic": rules.unknown_topic_ids_are_refused,
    "former": rules.former_topic_ids_read_nothing,
    "partition": rules.unknown_partitions_are_refused,
    "leader": rules.errors_stay_with_their_partition,
    "epoch": rules.leader_epochs_are_checked,
    "zstd": rules.zstd_topics_need_version_10,
}


def _claim_refusal(found: Found, seen: Observation, asking: Asking) -> Claim:
    named = found.guard == "topic" and found.error == UNKNOWN
    rule = rules.unknown_partitions_are_refused if named else _REFUSALS[found.guard]
    resolved = found.guard == "former" and asking.in_session
    legal = MISMATCHES if resolved else (found.error,)
    why = f"the check of its {found.guard} fails"
    return claim(rule.id, _refusal(seen), *({"error": e, "size": 0} for e in legal), because=why)


def _refusal(seen: Observation) -> dict[str, Any]:
    return {"error": seen["error"], "size": seen["size"]}


def _claim_leader(
    belief: Belief, place: Place, found: Found, seen: Observation, asking: Asking
) -> list[Claim]:
    if asking.version < 16 or found.error not in ("FENCED_LEADER_EPOCH", NOT_LEADER):
        return []
    epoch = belief.at(*place)["epoch"]
    leader = seen.get("leader")
    told = claim_that(
        rules.current_leaders_are_told.id,
        leader is not None and leader[1] >= epoch and leader[0] in seen["endpoints"],
        expected=f"a leader of epoch {epoch} or later, and where it listens",
        actual={"leader": leader, "endpoints": seen["endpoints"]},
        because=f"the partition is led under epoch {epoch}",
    )
    return [told]


def _claim_divergence(found: Found, seen: Observation, asking: Asking) -> Claim:
    diverging = None if found.diverging is None else list(found.diverging)
    return claim(
        rules.divergence_is_told.id,
        {**_refusal(seen), "diverging": seen.get("diverging")},
        {"error": found.error, "size": 0, "diverging": diverging},
        because="this is what the leader's epochs say of the epoch that was read last",
    )


def _claims_on_agreement(
    part: Part, found: Found, seen: Observation, asking: Asking
) -> list[Claim]:
    """Named epochs that agree with the leader's are as if they had not been named."""
    asked, claims = part.asked(asking.version), []
    if asked.current_epoch >= 0:
        why = "this is the leader's epoch"
        claims.append(claim(rules.leader_epochs_are_checked.id, seen["error"], NONE, because=why))
    if asked.last_epoch >= 0:
        why = f"epoch {asked.last_epoch} does not end before offset {asked.offset}"
        claims.append(claim(rules.divergence_is_told.id, seen["diverging"], None, because=why))
    return claims


def _claims_on_isolation(seen: Observation, asking: Asking) -> list[Claim]:
    stable = claim(
        rules.committed_is_all_without_transactions.id,
        seen["last_stable_offset"],
        seen["high_watermark"],
        because="no transaction was begun",
    )
    if asking.isolation == 1 and not seen["batches"]:
        return [stable]
    lists = claim(
        rules.aborted_lists_follow_isolation.id,
        seen["aborted"],
        [] if asking.isolation == 1 else None,
        because=f"the isolation level is {asking.isolation}, and no transaction was aborted",
    )
    return [stable, lists]


def judge_limits(
    parts: Parts, found: Mapping[Place, Found], seen: SeenParts, asking: Asking
) -> list[Claim]:
    """The claims on how much was returned, in whatever order it was read."""
    told = {place: seen.get(place, NOTHING) for place in parts}
    returned = [Returned(parts[p].limit, told[p]["size"], told[p]["first"]) for p in parts]
    kept = claim_that(
        rules.limits_bind.id,
        within_limits(asking.max_bytes, returned),
        expected=f"{asking.max_bytes} bytes in all, {_limits(parts)} of the partitions",
        actual=[part.size for part in returned],
        because="only the first partition that returns data may go beyond, by one batch",
    )
    asked = [(part.limit, found[place], told[place]["size"]) for place, part in parts.items()]
    due = with_room(asking.max_bytes, asked)
    roomy = [place for place, has_room in zip(parts, due, strict=True) if has_room]
    return [kept, *(_claim_room(place, told[place]["size"]) for place in roomy)]


def judge_progress(parts: Parts, found: Mapping[Place, Found], seen: SeenParts) -> list[Claim]:
    """The claim that the first partition with data, in the order of reading, returns some."""
    first = next((place for place in parts if found[place].batches), None)
    if first is None:
        return []
    return [claim_progress(found[first].batches, seen.get(first, NOTHING))]


NOTHING: Observation = {"error": NONE, "size": 0, "first": 0, "batches": []}
"""What a partition that is left out of an incremental answer says."""


def _limits(parts: Parts) -> list[int]:
    return [part.limit for part in parts.values()]


def _claim_room(place: Place, size: int) -> Claim:
    return claim_that(
        rules.room_is_used.id,
        size > 0,
        expected="at least one batch",
        actual=f"{size} bytes",
        because=f"partition {place[0]}/{place[1]} has data, and the limits leave room for it",
    )


def judge_membership(places: Collection[Place], answered: Sequence[Place]) -> Claim:
    """The claim that a full answer has every asked partition once."""
    return claim(
        rules.partitions_are_answered_once.id,
        sorted(answered),
        sorted(places),
        because="these partitions were asked for",
    )


def judge_independence(found: Mapping[Place, Found], seen: SeenParts) -> list[Claim]:
    """The claim that partitions with and without errors stand side by side."""
    wrong = {place for place, part in found.items() if part.error != NONE}
    if not wrong or len(wrong) == len(found):
        return []
    failing = {place for place, part in seen.items() if part["error"] != NONE}
    independent = claim(
        rules.errors_stay_with_their_partition.id,
        sorted(failing),
        sorted(wrong),
        because="only these partitions cannot be read as asked",
    )
    return [independent]
