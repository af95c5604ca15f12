"""Consumers: which settings lose a record, process one twice, or one before an earlier one."""

from typing import Any

import pytest

from kafka_tck.model.consumer import Consumption, consumer
from kafka_tck.model.explore import Exploration, explore

LOST = "a_record_is_lost"
TWICE = "a_record_is_processed_twice"
EARLY = "an_effect_is_processed_before_its_cause"
FALLS = "the_committed_offset_falls"

WORKERS: dict[str, Any] = {"commits": "after", "processing": "any"}
RETRIED: dict[str, Any] = {"commits": "async", "retries_commits": True}
LATEST: dict[str, Any] = {"auto_offset_reset": "latest"}
TOLD: dict[str, Any] = {**LATEST, "offset_at_first": True}

PERMITTED: list[tuple[str, dict[str, Any], int]] = [
    (LOST, {"processing": "queue"}, 5),
    (LOST, {"commits": "stored"}, 6),
    (LOST, {"closes_on_failure": True}, 5),
    (LOST, {"commits": "before"}, 6),
    (LOST, {**WORKERS, "commits_highest": True}, 9),
    (LOST, {"commits": "together", "processing": "any"}, 8),
    (LOST, LATEST, 2),
    (LOST, {**TOLD, "expires": True}, 3),
    (LOST, {"commits": "after", "deletes": True}, 3),
    (TWICE, {}, 8),
    (TWICE, {"commits": "stored"}, 8),
    (TWICE, {"commits": "after"}, 8),
    (TWICE, {"commits": "async"}, 8),
    (TWICE, {"commits": "before", "fenced": False}, 10),
    (TWICE, {"commits": "before", "expires": True}, 11),
    (TWICE, {"commits": "together", "fenced": False}, 8),
    (EARLY, WORKERS, 6),
    (EARLY, {"processing": "queue"}, 9),
    (EARLY, {"commits": "stored"}, 9),
    (EARLY, {"commits": "before"}, 10),
    (EARLY, {**WORKERS, "processing": "by_key", "keys": 2, "deletes": True}, 8),
    (FALLS, RETRIED, 11),
    (FALLS, {"commits": "after", "fenced": False}, 13),
]

FORBIDDEN: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    ((LOST, EARLY, FALLS), {}),
    ((LOST, EARLY, FALLS), {"commits": "after"}),
    ((LOST, EARLY, FALLS), {"commits": "after", "processing": "queue", "commits_highest": True}),
    ((LOST, FALLS), WORKERS),
    ((LOST, EARLY, FALLS), {**WORKERS, "processing": "by_key", "keys": 2}),
    ((LOST, EARLY, FALLS), {"commits": "async"}),
    ((LOST, EARLY), RETRIED),
    ((LOST, EARLY), {"commits": "after", "fenced": False}),
    ((LOST, EARLY, FALLS), TOLD),
    ((LOST, EARLY, FALLS), {"commits": "after", "expires": True}),
    ((LOST, EARLY, FALLS), {"commits": "after", "auto_offset_reset": "none", "deletes": True}),
    ((TWICE, FALLS), {"commits": "before"}),
    ((TWICE, FALLS), {"commits": "before", "processing": "any"}),
    ((LOST, TWICE, EARLY, FALLS), {"commits": "together"}),
]


def explored(settings: dict[str, Any], find: str | None = None, **bounds: int) -> Exploration:
    found = explore(
        consumer, Consumption(**settings), bounds, find=frozenset({find} if find else ())
    )
    assert not found.broken
    return found


@pytest.mark.parametrize(("anomaly", "settings", "steps"), PERMITTED, ids=str)
def test_what_permits_an_anomaly(anomaly: str, settings: dict[str, Any], steps: int) -> None:
    assert len(explored(settings, anomaly).reached[anomaly].steps) == steps


@pytest.mark.parametrize(("anomalies", "settings"), FORBIDDEN, ids=str)
def test_what_forbids_them(anomalies: tuple[str, ...], settings: dict[str, Any]) -> None:
    found = explored(settings)
    assert found.outcome.complete
    assert [len(of) for of in found.outcome.hopeless.values()] == [0]
    assert not set(anomalies) & set(found.reached)
    assert "everything_is_processed_once" in found.reached


@pytest.mark.parametrize("settings", [{}, {"commits": "before"}, {"commits": "together"}, TOLD])
def test_more_records_and_instances_change_nothing(settings: dict[str, Any]) -> None:
    found = explored({**settings, "records": 3, "nodes": 3}, generations=3)
    assert found.outcome.complete


@pytest.mark.parametrize("commits", ["auto", "after", "async"])
def test_nothing_is_repeated_while_nobody_takes_over(commits: str) -> None:
    found = explored({"commits": commits, "processing": "inline"}, generations=1)
    assert found.outcome.complete
    assert TWICE not in found.reached
    assert "everything_is_processed_once" in found.reached


def test_a_variant_breaks_no_claim() -> None:
    for variant in consumer.variants.values():
        assert not explore(consumer, variant.given).broken
