"""Who may own a partition of a consumer group: every state, and which rules it takes."""

from typing import Any

import pytest

from kafka_tck.model.explore import explore
from kafka_tck.model.groups_consumer import ConsumerGroups, groups_consumer
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.run import holds_in

LARGE: dict[str, Any] = {"nodes": 3, "partitions": 3}
INTERVAL: dict[str, Any] = {"assignment_interval": True}
LATE: dict[str, Any] = {"late_requests": 1}
COMMITS: dict[str, Any] = {"commits": True, "bumps_between": True}
RELAXED: dict[str, Any] = {**COMMITS, "commit_epochs": "assigned"}

TWO_OWNERS = "a_partition_has_two_owners"


@pytest.mark.parametrize(
    ("settings", "joins", "states", "depth"),
    [
        ({}, 3, 7_010, 20),
        ({}, 5, 66_630, 26),
        ({"partitions": 3}, 3, 26_874, 20),
        ({"nodes": 3}, 3, 244_757, 24),
        (LARGE, 3, 2_051_136, 24),
        (INTERVAL, 4, 78_704, 24),
        ({**LATE, "late_within_epoch": False, "rejoins": False}, 3, 103_576, 23),
        (COMMITS, 3, 49_310, 22),
        (RELAXED, 3, 109_778, 25),
    ],
)
def test_claims_hold_and_a_stable_group_stays_possible(
    settings: dict[str, Any], joins: int, states: int, depth: int
) -> None:
    found = explore(groups_consumer, ConsumerGroups(**settings), {"joins": joins})
    assert found.outcome.complete
    assert not found.broken
    assert set(found.reached) == set(groups_consumer.sometimes_claims)
    assert (found.outcome.states, found.outcome.depth) == (states, depth)


@pytest.mark.parametrize("name", sorted(groups_consumer.variants))
def test_variants_break_what_they_are_known_to_break(name: str) -> None:
    variant = groups_consumer.variants[name]
    found = explore(groups_consumer, variant.given, until_broken=False)
    assert found.outcome.complete
    assert set(found.broken) == variant.breaks


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        ({"hands_over_free": False}, 6),
        ({"keeps_partition_epochs": False}, 12),
        (LATE, 8),
        ({**LATE, "late_within_epoch": False}, 9),
        ({**LATE, "rejoins": False}, 8),
        ({**LATE, "late_within_epoch": False, "rejoins": False, "checks_epoch": False}, 9),
    ],
)
def test_what_lets_two_members_own_a_partition(settings: dict[str, Any], steps: int) -> None:
    given = ConsumerGroups(**settings)
    found = explore(groups_consumer, given, find=frozenset({TWO_OWNERS}), until_broken=False)
    trace = found.reached[TWO_OWNERS]
    assert len(trace.steps) == steps
    claim = groups_consumer.anomalies[TWO_OWNERS].claim
    assert holds_in(groups_consumer, claim, trace.steps[-1].after, given)


@pytest.mark.parametrize("settings", [{"checks_epoch": False}, {"checks_owned": False}])
def test_what_no_claim_needs_where_requests_come_in_order(settings: dict[str, Any]) -> None:
    found = explore(groups_consumer, ConsumerGroups(**settings), {"joins": 4})
    assert found.outcome.complete
    assert not found.broken


@pytest.mark.parametrize("settings", [COMMITS, RELAXED])
def test_late_requests_let_no_stale_commit_pass(settings: dict[str, Any]) -> None:
    given = ConsumerGroups(**LATE, **settings)
    found = explore(groups_consumer, given, {"joins": 2}, until_broken=False)
    assert found.outcome.complete
    assert set(found.broken) == {"a_partition_has_one_owner"}


@pytest.mark.parametrize(
    "settings",
    [COMMITS, {**LARGE, **COMMITS}, {"nodes": 4}, INTERVAL, {"rejoins": False}],
)
def test_all_claims_are_inductive_for_any_number_of_epochs(settings: dict[str, Any]) -> None:
    proof = Proof(load_with_proof("groups_consumer"), ConsumerGroups(**settings))
    assert proof.run().verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "settings",
    [
        {"hands_over_free": False},
        {"keeps_partition_epochs": False},
        LATE,
        {**INTERVAL, **COMMITS},
        {"commits": True},
        {**COMMITS, "commit_epochs": "any"},
    ],
)
def test_what_breaks_a_claim_is_not_proved(settings: dict[str, Any]) -> None:
    proof = Proof(load_with_proof("groups_consumer"), ConsumerGroups(**settings))
    assert proof.run().verdict is Verdict.REFUTED
