"""Stops, kills and lost power: what a broker still knows afterwards."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_code

if TYPE_CHECKING:
    from tests.reference.conftest import Caller

CallTo = Callable[..., "Caller"]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_records_outlive_the_process(end: str, caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    caller.produce("t", b"x", b"y")
    getattr(caller.cluster, end)(1)
    caller.cluster.start(1)
    after = call_to(caller.cluster)
    assert after.offset("t") == 2
    assert after.bases("t") == [0]


def test_lost_power_takes_what_was_not_flushed(caller: "Caller", call_to: CallTo) -> None:
    caller.create("lost")
    caller.create("kept", flush_messages="1")
    caller.produce("lost", b"x")
    caller.produce("kept", b"x")
    caller.cluster.lose_power(1)
    caller.cluster.start(1)
    after = call_to(caller.cluster)
    assert (after.offset("lost"), after.offset("kept")) == (0, 1)


def test_a_kill_forgets_a_log_start_that_was_not_noted(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    caller.produce("t", b"a", b"b")
    part = [{"partition_index": 0, "offset": 1}]
    caller.call("DeleteRecords", topics=[{"name": "t", "partitions": part}], timeout_ms=1000)
    assert caller.offset("t", -2) == 1
    caller.cluster.kill(1)
    caller.cluster.start(1)
    assert call_to(caller.cluster).offset("t", -2) == 0


def test_a_topic_made_again_outlives_the_process(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    caller.call("DeleteTopics", topics=[{"name": "t"}], timeout_ms=1000)
    caller.create("t")
    caller.produce("t", b"x", b"y")
    caller.cluster.stop(1)
    caller.cluster.start(1)
    assert call_to(caller.cluster).offset("t") == 2


def test_a_restart_keeps_the_epochs_above_the_log_start(caller: "Caller", call_to: CallTo) -> None:
    """What was led under epoch 0 is deleted; epoch 2 began at the log start."""
    caller.create("t")
    caller.produce("t", b"a", b"b")
    caller.cluster.stop(1)
    caller.cluster.start(1)
    again = call_to(caller.cluster)
    part = [{"partition_index": 0, "offset": -1}]
    again.call("DeleteRecords", topics=[{"name": "t", "partitions": part}], timeout_ms=1000)
    again.produce("t", b"c")
    caller.cluster.stop(1)
    caller.cluster.start(1)
    asked = [{"partition": 0, "leader_epoch": 3, "current_leader_epoch": -1}]
    answer = call_to(caller.cluster).call(
        "OffsetForLeaderEpoch", topics=[{"topic": "t", "partitions": asked}]
    )
    found = answer.topics[0].partitions[0]
    assert (found.leader_epoch, found.end_offset) == (2, 3)


def test_a_topic_deleted_meanwhile_leaves_no_directory(tmp_path: Path, call_to: CallTo) -> None:
    cluster = Cluster(brokers=2, data_dir=tmp_path)
    created = call_to(cluster, 1).create("t")
    assert created.error_code == 0
    described = call_to(cluster, 1).call("Metadata", 12, topics=[{"name": "t"}])
    leader = described.topics[0].partitions[0].leader_id
    left = tmp_path / f"broker-{leader}" / "t-0"
    assert left.is_dir()
    cluster.stop(leader)
    call_to(cluster, 3 - leader).call("DeleteTopics", topics=[{"name": "t"}], timeout_ms=1000)
    assert left.is_dir()
    cluster.start(leader)
    assert not left.exists()
    for node in cluster.node_ids():
        cluster.stop(node)


def test_a_restart_ends_fetch_sessions(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}
    wait = {"max_wait_ms": 0, "min_bytes": 1, "max_bytes": 1000}
    made = caller.call("Fetch", 12, topics=[{"topic": "t", "partitions": [part]}], **wait)
    caller.cluster.stop(1)
    caller.cluster.start(1)
    after = call_to(caller.cluster).call(
        "Fetch", 12, topics=[], session_id=made.session_id, session_epoch=1, **wait
    )
    assert after.error_code == error_code("FETCH_SESSION_ID_NOT_FOUND")


def test_only_the_leader_serves(cluster: Cluster, call_to: CallTo) -> None:
    callers = {node: call_to(cluster, node) for node in cluster.node_ids()}
    callers[1].create("t")
    leader = callers[1].call("Metadata", 12, topics=[{"name": "t"}]).topics[0].partitions[0]
    for node, caller in callers.items():
        wanted = 0 if node == leader.leader_id else error_code("NOT_LEADER_OR_FOLLOWER")
        assert caller.produce("t", b"x").error_code == wanted
        assert caller.fetch("t").error_code == wanted


def test_a_partition_without_its_leader_is_unavailable(cluster: Cluster, call_to: CallTo) -> None:
    caller = call_to(cluster, 1)
    caller.create("t", partitions=3)
    before = caller.call("Metadata", 12, topics=[{"name": "t"}]).topics[0].partitions
    lost = next(part for part in before if part.leader_id != 1)
    cluster.kill(lost.leader_id)
    cluster.advance_to(cluster.now_ms + 9_000)
    during = caller.call("Metadata", 12, topics=[{"name": "t"}]).topics[0].partitions
    assert during[lost.partition_index].error_code == error_code("LEADER_NOT_AVAILABLE")
    cluster.start(lost.leader_id)
    after = caller.call("Metadata", 12, topics=[{"name": "t"}]).topics[0].partitions
    assert after[lost.partition_index].leader_id == lost.leader_id
    assert after[lost.partition_index].leader_epoch > lost.leader_epoch


def test_a_cluster_comes_back_from_its_directory(tmp_path: Path, call_to: CallTo) -> None:
    first = Cluster(data_dir=tmp_path)
    caller = call_to(first)
    created = caller.create("t", retention_ms="12345")
    caller.produce("t", b"x", b"y")
    first.stop(1)
    second = Cluster(data_dir=tmp_path)
    again = call_to(second)
    described = again.call("Metadata", 12, topics=[{"name": "t"}])
    assert described.topics[0].topic_id == created.topic_id
    assert described.cluster_id == first.cluster_id
    assert (again.offset("t"), again.bases("t")) == (2, [0])
    second.stop(1)
