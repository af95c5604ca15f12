"""The assignors of real clients, and of Kafka's coordinator, keep the model's laws.

What they do not keep is in docs/findings/assignors-of-clients.md.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model.rejoining import drawn, groups_of_change, groups_with_racks
from tests.reference.client_assignors import (
    aiokafka_assigns,
    kafka_assigns,
    kafka_python_assigns,
)
from tests.reference.test_java_client import java as java

from kafka_tck.model.assignors.group import Group
from kafka_tck.model.assignors.laws import (
    ALWAYS,
    PROMISES,
    Law,
    breaches,
    hands_over,
    is_balanced,
    is_complete_but_for_moves,
    is_disjoint,
    is_of_subscribers,
)

BATCH = 400
IN_STEPS: tuple[Law, ...] = (is_complete_but_for_moves, is_disjoint, is_of_subscribers)
STAYING: tuple[Law, ...] = (*ALWAYS, is_balanced)


def has_old_claims(group: Group) -> bool:
    """Whether a member came back with what it owned in an older generation."""
    return len({member.generation for member in group.members}) > 1


def without_instances(group: Group) -> Group:
    return replace(group, members=tuple(replace(m, instance=None) for m in group.members))


def laws_of_python(name: str, group: Group) -> tuple[Law, ...]:
    """Old claims to a partition are a second choice to these clients: they move more."""
    if has_old_claims(group):
        kept = {"sticky": STAYING, "cooperative-sticky": (*IN_STEPS, hands_over)}
        return {**PROMISES, **kept}[name]
    return PROMISES[name]


def laws_of_kafka(name: str, group: Group) -> tuple[Law, ...]:
    """Racks come before staying; old claims count to who subscribes to something else."""
    believes = has_old_claims(group) and not group.has_equal_subscriptions
    in_steps = IN_STEPS if believes else (*IN_STEPS, hands_over)
    if group.racks:
        first = {"range": PROMISES["range with racks"], "sticky": STAYING}
        return {**PROMISES, **first, "cooperative-sticky": in_steps}[name]
    return in_steps if name == "cooperative-sticky" and believes else PROMISES[name]


@pytest.mark.parametrize("name", ["range", "roundrobin", "sticky", "cooperative-sticky"])
@given(group=groups_of_change())
def test_kafka_python(name: str, group: Group) -> None:
    if name != "roundrobin" or group.has_equal_subscriptions:
        assignment = kafka_python_assigns(name, group)
        assert breaches(group, assignment, laws_of_python(name, group)) == []


@pytest.mark.parametrize("name", ["range", "roundrobin", "sticky"])
@given(group=groups_of_change().map(without_instances))
def test_aiokafka(name: str, group: Group) -> None:
    assert breaches(group, aiokafka_assigns(name, group), laws_of_python(name, group)) == []


@pytest.mark.parametrize("racks", [False, True])
def test_kafka(java: list[str], racks: bool) -> None:
    """The assignors of its own client, of which range and sticky look at racks, and its broker."""
    strategy: st.SearchStrategy[Group] = groups_with_racks() if racks else groups_of_change()
    groups = drawn(strategy, BATCH)
    for group, made in zip(groups, kafka_assigns(java, groups), strict=True):
        for name, assignment in made.items():
            assert not isinstance(assignment, str), (name, assignment, group)
            assert breaches(group, assignment, laws_of_kafka(name, group)) == [], (name, group)
