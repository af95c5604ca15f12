"""Consume, transform, produce: which settings process an input twice, and which never do."""

from typing import Any

import pytest

from kafka_tck.model.explore import explore
from kafka_tck.model.pipeline import Pipelines, pipeline

TWICE = "an_input_is_processed_twice"
ALONE = "an_output_is_without_its_offset"
ZOMBIE: dict[str, Any] = {"group_metadata": False}
UNSTABLE: dict[str, Any] = {"require_stable": False}
APART: dict[str, Any] = {"offsets_in_transactions": False}
ONE_ID: dict[str, Any] = {**ZOMBIE, **UNSTABLE, "one_id": True}
LARGER: dict[str, Any] = {"inputs": 2, "nodes": 3}


@pytest.mark.parametrize(
    ("anomaly", "settings", "generations", "steps"),
    [
        (TWICE, ZOMBIE, 1, 11),
        (TWICE, UNSTABLE, 1, 11),
        (TWICE, APART, 1, 9),
        (TWICE, {}, 1, None),
        (TWICE, LARGER, 3, None),
        (TWICE, ONE_ID, 1, None),
        (TWICE, {**ONE_ID, **LARGER}, 3, None),
        (ALONE, APART, 1, 4),
        (ALONE, ZOMBIE, 1, None),
        (ALONE, UNSTABLE, 1, None),
        (ALONE, LARGER, 3, None),
    ],
)
def test_what_permits_an_anomaly(
    anomaly: str, settings: dict[str, Any], generations: int, steps: int | None
) -> None:
    bounds = {"generations": generations}
    found = explore(pipeline, Pipelines(**settings), bounds, find=frozenset({anomaly}))
    assert not found.broken
    if steps is None:
        assert found.outcome.complete
        assert anomaly not in found.reached
    else:
        assert len(found.reached[anomaly].steps) == steps
