"""Real brokers: faults, configuration, features, several nodes, several releases."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from kafka_tck.adapters.apache_kafka.cache import cache_directory
from kafka_tck.adapters.apache_kafka.kafka_target import ApacheKafkaTarget, start_target
from kafka_tck.adapters.apache_kafka.tools import dump_log
from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Misuse, Silence, TargetOptions, Unreachable
from kafka_tck.adapters.tcp import WallClock
from kafka_tck.wire.messages import Message

pytestmark = pytest.mark.apache_kafka

LONG = 30.0

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere the end is known a little late"
)


@contextmanager
def client_of(target: ApacheKafkaTarget, node: int = 1) -> Iterator[RawClient]:
    client = RawClient(target, node)
    yield client
    client.close()


def body(outcome: object) -> Message:
    assert isinstance(outcome, Answer), outcome
    return outcome.body


def create_topic(client: RawClient, name: str, replication_factor: int = 1) -> None:
    topic = {"name": name, "num_partitions": 2, "replication_factor": replication_factor}
    answer = body(client.create_topics(version=5, topics=[topic], timeout_ms=9000).outcome())
    assert answer.topics[0].error_code == 0


def leaders(client: RawClient, name: str) -> dict[int, int]:
    answer = body(client.metadata(version=9, topics=[{"name": name}]).outcome())
    return {each.partition_index: each.leader_id for each in answer.topics[0].partitions}


def latest_offset_error(client: RawClient, name: str) -> int:
    partition = {"partition_index": 0, "timestamp": -1}
    topics = [{"name": name, "partitions": [partition]}]
    answer = body(client.list_offsets(version=7, replica_id=-1, topics=topics).outcome())
    return int(answer.topics[0].partitions[0].error_code)


@pytest.mark.parametrize("fault", ["restart", "kill"])
def test_topics_survive_and_are_led_at_once(apache_kafka: ApacheKafkaTarget, fault: str) -> None:
    topic = f"survives-{fault}"
    with client_of(apache_kafka) as client:
        create_topic(client, topic)
    if fault == "restart":
        apache_kafka.restart(1)
    else:
        apache_kafka.kill(1)
        apache_kafka.start(1)
    with client_of(apache_kafka) as client:
        assert leaders(client, topic) == {0: 1, 1: 1}
        assert latest_offset_error(client, topic) == 0


@linux_only
def test_a_killed_process_is_told_from_a_closed_connection(apache_kafka: ApacheKafkaTarget) -> None:
    connections = [apache_kafka.connect(1) for _ in range(8)]
    with ThreadPoolExecutor(len(connections)) as pool:
        outcomes = [pool.submit(connection.receive, LONG) for connection in connections]
        apache_kafka.kill(1)
        assert [outcome.result() for outcome in outcomes] == [Silence.DIED] * 8
    with pytest.raises(Unreachable, match="not running"):
        apache_kafka.connect(1)
    apache_kafka.start(1)
    for connection in connections:
        assert connection.receive(0.0) is Silence.DIED
        connection.close()


def test_starting_what_runs_changes_nothing(apache_kafka: ApacheKafkaTarget) -> None:
    with client_of(apache_kafka) as client:
        apache_kafka.start(1)
        body(client.metadata(version=9, topics=[]).outcome())


def test_a_paused_node_answers_later(apache_kafka: ApacheKafkaTarget) -> None:
    with client_of(apache_kafka) as client:
        apache_kafka.pause(1)
        pending = client.metadata(version=9, topics=[])
        assert pending.outcome(0.2) is Silence.TIMED_OUT
        apache_kafka.resume(1)
        assert isinstance(client.answer_to(pending, LONG), Answer)


def test_a_paused_node_can_be_restarted_and_killed(apache_kafka: ApacheKafkaTarget) -> None:
    apache_kafka.pause(1)
    apache_kafka.restart(1)
    apache_kafka.pause(1)
    apache_kafka.kill(1)
    apache_kafka.start(1)
    with client_of(apache_kafka) as client:
        body(client.metadata(version=9, topics=[]).outcome())


def test_the_log_is_kept_for_reports(apache_kafka: ApacheKafkaTarget) -> None:
    assert "Kafka Server started" in apache_kafka.log_tail(1, 2000)
    assert len(apache_kafka.log_tail(1, 3).splitlines()) == 3


def test_the_files_are_those_that_kafka_itself_can_read(apache_kafka: ApacheKafkaTarget) -> None:
    segment = "data/__cluster_metadata-0/00000000000000000000.log"
    file = apache_kafka.directory / "node-1" / segment
    assert "Log starting offset: 0" in dump_log([file])


def described_config(client: RawClient, key: str) -> str:
    resource = {"resource_type": 4, "resource_name": "1", "configuration_keys": [key]}
    answer = body(client.describe_configs(version=4, resources=[resource]).outcome())
    return str(answer.results[0].configs[0].value)


def finalized(client: RawClient) -> dict[str, int]:
    answer = body(client.api_versions(version=3).outcome())
    return {feature.name: feature.max_version_level for feature in answer.finalized_features}


def test_options_reach_the_broker_and_nothing_is_left(apache_kafka_is_here: None) -> None:
    config = {"num.io.threads": "3", "log.retention.ms": "86400000"}
    target = start_target(None, TargetOptions(features={"transaction.version": 1}, config=config))
    directory = target.directory
    with client_of(target) as client:
        assert {key: described_config(client, key) for key in config} == config
        assert finalized(client)["transaction.version"] == 1
        target.close()
        assert client.receive_frame(LONG) is Silence.DIED
    target.close()
    assert not directory.exists()
    assert "Kafka Server started" in target.log_tail(1, 1000)
    with pytest.raises(Unreachable, match="closed"):
        target.connect(1)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (TargetOptions(config={"num.io.threads": "abc"}), "Invalid value abc"),
        (TargetOptions(config={"node.id": "2"}), "node.id.* set by kafka-tck"),
        (TargetOptions(features={"transaction.version": 99}), "feature level 99"),
        (TargetOptions(features={"nonsense": 1}), "Unsupported feature: nonsense"),
        (TargetOptions(nodes=2), "1, 3 or 5 nodes"),
    ],
)
def test_what_kafka_refuses_is_misuse_in_one_line(
    apache_kafka_is_here: None, options: TargetOptions, complaint: str
) -> None:
    with pytest.raises(Misuse, match=complaint) as raised:
        start_target(None, options)
    assert "\n" not in str(raised.value)


def test_a_port_that_is_taken_is_misuse(apache_kafka: ApacheKafkaTarget) -> None:
    _, _, port = apache_kafka.address(1).partition(":")
    with pytest.raises(Misuse, match="Address already in use"):
        start_target(None, TargetOptions(), int(port))


def test_three_nodes_replicate_and_one_may_die(apache_kafka_is_here: None) -> None:
    target = start_target(None, TargetOptions(nodes=3))
    assert target.nodes() == (1, 2, 3)
    assert "nodes.3" in target.capabilities
    with client_of(target, 1) as client:
        create_topic(client, "three", replication_factor=3)
    target.kill(2)
    with client_of(target, 1) as client:
        moved = WallClock().until(
            lambda: (found := leaders(client, "three")) and 2 not in found.values() or None, LONG
        )
        assert moved
    target.start(2)
    with client_of(target, 2) as client:
        answer = body(client.metadata(version=9, topics=[{"name": "three"}]).outcome())
    assert {broker.node_id for broker in answer.brokers} == {1, 2, 3}
    target.close()


@pytest.mark.parametrize("release", ["3.3.1", "3.6.2", "3.9.2", "4.0.1", "4.1.1", "4.2.1"])
def test_other_releases_serve_too(apache_kafka_is_here: None, release: str) -> None:
    if not (cache_directory(release) / "jars.txt").exists():
        pytest.skip(f"apache-kafka:{release} was never downloaded here")
    target = start_target(release, TargetOptions())
    assert target.release == release
    with client_of(target) as client:
        create_topic(client, "hello")
    target.restart(1)
    with client_of(target) as client:
        assert leaders(client, "hello") == {0: 1, 1: 1}
    target.close()


PARENT = """
    import sys, time
    from kafka_tck.adapters.apache_kafka.kafka_target import start_target
    from kafka_tck.adapters.target import TargetOptions
    target = start_target(None, TargetOptions())
    print(target._cluster.nodes[1]._process.pid, target.directory, flush=True)
    time.sleep(1000)
"""


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def comes_true(condition: Callable[[], bool]) -> bool:
    return WallClock().until(lambda: condition() or None, LONG) is not None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_broker_outlives_its_parent(apache_kafka_is_here: None, number: int) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert parent.stdout is not None
    pid, directory = parent.stdout.readline().split()
    assert not is_gone(int(pid))
    parent.send_signal(number)
    parent.wait(LONG)
    parent.stdout.close()
    assert comes_true(lambda: is_gone(int(pid)) and not Path(directory).exists())
