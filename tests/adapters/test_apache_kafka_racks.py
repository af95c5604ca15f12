"""Three real brokers, each in a rack of its own."""

import pytest
from tests.adapters.asking import ask, comes_true, create, isr, produce

from kafka_tck.adapters.apache_kafka.kafka_target import ApacheKafkaTarget

pytestmark = pytest.mark.apache_kafka


def read_elsewhere(target: ApacheKafkaTarget, topic: str, rack: str) -> int:
    """To which replica the leader, broker 1, sends a consumer in this rack; -1: to itself."""
    part = {
        "partition": 0,
        "current_leader_epoch": -1,
        "fetch_offset": 0,
        "log_start_offset": -1,
        "partition_max_bytes": 1 << 20,
    }
    answer = ask(
        target,
        1,
        "Fetch",
        11,
        replica_id=-1,
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=1 << 20,
        isolation_level=0,
        session_id=0,
        session_epoch=-1,
        topics=[{"topic": topic, "partitions": [part]}],
        forgotten_topics_data=[],
        rack_id=rack,
    )
    return int(answer.responses[0].partitions[0].preferred_read_replica)


def test_a_consumer_is_sent_to_the_replica_in_its_rack(three: ApacheKafkaTarget) -> None:
    assert "config.racks" in three.capabilities
    create(three, "racks", [1, 2, 3])
    assert produce(three, "racks", 1) == "NONE"
    comes_true(three, lambda: isr(three, "racks") == {1, 2, 3})
    comes_true(three, lambda: read_elsewhere(three, "racks", "rack-2") == 2)
    assert read_elsewhere(three, "racks", "rack-3") == 3
    assert [read_elsewhere(three, "racks", rack) for rack in ("rack-1", "", "nowhere")] == [-1] * 3


def test_brokers_say_where_they_are(three: ApacheKafkaTarget) -> None:
    shown = ask(three, 1, "Metadata", 9, topics=[]).brokers
    assert {each.node_id: each.rack for each in shown} == {n: f"rack-{n}" for n in (1, 2, 3)}


def test_one_node_has_no_rack(apache_kafka: ApacheKafkaTarget) -> None:
    assert "config.racks" not in apache_kafka.capabilities
    assert [each.rack for each in ask(apache_kafka, 1, "Metadata", 9, topics=[]).brokers] == [None]
