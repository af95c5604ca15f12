"""Classic groups: joining, syncing, heartbeats and leaving, at one coordinator."""

import pytest
from tests.reference.groups.asking import SETTINGS, Group, errors_of

from kafka_tck.reference.cluster import Cluster


@pytest.fixture
def group() -> Group:
    return Group(Cluster(config=SETTINGS))


def test_a_new_member_has_to_come_again_with_the_id_that_it_is_given(group: Group) -> None:
    client = group.client()
    told = client.join().wait()
    assert (errors_of(told), told.generation_id) == ("MEMBER_ID_REQUIRED", -1)
    assert group.state() == "Empty"
    joined = client.join(told.member_id).wait()
    assert (joined.error_code, joined.generation_id, joined.leader) == (0, 1, told.member_id)
    assert [member.metadata for member in joined.members] == [b"r"]


def test_two_members_get_what_the_leader_gives_them(group: Group) -> None:
    clients, answers = group.stable(2)
    assert [len(answer.members) for answer in answers] == [2, 0]
    assert group.state() == "Stable"
    assert [client.beat(answer) for client, answer in zip(clients, answers, strict=True)] == [
        "NONE",
        "NONE",
    ]
