"""Messages between nodes that are lost, come twice or late; clocks that differ. All is well after.

Every record that was acknowledged is on every replica, and every replica is in sync.
"""

from collections.abc import Callable

import pytest
from tests.reference.conftest import Caller

from kafka_tck.adapters.reference import ReferenceTarget
from kafka_tck.adapters.target import Mishaps
from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name

CallTo = Callable[..., Caller]
NODES = (1, 2, 3)
WAYS = [(sender, receiver) for sender in range(4) for receiver in range(4) if sender != receiver]
KINDS = ("lose_next", "duplicate_next", "reorder_next")


@pytest.fixture
def topic(cluster: Cluster, call_to: CallTo) -> Cluster:
    """Three brokers, and topic t, of which broker 1 leads the only partition."""
    assigned = [{"partition_index": 0, "broker_ids": [1, 2, 3]}]
    wanted = {"name": "t", "num_partitions": -1, "replication_factor": -1, "assignments": assigned}
    call_to(cluster).call("CreateTopics", topics=[wanted], timeout_ms=1000)
    return cluster


def leader_of(cluster: Cluster) -> int:
    return cluster._controller.image.topics["t"].partitions[0].leader


def pass_time(cluster: Cluster, ms: int) -> None:
    cluster.advance_to(cluster.now_ms + ms)


def write(cluster: Cluster, call_to: CallTo, *values: bytes) -> list[bytes]:
    """The values that were acknowledged by all of the ISR."""
    caller = call_to(cluster, leader_of(cluster))
    answers = [caller.produce("t", value, timeout_ms=90_000).error_code for value in values]
    return [v for v, code in zip(values, answers, strict=True) if error_name(code) == "NONE"]


def assert_recovered(cluster: Cluster, acknowledged: list[bytes]) -> None:
    pass_time(cluster, 120_000)
    known = cluster._controller.image.topics["t"].partitions[0]
    assert set(known.isr) == set(NODES)
    logs = []
    for node in NODES:
        held = cluster._brokers[node].replicas.get("t", 0)
        assert held is not None
        assert held.state == known, node
        assert held.log.hw == held.log.leo, node
        logs.append([(b.base_offset, b.leader_epoch, b.payload) for b in held.log.batches()])
    assert logs[0] == logs[1] == logs[2]
    payloads = b"".join(payload for _, _, payload in logs[0])
    assert [value for value in acknowledged if value not in payloads] == []


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mishap_on_any_way_is_made_good(
    topic: Cluster, call_to: CallTo, kind: str, way: tuple[int, int]
) -> None:
    """Records are written meanwhile, another broker leads, and the old leader comes back."""
    getattr(topic, kind)(*way)
    acknowledged = write(topic, call_to, b"first", b"second")
    topic.kill(1)
    getattr(topic, kind)(*way)
    pass_time(topic, 10_000)
    acknowledged += write(topic, call_to, b"third")
    topic.start(1)
    pass_time(topic, 60_000)
    acknowledged += write(topic, call_to, b"fourth")
    topic.undo_mishaps()
    assert len(topic._mishaps.happened) >= 1, "a mishap has happened"
    assert {happened for _, happened, _ in topic._mishaps.happened} == {way}
    assert len(acknowledged) == 4
    assert_recovered(topic, acknowledged)


def test_mishaps_happen_once_and_in_their_order(topic: Cluster) -> None:
    for kind in KINDS:
        getattr(topic, kind)(2, 1)
    pass_time(topic, 120_000)
    names = [mishap.name for mishap, _, _ in topic._mishaps.happened]
    assert names == ["LOSE", "DUPLICATE", "REORDER"]
    assert_recovered(topic, [])


@pytest.mark.parametrize("ms", [-60_000, -700, 700, 60_000])
@pytest.mark.parametrize("node", NODES)
def test_clocks_that_differ_lose_nothing(
    topic: Cluster, call_to: CallTo, node: int, ms: int
) -> None:
    acknowledged = write(topic, call_to, b"first")
    topic.skew(node, ms)
    acknowledged += write(topic, call_to, b"second")
    assert topic._brokers[node].now - topic.now_ms == ms
    pass_time(topic, 60_000)
    topic.kill(1)
    pass_time(topic, 10_000)
    acknowledged += write(topic, call_to, b"third")
    topic.start(1)
    topic.skew(node, 0)
    acknowledged += write(topic, call_to, b"fourth")
    assert topic._brokers[node].now == topic.now_ms
    assert len(acknowledged) == 4
    assert_recovered(topic, acknowledged)


def test_the_bundled_target_can_have_mishaps(topic: Cluster) -> None:
    target = ReferenceTarget("reference", topic)
    assert isinstance(target, Mishaps)
    assert {f"fault.{name}" for name in ("lose", "duplicate", "reorder", "skew")} <= (
        target.capabilities
    )
    target.lose(2, 1)
    target.duplicate(2, 1)
    target.reorder(2, 0)
    pass_time(topic, 60_000)
    happened = {(mishap.name, way) for mishap, way, _ in topic._mishaps.happened}
    assert happened == {("LOSE", (2, 1)), ("DUPLICATE", (2, 1)), ("REORDER", (2, 0))}
    target.skew(2, 500)
    target.undo_mishaps()
    target.skew(2, 0)
    assert_recovered(topic, [])
