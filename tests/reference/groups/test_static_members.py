"""Static members (KIP-345): an instance keeps its place, whichever process it is."""

from typing import Any

import pytest
from tests.reference.groups.asking import SETTINGS, Client, Group, errors_of

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.messages import Message

BOTH = (("x", b""), ("range", b"r"))


@pytest.fixture
def group() -> Group:
    return Group(Cluster(config=SETTINGS))


def stable(group: Group, **fields: Any) -> tuple[Client, Message]:
    """Instance i alone in generation 1, with an assignment."""
    client = group.client()
    joined = client.join(instance="i", **fields).wait()
    assert client.sync(joined, {joined.member_id: b"A"}).wait().error_code == 0
    return client, joined


def test_a_new_process_has_the_place_of_the_old_one_at_once(group: Group) -> None:
    old, before = stable(group)
    new = group.client()
    after = new.join(instance="i").wait()
    assert (after.error_code, after.generation_id, after.skip_assignment) == (0, 1, True)
    assert [member.member_id for member in after.members] == [after.member_id]
    assert new.sync(after).wait().assignment == b"A"
    assert group.members() == [after.member_id] != [before.member_id]
    assert old.beat(before, group_instance_id="i") == "FENCED_INSTANCE_ID"
    assert old.beat(before) == "UNKNOWN_MEMBER_ID"


def test_an_older_leader_is_told_that_its_former_life_leads(group: Group) -> None:
    _, before = stable(group)
    after = group.client().join(instance="i", version=8).wait()
    assert (after.leader, list(after.members)) == (before.member_id, [])


def test_another_choice_of_protocol_rebalances(group: Group) -> None:
    stable(group, protocols=BOTH)
    after = group.client().join(instance="i", protocols=tuple(reversed(BOTH))).wait()
    assert (after.generation_id, after.protocol_name) == (2, "range")


def test_a_restart_before_the_assignment_begins_another_generation(group: Group) -> None:
    leader, other, second = group.client(), group.client(), group.client()
    first = leader.join(instance="i").wait()
    told = other.join(other.join().wait().member_id)
    again = leader.join(first.member_id, instance="i").wait()
    answer = told.wait()
    other.sync(answer)
    second.join(instance="i")
    assert errors_of(other.wait()) == "REBALANCE_IN_PROGRESS"
    assert other.join(answer.member_id).wait().generation_id == again.generation_id + 1
    assert second.wait().error_code == 0


def test_who_waits_in_the_name_of_an_instance_loses_to_its_next_process(group: Group) -> None:
    first, answer = stable(group)
    waiting = group.client().join(instance="k")
    assert waiting.answer() is None
    next_one = group.client().join(instance="k")
    assert errors_of(waiting.wait()) == "FENCED_INSTANCE_ID"
    joined = first.join(answer.member_id, instance="i").wait()
    assert len(joined.members) == 2
    assert next_one.wait().generation_id == joined.generation_id


def test_an_instance_is_removed_by_its_name_or_its_session(group: Group) -> None:
    first, answer = stable(group)
    left = first.leave(("who", "i"), ("", "k"), ("", "i"))
    assert left == ["FENCED_INSTANCE_ID", "UNKNOWN_MEMBER_ID", "NONE"]
    assert group.state() == "Empty"
    stable(group)
    group.pass_ms(10_000)
    assert (group.state(), answer.generation_id) == ("Empty", 1)


def test_static_members_that_do_not_rejoin_in_time_stay(group: Group) -> None:
    _, answer = stable(group)
    newcomer = group.client()
    newcomer.join(newcomer.join().wait().member_id)
    joined = newcomer.wait()
    assert joined.leader == joined.member_id
    assert {member.member_id for member in joined.members} == {
        answer.member_id,
        joined.member_id,
    }
