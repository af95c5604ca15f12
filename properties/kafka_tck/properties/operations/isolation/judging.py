"""What a read of a partition with transactions must answer, by its isolation level."""

from collections.abc import Sequence
from struct import Struct
from typing import Any, Final

from kafka_tck.model.ledger import Stored
from kafka_tck.model.reading import readable
from kafka_tck.model.stability import (
    Piece,
    Stability,
    aborted_within,
    delivered,
    is_aborted,
)
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Observation, claim, claim_that
from kafka_tck.properties.operations.fetching.fetch import (
    claim_progress,
    claim_range,
    contents,
    stored_contents,
)
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.undecided import (
    lso_of,
    stability_of,
    transactions_of,
)

READ_COMMITTED: Final = 1
_KEY: Final = Struct(">hh")
"""A marker's key: version, and 0 for an abort or 1 for a commit."""
_VALUE: Final = Struct(">hi")
"""A marker's value begins with its version and the coordinator epoch."""


def judge_isolated(
    belief: Belief, place: Place, offset: int, isolation: int, seen: Observation
) -> list[Claim]:
    """The claims on one partition's part of a fetch answer."""
    known = belief.at(*place)
    in_range = claim_range(known, offset, seen)
    if not in_range.holds or seen["error"] != "NONE":
        return [in_range]
    bound = lso_of(belief, place) if isolation == READ_COMMITTED else known["hw"]
    expected = readable(known.ledger, offset, bound)
    stability, got = stability_of(belief, place), seen["batches"]
    decided = [
        *claim_lso(belief, place, seen),
        _claim_batches(expected, got, isolation, bound),
        _claim_numbers(expected, got, stability),
        *_claims_on_isolation(stability, expected, offset, isolation, seen),
    ]
    return [
        in_range,
        *([claim_progress(expected, seen)] if expected else []),
        *decided,
        *([_claim_kept(decided)] if transactions_of(belief).restarted else []),
    ]


def _claim_kept(claims: Sequence[Claim]) -> Claim:
    """The claim that a restart has changed nothing of what a read tells of transactions."""
    broken = [claim.requirement for claim in claims if not claim.holds]
    return claim_that(
        laws.stable_after_restart.id,
        not broken,
        expected="an answer as before the restart",
        actual=broken or "that",
        because="the broker was restarted cleanly",
    )


def claim_lso(belief: Belief, place: Place, seen: Observation) -> list[Claim]:
    """The claims on the last stable offset of an answer."""
    shown = transactions_of(belief).shown.get(place, 0)
    return [
        claim(
            laws.the_lso_is_the_first_undecided.id,
            seen["last_stable_offset"],
            lso_of(belief, place),
            because=_why(stability_of(belief, place)),
        ),
        claim_that(
            laws.the_lso_does_not_fall.id,
            seen["last_stable_offset"] >= shown,
            expected=f"at least {shown}",
            actual=seen["last_stable_offset"],
            because="this one was shown before",
        ),
    ]


def _why(known: Stability) -> str:
    """What is open, in words."""
    open_ = {pid: w.first for pid, w in known.writers.items() if w.first is not None}
    told = [f"producer {pid} has been open since {first}" for pid, first in open_.items()]
    return "; ".join(told) or "no transaction is open"


def _claim_batches(
    expected: Sequence[Stored], got: Sequence[Any], isolation: int, bound: int
) -> Claim:
    committed = isolation == READ_COMMITTED
    law = laws.read_committed_stops_at_the_lso if committed else laws.read_uncommitted_sees_all
    return claim(
        law.id,
        [contents(batch) for batch in got],
        [stored_contents(stored) for stored in expected[: len(got)]],
        because=f"these batches are stored below {bound}, in order",
    )


def _claim_numbers(expected: Sequence[Stored], got: Sequence[Any], stability: Stability) -> Claim:
    """The claim on what the headers say of producers, and on the record of a marker."""
    pairs = list(zip(expected, got, strict=False))
    return claim(
        laws.transactional_batches_stay.id,
        [numbers_of(batch) for _, batch in pairs],
        [_stored_numbers(stored, stability) for stored, _ in pairs],
        because="they were appended so",
    )


def numbers_of(batch: Any) -> list[Any]:
    """What a seen batch says of its producer; of a marker also what it decides."""
    decides = None
    if batch["control"]:
        _, _, key, value, _ = batch["records"][0]
        decides = [bool(_KEY.unpack_from(key)[1]), _VALUE.unpack_from(value)[1]]
    return [batch["producer"], batch["transactional"], decides]


def _stored_numbers(stored: Stored, stability: Stability) -> list[Any]:
    marker = stability.marker_at(stored.base)
    decides = None if marker is None else [marker.commits, marker.coordinator_epoch]
    return [list(stored.producer), stored.transactional, decides]


def _claims_on_isolation(
    known: Stability, expected: Sequence[Stored], offset: int, isolation: int, seen: Observation
) -> list[Claim]:
    if isolation != READ_COMMITTED:
        unlisted = claim(
            laws.read_uncommitted_sees_all.id,
            seen["aborted"],
            None,
            because="who reads all needs no list of what to drop",
        )
        return [unlisted]
    return [
        _claim_list(known, offset, seen),
        _claim_delivery(known, expected[: len(seen["batches"])], offset, seen),
    ]


def _claim_list(known: Stability, offset: int, seen: Observation) -> Claim:
    """What overlaps the returned range must be listed; anything else that was aborted may be."""
    got, listed = seen["batches"], {tuple(entry) for entry in seen["aborted"] or []}
    end = got[-1]["last"] + 1 if got else offset
    needed, real = aborted_within(known, offset, end), aborted_within(known, 0, 1 << 62)
    return claim_that(
        laws.aborted_are_listed.id,
        needed <= listed <= real,
        expected=f"at least {sorted(needed)}, at most {sorted(real)}",
        actual=sorted(listed),
        because=f"these were aborted, and [{offset}, {end}) is returned",
    )


def _claim_delivery(
    known: Stability, expected: Sequence[Stored], offset: int, seen: Observation
) -> Claim:
    aborted = [(pid, first) for pid, first in seen["aborted"] or []]
    given = delivered(map(piece_of, seen["batches"]), aborted)
    return claim(
        laws.readers_get_what_was_committed.id,
        [at for at in given if at >= offset],
        [at for at in committed(known, expected) if at >= offset],
        because="these records were committed, or written without a transaction",
    )


def committed(known: Stability, stored: Sequence[Stored]) -> list[int]:
    """The offsets of decided records that are not of aborted transactions."""
    return [
        entry.offset
        for batch in stored
        for entry in batch.entries
        if not (batch.transactional and is_aborted(known, batch.producer[0], batch.base))
    ]


def piece_of(batch: Any) -> Piece:
    """A seen batch as a consumer looks at it."""
    producer_id, _, _ = batch["producer"]
    if not batch["control"]:
        offsets = tuple(record[0] for record in batch["records"])
        return Piece(producer_id, batch["last"], offsets, batch["transactional"])
    decides = numbers_of(batch)[2]
    return Piece(producer_id, batch["last"], (), True, aborts=not decides[0])
