"""A cause, its effect, and a rebalance between them: what holds, and what breaks it."""

from typing import Any

import pytest

from kafka_tck.model.cause_and_effect import Pairs, cause_and_effect
from kafka_tck.model.explore import Exploration, explore

EARLY = "the_effect_comes_before_its_cause"
ALONE = "the_effect_finds_no_cause"
AGAIN = "a_record_is_processed_again"

ADDED: dict[str, Any] = {"partitions_are_added": True}
OTHER: dict[str, Any] = {"other_partitioner": True}
SHARED: dict[str, Any] = {"state": "shared"}


def explored(settings: dict[str, Any], find: str | None = None, **bounds: int) -> Exploration:
    found = explore(
        cause_and_effect, Pairs(**settings), bounds, find=frozenset({find} if find else ())
    )
    assert not found.broken
    return found


@pytest.mark.parametrize(
    ("anomaly", "settings", "steps"),
    [
        (EARLY, ADDED, 5),
        (EARLY, OTHER, 4),
        (EARLY, {**ADDED, **SHARED}, 5),
        (ALONE, {}, 7),
        (ALONE, {"sticky": True}, 8),
        (ALONE, {**OTHER, **SHARED}, 4),
        (AGAIN, {**SHARED, "sticky": True}, 6),
    ],
    ids=str,
)
def test_what_permits_an_anomaly(anomaly: str, settings: dict[str, Any], steps: int) -> None:
    assert len(explored(settings, anomaly).reached[anomaly].steps) == steps


@pytest.mark.parametrize(
    ("anomalies", "settings"),
    [((EARLY,), {}), ((EARLY,), {"sticky": True}), ((EARLY, ALONE), SHARED)],
    ids=str,
)
def test_what_forbids_them(anomalies: tuple[str, ...], settings: dict[str, Any]) -> None:
    for sizes, assignments in (({}, 3), ({"nodes": 3}, 4)):
        found = explored({**settings, **sizes}, assignments=assignments)
        assert found.outcome.complete
        assert not set(anomalies) & set(found.reached)
        assert "another_instance_is_given_the_effect" in found.reached


@pytest.mark.parametrize("settings", [{}, ADDED, OTHER, {"sticky": True}], ids=str)
def test_the_effect_is_never_out_of_reach(settings: dict[str, Any]) -> None:
    found = explored(settings)
    assert found.outcome.complete
    assert [len(of) for of in found.outcome.hopeless.values()] == [0]
