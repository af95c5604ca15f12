"""The loss matrix: which settings lose acknowledged records, under which faults, how soon."""

from typing import Any

import pytest

from kafka_tck.model.durability import Durability, durability
from kafka_tck.model.explore import explore

LOST = "an_acknowledged_record_is_lost"
TWO = {"min_insync_replicas": 2}


@pytest.mark.parametrize(
    ("settings", "crashes", "power_failures", "steps"),
    [
        ({"acks": 0}, 1, 0, 2),
        ({"acks": 1}, 1, 0, 2),
        ({"acks": 1, "min_insync_replicas": 2}, 1, 0, 2),
        ({"acks": 1, "nodes": 1}, 2, 0, None),
        ({"nodes": 1}, 0, 1, 3),
        ({}, 3, 0, None),
        ({"unclean": True}, 1, 0, 4),
        ({}, 0, 1, 5),
        ({**TWO, "records": 2}, 3, 0, None),
        ({**TWO, "unclean": True}, 2, 0, 6),
        ({**TWO, "records": 2}, 0, 1, 8),
        ({**TWO, "records": 2, "elr": True}, 0, 1, None),
        ({**TWO, "elr": True}, 0, 2, 8),
        ({**TWO, "flush": True}, 0, 3, None),
        ({**TWO, "nodes": 2, "records": 2}, 0, 1, 7),
        ({**TWO, "nodes": 2, "records": 2, "elr": True}, 0, 1, None),
        ({**TWO, "acks_after_minimum": True}, 1, 0, 4),
        ({"acks_before_append": True}, 1, 0, 4),
        ({**TWO, "elr": True, "gate": False}, 1, 0, 4),
        ({**TWO, "gate": False}, 1, 0, None),
    ],
)
def test_the_loss_matrix(
    settings: dict[str, Any], crashes: int, power_failures: int, steps: int | None
) -> None:
    bounds = {"crashes": crashes, "power_failures": power_failures}
    found = explore(durability, Durability(**settings), bounds, find=frozenset({LOST}))
    assert not found.broken
    if steps is None:
        assert found.outcome.complete
        assert LOST not in found.reached
    else:
        assert len(found.reached[LOST].steps) == steps


def test_one_record_lasts_through_a_power_failure_if_nothing_follows_it() -> None:
    """The power failure of the matrix needs a second record: only it puts a follower behind."""
    bounds = {"crashes": 0, "power_failures": 1}
    found = explore(durability, Durability(min_insync_replicas=2), bounds, find=frozenset({LOST}))
    assert found.outcome.complete
    assert LOST not in found.reached
