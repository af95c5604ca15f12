"""Markers and what readers of committed records get, by bytes; transactions begin in the log."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.reference.conftest import Caller

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.log import Log
from kafka_tck.wire.batches import Record, make_batch, read_records, split_batches
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message, decode_response

CallTo = Callable[..., Caller]
TRANSACTIONAL = 0x10


def log_at(cluster: Cluster, node: int = 1) -> Log:
    partition = cluster._brokers[node].replicas.get("t", 0)
    assert partition is not None
    return partition.log


def write(
    caller: Caller, producer: int, *values: bytes, epoch: int = 0, sequence: int = 0, node: int = 1
) -> int:
    """Part of a transaction, as a broker writes it that does not ask the coordinator."""
    cluster = caller.cluster
    partition = cluster._brokers[node].replicas.get("t", 0)
    assert partition is not None
    batch = make_batch(
        [Record(None, value, timestamp=cluster.now_ms) for value in values],
        producer_id=producer,
        producer_epoch=epoch,
        base_sequence=sequence,
        attributes=TRANSACTIONAL,
    )
    now, leader_epoch = cluster.now_ms, partition.leader_epoch
    appended = partition.log.append_as_leader(batch.encode(), epoch=leader_epoch, now=now)
    partition.raise_hw(now)
    return appended.base_offset


def end(
    caller: Caller, producer: int, *, commit: bool, epoch: int = 0, by: int = 0, **fields: Any
) -> str:
    """The error of a marker."""
    version = fields.pop("version", 1)
    marker = {
        "producer_id": producer,
        "producer_epoch": epoch,
        "transaction_result": commit,
        "topics": [{"name": "t", "partition_indexes": [0]}],
        "coordinator_epoch": by,
    }
    answer = caller.call("WriteTxnMarkers", version, markers=[marker | fields])
    return error_name(answer.markers[0].topics[0].partitions[0].error_code)


def committed(caller: Caller, offset: int = 0, **fields: Any) -> Message:
    return caller.fetch("t", offset, isolation_level=1, **fields)


def values_of(answer: Message) -> list[bytes | None]:
    """The values of the records that are no markers."""
    return [
        record.value
        for batch in split_batches(bytes(answer.records or b""))
        if not batch.is_control
        for record in read_records(batch)
    ]


def aborted_of(answer: Message) -> list[tuple[int, int]] | None:
    if answer.aborted_transactions is None:
        return None
    return [(entry.producer_id, entry.first_offset) for entry in answer.aborted_transactions]


def latest(caller: Caller, isolation: int, timestamp: int = -1) -> int:
    part = {"partition_index": 0, "timestamp": timestamp}
    topics = [{"name": "t", "partitions": [part]}]
    answer = caller.call("ListOffsets", topics=topics, replica_id=-1, isolation_level=isolation)
    return int(answer.topics[0].partitions[0].offset)


def test_an_open_transaction_holds_readers_of_committed_records_back(caller: Caller) -> None:
    caller.create("t")
    caller.produce("t", b"before")
    write(caller, 7, b"open")
    caller.produce("t", b"after")
    read = committed(caller)
    assert (read.last_stable_offset, read.high_watermark) == (1, 3)
    assert (values_of(read), aborted_of(read)) == ([b"before"], [])
    assert committed(caller, 1).records == b""
    assert values_of(caller.fetch("t")) == [b"before", b"open", b"after"]
    assert (latest(caller, 1), latest(caller, 0)) == (1, 3)
    assert latest(caller, 1, caller.cluster.now_ms) == 0
    assert latest(caller, 1, -3) == 0


def test_a_marker_that_commits_shows_the_records(caller: Caller) -> None:
    caller.create("t")
    write(caller, 7, b"one", b"two")
    assert end(caller, 7, commit=True, by=3) == "NONE"
    read = committed(caller)
    assert (read.last_stable_offset, aborted_of(read)) == (3, [])
    assert values_of(read) == [b"one", b"two"]
    marker = split_batches(bytes(read.records))[-1]
    assert (marker.attributes, marker.base_sequence, marker.base_offset) == (0x30, -1, 2)
    (record,) = read_records(marker)
    assert (record.key, record.value) == (b"\0\0\0\1", b"\0\0\0\0\0\3")


def test_a_marker_that_aborts_is_told_to_readers_of_committed_records_only(caller: Caller) -> None:
    caller.create("t")
    write(caller, 7, b"one")
    write(caller, 8, b"two")
    assert end(caller, 8, commit=False) == "NONE"
    assert committed(caller).last_stable_offset == 0
    assert end(caller, 7, commit=True) == "NONE"
    read = committed(caller)
    assert (values_of(read), aborted_of(read)) == ([b"one", b"two"], [(8, 1)])
    assert aborted_of(committed(caller, 2)) == [(8, 1)]
    assert aborted_of(committed(caller, 3)) == []
    assert aborted_of(caller.fetch("t")) is None


@pytest.mark.parametrize("replica", [-2, -4])
def test_who_is_no_broker_reads_as_consumers_do(caller: Caller, replica: int) -> None:
    caller.create("t")
    write(caller, 7, b"open")
    assert committed(caller, replica_id=replica).records == b""
    assert values_of(committed(caller, replica_id=-3)) == [b"open"]


@pytest.mark.parametrize("commit", [False, True])
def test_a_fetch_that_waits_keeps_its_isolation_level(
    caller: Caller, call_to: CallTo, commit: bool
) -> None:
    caller.create("t")
    write(caller, 7, b"one")
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}
    caller.send(
        "Fetch",
        12,
        topics=[{"topic": "t", "partitions": [part]}],
        max_wait_ms=5000,
        min_bytes=1,
        max_bytes=1000,
        session_epoch=-1,
        isolation_level=1,
    )
    assert caller.frame() is None
    end(call_to(caller.cluster), 7, commit=commit)
    frame = caller.frame()
    assert frame is not None
    read = decode_response("Fetch", 12, frame)[1].responses[0].partitions[0]
    assert aborted_of(read) == ([] if commit else [(7, 0)])
    assert (read.last_stable_offset, values_of(read)) == (2, [b"one"])


def test_markers_of_older_epochs_are_refused(caller: Caller) -> None:
    caller.create("t")
    write(caller, 7, b"x", epoch=3)
    assert end(caller, 7, commit=True, epoch=2) == "INVALID_PRODUCER_EPOCH"
    assert end(caller, 7, commit=True, epoch=3, by=5) == "NONE"
    assert end(caller, 7, commit=True, epoch=3, by=4) == "TRANSACTION_COORDINATOR_FENCED"
    assert end(caller, 7, commit=False, epoch=4, by=5) == "NONE"
    assert end(caller, 7, commit=False, epoch=3, by=5) == "INVALID_PRODUCER_EPOCH"
    assert (latest(caller, 0), aborted_of(committed(caller))) == (3, [])


def test_from_version_two_of_transactions_a_marker_has_a_later_epoch(caller: Caller) -> None:
    caller.create("t")
    bumping = {"version": 2, "transaction_version": 2}
    write(caller, 7, b"x", epoch=3)
    assert end(caller, 7, commit=True, epoch=3, **bumping) == "INVALID_PRODUCER_EPOCH"
    assert end(caller, 7, commit=True, epoch=4, **bumping) == "NONE"
    assert end(caller, 7, commit=True, epoch=4, **bumping) == "NONE"
    write(caller, 8, b"x", epoch=3)
    assert end(caller, 8, commit=True, epoch=3, version=2, transaction_version=1) == "NONE"
    write(caller, 9, b"x", epoch=2**15 - 1)
    assert end(caller, 9, commit=True, epoch=2**15 - 1, **bumping) == "NONE"


def test_markers_go_where_a_leader_is(caller: Caller) -> None:
    caller.create("t", partitions=2)
    marker = {
        "producer_id": 7,
        "producer_epoch": 0,
        "transaction_result": True,
        "topics": [
            {"name": "t", "partition_indexes": [0, 1, 2]},
            {"name": "u", "partition_indexes": [0]},
        ],
        "coordinator_epoch": 0,
    }
    answer = caller.call("WriteTxnMarkers", markers=[marker, marker | {"producer_id": 8}])
    errors = [
        (entry.producer_id, topic.name, part.partition_index, error_name(part.error_code))
        for entry in answer.markers
        for topic in entry.topics
        for part in topic.partitions
    ]
    unknown = "UNKNOWN_TOPIC_OR_PARTITION"
    assert errors == [
        (producer, *rest)
        for producer in (7, 8)
        for rest in (
            ("t", 0, "NONE"),
            ("t", 1, "NONE"),
            ("t", 2, unknown),
            ("u", 0, unknown),
        )
    ]
    assert caller.call("WriteTxnMarkers", markers=[]).markers == []


def test_a_marker_of_no_producer_fails_the_request(caller: Caller) -> None:
    caller.create("t")
    assert end(caller, -1, commit=True) == "UNKNOWN_SERVER_ERROR"
    assert end(caller, 7, commit=True, epoch=-1) == "UNKNOWN_SERVER_ERROR"
    assert end(caller, -5, commit=True) == "NONE"
    assert latest(caller, 0) == 1


def described(caller: Caller, topic: str = "t", index: int = 0) -> Message:
    asked = [{"name": topic, "partition_indexes": [index]}]
    return caller.call("DescribeProducers", topics=asked).topics[0].partitions[0]


def test_producers_are_described(caller: Caller) -> None:
    caller.create("t")
    write(caller, 7, b"x", b"y", epoch=3)
    end(caller, 8, commit=True, epoch=2, by=6)
    known = [
        (
            entry.producer_id,
            entry.producer_epoch,
            entry.last_sequence,
            entry.coordinator_epoch,
            entry.current_txn_start_offset,
        )
        for entry in described(caller).active_producers
    ]
    assert known == [(7, 3, 1, -1, 0), (8, 2, -1, 6, -1)]
    unknown = described(caller, "u")
    assert unknown.error_message == "This server does not host this topic-partition."
    assert error_name(described(caller, index=1).error_code) == "UNKNOWN_TOPIC_OR_PARTITION"
    assert error_name(described(caller, "a b").error_code) == "INVALID_TOPIC_EXCEPTION"


def test_a_marker_is_answered_when_the_replicas_have_it(cluster: Cluster, call_to: CallTo) -> None:
    wanted = {"name": "t", "num_partitions": 1, "replication_factor": 3}
    call_to(cluster).call("CreateTopics", topics=[wanted], timeout_ms=1000)
    leader = cluster._controller.image.topics["t"].partitions[0].leader
    caller = call_to(cluster, leader)
    write(caller, 7, b"x", node=leader)
    followers = [node for node in cluster.node_ids() if node != leader]
    assert end(call_to(cluster, followers[0]), 7, commit=False) == "NOT_LEADER_OR_FOLLOWER"
    for node in followers:
        cluster.cut(node, leader)
    assert end(caller, 7, commit=False) == "REQUEST_TIMED_OUT"
    assert (log_at(cluster, leader).lso, log_at(cluster, leader).leo) == (0, 2)
    for node in followers:
        cluster.heal(node, leader)
    cluster.advance_to(cluster.now_ms + 60_000)
    assert {log_at(cluster, node).lso for node in cluster.node_ids()} == {2}
    for node in cluster.node_ids():
        assert [entry.first_offset for entry in log_at(cluster, node).aborted_in(0, 1)] == [0]
