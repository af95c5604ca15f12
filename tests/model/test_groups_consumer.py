"""Who may own a partition of a consumer group: every state, and which rules it takes."""

from typing import Any

import pytest

from kafka_tck.model.batch.search import Search
from kafka_tck.model.explore import explore
from kafka_tck.model.finite import Finite
from kafka_tck.model.groups_consumer import ConsumerGroups, groups_consumer

LARGE: dict[str, Any] = {"nodes": 3, "partitions": 3}


@pytest.mark.parametrize(
    ("settings", "joins", "states", "depth"),
    [
        ({}, 3, 18_517, 20),
        ({}, 5, 226_917, 26),
        ({"partitions": 3}, 3, 67_611, 20),
        ({"nodes": 3}, 3, 779_423, 22),
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


def test_claims_hold_of_three_members_and_three_partitions() -> None:
    finite = Finite(groups_consumer, ConsumerGroups(**LARGE))
    always = finite.claims(groups_consumer.always_claims)
    broken = {name: finite.make.negate(claim) for name, claim in always.items()}
    outcome = Search(finite, broken, symmetric=True).run()
    assert outcome.complete
    assert not outcome.reached
    assert (outcome.states, outcome.depth) == (6_809_691, 24)
