"""The controller of the bundled cluster: elections, reassignments, shutdowns, fail-over."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.reference.conftest import Caller

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.features import ELR
from kafka_tck.reference.records import PartitionRecord
from kafka_tck.wire.errors import error_name

CallTo = Callable[..., Caller]
SESSION = 9_000
LAG = 30_000


def pass_time(cluster: Cluster, ms: int) -> None:
    cluster.advance_to(cluster.now_ms + ms)


def state(cluster: Cluster) -> PartitionRecord:
    """Partition 0 of t, as the controller has it."""
    return cluster._controller.image.topics["t"].partitions[0]


def make(caller: Caller, *replicas: int, **configs: str) -> None:
    named = [{"name": k.replace("_", "."), "value": v} for k, v in configs.items()]
    assignment = {"partition_index": 0, "broker_ids": list(replicas)}
    wanted = {"name": "t", "num_partitions": -1, "replication_factor": -1}
    topic = wanted | {"assignments": [assignment], "configs": named}
    answer = caller.call("CreateTopics", topics=[topic], timeout_ms=1000)
    assert error_name(answer.topics[0].error_code) == "NONE"


def reassign(caller: Caller, *replicas: int) -> str:
    parts = [{"partition_index": 0, "replicas": list(replicas) or None}]
    asked: dict[str, Any] = {"topics": [{"name": "t", "partitions": parts}], "timeout_ms": 1000}
    answer = caller.call("AlterPartitionReassignments", **asked)
    return error_name(answer.responses[0].partitions[0].error_code)


def elect(caller: Caller, kind: int = 0) -> str:
    asked = [{"topic": "t", "partitions": [0]}]
    answer = caller.call(
        "ElectLeaders", election_type=kind, topic_partitions=asked, timeout_ms=1000
    )
    return error_name(answer.replica_election_results[0].partition_result[0].error_code)


def part(cluster: Cluster, one: int, other: int) -> None:
    cluster.cut(one, other)
    cluster.cut(other, one)


def test_reordered_replicas_and_an_election_move_the_leader(
    cluster: Cluster, call_to: CallTo
) -> None:
    caller = call_to(cluster)
    make(caller, 1, 2, 3)
    assert reassign(caller, 2, 1, 3) == "NONE"
    assert (state(cluster).leader, state(cluster).leader_epoch) == (1, 0)
    assert elect(caller) == "NONE"
    assert (state(cluster).leader, state(cluster).leader_epoch) == (2, 1)
    assert elect(caller) == "ELECTION_NOT_NEEDED"


def test_a_reassignment_waits_for_who_is_added(cluster: Cluster, call_to: CallTo) -> None:
    caller = call_to(cluster)
    make(caller, 1, 2)
    caller.produce("t", b"a")
    part(cluster, 1, 3)
    assert reassign(caller, 3) == "NONE"
    pass_time(cluster, LAG)
    now = state(cluster)
    assert (now.replicas, now.adding, now.removing) == ((3, 1, 2), (3,), (1, 2))
    cluster.heal(1, 3)
    cluster.heal(3, 1)
    pass_time(cluster, LAG)
    now = state(cluster)
    assert (now.replicas, now.isr, now.leader, now.is_reassigned) == ((3,), (3,), 3, False)
    assert call_to(cluster, 3).bases("t") == [0]
    assert "t-0" not in cluster._brokers[1].replicas.root.directories()


def test_a_later_target_takes_the_place_of_an_earlier(cluster: Cluster, call_to: CallTo) -> None:
    caller = call_to(cluster)
    make(caller, 1, 2)
    part(cluster, 1, 3)
    reassign(caller, 2, 3)
    assert reassign(caller, 1, 2, 3) == "NONE"
    assert (state(cluster).adding, state(cluster).removing) == ((3,), ())
    assert reassign(caller, 1, 2) == "NONE"
    assert (state(cluster).replicas, state(cluster).is_reassigned) == ((1, 2), False)


def test_a_cancelled_reassignment_ends_with_the_old_replicas(
    cluster: Cluster, call_to: CallTo
) -> None:
    caller = call_to(cluster)
    make(caller, 1, 2)
    assert reassign(caller) == "NO_REASSIGNMENT_IN_PROGRESS"
    part(cluster, 1, 3)
    reassign(caller, 3)
    epoch = state(cluster).leader_epoch
    assert reassign(caller) == "NONE"
    now = state(cluster)
    assert (now.replicas, now.isr, now.is_reassigned) == ((1, 2), (1, 2), False)
    assert now.leader_epoch == epoch + 1, "broker 3 is fenced"


def test_what_was_reassigned_while_a_broker_was_down_is_removed(
    cluster: Cluster, call_to: CallTo
) -> None:
    caller = call_to(cluster)
    make(caller, 1, 2)
    caller.produce("t", b"a")
    cluster.kill(2)
    pass_time(cluster, SESSION)
    assert reassign(caller, 1) == "NONE"
    cluster.start(2)
    assert "t-0" not in cluster._brokers[2].replicas.root.directories()


def test_who_is_removed_is_not_eligible_and_loses_nothing(
    cluster: Cluster, call_to: CallTo
) -> None:
    """docs/findings/removed-replicas-stay-eligible.md"""
    caller = call_to(cluster)
    make(caller, 1, 2, 3, min_insync_replicas="3")
    caller.produce("t", b"a")
    assert reassign(caller, 1, 2) == "NONE"
    assert state(cluster).elr == ()
    caller.produce("t", b"b")
    part(cluster, 1, 2)
    part(cluster, 1, 3)
    caller.produce("t", b"c", acks=1)
    pass_time(cluster, 2 * LAG)
    assert (state(cluster).isr, state(cluster).elr) == ((1,), (2,))
    reassign(caller, 1, 3)
    cluster.kill(1)
    pass_time(cluster, SESSION)
    now = state(cluster)
    assert (now.leader, now.replicas) == (3, (1, 3)), "2 led until 3 was in sync"
    assert call_to(cluster, 3).produce("t", b"d", acks=1).base_offset == 2


def test_before_a_broker_stops_another_leads(cluster: Cluster, call_to: CallTo) -> None:
    make(call_to(cluster), 1, 2, 3)
    client = call_to(cluster, 1)
    length = len(cluster._controller.log)
    cluster.stop(1)
    assert (state(cluster).leader, state(cluster).isr) == (2, (2, 3))
    kinds = [type(record).__name__ for record in cluster._controller.log[length:]]
    assert kinds == [
        "BrokerRegistrationChangeRecord",
        "PartitionRecord",
        "BrokerRegistrationChangeRecord",
    ]
    assert client.closed
    cluster.start(1)
    pass_time(cluster, 3_000)
    assert set(state(cluster).isr) == {1, 2, 3}


def test_a_broker_that_stops_is_not_taken_into_an_isr(cluster: Cluster, call_to: CallTo) -> None:
    """Between the two, it may still fetch: neither its leader nor the controller wants it."""
    make(call_to(cluster), 2, 1, 3)
    cluster._do(0, cluster._controller.broker_stops(1))
    pass_time(cluster, 5_000)
    assert set(state(cluster).isr) == {2, 3}


def test_with_a_clean_stop_the_place_among_the_eligible_is_kept(call_to: CallTo) -> None:
    for level, kept in ((1, (1,)), (0, ())):
        cluster = Cluster(brokers=3, features={ELR: level})
        make(call_to(cluster, 3), 1, 2, min_insync_replicas="2")
        cluster.stop(1)
        assert (state(cluster).isr, state(cluster).elr) == ((2,), kept)
        cluster.start(1)
        assert state(cluster).elr == kept or 1 in state(cluster).isr


def test_a_new_controller_knows_what_the_old_one_knew(cluster: Cluster, call_to: CallTo) -> None:
    caller = call_to(cluster)
    make(caller, 1, 2, 3)
    part(cluster, 1, 3)
    caller.produce("t", b"a", acks=1)
    pass_time(cluster, 2 * LAG)
    old = cluster._controller
    cluster.fail_over_controller()
    new = cluster._controller
    assert new is not old
    for name in ("brokers", "topics", "configs", "features", "next_producer_id", "offset"):
        assert getattr(new.image, name) == getattr(old.image, name), name
    assert call_to(cluster, 2).create("u").error_code == 0
    assert "u" not in old.image.topics


def test_sessions_begin_anew_with_a_new_controller(cluster: Cluster, call_to: CallTo) -> None:
    make(call_to(cluster, 2), 1, 2, 3)
    cluster.kill(1)
    pass_time(cluster, SESSION - 1)
    cluster.fail_over_controller()
    pass_time(cluster, SESSION - 1)
    assert state(cluster).leader == 1
    pass_time(cluster, 1)
    assert state(cluster).leader == 2


@pytest.mark.parametrize("way", [(1, 0), (0, 1)])
def test_questions_are_asked_again(cluster: Cluster, call_to: CallTo, way: tuple[int, int]) -> None:
    """The question was on its way, or the answer to what the old controller has done."""
    caller = call_to(cluster)
    cluster.delay(*way, 200)
    wanted = {"name": "t", "num_partitions": 1, "replication_factor": 3}
    caller.send("CreateTopics", 7, topics=[wanted], timeout_ms=5_000)
    pass_time(cluster, 100)
    done = "t" in cluster._controller.image.topics
    assert done == (way == (0, 1))
    cluster.fail_over_controller()
    cluster.delay(*way, 0)
    pass_time(cluster, 2_000)
    assert state(cluster).leader != -1
    assert caller.frame() is not None, "an answer came"
