"""What nodes ask of one another and of the controller, and what operators ask it through them."""

from collections.abc import Callable
from typing import Any

from tests.reference.conftest import Caller

from kafka_tck.reference.apis.describe_quorum import METADATA_LOG
from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import plain

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
