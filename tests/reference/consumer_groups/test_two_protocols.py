"""Groups whose members speak both protocols, and groups that go from one to the other."""

import struct
from collections.abc import Callable
from typing import Any

import pytest

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name

SETTINGS = {
    "group.consumer.assignment.interval.ms": "0",
    "group.initial.rebalance.delay.ms": "0",
}


def subscription(*topics: str, owned: tuple[int, ...] = ()) -> bytes:
    """Version 1: topics, no user data, what is owned of `t`."""
    data = struct.pack(">hi", 1, len(topics))
    for topic in topics:
        data += struct.pack(">h", len(topic)) + topic.encode()
    data += struct.pack(">ii", -1, bool(owned))
    if owned:
        data += b"\x00\x01t" + struct.pack(f">i{len(owned)}i", len(owned), *owned)
    return data


def assignment(*partitions: int) -> bytes:
    data = struct.pack(">hi", 1, 1) + b"\x00\x01t"
    data += struct.pack(f">i{len(partitions)}i", len(partitions), *partitions)
    return data + struct.pack(">i", -1)


def parts(data: bytes) -> list[int]:
    """The partitions of `t` that an assignment has."""
    if not data or data[2:6] == bytes(4):
        return []
    (count,) = struct.unpack_from(">i", data, 9)
    return list(struct.unpack_from(f">{count}i", data, 13))


class Mixed:
    """A group `g` with members of both protocols; a topic `t` of four partitions."""

    def __init__(self, call_to: Callable[..., Any], **config: str) -> None:
        named = {name.replace("_", "."): value for name, value in config.items()}
        self.cluster = Cluster(config=SETTINGS | named)
        self.caller = call_to(self.cluster)
        self.topic_id = self.caller.create("t", 4).topic_id
        self.caller.call("FindCoordinator", key_type=0, coordinator_keys=["g"])
        self.cluster.advance_to(self.cluster.now_ms + 10)

    def join(
        self, member: str = "", *, owned: tuple[int, ...] = (), instance: str | None = None
    ) -> Any:
        protocols = [{"name": "range", "metadata": subscription("t", owned=owned)}]
        answer = self.caller.call(
            "JoinGroup",
            group_id="g",
            member_id=member,
            group_instance_id=instance,
            protocol_type="consumer",
            protocols=protocols,
            session_timeout_ms=10_000,
            rebalance_timeout_ms=10_000,
        )
        if error_name(answer.error_code) == "MEMBER_ID_REQUIRED":
            return self.join(answer.member_id, owned=owned)
        return answer

    def sync(self, member: str, generation: int, **assigned: bytes) -> Any:
        return self.caller.call(
            "SyncGroup",
            group_id="g",
            member_id=member,
            generation_id=generation,
            protocol_type="consumer",
            protocol_name="range",
            assignments=[{"member_id": m, "assignment": a} for m, a in assigned.items()],
        )

    def alone(self) -> Any:
        """The only member of the group, which is classic; it has all partitions."""
        joined = self.join()
        self.sync(joined.member_id, 1, **{joined.member_id: assignment(0, 1, 2, 3)})
        return joined.member_id

    def old_beat(self, member: str, generation: int) -> str:
        answer = self.caller.call(
            "Heartbeat", group_id="g", member_id=member, generation_id=generation
        )
        return error_name(answer.error_code)

    def beat(self, epoch: int = 0, member: str = "new") -> Any:
        first = {"rebalance_timeout_ms": 10_000, "subscribed_topic_names": ["t"]}
        return self.caller.call(
            "ConsumerGroupHeartbeat",
            group_id="g",
            member_id=member,
            member_epoch=epoch,
            topic_partitions=[] if epoch == 0 else None,
            **(first if epoch == 0 else {}),
        )

    def told(self, answer: Any) -> list[int]:
        return [i for t in answer.assignment.topic_partitions for i in t.partitions]

    def describe(self) -> Any:
        return self.caller.call("ConsumerGroupDescribe", group_ids=["g"]).groups[0]

    def old_describe(self) -> Any:
        return self.caller.call("DescribeGroups", groups=["g"]).groups[0]


@pytest.fixture
def mixed(call_to: Callable[..., Any]) -> Mixed:
    return Mixed(call_to)


def test_a_classic_group_is_upgraded_and_shares(mixed: Mixed) -> None:
    old = mixed.alone()
    joined = mixed.beat()
    assert (error_name(joined.error_code), joined.member_epoch) == ("NONE", 2)
    assert mixed.told(joined) == []
    described = mixed.describe()
    assert {m.member_id: m.member_type for m in described.members} == {old: 0, "new": 1}
    assert described.group_state == "Reconciling"
    assert mixed.old_beat(old, 1) == "REBALANCE_IN_PROGRESS"
    still = mixed.join(old, owned=(0, 1, 2, 3))
    assert (still.generation_id, still.protocol_name) == (1, "range")
    kept = parts(mixed.sync(old, 1).assignment)
    assert len(kept) == 2
    assert mixed.old_beat(old, 1) == "REBALANCE_IN_PROGRESS", "it has to give up what it was told"
    gone = mixed.join(old, owned=tuple(kept))
    assert gone.generation_id == 2
    assert parts(mixed.sync(old, 2).assignment) == kept
    assert mixed.old_beat(old, 2) == "NONE"
    assert mixed.told(mixed.beat(2)) == sorted({0, 1, 2, 3} - {*kept})
    assert mixed.describe().group_state == "Stable"


def test_the_last_new_member_leaves_a_classic_group(mixed: Mixed) -> None:
    old = mixed.alone()
    mixed.beat()
    assert mixed.beat(-1).member_epoch == -1
    assert error_name(mixed.describe().error_code) == "GROUP_ID_NOT_FOUND"
    described = mixed.old_describe()
    assert (described.group_state, described.protocol_type) == ("PreparingRebalance", "consumer")
    assert mixed.old_beat(old, 2) == "REBALANCE_IN_PROGRESS"
    again = mixed.join(old)
    assert (again.generation_id, again.leader) == (3, old)
    mixed.sync(old, 3, **{old: assignment(0, 1, 2, 3)})
    assert mixed.old_beat(old, 3) == "NONE"


def test_a_coordinator_that_loads_knows_both(call_to: Callable[..., Any], mixed: Mixed) -> None:
    mixed.alone()
    mixed.beat()
    before = mixed.describe()
    mixed.cluster.stop(1)
    mixed.cluster.start(1)
    mixed.cluster.advance_to(mixed.cluster.now_ms + 10)
    mixed.caller = call_to(mixed.cluster)
    assert mixed.describe() == before
    mixed.beat(-1)
    mixed.cluster.stop(1)
    mixed.cluster.start(1)
    mixed.cluster.advance_to(mixed.cluster.now_ms + 10)
    mixed.caller = call_to(mixed.cluster)
    assert len(mixed.old_describe().members) == 1


def test_a_classic_member_joins_a_consumer_group(mixed: Mixed) -> None:
    mixed.beat()
    joined = mixed.join()
    assert joined.generation_id == 3
    assert parts(mixed.sync(joined.member_id, 3).assignment) == []
    assert mixed.old_beat(joined.member_id, 3) == "NONE", "it waits for what the other one has"
    assert mixed.old_beat("new", 2) == "UNKNOWN_MEMBER_ID"
    assert mixed.old_beat(joined.member_id, 2) == "ILLEGAL_GENERATION"


def test_classic_members_are_fenced_for_silence_and_for_not_joining(mixed: Mixed) -> None:
    old = mixed.alone()
    mixed.beat()
    for _ in range(2):
        assert mixed.old_beat(old, 1) == "REBALANCE_IN_PROGRESS"
        mixed.cluster.advance_to(mixed.cluster.now_ms + 6_000)
    assert mixed.old_beat(old, 1) == "UNKNOWN_MEMBER_ID"
    assert mixed.told(mixed.beat(2)) == [0, 1, 2, 3]


def test_anybody_leaves_by_the_old_api(mixed: Mixed) -> None:
    mixed.beat()
    mixed.beat(member="other")
    left = mixed.caller.call("LeaveGroup", group_id="g", members=[{"member_id": "new"}])
    assert error_name(left.members[0].error_code) == "NONE"
    assert [m.member_id for m in mixed.describe().members] == ["other"]


@pytest.mark.parametrize("policy", ["disabled", "downgrade"])
def test_without_the_policy_nothing_is_upgraded(call_to: Callable[..., Any], policy: str) -> None:
    mixed = Mixed(call_to, group_consumer_migration_policy=policy)
    old = mixed.alone()
    assert error_name(mixed.beat().error_code) == "GROUP_ID_NOT_FOUND"
    assert mixed.old_beat(old, 1) == "NONE"


def test_without_the_policy_no_classic_member_joins(call_to: Callable[..., Any]) -> None:
    mixed = Mixed(call_to, group_consumer_migration_policy="disabled")
    mixed.beat()
    assert error_name(mixed.join().error_code) == "INCONSISTENT_GROUP_PROTOCOL"


def test_an_empty_classic_group_becomes_a_consumer_group(mixed: Mixed) -> None:
    old = mixed.alone()
    mixed.caller.call("LeaveGroup", group_id="g", members=[{"member_id": old}])
    assert mixed.beat().member_epoch == 2
    assert error_name(mixed.old_describe().error_code) == "GROUP_ID_NOT_FOUND"


def test_offsets_stay_with_the_group(mixed: Mixed) -> None:
    old = mixed.alone()
    part = {"partition_index": 0, "committed_offset": 7, "committed_metadata": ""}
    commit = {"group_id": "g", "topics": [{"name": "t", "partitions": [part]}]}
    mixed.caller.call("OffsetCommit", 9, member_id=old, generation_id_or_member_epoch=1, **commit)
    mixed.beat()
    wanted = [{"name": "t", "partition_indexes": [0]}]
    asked = {"group_id": "g", "topics": wanted, "member_id": "new", "member_epoch": 2}
    fetched = mixed.caller.call("OffsetFetch", 9, groups=[asked]).groups[0]
    assert fetched.topics[0].partitions[0].committed_offset == 7
    stale = mixed.caller.call("OffsetFetch", 9, groups=[asked | {"member_epoch": 1}]).groups[0]
    assert error_name(stale.error_code) == "STALE_MEMBER_EPOCH"
