"""What nodes ask of one another and of the controller, and what operators ask it through them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.reference.conftest import Caller

from kafka_tck.reference.apis import alter_partition
from kafka_tck.reference.apis.describe_quorum import METADATA_LOG
from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import decode_response, encode_request, plain

CallTo = Callable[..., Caller]


def quorum(caller: Caller, *asked: tuple[str, list[int]], version: int = 2) -> dict[str, Any]:
    topics = [
        {"topic_name": name, "partitions": [{"partition_index": index} for index in indexes]}
        for name, indexes in asked
    ]
    return plain(caller.call("DescribeQuorum", version, topics=topics))


def test_the_controller_leads_the_metadata_log(cluster: Cluster, call_to: CallTo) -> None:
    caller = call_to(cluster, 2)
    told = quorum(caller, (METADATA_LOG, [0]))
    assert (told["error_code"], told["error_message"]) == (0, "")
    assert told["nodes"] == [{"node_id": 0, "listeners": []}]
    (part,) = told["topics"][0]["partitions"]
    assert (part["leader_id"], part["leader_epoch"], part["error_message"]) == (0, 1, "")
    assert (part["observers"], [v["replica_id"] for v in part["current_voters"]]) == ([], [0])
    caller.create("t")
    (later,) = quorum(caller, (METADATA_LOG, [0]), version=0)["topics"][0]["partitions"]
    assert later["high_watermark"] == later["current_voters"][0]["log_end_offset"]
    assert later["high_watermark"] > part["high_watermark"]
    cluster.fail_over_controller()
    (after,) = quorum(caller, (METADATA_LOG, [0]))["topics"][0]["partitions"]
    assert after["leader_epoch"] == 2


def test_only_the_metadata_log_has_a_quorum(cluster: Cluster, call_to: CallTo) -> None:
    caller = call_to(cluster, 1)
    for asked in ([("t", [0])], [(METADATA_LOG, [1])], [(METADATA_LOG, [0]), ("t", [0])]):
        told = quorum(caller, *asked)
        assert (told["error_code"], told["nodes"]) == (0, [])
        for topic in told["topics"]:
            for part in topic["partitions"]:
                assert error_name(part["error_code"]) == "UNKNOWN_TOPIC_OR_PARTITION"
                assert part["error_message"] == "This server does not host this topic-partition."
                assert (part["leader_id"], part["current_voters"]) == (0, [])
    assert quorum(caller)["topics"] == []


def test_without_a_controller_the_quorum_is_not_described(
    cluster: Cluster, call_to: CallTo
) -> None:
    cluster.cut(1, 0)
    told = quorum(call_to(cluster, 1), (METADATA_LOG, [0]))
    assert error_name(told["error_code"]) == "REQUEST_TIMED_OUT"


def unregister(caller: Caller, node: int) -> tuple[str, str]:
    told = caller.call("UnregisterBroker", 0, broker_id=node)
    return error_name(told.error_code), told.error_message


def brokers(cluster: Cluster, call_to: CallTo) -> dict[int, bool]:
    """Whether each broker that is registered is fenced, as broker 1 sees it."""
    told = call_to(cluster, 1).call("DescribeCluster", 2, include_fenced_brokers=True)
    return {broker.broker_id: broker.is_fenced for broker in told.brokers}


def partition(cluster: Cluster, call_to: CallTo) -> tuple[int, set[int]]:
    """The leader and the ISR of partition 0 of t, as broker 1 sees them."""
    told = call_to(cluster, 1).call("Metadata", 12, topics=[{"topic_id": None, "name": "t"}])
    found = told.topics[0].partitions[0]
    return found.leader_id, set(found.isr_nodes)


def led_by_two(cluster: Cluster, call_to: CallTo) -> Caller:
    """A caller of broker 1, and topic t, of which broker 2 leads the only partition."""
    caller = call_to(cluster, 1)
    assigned = [{"partition_index": 0, "broker_ids": [2, 1, 3]}]
    topic = {"name": "t", "num_partitions": -1, "replication_factor": -1, "assignments": assigned}
    caller.call("CreateTopics", 7, topics=[topic], timeout_ms=1000)
    return caller


def test_a_broker_that_runs_loses_its_registration(cluster: Cluster, call_to: CallTo) -> None:
    """Apache Kafka 4.3.1 gives the same answers, leaders and ISRs."""
    caller = led_by_two(cluster, call_to)
    assert unregister(caller, 2) == ("NONE", "")
    unknown = ("BROKER_ID_NOT_REGISTERED", "Broker ID 2 is not currently registered")
    assert unregister(caller, 2) == unknown
    assert partition(cluster, call_to) == (1, {1, 3})
    refused = call_to(cluster, 2).produce("t", b"a")
    assert error_name(refused.error_code) == "NOT_LEADER_OR_FOLLOWER", "it has heard of it"
    cluster.advance_to(cluster.now_ms + 60_000)
    assert brokers(cluster, call_to) == {1: False, 3: False}
    assert partition(cluster, call_to) == (1, {1, 3})
    cluster.stop(2)
    cluster.start(2)
    cluster.advance_to(cluster.now_ms + 5_000)
    assert brokers(cluster, call_to) == {1: False, 2: False, 3: False}
    assert partition(cluster, call_to) == (1, {1, 2, 3})


def test_a_fenced_broker_loses_its_registration(cluster: Cluster, call_to: CallTo) -> None:
    caller = led_by_two(cluster, call_to)
    cluster.kill(2)
    cluster.advance_to(cluster.now_ms + 10_000)
    assert brokers(cluster, call_to) == {1: False, 2: True, 3: False}
    assert unregister(caller, 2) == ("NONE", "")
    assert brokers(cluster, call_to) == {1: False, 3: False}
    cluster.start(2)
    cluster.advance_to(cluster.now_ms + 5_000)
    assert partition(cluster, call_to) == (1, {1, 2, 3})


def test_nobody_is_unregistered_twice_or_unknown(cluster: Cluster, call_to: CallTo) -> None:
    for node in (9, 0, -1):
        error, text = unregister(call_to(cluster, 3), node)
        assert error == "BROKER_ID_NOT_REGISTERED"
        assert text == f"Broker ID {node} is not currently registered"
    assert brokers(cluster, call_to) == {1: False, 2: False, 3: False}


def test_a_broker_that_starts_unheard_comes_in_when_the_way_is_free(
    cluster: Cluster, call_to: CallTo
) -> None:
    led_by_two(cluster, call_to)
    cluster.kill(3)
    cluster.cut(0, 3)
    cluster.start(3)
    cluster.advance_to(cluster.now_ms + 20_000)
    cluster.heal(0, 3)
    cluster.advance_to(cluster.now_ms + 20_000)
    assert partition(cluster, call_to)[1] == {1, 2, 3}


def test_who_is_unregistered_stays_eligible_until_it_registers(
    cluster: Cluster, call_to: CallTo
) -> None:
    """So it does in Apache Kafka 4.3.1, where it then leaves the ELR without having led."""
    caller = call_to(cluster, 1)
    assigned = [{"partition_index": 0, "broker_ids": [3, 2]}]
    topic = {"name": "t", "num_partitions": -1, "replication_factor": -1, "assignments": assigned}
    configs = [{"name": "min.insync.replicas", "value": "2"}]
    caller.call("CreateTopics", 7, topics=[topic | {"configs": configs}], timeout_ms=1000)

    def state() -> tuple[int, list[int], set[int]]:
        told = caller.call("DescribeTopicPartitions", topics=[{"name": "t"}])
        found = told.topics[0].partitions[0]
        return found.leader_id, found.isr_nodes, set(found.eligible_leader_replicas)

    assert unregister(caller, 2) == ("NONE", "")
    assert state() == (3, [3], {2})
    cluster.kill(3)
    cluster.advance_to(cluster.now_ms + 10_000)
    assert state() == (-1, [], {2, 3})
    cluster.stop(2)
    cluster.start(2)
    assert state() == (-1, [], {3})
    cluster.start(3)
    cluster.advance_to(cluster.now_ms + 5_000)
    leader, in_sync, eligible = state()
    assert (leader, set(in_sync), eligible) == (3, {2, 3}, set())


def asked_of_controller(
    cluster: Cluster, sender: int, version: int = 3, *, epoch: int | None = None, **changed: Any
) -> tuple[str, Any]:
    """The error and the partition in the answer to an AlterPartition of partition 0 of t."""
    controller = cluster._controller
    topic = controller.image.topics["t"]
    known = topic.partitions[0]
    members = changed.pop("members", [(n, controller.image.brokers[n].epoch) for n in known.isr])
    part = {
        "partition_index": 0,
        "leader_epoch": known.leader_epoch,
        "partition_epoch": known.partition_epoch,
        "new_isr": [node for node, _ in members],
        "new_isr_with_epochs": [{"broker_id": n, "broker_epoch": e} for n, e in members],
    }
    body = {
        "broker_id": sender,
        "broker_epoch": controller.image.brokers[sender].epoch if epoch is None else epoch,
        "topics": [
            {"topic_id": changed.pop("topic_id", topic.topic_id), "partitions": [part | changed]}
        ],
    }
    frame = encode_request("AlterPartition", version, body, correlation_id=5)
    number, answer = decode_response(
        "AlterPartition", version, alter_partition.decide(controller, sender, frame)
    )
    assert number == 5
    if answer.error_code:
        return error_name(answer.error_code), None
    told = answer.topics[0].partitions[0]
    return error_name(told.error_code), told


def test_the_controller_checks_what_leaders_ask(cluster: Cluster, call_to: CallTo) -> None:
    led_by_two(cluster, call_to)
    image = cluster._controller.image
    epochs = {node: image.brokers[node].epoch for node in (1, 2, 3)}
    mine = (2, epochs[2])

    def error(sender: int = 2, **changed: Any) -> str:
        return asked_of_controller(cluster, sender, **changed)[0]

    assert error(epoch=epochs[2] - 1) == "STALE_BROKER_EPOCH"
    assert error(topic_id=UUID(int=7)) == "UNKNOWN_TOPIC_ID"
    assert error(partition_index=1) == "UNKNOWN_TOPIC_OR_PARTITION"
    assert error(leader_epoch=1) == "NOT_CONTROLLER"
    assert error(partition_epoch=1) == "NOT_CONTROLLER"
    assert error(leader_epoch=-1) == "FENCED_LEADER_EPOCH"
    assert error(1) == "INVALID_REQUEST", "it does not lead"
    assert error(partition_epoch=-1) == "INVALID_UPDATE_VERSION"
    assert error(members=[mine, mine]) == "INVALID_REQUEST"
    assert error(members=[(1, epochs[1])]) == "INVALID_REQUEST"
    assert error(members=[mine, (4, -1)]) == "INVALID_REQUEST"
    assert error(leader_recovery_state=1) == "INVALID_REQUEST"
    assert error(members=[mine, (1, epochs[1] - 1)]) == "INELIGIBLE_REPLICA"
    assert image.topics["t"].partitions[0].partition_epoch == 0, "nothing has changed yet"


def test_the_controller_says_what_a_partition_has_come_to(
    cluster: Cluster, call_to: CallTo
) -> None:
    led_by_two(cluster, call_to)
    epochs = {n: cluster._controller.image.brokers[n].epoch for n in (1, 2, 3)}
    error, told = asked_of_controller(cluster, 2)
    assert (error, told.partition_epoch) == ("NONE", 0), "nothing was to be done"
    error, told = asked_of_controller(cluster, 2, members=[(2, epochs[2]), (3, epochs[3])])
    assert (error, told.leader_id, told.leader_epoch) == ("NONE", 2, 0)
    assert (told.isr, told.partition_epoch, told.leader_recovery_state) == ([2, 3], 1, 0)
    error, told = asked_of_controller(cluster, 2, version=2, members=[(2, -1), (1, -1)])
    assert (error, told.isr, told.partition_epoch) == ("NONE", [2, 1], 2)


def test_a_leader_repeats_what_is_not_answered(call_to: CallTo) -> None:
    """The question is lost: the leader counts with both ISRs, and asks again."""
    cluster = Cluster(brokers=3, config={"broker.session.timeout.ms": "600000"})
    led_by_two(cluster, call_to)
    leading = cluster._brokers[2].replicas.get("t", 0)
    assert leading is not None
    cluster.cut(3, 2)
    cluster.cut(2, 0)
    written = call_to(cluster, 2).produce("t", b"a", acks=1)
    assert error_name(written.error_code) == "NONE"
    cluster.advance_to(cluster.now_ms + 60_000)
    assert leading.asked_isr == (2, 1)
    assert (partition(cluster, call_to)[1], leading.log.hw) == ({1, 2, 3}, 0)
    cluster.heal(2, 0)
    cluster.advance_to(cluster.now_ms + 31_000)
    assert (partition(cluster, call_to)[1], leading.maximal_isr()) == ({1, 2}, [2, 1])
    assert leading.log.hw == 1
    cluster.heal(3, 2)
    cluster.advance_to(cluster.now_ms + 60_000)
    assert partition(cluster, call_to)[1] == {1, 2, 3}
    for node in cluster.node_ids():
        cluster.kill(node)
