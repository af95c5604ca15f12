"""Three real brokers that are cut off, late, or stand still for a while."""

import time
from collections.abc import Iterator

import pytest
from tests.adapters.asking import (
    comes_true,
    create,
    end_offset,
    isr,
    partition,
    produce,
    quorum_leader,
)

from kafka_tck.adapters.apache_kafka.kafka_target import ApacheKafkaTarget
from kafka_tck.adapters.target import CONTROLLERS, Hindrances, Unreachable
from kafka_tck.properties.faults import Injected

pytestmark = pytest.mark.apache_kafka

NODES = (1, 2, 3)


@pytest.fixture
def faults(three: ApacheKafkaTarget) -> Iterator[Injected]:
    """What a test does to the cluster, undone in the end."""
    injected = Injected(three)
    yield injected
    injected.undo_all()


def others_than(node: int) -> list[int]:
    return [other for other in NODES if other != node]


def brokers_in_service(target: ApacheKafkaTarget, name: str, node: int) -> set[int]:
    return set(NODES) - set(partition(target, name, node).offline_replicas)


@pytest.mark.parametrize("leads_quorum", [True, False])
def test_a_leader_that_is_isolated_is_a_zombie(
    three: ApacheKafkaTarget, faults: Injected, leads_quorum: bool
) -> None:
    """It takes what only it must have, and nothing that must be in sync; the others go on."""
    controller = quorum_leader(three, 1)
    zombie = controller if leads_quorum else others_than(controller)[0]
    others = others_than(zombie)
    name = f"zombie-{leads_quorum}"
    create(three, name, [zombie, *others])
    assert produce(three, name, zombie) == "NONE"
    faults.isolate(zombie)
    comes_true(three, lambda: partition(three, name, others[0]).leader_id in others)
    assert partition(three, name, zombie).leader_id == zombie
    assert produce(three, name, zombie, acks=1) == "NONE"
    assert produce(three, name, zombie, timeout_ms=500) == "REQUEST_TIMED_OUT"
    leader = partition(three, name, others[0]).leader_id
    assert produce(three, name, leader) == "NONE"
    assert quorum_leader(three, leader) in others
    faults.undo_all()
    comes_true(three, lambda: isr(three, name, leader) == set(NODES))
    comes_true(three, lambda: partition(three, name, zombie).leader_id == leader)
    assert end_offset(three, name, leader) == 2


@pytest.mark.parametrize("way", [(2, CONTROLLERS), (CONTROLLERS, 2)])
def test_a_node_is_fenced_when_one_way_to_the_controllers_is_cut(
    three: ApacheKafkaTarget, faults: Injected, way: tuple[int, int]
) -> None:
    name = f"fenced-{way[0]}"
    create(three, name, [1, 2, 3])
    faults.cut(way)
    comes_true(three, lambda: 2 not in brokers_in_service(three, name, 1))
    faults.heal(way)
    comes_true(three, lambda: isr(three, name) == set(NODES))


def test_a_follower_whose_requests_are_late_keeps_the_leader_waiting(
    three: ApacheKafkaTarget, faults: Injected
) -> None:
    create(three, "late", [1, 2, 3])
    assert produce(three, "late", 1) == "NONE"
    faults.delay((2, 1), 400)
    sent = time.monotonic()
    assert produce(three, "late", 1) == "NONE"
    assert time.monotonic() - sent >= 0.4
    assert isr(three, "late") == set(NODES)


def test_a_node_that_was_fenced_while_it_stood_still_serves_when_it_is_resumed(
    three: ApacheKafkaTarget, faults: Injected
) -> None:
    create(three, "paused", [2, 1, 3])
    faults.pause(2)
    comes_true(three, lambda: partition(three, "paused", 1).leader_id in (1, 3))
    faults.resume(2)
    leader = partition(three, "paused", 2).leader_id
    assert leader in (1, 3)
    assert 2 in brokers_in_service(three, "paused", 1)
    assert produce(three, "paused", leader) == "NONE"
    assert produce(three, "paused", 2) == "NOT_LEADER_OR_FOLLOWER"


def test_nothing_is_waited_for_in_vain(three: ApacheKafkaTarget, faults: Injected) -> None:
    """One node of three cannot serve; two can, if a third is cut off from the controllers."""
    create(three, "alone", [1, 2, 3])
    for node in NODES:
        faults.kill(node)
    for node in NODES:
        faults.start(node)
    faults.isolate(1)
    faults.kill(2)
    faults.start(2)
    assert produce(three, "alone", partition(three, "alone", 2).leader_id) == "NONE"
    faults.undo_all()
    comes_true(three, lambda: isr(three, "alone", 3) == set(NODES))


def test_three_nodes_can_be_hindered(three: ApacheKafkaTarget) -> None:
    assert isinstance(three, Hindrances)
    assert three.capabilities >= {
        "fault.cut_controllers",
        "fault.delay_controllers",
        "fault.delay",
        "fault.pause",
    }
    with pytest.raises(Unreachable, match="no node 4"):
        three.cut(CONTROLLERS, 4)
