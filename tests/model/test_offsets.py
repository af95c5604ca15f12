"""Committed offsets: who is told which, and what each wrong coordinator breaks."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from kafka_tck.model.explore import explore
from kafka_tck.model.offsets import Keeping, offsets
from kafka_tck.model.offsets.state import COMMIT, PENDING, PLAIN, TOMBSTONE
from kafka_tck.model.pending_offsets import Offsets
from kafka_tck.model.run import Done, attempt

BOUNDS = {"log_size": 3}
REPLACED = "a_pending_offset_replaces_what_was_told"
ZOMBIE = "a_zombie_commits"

BREAKING = [
    ("decided-last", "memory_is_what_the_log_says", 8),
    ("at-once", "memory_is_what_the_log_says", 3),
    ("at-once", "what_is_pending_is_not_told", 3),
    ("highest", "the_offset_is_that_of_its_record", 6),
    ("told-early", "what_is_told_never_gets_older", 4),
    ("part-of-the-log", "memory_is_what_the_log_says", 3),
    ("part-of-the-log", "what_is_told_never_gets_older", 5),
    ("expires-pending", "expiry_takes_nothing_from_a_transaction", 6),
]


def test_all_states_within_bounds() -> None:
    found = explore(offsets, bounds=BOUNDS)
    assert (found.outcome.complete, found.outcome.states) == (True, 46_324)
    assert not found.broken
    assert set(found.reached) == set(offsets.sometimes_claims)
    assert [len(of) for of in found.outcome.hopeless.values()] == [0]


@pytest.mark.parametrize(
    ("anomaly", "given", "steps"),
    [(REPLACED, Keeping(require_stable=False), 7), (ZOMBIE, Keeping(fenced=False), 3)],
    ids=str,
)
def test_what_permits_an_anomaly(anomaly: str, given: Keeping, steps: int) -> None:
    found = explore(offsets, given, find=frozenset({anomaly}))
    assert not found.broken
    assert len(found.reached[anomaly].steps) == steps


@pytest.mark.parametrize(("variant", "claim", "steps"), BREAKING)
def test_what_a_wrong_coordinator_breaks(variant: str, claim: str, steps: int) -> None:
    given = offsets.variants[variant].given
    found = explore(offsets, given, find=frozenset({claim}), until_broken=False)
    assert len(found.broken[claim].steps) == steps


def test_every_wrong_coordinator_breaks_what_it_is_said_to_break() -> None:
    said = {(name, claim) for name, one in offsets.variants.items() for claim in one.breaks}
    found = {(variant, claim) for variant, claim, _ in BREAKING}
    assert found <= said
    assert {variant for variant, _ in found} == {variant for variant, _ in said}


def told_by_the_rule(state: Mapping[str, Any]) -> int:
    """What the pure rule of pending offsets tells of the log as far as it is in memory."""
    key, kept = ("group", "topic", 0), Offsets()
    for kind, offset, producer, _ in state["log"][: state["applied"]]:
        if kind == PLAIN:
            kept = kept.committing(key, (offset, -1, ""))
        elif kind == PENDING:
            kept = kept.promising(str(producer), key, (offset, -1, ""))
        elif kind == TOMBSTONE:
            kept = kept.without("group")
        else:
            kept = kept.ending(str(producer), kind == COMMIT)
    assert kept.is_unstable(key) == any(state[f"producers.{n}.pending"] >= 0 for n in (0, 1))
    return kept.told(key)[0]


@pytest.mark.parametrize("seed", range(20))
def test_the_rule_of_pending_offsets_says_the_same(seed: int) -> None:
    rng = random.Random(seed)
    state: Mapping[str, Any] = offsets.initial
    sizes = offsets.sizes(offsets.given, {"log_size": 12, "offsets": 5})
    told = set()
    for _ in range(400):
        action = rng.choice(list(offsets.actions.values()))
        parameters = rng.choice(list(action.instances(sizes)))
        done = attempt(offsets, action.name, state, **parameters)
        if isinstance(done, Done) and len(done.state["log"]) <= sizes["log_size"]:
            state = done.state
            assert state["offset"] == told_by_the_rule(state)
            told.add(state["offset"])
    assert len(told) > 1
