"""The cluster on TCP ports: slow, many, rude and deaf clients."""

import asyncio
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kafka_tck.reference.server import serve
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import encode_request

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

Serve = Callable[..., "Serving"]

METADATA = framed(encode_request("Metadata", 12, {"topics": []}, correlation_id=1))


def answer(client: socket.socket) -> bytes:
    """The next frame; nothing if the connection was closed."""
    head = client.recv(4, socket.MSG_WAITALL)
    return client.recv(struct.unpack(">i", head)[0], socket.MSG_WAITALL) if head else b""


def send_for_ever(client: socket.socket) -> None:
    while True:
        client.sendall(METADATA * 100)


def test_each_broker_listens_and_names_all(serving: Serve) -> None:
    with serving(brokers=3) as served:
        for node in (1, 2, 3):
            with served.connect(node) as client:
                client.sendall(METADATA)
                assert answer(client).count(b"127.0.0.1") == 3


def test_bytes_that_drip(serving: Serve) -> None:
    with serving() as served, served.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in METADATA:
            client.sendall(bytes([byte]))
        assert answer(client)


def test_a_thousand_idle_connections(serving: Serve) -> None:
    with serving() as served:
        idle = [served.connect() for _ in range(1000)]
        for client in (idle[0], idle[500], idle[-1]):
            client.sendall(METADATA)
            assert answer(client)
        for client in idle:
            client.close()


def test_rude_bytes_end_only_their_own_connection(serving: Serve) -> None:
    with serving() as served, served.connect() as polite, served.connect() as rude:
        rude.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert answer(rude) == b""
        polite.sendall(METADATA)
        assert answer(polite)


def test_a_deaf_client_is_not_read_from(serving: Serve) -> None:
    """Its requests would be answered by far more bytes than any socket buffers."""
    with serving() as served, served.connect() as client:
        client.settimeout(1.0)
        with pytest.raises(TimeoutError):
            send_for_ever(client)


def test_half_closed_connections_end(serving: Serve) -> None:
    with serving() as served, served.connect() as client:
        client.sendall(METADATA[:9])
        client.shutdown(socket.SHUT_WR)
        assert answer(client) == b""


def test_a_taken_port_is_one_clear_error(serving: Serve) -> None:
    with serving() as served, served.connect() as client:
        port = client.getpeername()[1]
        with pytest.raises(OSError, match=str(port)):
            asyncio.run(serve(port=port))


def test_a_directory_outlives_the_server(serving: Serve, tmp_path: Path) -> None:
    with serving(data_dir=tmp_path):
        pass
    with serving(data_dir=tmp_path) as served, served.connect() as client:
        client.sendall(METADATA)
        assert answer(client)
