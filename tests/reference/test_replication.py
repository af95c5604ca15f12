"""Replication: followers fetch, the high watermark follows, leaders change, logs stay alike."""

from collections.abc import Callable

import pytest
from tests.reference.conftest import Caller

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.features import ELR
from kafka_tck.reference.partition import Partition
from kafka_tck.wire.errors import error_code, error_name

CallTo = Callable[..., Caller]
NODES = (1, 2, 3)
SESSION = 9_000
LAG = 30_000


def replicas(cluster: Cluster) -> dict[int, Partition]:
    """The replicas of partition 0 of t on the brokers that run."""
    hosted = {n: cluster._brokers[n].replicas.get("t", 0) for n in NODES if n in cluster._brokers}
    return {node: partition for node, partition in hosted.items() if partition is not None}


def leader_of(cluster: Cluster) -> int:
    return cluster._controller.image.topics["t"].partitions[0].leader


def isr_of(cluster: Cluster) -> set[int]:
    return set(cluster._controller.image.topics["t"].partitions[0].isr)


def pass_time(cluster: Cluster, ms: int) -> None:
    cluster.advance_to(cluster.now_ms + ms)


@pytest.fixture
def topic(cluster: Cluster, call_to: CallTo) -> Cluster:
    """Three brokers, and a topic that all of them hold."""
    wanted = {"name": "t", "num_partitions": 1, "replication_factor": 3}
    call_to(cluster).call("CreateTopics", topics=[wanted], timeout_ms=1000)
    assert isr_of(cluster) == set(NODES)
    return cluster


def produce(cluster: Cluster, call_to: CallTo, *values: bytes, **fields: int) -> str:
    """The error of one batch at the present leader."""
    return error_name(
        call_to(cluster, leader_of(cluster)).produce("t", *values, **fields).error_code
    )


def contents(partition: Partition) -> list[tuple[int, int, bytes]]:
    return [
        (batch.base_offset, batch.leader_epoch, batch.payload) for batch in partition.log.batches()
    ]


def settle(cluster: Cluster) -> None:
    """Long enough for followers to hear of the high watermark, and to come back into the ISR."""
    pass_time(cluster, 3_000)


def assert_alike(cluster: Cluster) -> None:
    settle(cluster)
    held = replicas(cluster)
    first = contents(held[leader_of(cluster)])
    for node, partition in held.items():
        assert contents(partition) == first, node
        assert partition.log.hw == partition.log.leo, node


def test_an_acknowledged_batch_is_on_all_of_the_isr(topic: Cluster, call_to: CallTo) -> None:
    assert produce(topic, call_to, b"a", b"b") == "NONE"
    held = replicas(topic)
    assert {node: partition.log.leo for node, partition in held.items()} == dict.fromkeys(NODES, 2)
    assert held[leader_of(topic)].log.hw == 2
    assert_alike(topic)


def test_followers_hear_of_the_high_watermark_with_their_next_fetch(
    topic: Cluster, call_to: CallTo
) -> None:
    produce(topic, call_to, b"a")
    followers = [p for n, p in replicas(topic).items() if n != leader_of(topic)]
    assert {p.log.hw for p in followers} == {0}
    pass_time(topic, 500)
    assert {p.log.hw for p in followers} == {1}


def test_a_dead_leader_is_replaced_from_the_isr(topic: Cluster, call_to: CallTo) -> None:
    produce(topic, call_to, b"a")
    old = leader_of(topic)
    epoch = replicas(topic)[old].leader_epoch
    topic.kill(old)
    assert leader_of(topic) == old, "its session lasts"
    pass_time(topic, SESSION)
    new = leader_of(topic)
    assert new != old
    assert isr_of(topic) == set(NODES) - {old}
    assert replicas(topic)[new].leader_epoch > epoch
    assert produce(topic, call_to, b"b", timeout_ms=60_000) == "NONE"
    topic.start(old)
    assert_alike(topic)
    assert isr_of(topic) == set(NODES)


def test_what_only_the_old_leader_has_is_cut(topic: Cluster, call_to: CallTo) -> None:
    """It is never acknowledged; a later record takes its place."""
    produce(topic, call_to, b"kept")
    old = leader_of(topic)
    settle(topic)
    for other in set(NODES) - {old}:
        topic.cut(old, other)
        topic.cut(other, old)
    client = call_to(topic, old)
    assert error_name(client.produce("t", b"lost", acks=1).error_code) == "NONE"
    assert replicas(topic)[old].log.leo == 2
    topic.kill(old)
    pass_time(topic, SESSION)
    assert produce(topic, call_to, b"instead", timeout_ms=60_000) == "NONE"
    for other in set(NODES) - {old}:
        topic.heal(old, other)
        topic.heal(other, old)
    topic.start(old)
    assert_alike(topic)
    values = [payload for _, _, payload in contents(replicas(topic)[old])]
    assert len(values) == 2
    assert b"instead" in values[1]


def test_a_silent_follower_leaves_the_isr_and_comes_back(topic: Cluster, call_to: CallTo) -> None:
    leader = leader_of(topic)
    silent = min(set(NODES) - {leader})
    topic.cut(silent, leader)
    client = call_to(topic, leader)
    answer = client.produce("t", b"a", timeout_ms=2 * LAG)
    assert error_name(answer.error_code) == "NONE"
    assert isr_of(topic) == set(NODES) - {silent}
    topic.heal(silent, leader)
    pass_time(topic, 2 * LAG)
    assert isr_of(topic) == set(NODES)
    assert_alike(topic)


def test_acks_all_waits_for_a_slow_follower(topic: Cluster, call_to: CallTo) -> None:
    leader = leader_of(topic)
    slow = min(set(NODES) - {leader})
    topic.cut(slow, leader)
    answer = call_to(topic, leader).produce("t", b"a", timeout_ms=1_000)
    assert error_name(answer.error_code) == "REQUEST_TIMED_OUT"
    assert replicas(topic)[leader].log.hw == 0
    answer = call_to(topic, leader).produce("t", b"b", acks=1)
    assert error_name(answer.error_code) == "NONE"


def test_too_few_in_sync_refuses_writes(cluster: Cluster, call_to: CallTo) -> None:
    wanted = {
        "name": "t",
        "num_partitions": 1,
        "replication_factor": 3,
        "configs": [{"name": "min.insync.replicas", "value": "2"}],
    }
    call_to(cluster).call("CreateTopics", topics=[wanted], timeout_ms=1000)
    for node in set(NODES) - {leader_of(cluster)}:
        cluster.kill(node)
    pass_time(cluster, SESSION)
    leader = leader_of(cluster)
    assert isr_of(cluster) == {leader}
    answer = call_to(cluster, leader).produce("t", b"a")
    assert error_name(answer.error_code) == "NOT_ENOUGH_REPLICAS"
    answer = call_to(cluster, leader).produce("t", b"a", acks=1)
    assert error_name(answer.error_code) == "NONE"
    assert replicas(cluster)[leader].log.hw == 0, "with too few in sync nothing is committed"


def made_with(call_to: CallTo, level: int, **configs: str) -> Cluster:
    """A cluster in which eligible leader replicas are kept (1) or not (0), with the topic."""
    made = Cluster(brokers=3, features={ELR: level})
    named = [{"name": k.replace("_", "."), "value": v} for k, v in configs.items()]
    wanted = {"name": "t", "num_partitions": 1, "replication_factor": 3, "configs": named}
    call_to(made).call("CreateTopics", topics=[wanted], timeout_ms=1000)
    return made


def end_all(cluster: Cluster) -> int:
    """Kills all brokers, one after the other; the one that led last."""
    for node in NODES:
        last = leader_of(cluster)
        cluster.kill(node)
        pass_time(cluster, SESSION)
    return last


def test_without_eligible_replicas_only_the_last_of_the_isr_may_lead(call_to: CallTo) -> None:
    cluster = made_with(call_to, 0)
    last = end_all(cluster)
    assert (leader_of(cluster), isr_of(cluster)) == (-1, {last})
    for node in set(NODES) - {last}:
        cluster.start(node)
    assert leader_of(cluster) == -1
    cluster.start(last)
    assert leader_of(cluster) == last
    end_all(cluster)


def test_with_eligible_replicas_the_last_known_leader_comes_back(call_to: CallTo) -> None:
    cluster = made_with(call_to, 1)
    last = end_all(cluster)
    state = cluster._controller.image.topics["t"].partitions[0]
    assert (state.leader, state.isr, state.elr, state.last_leader) == (-1, (), (last,), last)
    for node in set(NODES) - {last}:
        cluster.start(node)
    assert leader_of(cluster) == -1
    cluster.start(last)
    state = cluster._controller.image.topics["t"].partitions[0]
    assert (state.leader, state.elr, state.last_leader) == (last, (), -1)
    assert last in state.isr
    end_all(cluster)


def test_who_leaves_a_small_isr_stays_eligible_and_is_elected(call_to: CallTo) -> None:
    cluster = made_with(call_to, 1, min_insync_replicas="2")
    leader = leader_of(cluster)
    first, second = sorted(set(NODES) - {leader})
    cluster.kill(second)
    cluster.cut(first, leader)
    pass_time(cluster, SESSION)
    answer = call_to(cluster, leader).produce("t", b"a", acks=1)
    assert error_name(answer.error_code) == "NONE"
    pass_time(cluster, 2 * LAG)
    state = cluster._controller.image.topics["t"].partitions[0]
    assert (state.isr, state.elr) == ((leader,), (first,))
    told = call_to(cluster, leader).call("DescribeTopicPartitions", topics=[{"name": "t"}])
    assert told.topics[0].partitions[0].eligible_leader_replicas == [first]
    cluster.kill(leader)
    pass_time(cluster, SESSION)
    state = cluster._controller.image.topics["t"].partitions[0]
    assert (state.leader, state.isr, state.elr) == (first, (first,), (leader,))
    end_all(cluster)


def test_an_unclean_election_takes_whoever_is_there(cluster: Cluster, call_to: CallTo) -> None:
    wanted = {
        "name": "t",
        "num_partitions": 1,
        "replication_factor": 3,
        "configs": [{"name": "unclean.leader.election.enable", "value": "true"}],
    }
    call_to(cluster).call("CreateTopics", topics=[wanted], timeout_ms=1000)
    for node in NODES:
        cluster.kill(node)
        pass_time(cluster, SESSION)
    outside = min(set(NODES) - isr_of(cluster))
    cluster.start(outside)
    assert leader_of(cluster) == outside
    assert isr_of(cluster) == {outside}


def test_a_broker_that_stands_still_is_fenced_and_comes_back(
    topic: Cluster, call_to: CallTo
) -> None:
    old = leader_of(topic)
    topic.pause(old)
    pass_time(topic, SESSION)
    assert leader_of(topic) != old
    produce(topic, call_to, b"a", timeout_ms=60_000)
    topic.unpause(old)
    assert_alike(topic)
    assert isr_of(topic) == set(NODES)


def test_a_follower_serves_what_it_knows_to_be_committed(topic: Cluster, call_to: CallTo) -> None:
    produce(topic, call_to, b"a")
    follower = min(set(NODES) - {leader_of(topic)})
    caller = call_to(topic, follower)
    assert caller.bases("t") == [], "it has not heard of the high watermark yet"
    pass_time(topic, 500)
    assert caller.bases("t") == [0]
    assert caller.produce("t", b"b").error_code == error_code("NOT_LEADER_OR_FOLLOWER")
    old = {"topic": "t", "partitions": [{"partition": 0, "partition_max_bytes": 1000}]}
    refused = caller.call("Fetch", 10, topics=[old], max_wait_ms=0, min_bytes=1, max_bytes=1000)
    told = refused.responses[0].partitions[0].error_code
    assert error_name(told) == "NOT_LEADER_OR_FOLLOWER"


def test_a_fetch_of_an_earlier_life_is_refused(topic: Cluster, call_to: CallTo) -> None:
    leader = leader_of(topic)
    follower = min(set(NODES) - {leader})
    epoch = replicas(topic)[leader].followers[follower].broker_epoch
    state = {"replica_id": follower, "replica_epoch": epoch - 1}
    part = {"partition": 0, "current_leader_epoch": 0, "partition_max_bytes": 1000}
    wanted = {"topic_id": replicas(topic)[leader].state.topic_id, "partitions": [part]}
    sizes = {"max_wait_ms": 0, "min_bytes": 0, "max_bytes": 1000, "session_epoch": -1}
    told = call_to(topic, leader).call("Fetch", 17, replica_state=state, topics=[wanted], **sizes)
    refused = told.responses[0].partitions[0].error_code
    assert error_name(refused) == "NOT_LEADER_OR_FOLLOWER"


def test_power_loss_of_a_follower_is_made_good(topic: Cluster, call_to: CallTo) -> None:
    produce(topic, call_to, b"a", b"b")
    settle(topic)
    follower = max(set(NODES) - {leader_of(topic)})
    topic.lose_power(follower)
    topic.start(follower)
    assert_alike(topic)


def test_the_same_seed_gives_the_same_logs() -> None:
    def run() -> list[tuple[int, int, bytes]]:
        cluster = Cluster(brokers=3, seed=7)
        caller = Caller(cluster)
        wanted = {"name": "t", "num_partitions": 1, "replication_factor": 3}
        caller.call("CreateTopics", topics=[wanted], timeout_ms=1000)
        for number in range(5):
            Caller(cluster, leader_of(cluster)).produce("t", b"%d" % number, timeout_ms=60_000)
            victim = leader_of(cluster)
            cluster.kill(victim)
            pass_time(cluster, SESSION)
            cluster.start(victim)
            settle(cluster)
        found = contents(replicas(cluster)[leader_of(cluster)])
        for node in NODES:
            cluster.kill(node)
        return found

    assert run() == run()
