"""The wire target: addresses, and brokers found by Metadata."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from kafka_tck.adapters.target import Misuse, TargetOptions, Unreachable
from kafka_tck.adapters.wire_target import (
    WireTarget,
    find_brokers,
    kafka_tck_target,
    read_addresses,
)
from kafka_tck.wire.frames import Deframer, framed
from kafka_tck.wire.messages import decode_request, encode_response

HOST = "127.0.0.1"
Answer = Callable[[bytes], bytes]


@contextmanager
def broker(answer: Answer) -> Iterator[int]:
    """The port of a server that answers one request with these bytes, and closes."""

    def serve() -> None:
        accepted, _ = listener.accept()
        with accepted:
            deframer = Deframer()
            while (frame := deframer.next()) is None:
                deframer.feed(accepted.recv(1000))
            accepted.sendall(answer(frame))

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()


def naming(*nodes: tuple[int, str, int]) -> Answer:
    """Answers that name these brokers."""

    def answer(frame: bytes) -> bytes:
        request = decode_request(frame)
        brokers = [{"node_id": node, "host": host, "port": port} for node, host, port in nodes]
        body = {"brokers": brokers, "controller_id": 1, "topics": []}
        header = request.header
        return framed(
            encode_response(
                request.api.name, header.version, body, correlation_id=header.correlation_id
            )
        )

    return answer


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("127.0.0.1:9092", [("127.0.0.1", 9092)]),
        ("a:1,b.example.org:65535", [("a", 1), ("b.example.org", 65535)]),
        ("a:1, b:2", [("a", 1), ("b", 2)]),
        ("[::1]:9092", [("::1", 9092)]),
    ],
)
def test_addresses_are_read(text: str, addresses: Sequence[tuple[str, int]]) -> None:
    assert read_addresses(text) == addresses


@pytest.mark.parametrize("text", ["", "a", "a:", ":1", "a:0", "a:65536", "a:1,", "::1:9092", "a:b"])
def test_what_is_no_address_is_misuse(text: str) -> None:
    with pytest.raises(Misuse, match="HOST:PORT"):
        read_addresses(text)


def test_nodes_are_all_that_metadata_names() -> None:
    with broker(naming((7, "b", 2), (3, "a", 1))) as port:
        target = kafka_tck_target(f"wire:{HOST}:{port}", TargetOptions())
    assert isinstance(target, WireTarget)
    assert target.nodes() == (3, 7)
    assert target.capabilities == {"nodes.2"}
    assert target.release is None
    target.close()
    target.close()


def test_the_first_address_that_answers_is_believed() -> None:
    with socket.create_server((HOST, 0)) as free:
        nobody = free.getsockname()
    with broker(naming((1, HOST, 9))) as port:
        assert find_brokers([nobody, (HOST, port)]) == {1: (HOST, 9)}


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda frame: b"", "connection closed"),
        (lambda frame: framed(b"\x00\x00\x00\x01rubbish"), "garbled"),
        (lambda frame: b"HTTP/1.1 400 Bad Request", "garbled"),
        (naming(), "names no broker"),
    ],
)
def test_what_is_no_broker_is_misuse(answer: Answer, complaint: str) -> None:
    with broker(answer) as port, pytest.raises(Misuse, match=complaint):
        find_brokers([(HOST, port)])


def test_nobody_there_is_misuse_and_names_every_address() -> None:
    with pytest.raises(Misuse, match="127.0.0.1:1: .*; 127.0.0.1:2: "):
        find_brokers([(HOST, 1), (HOST, 2)])


@pytest.mark.parametrize(
    "options",
    [
        TargetOptions(config={"a": "b"}),
        TargetOptions(features={"transaction.version": 1}),
        TargetOptions(kafka_home="kafka"),
    ],
)
def test_a_wire_target_cannot_be_configured(options: TargetOptions) -> None:
    with pytest.raises(Misuse, match="configured by whoever started it"):
        kafka_tck_target("wire:127.0.0.1:1", options)


def test_an_advertised_address_where_nobody_listens_is_unreachable() -> None:
    target = WireTarget("wire:x", {1: (HOST, 1)})
    with pytest.raises(Unreachable):
        target.connect(1)
