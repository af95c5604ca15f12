"""The life-cycle of brokers: what is reachable, what always holds, and which rule keeps it so."""

from collections.abc import Mapping
from typing import Final

import pytest

from kafka_tck.model.batch.search import Outcome, Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.lifecycle import Lifecycle, lifecycle

Bounds = Mapping[str, int]

TWO: Final = Lifecycle(nodes=2, reassigns=False)
ONE_IS_ENOUGH: Final = Lifecycle(nodes=2, reassigns=False, min_isr=1)
CANCELS: Final = Lifecycle(cancels=True, elr=False, min_isr=1)
QUIET: Final = {"mishaps": 0, "crashes": 0}


def searched(
    given: Lifecycle,
    bounds: Bounds,
    without: frozenset[tuple[str, str]] = frozenset(),
    *,
    stop: bool = False,
    most_states: int | None = None,
) -> tuple[Outcome, dict[str, int]]:
    """A search for every claim; for what was broken or reached, the states of a shortest trace."""
    finite = Finite(lifecycle, given, bounds, without=without)
    always = finite.claims(lifecycle.always_claims)
    broken = {name: finite.make.negate(claim) for name, claim in always.items()}
    wanted = finite.claims({**lifecycle.sometimes_claims, **lifecycle.anomalies})
    look_for = {**broken, **wanted}
    stop_at = frozenset(broken) if stop else frozenset[str]()
    outcome = Search(finite, look_for, stop_at=stop_at).run(most_states=most_states)
    ways = outcome.reached.items()
    return outcome, {name: len(outcome.trail.way_to(number)) + 1 for name, number in ways}


def broken(reached: Mapping[str, int]) -> dict[str, int]:
    return {name: length for name, length in reached.items() if name in lifecycle.always_claims}


def always_holds(outcome: Outcome, reached: Mapping[str, int]) -> bool:
    return outcome.complete and not broken(reached)


@pytest.mark.parametrize(
    ("given", "bounds", "states", "depth"),
    [
        (TWO, {}, 78_698, 24),
        (Lifecycle(), {"leader_epochs": 1, **QUIET}, 8_148, 21),
    ],
)
def test_the_states_are_counted(given: Lifecycle, bounds: Bounds, states: int, depth: int) -> None:
    outcome, _ = searched(given, bounds)
    assert outcome.complete
    assert (outcome.states, outcome.depth) == (states, depth)


REACHED: Final = {
    "a_fenced_broker_presumes_to_lead": 2,
    "the_isr_is_empty": 3,
    "a_request_is_stale": 3,
    "an_eligible_leader_replica_is_elected": 4,
    "a_leader_waits_for_metadata": 4,
    "the_last_known_leader_is_elected": 6,
    "a_member_is_ineligible": 6,
    "a_reassignment_completes": 7,
    "a_record_is_committed_again_after_an_election": 9,
    "a_committed_record_is_lost": 10,
}
"""States of the shortest traces at the bounds that the module has of its own."""


def test_at_its_own_bounds_all_holds_and_all_is_reached() -> None:
    outcome, reached = searched(Lifecycle(), {})
    assert always_holds(outcome, reached)
    assert (outcome.states, outcome.depth) == (5_570_890, 31)
    cancels = {"operator_cancels_reassignment"}
    assert {name for name, times in outcome.taken.items() if times} == (
        set(lifecycle.actions) - cancels
    )
    assert reached == REACHED
    assert set(lifecycle.sometimes_claims) <= set(REACHED)


def test_the_last_known_leader_may_lack_what_was_committed() -> None:
    """ELR keeps what is committed over one unclean shutdown, not over two."""
    _, one = searched(TWO, {"crashes": 1})
    _, two = searched(TWO, {"crashes": 2})
    assert "a_committed_record_is_lost" not in one
    assert two["a_committed_record_is_lost"] == 10


SMALL: Final[dict[str, Bounds]] = {
    "three-replicas": {"leader_epochs": 1, "mishaps": 1, "crashes": 1},
    "before-kip-903": {"partition_epochs": 4},
    "hw-over-the-known-isr": {"partition_epochs": 4},
    "hw-under-min-isr": {"partition_epochs": 4},
    "cancelled-reassignment": {
        "leader_epochs": 1,
        "partition_epochs": 4,
        "mishaps": 1,
        "crashes": 0,
    },
}
HELD, AGREED = "who_may_lead_holds_what_is_committed", "leaders_agree_on_what_is_committed"
BROKEN: Final[dict[str, dict[str, int]]] = {
    "before-kip-903": {"nobody_joins_under_an_old_broker_epoch": 9, HELD: 12, AGREED: 17},
    "takes-in-the-fenced": {"the_isr_is_active": 6},
    "takes-in-who-shuts-down": {"the_isr_is_active": 6},
    "hw-over-the-known-isr": {HELD: 9, AGREED: 13},
    "hw-under-min-isr": {HELD: 5, AGREED: 10},
    "unclean-shutdown-unnoticed": {HELD: 7, AGREED: 20},
    "last-known-leader-may-be-fenced": {
        "the_leader_is_active_and_in_the_isr": 6,
        "the_isr_is_active": 6,
    },
    "election-without-a-new-epoch": {"a_leader_epoch_has_one_leader": 3},
    "cancelled-reassignment": {"isr_and_elr_are_replicas": 9, HELD: 14},
}
LOST: Final = {
    "two-brokers": 10,
    "three-replicas": None,
    "elr-off": 9,
    "elr-off-without-power-failures": None,
    "unclean": 9,
    "one-is-enough": 8,
}
"""States of the shortest trace to a lost committed record, by variant that breaks nothing."""


@pytest.mark.parametrize("name", sorted(lifecycle.variants))
def test_a_variant_breaks_what_it_says_and_nothing_else(name: str) -> None:
    variant = lifecycle.variants[name]
    assert isinstance(variant.given, Lifecycle)
    outcome, reached = searched(variant.given, SMALL.get(name, {}))
    assert outcome.complete
    assert set(broken(reached)) == variant.breaks
    assert broken(reached) == BROKEN.get(name, {})
    if not variant.breaks:
        assert reached.get("a_committed_record_is_lost") == LOST[name]


NEEDED: Final[list[tuple[Lifecycle, Bounds, str, int]]] = [
    (TWO, {}, "broker_registers.is_down", 2),
    (TWO, {}, "controller_accepts_isr.members_are_unfenced", 6),
    (TWO, {}, "controller_accepts_isr.members_stay_up", 6),
    (TWO, {}, "controller_accepts_isr.broker_epochs_are_current", 9),
    (TWO, {}, "broker_learns_of_the_partition.is_up", 3),
    (TWO, {}, "leader_advances_hw.isr_is_large_enough", 5),
    (TWO, {}, "leader_advances_hw.all_have_it", 3),
    (TWO, {}, "leader_asks_to_expand.is_outside", 3),
    (TWO, {}, "leader_asks_to_shrink.is_inside", 4),
    (TWO, {}, "leader_asks_to_shrink.is_another", 2),
    (TWO, {}, "follower_fetches.is_another", 2),
    (TWO, {}, "broker_shuts_down.is_up", 8),
    (TWO, {}, "broker_shuts_down.is_shutting_down", 2),
    (ONE_IS_ENOUGH, {}, "broker_learns_of_the_partition.is_news", 10),
    (ONE_IS_ENOUGH, {}, "leader_advances_hw.has_more", 4),
    (ONE_IS_ENOUGH, {}, "leader_asks_to_expand.reached_hw", 9),
    (ONE_IS_ENOUGH, {}, "leader_hears_it_was_accepted.is_accepted", 5),
    (ONE_IS_ENOUGH, {}, "leader_hears_it_was_ineligible.is_refused", 10),
    (TWO, {"log_size": 2, "mishaps": 1, "crashes": 1}, "leader_appends.presumes", 11),
    (TWO, {"log_size": 2, "mishaps": 1, "crashes": 1}, "leader_asks_to_expand.reached_start", 16),
    (Lifecycle(), QUIET, "controller_accepts_isr.partition_epoch_is_current", 11),
    (Lifecycle(), QUIET, "operator_replaces_replica.is_a_replica", 2),
    (Lifecycle(), QUIET, "operator_replaces_replica.is_no_replica", 2),
    (Lifecycle(), QUIET, "leader_asks_to_shrink.none_pending", 12),
    (
        Lifecycle(min_isr=1),
        {"mishaps": 1, "crashes": 0},
        "leader_asks_to_expand.none_pending",
        13,
    ),
    (
        Lifecycle(min_isr=1),
        {"mishaps": 1, "crashes": 0},
        "leader_hears_it_was_ineligible.is_for_it",
        19,
    ),
    (
        CANCELS,
        {"log_size": 0, "partition_epochs": 5, "crashes": 0},
        "operator_cancels_reassignment.some_stay",
        10,
    ),
]
"""Guards whose loss breaks a claim: at these settings and bounds, by a trace of so many states."""


@pytest.mark.parametrize(("given", "bounds", "dropped", "states"), NEEDED)
def test_without_a_guard_a_claim_is_broken(
    given: Lifecycle, bounds: Bounds, dropped: str, states: int
) -> None:
    action, _, guard = dropped.partition(".")
    _, reached = searched(given, bounds, frozenset({(action, guard)}), stop=True)
    assert broken(reached)
    assert min(broken(reached).values()) == states


def test_without_the_guards_that_only_enable_no_claim_is_broken() -> None:
    for action, guard in lifecycle.harmless:
        if lifecycle.actions[action].enabled(TWO):
            assert always_holds(*searched(TWO, {}, frozenset({(action, guard)}))), (action, guard)


def test_without_the_guards_of_reassigning_that_only_enable_no_claim_is_broken() -> None:
    bounds = {"leader_epochs": 1, "partition_epochs": 3, **QUIET}
    for action, guard in lifecycle.harmless:
        if not lifecycle.actions[action].enabled(TWO):
            dropped = frozenset({(action, guard)})
            assert always_holds(*searched(CANCELS, bounds, dropped)), (action, guard)


def test_every_guard_is_needed_or_listed() -> None:
    state = lifecycle.shape.variables(CANCELS)
    guards = set()
    for name, action in lifecycle.actions.items():
        for parameters in action.instances(lifecycle.sizes(CANCELS)):
            guards |= {(name, guard) for guard in action.step(state, **parameters).guards}
    needed = {
        (action, guard) for *_, dropped, _ in NEEDED for action, guard in [dropped.split(".")]
    }
    assert guards == needed | set(lifecycle.harmless)
    assert not needed & set(lifecycle.harmless)
