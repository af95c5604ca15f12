"""Groups of real consumers: members come, are killed and are paused, and nothing is skipped."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from tests.reference.live_groups import TOPIC, live_group
from tests.reference.test_java_client import java as java

from kafka_tck.adapters.apache_kafka.kafka_target import start_target
from kafka_tck.adapters.target import Misuse, TargetOptions
from kafka_tck.model.assignors.group import Group
from kafka_tck.model.assignors.group import Member as Subscriber
from kafka_tck.model.assignors.laws import ALWAYS, PROMISES, Law, breaches, is_balanced

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

SETTINGS = {
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "100",
    "group.consumer.min.session.timeout.ms": "100",
    "group.consumer.session.timeout.ms": "3000",
    "group.consumer.min.heartbeat.interval.ms": "50",
    "group.consumer.heartbeat.interval.ms": "300",
    "group.consumer.assignment.interval.ms": "0",
}
ALIKE = {
    "eager": ("librdkafka", "aiokafka", "kafka-python", "librdkafka"),
    "cooperative": ("librdkafka-cooperative",) * 4,
    "consumer": ("librdkafka-consumer",) * 4,
    "java": ("librdkafka", "java RangeAssignor", "aiokafka", "java RangeAssignor"),
    "java consumer": ("java consumer", "librdkafka-consumer", "java consumer", "java consumer"),
    "both protocols": ("librdkafka", "librdkafka-consumer", "kafka-python", "librdkafka-consumer"),
}


LAWS: dict[str, tuple[Law, ...]] = {
    "eager": PROMISES["range"],
    "java": PROMISES["range"],
    "cooperative": (*ALWAYS, is_balanced),
}
"""Of what the leaders of classic groups give."""

STEADY = ("cooperative", "consumer", "java consumer")
"""Kinds of which no member gives up what it keeps."""
WITHOUT_JAVA = [kind for kind in ALIKE if not kind.startswith("java")]


def make_topic(address: str, partitions: int) -> None:
    admin = pytest.importorskip("confluent_kafka.admin")
    pytest.importorskip("aiokafka")
    client = admin.AdminClient({"bootstrap.servers": address})
    client.create_topics([admin.NewTopic(TOPIC, partitions, 1)])[TOPIC].result(30)


@pytest.fixture
def bundled(serving: Callable[..., "Serving"]) -> Iterator[str]:
    with serving(config=SETTINGS) as served:
        yield served.address


@pytest.fixture
def apache_kafka() -> Iterator[str]:
    try:
        target = start_target(None, TargetOptions(config=SETTINGS))
    except Misuse as misuse:
        pytest.skip(str(misuse))
    yield target.address(1)
    target.close()


def expect_that_nothing_is_skipped(kind: str, address: str, java: Sequence[str] = ()) -> None:
    make_topic(address, 6)
    clients = ALIKE[kind]
    with live_group(address, 6, java) as group:
        first, second, third = (group.join(client) for client in clients[:3])
        group.wait_until_shared()
        first.kill()
        group.wait_until_shared()
        second.pause()
        group.wait_until_shared()
        before = dict(third.owned)
        fourth = group.join(clients[3])
        group.wait_until_shared()
        if kind in STEADY and not third.was_fenced:
            stayed = set(before) & set(third.owned)
            assert {p: third.owned[p] for p in stayed} == {p: before[p] for p in stayed}
        second.resume()
        group.wait_until_shared()
        group.stop_producing()
        group.wait_until_read()
        group.wait_until_shared()
        if kind in LAWS:
            given = group.described()
            members = tuple(Subscriber(id, frozenset({TOPIC})) for id in given)
            assert breaches(Group(members, {TOPIC: 6}), given, LAWS[kind]) == []
        for member in (second, third, fourth):
            member.leave()
            assert member.has_left(), member.errors
        assert group.overlaps() == []


@pytest.mark.parametrize("kind", WITHOUT_JAVA)
def test_nothing_is_skipped(kind: str, bundled: str) -> None:
    expect_that_nothing_is_skipped(kind, bundled)


@pytest.mark.parametrize("kind", ["java", "java consumer"])
def test_nothing_is_skipped_with_kafkas_own_client(
    kind: str, java: list[str], bundled: str
) -> None:
    expect_that_nothing_is_skipped(kind, bundled, java)


@pytest.mark.apache_kafka
@pytest.mark.parametrize("kind", WITHOUT_JAVA)
def test_nothing_is_skipped_by_apache_kafka(kind: str, apache_kafka: str) -> None:
    """What is expected of the bundled broker is so of the real one."""
    expect_that_nothing_is_skipped(kind, apache_kafka)


@pytest.mark.parametrize("client", ["librdkafka", "librdkafka-consumer"])
def test_who_is_over_waits_and_takes_over(client: str, bundled: str) -> None:
    """Three members share two partitions; one that has one is killed."""
    make_topic(bundled, 2)
    with live_group(bundled, 2) as group:
        for _ in range(3):
            group.join(client)
        group.wait_until_shared()
        next(member for member in group.members if member.owned).kill()
        group.wait_until_shared()
        group.stop_producing()
        group.wait_until_read()
