"""Idempotent producers in the specification: what settings permit, and the judge's rules."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from kafka_tck.model.explore import explore
from kafka_tck.model.idempotence import Idempotence, idempotence
from kafka_tck.model.run import Done, Refused, attempt
from kafka_tck.model.sequences import LARGEST, REMEMBERED, Case, Known, Mark, Verdict, verdict_on

TURN = LARGEST + 1
GIVEN = Idempotence(window=REMEMBERED, turn=TURN, late_by_a_turn=True)
ANOMALIES = set(idempotence.anomalies)


def state_of(known: Known, epoch: int, sequence: int) -> Mapping[str, Any]:
    """The partition as it knows a producer, and a request with one batch under way."""
    log = tuple((0, known.epoch, mark.first, n + 1, 0) for n, mark in enumerate(known.marks))
    return {
        **idempotence.initial_state(GIVEN),
        "batches": ((epoch, sequence, 0, -1),),
        "requests": ((0, 0, 0, -1),),
        "log": log,
        "known_epoch": known.epoch,
        "last": known.last,
        "remembered": len(known.marks),
    }


def answer_of(state: Mapping[str, Any]) -> Verdict:
    """What the module makes of the request, in the judge's words."""
    recognised = attempt(idempotence, "leader_recognises", state, GIVEN, request=0)
    written = attempt(idempotence, "leader_writes", state, GIVEN, request=0)
    refused = attempt(idempotence, "leader_refuses", state, GIVEN, request=0)
    assert [type(one) for one in (recognised, written, refused)].count(Done) == 1
    if isinstance(recognised, Done):
        return Verdict(Case.REPETITION, "NONE", recognised.answer["base_offset"])
    error = written.error if isinstance(written, Refused) else "NONE"
    assert error is not None
    return Verdict(Case.NEXT, error)


def known_producers() -> list[Known]:
    """Everything that a partition may know of batches of one record, near both ends of a turn."""
    found = [Known()]
    for last in (0, 1, 4, 5, 6, 7, LARGEST - 1, LARGEST):
        for count in range(1, REMEMBERED + 1):
            behind = [(last - n) % TURN for n in reversed(range(count))]
            marks = tuple(Mark(one, one, offset) for offset, one in enumerate(behind))
            found += [Known(epoch, marks) for epoch in (0, 1)]
    return found


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_the_judge_and_the_module_say_the_same_of_every_batch(epoch: int) -> None:
    for known in known_producers():
        for sequence in (*range(10), *range(LARGEST - 8, LARGEST + 1)):
            ours = answer_of(state_of(known, epoch, sequence))
            judged = verdict_on(known, epoch, sequence, 1)
            assert (ours.error, ours.base_offset) == (judged.error, judged.base_offset), (
                known,
                epoch,
                sequence,
            )


NOT_IDEMPOTENT = Idempotence(enable_idempotence=False)
PERMITTED: dict[str, tuple[Idempotence, dict[str, int], set[str]]] = {
    "idempotent": (
        Idempotence(),
        {},
        {"the_log_begins_with_a_later_batch", "a_batch_that_is_there_is_refused"},
    ),
    "idempotent, one in flight": (
        Idempotence(max_in_flight_requests_per_connection=1),
        {"epochs": 0},
        set(),
    ),
    "idempotent, forgotten": (Idempotence(), {"expiries": 1}, ANOMALIES),
    "not idempotent": (
        NOT_IDEMPOTENT,
        {},
        ANOMALIES - {"a_batch_that_is_there_is_refused"},
    ),
    "not idempotent, one connection": (
        NOT_IDEMPOTENT,
        {"connections": 0},
        {
            "batches_are_reordered",
            "one_two_three_is_two_three_one",
            "the_log_begins_with_a_later_batch",
        },
    ),
    "not idempotent, one in flight": (
        replace(NOT_IDEMPOTENT, max_in_flight_requests_per_connection=1),
        {},
        {"a_batch_is_there_twice", "a_lost_answer_writes_twice"},
    ),
}


@pytest.mark.parametrize("name", PERMITTED)
def test_settings_permit_this_and_nothing_else(name: str) -> None:
    given, bounds, permitted = PERMITTED[name]
    found = explore(idempotence, given, bounds, until_broken=False)
    assert found.outcome.complete
    assert not found.broken
    assert set(found.reached) & ANOMALIES == permitted


@pytest.mark.parametrize("name", ["small-window", "short-turn", "late-by-a-turn"])
def test_variants_break_what_they_say(name: str) -> None:
    variant = idempotence.variants[name]
    bounds = {"batches": 4, "requests": 5, "epochs": 0}
    found = explore(idempotence, variant.given, bounds, until_broken=False)
    assert found.outcome.complete
    assert set(found.broken) == variant.breaks
