"""Requests that wait, and what waits behind them on the same connection."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.messages import decode_response

if TYPE_CHECKING:
    from tests.reference.conftest import Caller

CallTo = Callable[..., "Caller"]


def start_fetch(caller: "Caller", wait: int, min_bytes: int = 1) -> None:
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}
    caller.send(
        "Fetch",
        12,
        topics=[{"topic": "t", "partitions": [part]}],
        max_wait_ms=wait,
        min_bytes=min_bytes,
        max_bytes=1000,
        session_epoch=-1,
    )


def test_a_fetch_waits_until_a_record_comes(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    start_fetch(caller, wait=5000)
    assert caller.frame() is None
    call_to(caller.cluster).produce("t", b"x")
    assert caller.frame() is not None


def test_a_fetch_waits_no_longer_than_it_said(caller: "Caller") -> None:
    caller.create("t")
    began = caller.cluster.now_ms
    start_fetch(caller, wait=5000)
    caller.cluster.advance_to(began + 4999)
    assert caller.frame() is None
    caller.cluster.advance_to(began + 5000)
    assert caller.frame() is not None


def test_a_fetch_waits_for_enough_bytes(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    start_fetch(caller, wait=5000, min_bytes=200)
    other = call_to(caller.cluster)
    other.produce("t", b"x" * 50)
    assert caller.frame() is None
    other.produce("t", b"x" * 50)
    assert caller.frame() is not None


def test_a_waiting_fetch_ends_when_its_topic_goes(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    start_fetch(caller, wait=5000)
    gone = [{"name": "t", "topic_id": None}]
    call_to(caller.cluster).call("DeleteTopics", topics=gone, timeout_ms=1000)
    assert caller.frame() is not None


def test_requests_of_a_connection_are_answered_in_order(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    start_fetch(caller, wait=5000)
    caller.send("Metadata", 12, topics=[])
    caller.send("Metadata", 12, topics=[])
    assert caller.frame() is None
    call_to(caller.cluster).produce("t", b"x")
    frames = [caller.frame() for _ in range(3)]
    assert [int.from_bytes(frame[:4]) for frame in frames if frame] == [2, 3, 4]
    assert frames[0] is not None
    assert decode_response("Fetch", 12, frames[0])[1].responses[0].partitions[0].records


def test_a_client_that_leaves_is_not_waited_for(caller: "Caller", call_to: CallTo) -> None:
    caller.create("t")
    start_fetch(caller, wait=5000)
    caller.cluster.disconnect(caller.connection)
    assert call_to(caller.cluster).produce("t", b"x").error_code == 0


def test_many_pipelined_requests_do_not_pile_up(caller: "Caller") -> None:
    caller.create("t")
    for _ in range(3000):
        caller.send("Metadata", 12, topics=[])
    answered = 0
    while caller.frame() is not None:
        answered += 1
    assert answered == 3000


def test_a_client_that_does_not_read_gets_no_more_answers(caller: "Caller") -> None:
    caller.cluster.hold(caller.connection)
    caller.send("Metadata", 12, topics=[])
    assert caller.cluster.is_busy(caller.connection)
    assert caller.frame() is None
    caller.cluster.release(caller.connection)
    assert caller.frame() is not None


@pytest.mark.parametrize("node", [1, 2])
def test_a_broker_that_is_down_refuses_connections(node: int, cluster: Cluster) -> None:
    number = cluster.connect(node)
    cluster.kill(node)
    assert cluster.is_closed(number)
    with pytest.raises(ConnectionRefusedError):
        cluster.connect(node)
    cluster.start(node)
    cluster.connect(node)
