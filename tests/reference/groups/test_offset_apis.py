"""OffsetCommit and OffsetFetch against a group without members, on three brokers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from tests.reference.conftest import Caller

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

CallTo = Callable[..., Caller]
UNKNOWN_ID = UUID(int=77)


class Group:
    """Group g at whatever broker coordinates it."""

    def __init__(self, cluster: Cluster, call_to: CallTo) -> None:
        self._cluster = cluster
        self._call_to = call_to
        wanted = {"name": "t", "num_partitions": 3, "replication_factor": 3}
        call_to(cluster).call("CreateTopics", topics=[wanted], timeout_ms=1000)
        self.topic_id = cluster._controller.image.topics["t"].topic_id

    def coordinator(self) -> int:
        while True:
            asker = self._call_to(self._cluster, self._cluster.node_ids()[0])
            found = asker.call("FindCoordinator", 4, key_type=0, coordinator_keys=["g"])
            if found.coordinators[0].error_code == 0:
                return int(found.coordinators[0].node_id)
            self.pass_time(100)

    def pass_time(self, ms: int) -> None:
        self._cluster.advance_to(self._cluster.now_ms + ms)

    def call(self, api: str, version: int, **fields: Any) -> Message:
        return self._call_to(self._cluster, self.coordinator()).call(api, version, **fields)

    def commit(
        self, *parts: tuple[int, int], version: int = 9, metadata: str = "m", **fields: Any
    ) -> list[str]:
        """The errors of a commit of partitions with offsets."""
        wanted = [
            {"partition_index": index, "committed_offset": offset, "committed_metadata": metadata}
            for index, offset in parts
        ]
        named = {"topic_id": self.topic_id} if version >= 10 else {"name": "t"}
        topics = [{**named, "partitions": wanted}]
        answer = self.call("OffsetCommit", version, group_id="g", topics=topics, **fields)
        return [error_name(p.error_code) for t in answer.topics for p in t.partitions]

    def fetch(self, *indexes: int, stable: bool = False) -> list[tuple[int, str]]:
        """Offsets and errors of partitions."""
        topics = [{"name": "t", "partition_indexes": list(indexes)}]
        groups = [{"group_id": "g", "topics": topics}]
        answer = self.call("OffsetFetch", 9, groups=groups, require_stable=stable)
        assert answer.groups[0].error_code == 0
        parts = answer.groups[0].topics[0].partitions
        return [(part.committed_offset, error_name(part.error_code)) for part in parts]


@pytest.fixture
def group(cluster: Cluster, call_to: CallTo) -> Group:
    """The group, once its coordinator has loaded what there is (nothing)."""
    group = Group(cluster, call_to)
    while group.commit((2, 0)) == ["COORDINATOR_LOAD_IN_PROGRESS"]:
        group.pass_time(1)
    return group


def test_what_was_committed_is_fetched_also_a_lower_offset(group: Group) -> None:
    assert group.commit((0, 7), (1, 5)) == ["NONE", "NONE"]
    assert group.commit((0, 3)) == ["NONE"]
    assert group.fetch(0, 1) == [(3, "NONE"), (5, "NONE")]


def test_what_was_never_committed_is_no_error(group: Group) -> None:
    assert group.fetch(0, 9, stable=True) == [(-1, "NONE"), (-1, "NONE")]


def test_entries_are_judged_one_by_one(group: Group) -> None:
    assert group.commit((9, 1), (0, 4)) == ["UNKNOWN_TOPIC_OR_PARTITION", "NONE"]
    assert group.commit((1, 4), metadata="é" * 4096) == ["NONE"]
    assert group.commit((1, 5), metadata="x" * 4097) == ["OFFSET_METADATA_TOO_LARGE"]
    assert group.fetch(0, 1, stable=True) == [(4, "NONE"), (4, "NONE")]


def test_metadata_is_counted_in_units_of_utf_16(group: Group) -> None:
    assert group.commit((1, 4), metadata="𝄞" * 2048) == ["NONE"]
    assert group.commit((1, 5), metadata="𝄞" * 2049) == ["OFFSET_METADATA_TOO_LARGE"]


def test_a_generation_needs_a_member(group: Group) -> None:
    named: dict[str, Any] = {"generation_id_or_member_epoch": 0, "member_id": "m"}
    assert group.commit((0, 1), **named) == ["UNKNOWN_MEMBER_ID"]
    assert group.commit((0, 1), version=8, **named) == ["UNKNOWN_MEMBER_ID"]
    assert group.commit((0, 1), generation_id_or_member_epoch=-1, member_id="m") == ["NONE"]


def test_a_group_exists_once_somebody_may_commit_though_nothing_was(group: Group) -> None:
    group.call("DeleteGroups", 2, groups_names=["g"])
    assert group.commit((0, 1), metadata="x" * 4097) == ["OFFSET_METADATA_TOO_LARGE"]
    answer = group.call("DeleteGroups", 2, groups_names=["g"])
    assert error_name(answer.results[0].error_code) == "NONE"


def test_by_id(group: Group) -> None:
    assert group.commit((0, 6), version=10) == ["NONE"]
    asked = [
        {"topic_id": UNKNOWN_ID, "partition_indexes": [0]},
        {"topic_id": group.topic_id, "partition_indexes": [0]},
    ]
    answer = group.call("OffsetFetch", 10, groups=[{"group_id": "g", "topics": asked}])
    told = [
        (topic.topic_id, part.committed_offset, error_name(part.error_code))
        for topic in answer.groups[0].topics
        for part in topic.partitions
    ]
    assert told == [(group.topic_id, 6, "NONE"), (UNKNOWN_ID, -1, "UNKNOWN_TOPIC_ID")]


def test_all_partitions_of_several_groups(group: Group) -> None:
    group.commit((1, 5))
    groups = [{"group_id": name, "topics": None} for name in ("g", "g")]
    answer = group.call("OffsetFetch", 8, groups=groups)
    told = [
        [(part.partition_index, part.committed_offset) for part in found.topics[0].partitions]
        for found in answer.groups
    ]
    assert told == [[(2, 0), (1, 5)]] * 2


@pytest.mark.parametrize("version", [1, 2, 8])
def test_only_the_coordinator_answers(
    group: Group, cluster: Cluster, call_to: CallTo, version: int
) -> None:
    other = next(node for node in cluster.node_ids() if node != group.coordinator())
    topics = [{"name": "t", "partition_indexes": [0]}]
    if version < 8:
        answer = call_to(cluster, other).call("OffsetFetch", version, group_id="g", topics=topics)
        code = answer.error_code if version >= 2 else answer.topics[0].partitions[0].error_code
    else:
        groups = [{"group_id": "g", "topics": topics}]
        code = call_to(cluster, other).call("OffsetFetch", 8, groups=groups).groups[0].error_code
    assert error_name(code) == "NOT_COORDINATOR"


def test_a_new_coordinator_knows_what_was_committed(group: Group, cluster: Cluster) -> None:
    group.commit((0, 7), metadata="before")
    first = group.coordinator()
    cluster.kill(first)
    group.pass_time(12_000)
    assert group.coordinator() != first
    assert group.fetch(0) == [(7, "NONE")]
    assert group.commit((0, 8)) == ["NONE"]
    assert group.fetch(0, stable=True) == [(8, "NONE")]


def test_offsets_that_are_not_committed_yet_are_not_told(group: Group, cluster: Cluster) -> None:
    group.commit((0, 7))
    leader = group.coordinator()
    for node in cluster.node_ids():
        if node != leader:
            cluster.cut(node, leader)
    assert group.commit((0, 8)) == ["COORDINATOR_NOT_AVAILABLE"]
    assert group.fetch(0) == [(7, "NONE")]


def test_the_offsets_of_a_deleted_topic_go_with_it(group: Group) -> None:
    group.commit((0, 7), (1, 8))
    group.call("DeleteTopics", 6, topics=[{"name": "t"}], timeout_ms=1000)
    group.pass_time(1000)
    assert group.fetch(0, 1, 2) == [(-1, "NONE")] * 3


def test_offsets_can_be_deleted(group: Group) -> None:
    group.commit((0, 7), (1, 8))
    parts = [{"partition_index": index} for index in (0, 9)]
    topics = [{"name": "t", "partitions": parts}]
    answer = group.call("OffsetDelete", 0, group_id="g", topics=topics)
    told = [(p.partition_index, error_name(p.error_code)) for p in answer.topics[0].partitions]
    assert told == [(9, "UNKNOWN_TOPIC_OR_PARTITION"), (0, "NONE")]
    assert group.fetch(0, 1) == [(-1, "NONE"), (8, "NONE")]


def test_a_group_is_deleted_with_its_offsets(group: Group) -> None:
    group.commit((0, 7))
    answer = group.call("DeleteGroups", 2, groups_names=["g", "g"])
    assert [error_name(result.error_code) for result in answer.results] == ["NONE"]
    assert group.fetch(0, 2) == [(-1, "NONE")] * 2
    refused = group.call("OffsetDelete", 0, group_id="g", topics=[])
    assert error_name(refused.error_code) == "GROUP_ID_NOT_FOUND"
    assert group.commit((0, 1), generation_id_or_member_epoch=0) == ["GROUP_ID_NOT_FOUND"]
    assert group.commit((0, 1), version=8, generation_id_or_member_epoch=0) == [
        "ILLEGAL_GENERATION"
    ]
