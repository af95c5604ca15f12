"""The batch search: public counts, shortest traces, and a plain search beside it."""

from collections.abc import Mapping
from typing import Any

import pytest

from kafka_tck.model.async_isr import async_isr
from kafka_tck.model.batch.visited import Visited
from kafka_tck.model.explore import explore, trace_to
from kafka_tck.model.flaws import flaws
from kafka_tck.model.log import log
from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.plainly import explored_plainly
from kafka_tck.model.replication import replication
from kafka_tck.model.shapes import Given, Shape, number
from kafka_tck.model.spec import Module, Step, nodes, when
from kafka_tck.model.terms import Bool, Int
from kafka_tck.model.transactions_diary import transactions_diary

STRONG_ISR = "the_isr_holds_what_is_committed"


def sizes(log_size: int, records: int, epochs: int) -> dict[str, int]:
    """Bounds of the public specification: its MaxLeaderEpoch is one less than our epochs."""
    return {"log_size": log_size, "records": records, "epochs": epochs}


@pytest.mark.parametrize(
    ("bounds", "symmetric", "states", "depth"),
    [
        (sizes(2, 2, 2), False, 39_619, 22),
        (sizes(2, 2, 2), True, 6_713, 22),
        (sizes(2, 2, 3), False, 737_794, 26),
        (sizes(2, 2, 3), True, 123_311, 26),
        (sizes(2, 3, 3), True, 282_758, 27),
        (sizes(3, 3, 3), True, 683_278, 31),
    ],
)
def test_kip_320_has_the_public_counts(
    bounds: Mapping[str, int], symmetric: bool, states: int, depth: int
) -> None:
    found = explore(replication, bounds=bounds, symmetric=symmetric)
    assert found.outcome.complete
    assert (found.outcome.states, found.outcome.depth) == (states, depth)
    assert not found.broken


@pytest.mark.parametrize(
    ("versions", "offsets", "symmetric", "states", "depth"),
    [
        (2, 2, False, 4_088, 17),
        (3, 3, False, 48_120, 24),
        (3, 3, True, 24_070, 24),
        (4, 3, False, 287_160, 28),
    ],
)
def test_async_isr_has_the_public_counts(
    versions: int, offsets: int, symmetric: bool, states: int, depth: int
) -> None:
    bounds = {"versions": versions, "offsets": offsets}
    found = explore(async_isr, bounds=bounds, symmetric=symmetric)
    assert (found.outcome.states, found.outcome.depth) == (states, depth)
    assert found.outcome.complete
    assert not found.broken


@pytest.mark.parametrize("more", [0, 3])
def test_the_transactions_diary_has_the_public_count(more: int) -> None:
    bounds = {"elections": 1, "pids": 2 + more, "epochs": 4 + more, "entries": 9 + more}
    found = explore(transactions_diary, bounds=bounds, symmetric=False)
    assert (found.outcome.states, found.outcome.depth) == (10_897, 36)
    assert found.outcome.complete
    assert not found.broken


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize(
    ("variant", "states"),
    [("high-watermark", 9), ("kip-101", 11), ("kip-279", 11), ("kip-320-first-try", 13)],
)
def test_older_protocols_lose_what_is_committed(variant: str, states: int, symmetric: bool) -> None:
    given = replication.variants[variant].given
    found = explore(
        replication, given, find=frozenset({STRONG_ISR}), until_broken=False, symmetric=symmetric
    )
    trace = found.broken[STRONG_ISR]
    assert len(trace.steps) + 1 == states
    assert found.outcome.seconds < 60, "a guard against a search that does not end"


@pytest.mark.parametrize("name", ["log", "fetch_session", "cached_partition", "durability"])
def test_a_plain_search_finds_as_much(name: str) -> None:
    module = load(name)
    found = explore(module, symmetric=False, until_broken=False)
    plain = explored_plainly(module, ghosts=bool(module.shape.ghosts))
    assert (plain.states, plain.depth) == (found.outcome.states, found.outcome.depth)


def test_traces_are_walked_by_the_run_reader() -> None:
    found = explore(log)
    finite, outcome = found.finite, found.outcome
    for number_of_state in range(outcome.states):
        trace = trace_to(finite, outcome, number_of_state)
        assert len(trace.steps) < outcome.depth
        for before, after in zip(trace.steps, trace.steps[1:], strict=False):
            assert before.after is after.before


EXPECTED: dict[str, tuple[int, int]] = {
    "async_isr": (24_070, 24),
    "durability": (4_754, 18),
    "groups_classic": (549_320, 30),
    "idempotence": (265_953, 19),
    "replication": (123_311, 26),
    "transactions_diary": (10_897, 36),
}
"""Classes of states, and depth, at the modules' own settings and these bounds."""

BOUNDS = {
    "durability": {"crashes": 1, "power_failures": 1},
    "idempotence": {"expiries": 1},
}


@pytest.mark.parametrize("name", sorted(WHERE))
def test_no_module_says_nothing(name: str) -> None:
    states, depth = EXPECTED.get(name, (None, None))
    assert flaws(load(name), bounds=BOUNDS.get(name), states=states, depth=depth) == []


class Tokens(Shape):
    """Tokens that two nodes hold."""

    held: Int = number(0, 3)


def toy(**changes: Any) -> Module[Tokens]:
    """A module without flaws, unless one is asked for."""
    module = Module("toy", Tokens, given=Given(2), held=changes.get("begins", 0))

    @module.action(node=nodes)
    def node_takes(s: Tokens, node: int) -> Step[Tokens]:
        """A node takes a token."""
        return when(is_allowed=s.held < changes.get("limit", 3)).then(s.having(held=s.held + 1))

    @module.action()
    def node_returns_all(s: Tokens) -> Step[Tokens]:
        """All tokens come back."""
        return when(are_taken=s.held >= changes.get("returns_at", 3)).then(s.having(held=0))

    @module.always()
    def few_are_held(s: Tokens) -> Bool:
        """No more than three are held."""
        most: int = 3 - changes.get("begins", 0)
        return s.held <= most

    @module.sometimes()
    def three_are_held(s: Tokens) -> Bool:
        """Three are held."""
        return s.held == 3

    return module


def test_a_sound_module_has_no_flaws() -> None:
    assert flaws(toy(), states=4, depth=4) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"begins": 2}, "few_are_held is false in the initial state"),
        ({"limit": 2}, "4 states instead of 3"),
        ({"limit": 2}, "three_are_held is never reached"),
        ({"returns_at": 4}, "node_returns_all never happens"),
    ],
)
def test_planted_flaws_are_told(changes: dict[str, int], told: str) -> None:
    found = flaws(toy(**changes), states=4)
    expected = "3 states instead of 4" if "instead" in told else told
    assert expected in found


def test_a_search_that_gives_up_says_so() -> None:
    found = explore(replication, most_states=1000)
    assert not found.outcome.complete
    assert found.outcome.states >= 1000


def test_the_visited_set_keeps_one_of_each() -> None:
    import numpy as np

    rng = np.random.default_rng(5)
    visited, known = Visited(), set[int]()
    for _ in range(30):
        keys = rng.integers(1, 2_000_000, 80_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        fresh = keys[visited.add(keys)]
        told = [int(key) for key in fresh]
        assert len(told) == len(set(told))
        assert not known & set(told)
        known |= set(told)
        assert known >= {int(key) for key in keys}
    assert visited.count == len(known)
