"""What `adapters/target.py` promises, asked of every adapter that we ship.

A new adapter is one entry in `ADAPTERS`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from kafka_tck.adapters.apache_kafka.kafka_target import ApacheKafkaTarget
from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import (
    Connection,
    Faults,
    Misuse,
    Silence,
    Target,
    TargetOptions,
    Unreachable,
)
from kafka_tck.adapters.wire_target import WireTarget, find_brokers, read_addresses
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import encode_request

NODE_NOWHERE = 4711


@dataclass(frozen=True)
class Subject:
    """A running target, and how to make one of its nodes unreachable for a while."""

    target: Target
    kill: Callable[[int], None]
    start: Callable[[int], None]

    @contextmanager
    def without(self, node: int) -> Iterator[None]:
        self.kill(node)
        try:
            yield
        finally:
            self.start(node)


def _apache_kafka(request: pytest.FixtureRequest) -> Subject:
    target: ApacheKafkaTarget = request.getfixturevalue("apache_kafka")
    return Subject(target, target.kill, target.start)


def _wire(request: pytest.FixtureRequest) -> Subject:
    """Brokers that know nothing of us: a real one, which the test may still kill."""
    kafka: ApacheKafkaTarget = request.getfixturevalue("apache_kafka")
    address = kafka.address(1)
    target = WireTarget(f"wire:{address}", find_brokers(read_addresses(address)))
    request.addfinalizer(target.close)
    return Subject(target, kafka.kill, kafka.start)


ADAPTERS = [
    pytest.param(_apache_kafka, id="apache-kafka", marks=pytest.mark.apache_kafka),
    pytest.param(_wire, id="wire", marks=pytest.mark.apache_kafka),
]


@pytest.fixture(scope="module", params=ADAPTERS)
def subject(request: pytest.FixtureRequest) -> Subject:
    running: Subject = request.param(request)
    return running


@pytest.fixture
def target(subject: Subject) -> Target:
    return subject.target


@pytest.fixture
def connection(target: Target) -> Iterator[Connection]:
    connection = target.connect(target.nodes()[0])
    yield connection
    connection.close()


def metadata_request(correlation_id: int) -> bytes:
    return framed(encode_request("Metadata", 9, {"topics": []}, correlation_id=correlation_id))


def test_node_ids_are_those_of_metadata(target: Target) -> None:
    for node in target.nodes():
        client = RawClient(target, node)
        outcome = client.metadata(version=9, topics=[]).outcome()
        client.close()
        assert isinstance(outcome, Answer)
        assert tuple(sorted(broker.node_id for broker in outcome.body.brokers)) == target.nodes()


def test_node_ids_ascend(target: Target) -> None:
    assert list(target.nodes()) == sorted(set(target.nodes()))


def test_capabilities_are_words(target: Target) -> None:
    assert f"nodes.{len(target.nodes())}" in target.capabilities
    assert all(word == word.strip().lower() and word for word in target.capabilities)


def test_a_fault_that_is_declared_can_be_injected(target: Target) -> None:
    declared = [word.removeprefix("fault.") for word in target.capabilities if "fault." in word]
    assert all(callable(getattr(target, fault)) for fault in declared)
    assert isinstance(target, Faults) == ({"restart", "kill"} <= set(declared))


def test_requests_are_answered_in_their_order(connection: Connection) -> None:
    ids = [7, 2**31 - 1, -5, 7]
    connection.send(b"".join(metadata_request(correlation_id) for correlation_id in ids))
    answers = [connection.receive(10.0) for _ in ids]
    assert all(isinstance(answer, bytes) for answer in answers)
    heads = [answer[:4] for answer in answers if isinstance(answer, bytes)]
    assert [int.from_bytes(head, "big", signed=True) for head in heads] == ids


def test_bytes_pass_unchanged_however_they_are_cut(connection: Connection) -> None:
    request = metadata_request(9)
    for byte in request:
        connection.send(bytes([byte]))
    whole = connection.receive(10.0)
    connection.send(request)
    assert connection.receive(10.0) == whole
    assert isinstance(whole, bytes)


def test_an_unfinished_request_is_not_answered(connection: Connection) -> None:
    request = metadata_request(1)
    connection.send(request[:-1])
    assert connection.receive(0.2) is Silence.TIMED_OUT
    connection.send(request[-1:])
    assert isinstance(connection.receive(10.0), bytes)


def test_rubbish_reaches_the_broker_which_closes(connection: Connection) -> None:
    connection.send(b"GET / HTTP/1.1\r\n\r\n")
    assert connection.receive(10.0) is Silence.CLOSED
    connection.send(metadata_request(1))
    assert connection.receive(10.0) is Silence.CLOSED


def test_connections_are_independent(target: Target) -> None:
    node = target.nodes()[0]
    first, second = target.connect(node), target.connect(node)
    first.send(framed(b"\x7f\xff"))
    assert first.receive(10.0) is Silence.CLOSED
    second.send(metadata_request(3))
    assert isinstance(second.receive(10.0), bytes)
    first.close()
    second.close()


def test_closing_a_connection_twice_does_no_harm(target: Target) -> None:
    connection = target.connect(target.nodes()[0])
    connection.close()
    connection.close()
    connection.send(metadata_request(1))
    assert connection.receive(0.0) is Silence.CLOSED


def test_there_is_no_connection_to_a_node_that_does_not_exist(target: Target) -> None:
    with pytest.raises(Unreachable):
        target.connect(NODE_NOWHERE)


def test_the_clock_gives_what_the_condition_gives(target: Target) -> None:
    values = iter([None, None, 42])
    assert target.clock.until(lambda: next(values), within=10.0) == 42
    assert target.clock.until(lambda: None, within=0.01) is None


def test_the_clock_goes_forward(target: Target) -> None:
    before = target.clock.now_ms()
    target.clock.until(lambda: None, within=0.05)
    assert target.clock.now_ms() >= before + 50


def test_a_dead_node_is_unreachable_until_it_is_started(subject: Subject) -> None:
    node = subject.target.nodes()[0]
    open_before = subject.target.connect(node)
    with subject.without(node):
        assert open_before.receive(10.0) in (Silence.DIED, Silence.CLOSED)
        with pytest.raises(Unreachable):
            subject.target.connect(node)
    again = subject.target.connect(node)
    again.send(metadata_request(1))
    assert isinstance(again.receive(10.0), bytes)
    again.close()
    open_before.close()


def _opens(spec: str) -> Target | None:
    from kafka_tck.adapters import apache_kafka, wire_target

    options = TargetOptions()
    hooks = (apache_kafka.kafka_tck_target, wire_target.kafka_tck_target)
    found: list[Target | None] = [hook(spec, options) for hook in hooks]
    return next((target for target in found if target is not None), None)


@pytest.mark.parametrize(
    ("spec", "advice"),
    [
        ("wire", "wire:127.0.0.1:9092"),
        ("wire:", "wire:127.0.0.1:9092"),
        ("wire:localhost", "wire:127.0.0.1:9092"),
        ("wire:localhost:99999", "wire:127.0.0.1:9092"),
        ("wire:127.0.0.1:9092,", "wire:127.0.0.1:9092"),
        ("wire:127.0.0.1:1", "refused"),
        ("apache-kafka:latest", "apache-kafka:4.3.1"),
        ("apache-kafka:4.3", "apache-kafka:4.3.1"),
        ("apache-kafka:2.8.2", "the oldest release here is 3.3.1"),
    ],
)
def test_a_malformed_spec_is_misuse_with_advice_in_one_line(spec: str, advice: str) -> None:
    with pytest.raises(Misuse, match=advice) as raised:
        _opens(spec)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("spec", ["", "redpanda:23", "reference-but-not", "kafka"])
def test_a_spec_of_somebody_else_is_left_alone(spec: str) -> None:
    assert _opens(spec) is None
