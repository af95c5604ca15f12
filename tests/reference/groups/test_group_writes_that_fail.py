"""Classic groups whose coordinator cannot commit what it writes: too few replicas are in sync."""

import pytest
from tests.reference.groups.asking import SETTINGS, Client, Group, errors_of

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.messages import Message

TWO = SETTINGS | {
    "offsets.topic.replication.factor": "3",
    "min.insync.replicas": "2",
    "replica.lag.time.max.ms": "1000",
}


@pytest.fixture
def group() -> Group:
    return Group(Cluster(brokers=3, config=TWO))


def leave_alone(group: Group) -> list[int]:
    """Only the coordinator is left in the ISR; returns who has gone."""
    others = [node for node in group.cluster.node_ids() if node != group.find()]
    for node in others:
        group.cluster.stop(node)
    group.pass_ms(15_000)
    return others


def come_back(group: Group, nodes: list[int]) -> None:
    for node in nodes:
        group.cluster.start(node)
    group.pass_ms(5_000)


def static(group: Group) -> tuple[Client, Message]:
    client = group.client()
    joined = client.join(instance="i", session_ms=60_000).wait()
    assert client.sync(joined, {joined.member_id: b"A"}).wait().error_code == 0
    return client, joined


def test_nobody_gets_an_assignment_that_is_not_stored(group: Group) -> None:
    (leader, follower), (first, second) = group.joined(2, session_ms=60_000, rebalance_ms=60_000)
    others = leave_alone(group)
    follower.sync(second)
    leader.sync(first, {second.member_id: b"B"})
    group.pass_ms(4_999)
    assert (follower.answer(), leader.answer()) == (None, None)
    group.pass_ms(1)
    told = [errors_of(client.wait()) for client in (leader, follower)]
    assert told == ["COORDINATOR_NOT_AVAILABLE"] * 2
    assert group.described().group_state == "PreparingRebalance"
    come_back(group, others)
    leader.join(first.member_id)
    again = follower.join(second.member_id).wait()
    assert (again.generation_id, leader.wait().generation_id) == (2, 2)


def test_a_replacement_that_is_not_stored_is_undone(group: Group) -> None:
    old, before = static(group)
    others = leave_alone(group)
    refused = group.client().join(instance="i").wait()
    assert (errors_of(refused), refused.member_id) == ("COORDINATOR_NOT_AVAILABLE", "")
    come_back(group, others)
    assert old.beat(before, group_instance_id="i") == "NONE"
    assert group.members() == [before.member_id]
