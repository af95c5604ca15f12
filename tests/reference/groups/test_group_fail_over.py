"""Classic groups when their coordinator restarts, or another broker takes over."""

from tests.reference.groups.asking import SETTINGS, Client, Group, errors_of

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.messages import Message

THREE = SETTINGS | {"offsets.topic.replication.factor": "3"}


def ready(group: Group) -> Client:
    """A client of whoever coordinates now, once that one answers."""
    while group.find() is None or group.state() is None:
        group.pass_ms(100)
    return group.client()


def restart(group: Group) -> Client:
    group.cluster.stop(1)
    group.cluster.start(1)
    return ready(group)


def fail_over(group: Group) -> Client:
    """The coordinator goes for good; another of the three brokers has the group."""
    gone = group.find()
    assert gone is not None
    group.cluster.kill(gone)
    while group.find() in (None, gone):
        group.pass_ms(500)
    return ready(group)


def stable(group: Group) -> list[Message]:
    """Two members, the second of them instance i, with their ids as assignments."""
    dynamic, static = group.client(), group.client()
    dynamic.join(dynamic.join().wait().member_id)
    static.join(instance="i")
    answers = [dynamic.wait(), static.wait()]
    parts = {answer.member_id: answer.member_id.encode() for answer in answers}
    clients = [dynamic, static]
    for client, answer in zip(clients, answers, strict=True):
        client.sync(answer, parts if answer.leader == answer.member_id else {})
    assert [client.wait().error_code for client in clients] == [0, 0]
    return answers


def sees_all(group: Group, client: Client, answers: list[Message]) -> None:
    """The group is as it was: its members live, and have what they had."""
    found = group.described()
    assert found.group_state == "Stable"
    assert {m.member_id: m.member_assignment for m in found.members} == {
        answer.member_id: answer.member_id.encode() for answer in answers
    }
    for answer in answers:
        assert client.beat(answer) == "NONE"
        assert client.sync(answer).wait().assignment == answer.member_id.encode()


def test_a_restart_forgets_no_member() -> None:
    group = Group(Cluster(config=SETTINGS))
    answers = stable(group)
    sees_all(group, restart(group), answers)


def test_another_coordinator_knows_all_members() -> None:
    group = Group(Cluster(brokers=3, config=THREE))
    answers = stable(group)
    sees_all(group, fail_over(group), answers)


def test_who_is_an_instance_is_known_after_a_restart() -> None:
    group = Group(Cluster(config=SETTINGS))
    _, before = stable(group)
    after = group.client().join(instance="i").wait()
    client = restart(group)
    assert client.beat(after, group_instance_id="i") == "NONE"
    assert client.beat(before, group_instance_id="i") == "FENCED_INSTANCE_ID"


def test_sessions_begin_anew_with_the_coordinator() -> None:
    group = Group(Cluster(config=SETTINGS))
    first, _ = stable(group)
    group.pass_ms(9_000)
    client = restart(group)
    group.pass_ms(5_000)
    assert client.beat(first) == "NONE"
    group.pass_ms(10_000)
    assert client.beat(first) == "UNKNOWN_MEMBER_ID"


def test_a_generation_without_an_assignment_is_forgotten() -> None:
    group = Group(Cluster(config=SETTINGS))
    (client,), (answer,) = group.stable()
    newer = client.join(answer.member_id).wait()
    assert newer.generation_id == 2
    client = restart(group)
    assert client.beat(newer) == "ILLEGAL_GENERATION"
    assert client.beat(answer) == "NONE"


def test_a_group_that_is_empty_keeps_its_generation() -> None:
    group = Group(Cluster(config=SETTINGS))
    (client,), (answer,) = group.stable()
    client.leave((answer.member_id, None))
    client = restart(group)
    assert group.state() == "Empty"
    joined = client.join(client.join().wait().member_id).wait()
    assert joined.generation_id == 3


def test_who_waits_is_told_that_another_coordinates() -> None:
    group = Group(Cluster(brokers=3, config=THREE))
    (leader, follower), (first, second) = group.stable(2)
    follower.join(second.member_id, protocols=[("range", b"new")])
    moved = _move_the_coordinator(group)
    assert errors_of(follower.wait()) == "NOT_COORDINATOR"
    assert moved.beat(first) == "NONE"
    assert leader.beat(first) == "NOT_COORDINATOR"


def _move_the_coordinator(group: Group) -> Client:
    """Another replica leads, and the one before lives on."""
    was = group.find()
    others = [node for node in group.cluster.node_ids() if node != was]
    parts = [{"partition_index": 0, "replicas": others}]
    topics = [{"name": "__consumer_offsets", "partitions": parts}]
    caller = group.caller()
    assert caller.call("AlterPartitionReassignments", 0, topics=topics).error_code == 0
    while group.find() in (None, was):
        group.pass_ms(100)
    return ready(group)
