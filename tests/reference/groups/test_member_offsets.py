"""Offsets of groups with members: who may commit, what may be deleted, and what expires."""

from typing import Any

import pytest
from tests.reference.groups.asking import SETTINGS, Client, Group, errors_of, subscription

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

MINUTE_MS = 60_000
EXPIRING = SETTINGS | {
    "offsets.retention.minutes": "10",
    "offsets.retention.check.interval.ms": "1000",
    "group.max.session.timeout.ms": "100000000",
}
LONG = 90_000_000


def made(**config: str) -> Group:
    group = Group(Cluster(config=SETTINGS | config))
    for topic in ("t", "u"):
        assert group.caller().create(topic, 2).error_code == 0
    return group


@pytest.fixture
def group() -> Group:
    return made()


def commit(group: Group, answer: Message | None = None, topic: str = "t", **fields: Any) -> str:
    """The error of a commit of offset 5 of partition 0, as this member or as nobody."""
    told: dict[str, Any] = {"member_id": "", "generation_id_or_member_epoch": -1}
    if answer is not None:
        told = {
            "member_id": answer.member_id,
            "generation_id_or_member_epoch": answer.generation_id,
        }
    topics = [{"name": topic, "partitions": [{"partition_index": 0, "committed_offset": 5}]}]
    sent = group.client().send("OffsetCommit", 9, topics=topics, **(told | fields))
    return error_name(sent.wait().topics[0].partitions[0].error_code)


def offset(group: Group, topic: str = "t") -> int:
    topics = [{"name": topic, "partition_indexes": [0]}]
    groups = [{"group_id": "g", "topics": topics}]
    answer = group.caller().call("OffsetFetch", 9, groups=groups)
    return int(answer.groups[0].topics[0].partitions[0].committed_offset)


def subscribed(group: Group, **fields: Any) -> tuple[Client, Message]:
    """One member, in a stable generation, that reads topic t."""
    clients, answers = group.stable(protocols=[("range", subscription("t"))], **fields)
    return clients[0], answers[0]


def delete(group: Group, topic: str) -> str:
    """The error of OffsetDelete: the group's, or the partition's."""
    topics = [{"name": topic, "partitions": [{"partition_index": 0}]}]
    answer = group.client().send("OffsetDelete", 0, topics=topics).wait()
    if answer.error_code:
        return errors_of(answer)
    return error_name(answer.topics[0].partitions[0].error_code)


def test_members_commit_in_their_generation(group: Group) -> None:
    _, answer = subscribed(group)
    assert commit(group, answer) == "NONE"
    assert commit(group, answer, generation_id_or_member_epoch=0) == "ILLEGAL_GENERATION"
    assert commit(group, answer, member_id="who") == "UNKNOWN_MEMBER_ID"
    assert commit(group, answer, group_instance_id="i") == "UNKNOWN_MEMBER_ID"
    assert commit(group) == "UNKNOWN_MEMBER_ID"
    assert offset(group) == 5


def test_a_replaced_instance_commits_no_more(group: Group) -> None:
    client = group.client()
    before = client.join(instance="i").wait()
    client.sync(before, {}).wait()
    group.client().join(instance="i").wait()
    assert commit(group, before, group_instance_id="i") == "FENCED_INSTANCE_ID"
    assert offset(group) == -1


def test_the_state_of_the_group_says_whether_members_may_commit(group: Group) -> None:
    (client,), (answer,) = group.joined()
    assert commit(group, answer) == "REBALANCE_IN_PROGRESS"
    client.sync(answer, {}).wait()
    group.client().join(version=3)
    assert group.state() == "PreparingRebalance"
    assert commit(group, answer) == "NONE"


def test_a_commit_is_a_sign_of_life(group: Group) -> None:
    client, answer = subscribed(group)
    group.pass_ms(9_000)
    assert commit(group, answer) == "NONE"
    group.pass_ms(9_000)
    assert client.beat(answer) == "NONE"


def test_offsets_of_topics_that_are_read_are_not_deleted(group: Group) -> None:
    client, answer = subscribed(group)
    assert (commit(group, answer), commit(group, answer, "u")) == ("NONE", "NONE")
    assert delete(group, "t") == "GROUP_SUBSCRIBED_TO_TOPIC"
    assert delete(group, "u") == "NONE"
    assert (offset(group), offset(group, "u")) == (5, -1)
    client.leave((answer.member_id, None))
    assert (delete(group, "t"), offset(group)) == ("NONE", -1)


def test_where_members_are_no_consumers_no_offset_is_deleted(group: Group) -> None:
    group.stable(protocol_type="connect")
    assert delete(group, "t") == "NON_EMPTY_GROUP"


def test_a_group_is_deleted_when_nobody_is_in_it(group: Group) -> None:
    client, answer = subscribed(group)
    commit(group, answer)

    def deleted() -> str:
        return errors_of(group.caller().call("DeleteGroups", 2, groups_names=["g"]).results[0])

    assert deleted() == "NON_EMPTY_GROUP"
    client.leave((answer.member_id, None))
    assert (deleted(), deleted()) == ("NONE", "GROUP_ID_NOT_FOUND")
    assert (offset(group), group.state()) == (-1, "Dead")


def test_offsets_of_a_simple_group_expire_and_so_does_the_group() -> None:
    group = made(**EXPIRING)
    commit(group)
    group.pass_ms(9 * MINUTE_MS)
    commit(group, topic="u")
    group.pass_ms(MINUTE_MS + 2_000)
    assert (offset(group), offset(group, "u"), group.state()) == (-1, 5, "Empty")
    group.pass_ms(10 * MINUTE_MS)
    assert (offset(group, "u"), group.state()) == (-1, "Dead")


def test_offsets_of_a_group_grow_old_from_when_it_is_empty() -> None:
    group = made(**EXPIRING)
    client, answer = subscribed(group, session_ms=LONG)
    commit(group, answer)
    group.pass_ms(11 * MINUTE_MS)
    client.leave((answer.member_id, None))
    group.pass_ms(9 * MINUTE_MS)
    assert offset(group) == 5
    group.pass_ms(MINUTE_MS + 2_000)
    assert (offset(group), group.state()) == (-1, "Dead")


def test_what_members_read_does_not_expire_and_the_rest_does() -> None:
    group = made(**EXPIRING)
    _, answer = subscribed(group, session_ms=LONG)
    commit(group, answer)
    commit(group, answer, "u")
    group.pass_ms(10 * MINUTE_MS + 2_000)
    assert (offset(group), offset(group, "u")) == (5, -1)
