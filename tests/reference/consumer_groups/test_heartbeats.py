"""Members of consumer groups at a bundled broker: who gets which partitions, and when."""

from collections.abc import Callable
from typing import Any

import pytest

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.rules import ConsumerGroupRules, Rules
from kafka_tck.wire.errors import error_name

NOW = {"group.consumer.assignment.interval.ms": "0"}


class Group:
    """One group `g` at a broker; members are named by their ids."""

    def __init__(self, call_to: Callable[..., Any], cluster: Cluster) -> None:
        self.cluster = cluster
        self.caller = call_to(cluster)
        self.find()
        self.ids: dict[str, Any] = {}
        self.names: dict[Any, str] = {}

    def find(self) -> None:
        """Waits until the coordinator is there, and has read its log."""
        self.caller.call("FindCoordinator", key_type=0, coordinator_keys=["g"])
        self.cluster.advance_to(self.cluster.now_ms + 10)

    def topic(self, name: str, partitions: int) -> None:
        topic_id = self.caller.create(name, partitions).topic_id
        self.ids[name], self.names[topic_id] = topic_id, name

    def beat(
        self,
        member: str,
        epoch: int = 0,
        *,
        owned: list[str] | None = None,
        topics: list[str] | None = None,
        version: int = 1,
        **fields: Any,
    ) -> Any:
        """`owned` are partitions as `t0`. A join says all that it must."""
        if epoch == 0:
            owned = [] if owned is None else owned
            topics = ["t"] if topics is None and "subscribed_topic_regex" not in fields else topics
            fields = {"rebalance_timeout_ms": 60_000} | fields
        return self.caller.call(
            "ConsumerGroupHeartbeat",
            version,
            group_id="g",
            member_id=member,
            member_epoch=epoch,
            subscribed_topic_names=topics,
            topic_partitions=None if owned is None else self._named(owned),
            **fields,
        )

    def _named(self, owned: list[str]) -> list[dict[str, Any]]:
        found: dict[str, list[int]] = {}
        for name in owned:
            found.setdefault(name[:-1], []).append(int(name[-1]))
        return [{"topic_id": self.ids[t], "partitions": parts} for t, parts in found.items()]

    def told(self, answer: Any) -> list[str] | None:
        """The assignment of an answer."""
        if answer.assignment is None:
            return None
        return self.read(answer.assignment)

    def read(self, assignment: Any) -> list[str]:
        return [
            f"{self.names[t.topic_id]}{index}"
            for t in assignment.topic_partitions
            for index in t.partitions
        ]

    def describe(self) -> Any:
        return self.caller.call("ConsumerGroupDescribe", group_ids=["g"]).groups[0]


def error(answer: Any) -> str:
    return error_name(answer.error_code)


@pytest.fixture
def group(call_to: Callable[..., Any]) -> Group:
    """A group without an assignment interval, and a topic `t` of four partitions."""
    made = Group(call_to, Cluster(config=NOW))
    made.topic("t", 4)
    return made


def test_the_first_member_gets_all(group: Group) -> None:
    answer = group.beat("a")
    assert (error(answer), answer.member_id, answer.member_epoch) == ("NONE", "a", 2)
    assert answer.heartbeat_interval_ms == 5000
    assert group.told(answer) == ["t0", "t1", "t2", "t3"]
    again = group.beat("a")
    assert (again.member_epoch, group.told(again)) == (2, ["t0", "t1", "t2", "t3"])
    later = group.beat("a", 2)
    assert (error(later), later.member_epoch, group.told(later)) == ("NONE", 2, None)


def test_partitions_move_when_they_are_given_up(group: Group) -> None:
    group.beat("a")
    joined = group.beat("b")
    assert (joined.member_epoch, group.told(joined)) == (3, [])
    told = group.beat("a", 2)
    kept = group.told(told)
    assert told.member_epoch == 2
    assert kept is not None
    assert len(kept) == 2
    assert group.told(group.beat("b", 3)) is None
    assert group.told(group.beat("a", 2)) is None
    done = group.beat("a", 2, owned=kept)
    assert (done.member_epoch, group.told(done)) == (3, None)
    given = group.beat("b", 3)
    assert (given.member_epoch, group.told(given)) == (
        3,
        sorted({"t0", "t1", "t2", "t3"} - {*kept}),
    )
    assert group.describe().group_state == "Stable"


def test_epochs_are_fenced(group: Group) -> None:
    assert error(group.beat("a", 1)) == "GROUP_ID_NOT_FOUND"
    group.beat("a")
    assert error(group.beat("b", 2)) == "UNKNOWN_MEMBER_ID"
    assert error(group.beat("a", 3)) == "FENCED_MEMBER_EPOCH"
    assert error(group.beat("a", 1)) == "FENCED_MEMBER_EPOCH"
    group.topic("u", 1)
    grown = group.beat("a", 2, topics=["t", "u"])
    assert (grown.member_epoch, group.told(grown)) == (3, ["t0", "t1", "t2", "t3", "u0"])
    assert error(group.beat("a", 2)) == "FENCED_MEMBER_EPOCH", "it does not say what it owns"
    assert error(group.beat("a", 2, owned=["t0"])) == "NONE"


def test_requests_that_are_refused_as_such(group: Group) -> None:
    for fields in (
        {"member": ""},
        {"member": "a", "epoch": -3},
        {"member": "a", "epoch": -2},
        {"member": "a", "rebalance_timeout_ms": -1},
        {"member": "a", "owned": ["t0"]},
        {"member": "a", "instance_id": ""},
    ):
        assert error(group.beat(**fields)) == "INVALID_REQUEST"
    assert error(group.beat("a", server_assignor="x")) == "UNSUPPORTED_ASSIGNOR"
    assert error(group.describe()) == "GROUP_ID_NOT_FOUND"


def test_old_clients_are_given_an_id(group: Group) -> None:
    answer = group.beat("", version=0)
    assert error(answer) == "NONE"
    assert error(group.beat(answer.member_id, 2, version=0)) == "NONE"


def test_leaving_frees_the_partitions(group: Group) -> None:
    group.beat("a")
    group.beat("b")
    left = group.beat("a", -1)
    assert (error(left), left.member_epoch) == ("NONE", -1)
    assert error(group.beat("a", 2)) == "UNKNOWN_MEMBER_ID"
    given = group.beat("b", 3)
    assert (given.member_epoch, group.told(given)) == (4, ["t0", "t1", "t2", "t3"])
    group.beat("b", -1)
    assert (group.describe().group_state, group.describe().group_epoch) == ("Empty", 5)


def test_a_static_member_comes_back(group: Group) -> None:
    group.beat("a", instance_id="i")
    assert error(group.beat("b", instance_id="i")) == "UNRELEASED_INSTANCE_ID"
    assert group.beat("a", -2, instance_id="i").member_epoch == -2
    assert error(group.beat("a", 2, instance_id="i")) == "FENCED_MEMBER_EPOCH"
    heir = group.beat("b", instance_id="i")
    assert (heir.member_epoch, group.told(heir)) == (2, ["t0", "t1", "t2", "t3"])
    assert error(group.beat("a", 2, instance_id="i")) == "FENCED_INSTANCE_ID"
    assert error(group.beat("a", 2)) == "UNKNOWN_MEMBER_ID"
    assert error(group.beat("b", 2, instance_id="x")) == "UNKNOWN_MEMBER_ID"


def test_topics_that_come_grow_and_go(group: Group) -> None:
    group.beat("a", topics=["t", "u"])
    group.topic("u", 1)
    assert group.told(group.beat("a", 2)) == ["t0", "t1", "t2", "t3", "u0"]
    wanted = [{"name": "u", "count": 2, "assignments": None}]
    group.caller.call("CreatePartitions", topics=wanted, timeout_ms=1000)
    assert group.told(group.beat("a", 3)) == ["t0", "t1", "t2", "t3", "u0", "u1"]
    group.caller.call("DeleteTopics", topics=[{"name": "t"}], timeout_ms=1000)
    answer = group.beat("a", 4)
    assert group.told(answer) == ["u0", "u1"]


def test_regular_expressions(group: Group) -> None:
    assert error(group.beat("a", subscribed_topic_regex="(")) == "INVALID_REGULAR_EXPRESSION"
    assert error(group.beat("a", subscribed_topic_regex="(?=t)")) == "INVALID_REGULAR_EXPRESSION"
    joined = group.beat("a", subscribed_topic_regex="t|v.")
    assert (joined.member_epoch, group.told(joined)) == (1, [])
    group.cluster.advance_to(group.cluster.now_ms + 10)
    found = group.beat("a", 1)
    assert (found.member_epoch, group.told(found)) == (2, ["t0", "t1", "t2", "t3"])
    group.topic("v1", 1)
    group.topic("v22", 1)
    group.cluster.advance_to(group.cluster.now_ms + 10_001)
    group.beat("a", 2)
    group.cluster.advance_to(group.cluster.now_ms + 10)
    assert group.told(group.beat("a", 2)) == ["t0", "t1", "t2", "t3", "v10"]


def test_silent_members_are_fenced(group: Group) -> None:
    group.beat("a")
    group.cluster.advance_to(group.cluster.now_ms + 44_999)
    assert error(group.beat("a", 2)) == "NONE"
    group.cluster.advance_to(group.cluster.now_ms + 45_000)
    assert error(group.beat("a", 2)) == "UNKNOWN_MEMBER_ID"


def test_members_that_give_nothing_up_are_fenced(group: Group) -> None:
    group.beat("a", rebalance_timeout_ms=10_000)
    group.beat("b")
    group.beat("a", 2)
    group.cluster.advance_to(group.cluster.now_ms + 9_999)
    assert error(group.beat("a", 2)) == "NONE"
    group.cluster.advance_to(group.cluster.now_ms + 1)
    assert error(group.beat("a", 2)) == "UNKNOWN_MEMBER_ID"


def test_targets_keep_their_distance(call_to: Callable[..., Any]) -> None:
    group = Group(call_to, Cluster())
    group.topic("t", 2)
    group.beat("a")
    joined = group.beat("b")
    assert (joined.member_epoch, group.told(joined)) == (2, [])
    assert group.describe().group_state == "Assigning"
    group.cluster.advance_to(group.cluster.now_ms + 1000)
    assert group.beat("b", 2).member_epoch == 3


def test_a_new_coordinator_knows_the_group(call_to: Callable[..., Any]) -> None:
    cluster = Cluster(config=NOW)
    group = Group(call_to, cluster)
    group.topic("t", 4)
    group.beat("a")
    group.beat("b")
    kept = group.told(group.beat("a", 2))
    before = group.describe()
    cluster.stop(1)
    cluster.start(1)
    cluster.advance_to(cluster.now_ms + 10_000)
    group.caller = call_to(cluster)
    assert group.describe() == before
    assert kept is not None
    assert group.beat("a", 2, owned=kept).member_epoch == 3
    assert len(group.told(group.beat("b", 3)) or []) == 2


def test_full_groups_take_nobody(call_to: Callable[..., Any]) -> None:
    group = Group(call_to, Cluster(config=NOW | {"group.consumer.max.size": "1"}))
    group.topic("t", 1)
    group.beat("a")
    assert error(group.beat("b")) == "GROUP_MAX_SIZE_REACHED"
    assert error(group.beat("a")) == "NONE"


def test_at_level_0_there_are_no_consumer_groups(call_to: Callable[..., Any]) -> None:
    group = Group(call_to, Cluster(features={"group.version": 0}))
    assert error(group.beat("a")) == "UNSUPPORTED_VERSION"
    assert error(group.describe()) == "UNSUPPORTED_VERSION"


def test_earlier_epochs_commit_for_what_was_held_since(group: Group) -> None:
    group.beat("a")
    group.beat("b")
    kept = group.told(group.beat("a", 2))
    assert kept is not None
    group.beat("a", 2, owned=kept)
    numbers = [int(name[-1]) for name in kept]

    def commit(epoch: int, wanted: list[int]) -> set[str]:
        parts = [{"partition_index": i, "committed_offset": 1} for i in wanted]
        answer = group.caller.call(
            "OffsetCommit",
            group_id="g",
            member_id="a",
            generation_id_or_member_epoch=epoch,
            topics=[{"topic_id": group.ids["t"], "partitions": parts}],
        )
        return {error(part) for part in answer.topics[0].partitions}

    assert commit(2, numbers) == {"NONE"}
    assert commit(1, numbers) == {"STALE_MEMBER_EPOCH"}
    assert commit(2, [0, 1, 2, 3]) == {"STALE_MEMBER_EPOCH"}, "one of them is not its own"
    assert commit(3, [0, 1, 2, 3]) == {"NONE"}


def test_another_rule_makes_another_coordinator(call_to: Callable[..., Any]) -> None:
    class HandsOver(ConsumerGroupRules):
        def is_free(self, owner_epoch: int | None) -> bool:
            return True

    group = Group(call_to, Cluster(config=NOW, rules=Rules(consumer_groups=HandsOver())))
    group.topic("t", 2)
    group.beat("a")
    assert group.told(group.beat("b")) != []
