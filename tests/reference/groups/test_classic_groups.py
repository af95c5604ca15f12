"""Classic groups: joining, syncing, heartbeats and leaving, at one coordinator."""

import pytest
from tests.reference.groups.asking import RANGE, SESSION_MS, SETTINGS, Group, errors_of

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


def test_an_older_client_joins_without_an_id(group: Group) -> None:
    joined = group.client().join(version=3).wait()
    assert (joined.error_code, joined.generation_id, joined.leader) == (0, 1, joined.member_id)


def test_an_unknown_id_makes_no_group(group: Group) -> None:
    assert errors_of(group.client().join("who").wait()) == "UNKNOWN_MEMBER_ID"
    assert group.state() == "Dead"


def test_session_timeouts_have_bounds(group: Group) -> None:
    client = group.client()
    told = [errors_of(client.join(session_ms=ms).wait()) for ms in (99, 100, 1_800_001)]
    assert told == ["INVALID_SESSION_TIMEOUT", "MEMBER_ID_REQUIRED", "INVALID_SESSION_TIMEOUT"]


def test_two_members_get_what_the_leader_gives_them(group: Group) -> None:
    clients, answers = group.stable(2)
    assert [len(answer.members) for answer in answers] == [2, 0]
    assert group.state() == "Stable"
    for client, answer in zip(clients, answers, strict=True):
        assert client.beat(answer) == "NONE"


def test_who_has_another_protocol_changes_nothing(group: Group) -> None:
    (_, follower), (_, answer) = group.stable(2)
    other = group.client()
    assert errors_of(other.join(protocols=[("x", b"")]).wait()) == "INCONSISTENT_GROUP_PROTOCOL"
    assert errors_of(other.join(protocol_type="connect").wait()) == "INCONSISTENT_GROUP_PROTOCOL"
    assert (group.state(), follower.beat(answer)) == ("Stable", "NONE")


def test_most_votes_choose_among_the_protocols_that_all_support(group: Group) -> None:
    lists = ["xyz", "yx", "yzx"]
    ids = [group.client().join(protocols=_named(names)).wait().member_id for names in lists]
    clients = [group.client() for _ in lists]
    for client, member_id, names in zip(clients, ids, lists, strict=True):
        client.join(member_id, protocols=_named(names))
    assert {client.wait().protocol_name for client in clients} == {"y"}


def _named(names: str) -> list[tuple[str, bytes]]:
    return [(name, b"") for name in names]


def test_a_new_member_waits_until_the_others_have_rejoined(group: Group) -> None:
    (first,), (answer,) = group.stable()
    newcomer = group.client()
    told = newcomer.join().wait()
    newcomer.join(told.member_id)
    assert (newcomer.answer(), group.state()) == (None, "PreparingRebalance")
    assert first.beat(answer) == "REBALANCE_IN_PROGRESS"
    again = first.join(answer.member_id).wait()
    assert (again.generation_id, again.leader) == (2, answer.member_id)
    assert newcomer.wait().generation_id == 2


def test_who_does_not_rejoin_in_time_is_out(group: Group) -> None:
    (first,), (answer,) = group.stable()
    newcomer = group.client()
    newcomer.join(newcomer.join().wait().member_id)
    joined = newcomer.wait()
    assert (joined.generation_id, joined.leader) == (2, joined.member_id)
    assert first.beat(answer) == "UNKNOWN_MEMBER_ID"


def test_a_follower_that_asks_again_is_told_what_there_is(group: Group) -> None:
    (_, follower), (_, answer) = group.stable(2)
    again = follower.join(answer.member_id).wait()
    assert (again.generation_id, list(again.members)) == (1, [])
    assert group.state() == "Stable"


def test_a_leader_that_joins_again_and_a_member_that_changes_rebalance(group: Group) -> None:
    (leader, follower), (first, second) = group.stable(2)
    leader.join(first.member_id)
    assert (leader.answer(), group.state()) == (None, "PreparingRebalance")
    follower.join(second.member_id, protocols=[("range", b"new")])
    answers = [leader.wait(), follower.wait()]
    assert [answer.generation_id for answer in answers] == [2, 2]
    assert b"new" in [member.metadata for member in answers[0].members]


def test_a_repeated_join_before_the_assignment_is_answered_alike(group: Group) -> None:
    (leader,), (answer,) = group.joined()
    again = leader.join(answer.member_id).wait()
    assert (again.generation_id, len(again.members)) == (1, 1)
    assert group.state() == "CompletingRebalance"


def test_a_rebalance_ends_the_wait_for_an_assignment(group: Group) -> None:
    (leader, follower), (first, second) = group.joined(2)
    follower.sync(second)
    leader.join(first.member_id, protocols=[("range", b"new")])
    assert errors_of(follower.wait()) == "REBALANCE_IN_PROGRESS"


def test_a_follower_waits_for_the_leader_and_assigns_nothing(group: Group) -> None:
    (leader, follower), (first, second) = group.joined(2)
    follower.sync(second, {second.member_id: b"mine"})
    assert follower.answer() is None
    assert leader.sync(first, {first.member_id: b"all"}).wait().assignment == b"all"
    assert follower.wait().assignment == b""


def test_syncing_is_for_members_of_the_generation(group: Group) -> None:
    (client,), (answer,) = group.joined()
    wrong: list[dict[str, object]] = [
        {"member_id": "who"},
        {"generation_id": 7},
        {"protocol_name": "x"},
        {"group_instance_id": "i"},
    ]
    assert [errors_of(client.sync(answer, {}, **fields).wait()) for fields in wrong] == [
        "UNKNOWN_MEMBER_ID",
        "ILLEGAL_GENERATION",
        "INCONSISTENT_GROUP_PROTOCOL",
        "UNKNOWN_MEMBER_ID",
    ]


def test_heartbeats_are_for_members_of_the_generation(group: Group) -> None:
    (client,), (answer,) = group.stable()
    assert client.beat(answer, generation_id=0) == "ILLEGAL_GENERATION"
    assert client.beat(answer, member_id="who") == "UNKNOWN_MEMBER_ID"
    assert client.beat(answer, group_instance_id="i") == "UNKNOWN_MEMBER_ID"


def test_who_leaves_is_answered_alone_and_the_others_rebalance(group: Group) -> None:
    (leader, follower), (first, second) = group.stable(2)
    gone = follower.leave((second.member_id, None), ("who", None), (second.member_id, None))
    assert gone == ["NONE", "UNKNOWN_MEMBER_ID", "UNKNOWN_MEMBER_ID"]
    assert leader.beat(first) == "REBALANCE_IN_PROGRESS"
    assert leader.leave((first.member_id, None)) == ["NONE"]
    assert (group.state(), group.members()) == ("Empty", [])


def test_one_member_leaves_in_older_versions(group: Group) -> None:
    (client,), (answer,) = group.stable()
    left = [
        client.send("LeaveGroup", version, member_id=answer.member_id).wait().error_code
        for version in (0, 2)
    ]
    assert left == [0, 25]


def test_a_silent_member_is_removed_and_heartbeats_keep_one(group: Group) -> None:
    (client,), (answer,) = group.stable()
    for _ in range(3):
        group.pass_ms(SESSION_MS - 1)
        assert client.beat(answer) == "NONE"
    group.pass_ms(SESSION_MS)
    assert client.beat(answer) == "UNKNOWN_MEMBER_ID"
    assert group.state() == "Empty"


def test_an_id_that_nobody_comes_with_is_forgotten(group: Group) -> None:
    (first,), (answer,) = group.stable(rebalance_ms=100_000)
    stranger = group.client().join(session_ms=300).wait().member_id
    first.join(answer.member_id)
    assert first.answer() is None
    group.pass_ms(300)
    assert first.wait().generation_id == 2
    assert errors_of(group.client().join(stranger).wait()) == "UNKNOWN_MEMBER_ID"


def test_who_never_asks_for_its_assignment_is_removed(group: Group) -> None:
    (leader, _), (first, second) = group.joined(2)
    assert leader.sync(first, {}).wait().error_code == 0
    group.pass_ms(5_000)
    assert leader.beat(first) == "REBALANCE_IN_PROGRESS"
    assert group.members() == [first.member_id]
    assert second.member_id not in group.members()


def test_the_first_generation_waits_longer_while_others_come() -> None:
    group = Group(Cluster(config=SETTINGS | {"group.initial.rebalance.delay.ms": "1000"}))
    clients = [group.client() for _ in range(3)]
    ids = [client.join().wait().member_id for client in clients]
    for client, member_id in zip(clients, ids, strict=True):
        client.join(member_id)
        group.pass_ms(700)
    assert clients[0].answer() is None
    group.pass_ms(1000)
    assert {client.wait().generation_id for client in clients} == {1}


def test_a_group_has_a_maximal_size() -> None:
    group = Group(Cluster(config=SETTINGS | {"group.max.size": "2"}))
    (leader, _), (first, _) = group.stable(2)
    assert errors_of(group.client().join(version=3).wait()) == "GROUP_MAX_SIZE_REACHED"
    assert leader.beat(first) == "NONE"


def test_a_client_that_has_gone_keeps_its_place(group: Group) -> None:
    (first,), (answer,) = group.stable()
    newcomer = group.client()
    newcomer.join(newcomer.join().wait().member_id).close()
    again = first.join(answer.member_id).wait()
    assert len(again.members) == 2


def test_groups_are_listed_by_state_and_type(group: Group) -> None:
    group.stable(protocols=(RANGE,))

    def listed(states: list[str], types: list[str]) -> list[str]:
        answer = group.caller().call("ListGroups", 5, states_filter=states, types_filter=types)
        return [found.group_id for found in answer.groups]

    assert listed([], []) == listed(["stable"], ["Classic"]) == ["g"]
    assert listed(["Empty"], []) == listed([], ["consumer"]) == []
