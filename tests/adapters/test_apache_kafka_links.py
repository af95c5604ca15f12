"""Links between brokers, with sockets in place of brokers."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kafka_tck.adapters.apache_kafka.lanes import OTHERS, Ways
from kafka_tck.adapters.apache_kafka.links import Links
from kafka_tck.adapters.apache_kafka.ports import choose_doors
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import encode_request

PATIENCE = 10.0


def hello(client_id: str | None) -> bytes:
    frame = encode_request("Metadata", 9, {"topics": []}, correlation_id=1, client_id=client_id)
    return framed(frame)


def dial(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def read(connection: socket.socket, size: int) -> bytes:
    """So many bytes, or fewer if the connection ends."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while len(data) < size and (chunk := connection.recv(size - len(data))):
            data += chunk
    return data


def read_for(connection: socket.socket, seconds: float) -> bytes | None:
    """What comes within so many seconds; None: nothing."""
    connection.settimeout(seconds)
    try:
        return connection.recv(1)
    except TimeoutError:
        return None
    finally:
        connection.settimeout(PATIENCE)


@dataclass
class Wire:
    """Node 1 behind its door, and whoever connects to it."""

    links: Links
    door: int
    node: socket.socket
    stack: contextlib.ExitStack

    def connect(self, client_id: str | None) -> tuple[socket.socket, socket.socket]:
        """Both ends of a connection over which the first frame has come."""
        peer = self.stack.enter_context(dial(self.door))
        peer.sendall(hello(client_id))
        end = self.stack.enter_context(self.node.accept()[0])
        end.settimeout(PATIENCE)
        assert read(end, len(hello(client_id))) == hello(client_id)
        return peer, end


@pytest.fixture
def wire() -> Iterator[Wire]:
    doors, behind = choose_doors(3)
    with contextlib.ExitStack() as stack:
        node = stack.enter_context(socket.create_server(("127.0.0.1", behind[1])))
        node.settimeout(PATIENCE)
        door = doors[1].getsockname()[1]
        links = Links(doors, behind)
        stack.callback(links.close)
        yield Wire(links, door, node, stack)


def exchange(peer: socket.socket, end: socket.socket) -> tuple[bytes, bytes]:
    peer.sendall(b"fetch")
    end.sendall(b"records")
    return read(end, 5), read(peer, 7)


WHOLE = (b"fetch", b"records")


@pytest.mark.parametrize("client_id", ["broker-2-fetcher-0", "no number", "", None])
def test_bytes_pass_both_ways(wire: Wire, client_id: str | None) -> None:
    assert exchange(*wire.connect(client_id)) == WHOLE


def test_requests_are_lost_on_a_way_that_is_cut(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    wire.links.cut(2, 1)
    peer.sendall(b"fetch")
    end.sendall(b"records")
    assert read(peer, 7) == b"records"
    wire.links.heal(2, 1)
    assert read(end, 5) == b""


def test_answers_are_lost_on_a_way_that_is_cut(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    wire.links.cut(1, 2)
    end.sendall(b"records")
    peer.sendall(b"fetch")
    assert read(end, 5) == b"fetch"
    wire.links.heal(1, 2)
    assert read(peer, 7) == b""


def test_a_link_that_heals_serves_new_connections(wire: Wire) -> None:
    wire.connect("broker-2-fetcher-0")
    for way in ((1, 2), (2, 1)):
        wire.links.cut(*way)
    for way in ((1, 2), (2, 1)):
        wire.links.heal(*way)
    assert exchange(*wire.connect("broker-2-fetcher-0")) == WHOLE


def test_others_are_not_concerned(wire: Wire) -> None:
    ends = wire.connect("broker-3-fetcher-0")
    for way in ((1, 2), (2, 1), (2, 3), (3, 2)):
        wire.links.cut(*way)
    assert exchange(*ends) == WHOLE


def test_healing_what_is_whole_changes_nothing(wire: Wire) -> None:
    ends = wire.connect("broker-2-fetcher-0")
    wire.links.heal(2, 1)
    assert exchange(*ends) == WHOLE


def test_late_bytes_arrive_in_their_order(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    wire.links.delay(2, 1, 300)
    sent = time.monotonic()
    peer.sendall(b"first")
    end.sendall(b"records")
    assert read(peer, 7) == b"records"
    wire.links.delay(2, 1, 0)
    peer.sendall(b"second")
    assert read(end, 11) == b"firstsecond"
    assert time.monotonic() - sent >= 0.3


def test_answers_can_be_late_and_requests_not(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    wire.links.delay(1, 2, 300)
    sent = time.monotonic()
    assert exchange(peer, end) == WHOLE
    assert time.monotonic() - sent >= 0.3


def test_bytes_on_their_way_are_lost_when_it_is_cut(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    wire.links.delay(2, 1, 100)
    peer.sendall(b"fetch")
    wire.links.cut(2, 1)
    assert read_for(end, 0.3) is None
    wire.links.heal(2, 1)
    assert read(end, 5) == b""


@pytest.mark.parametrize("way", [(2, OTHERS), (OTHERS, 1)])
def test_all_that_one_node_sends_or_hears_can_be_cut(wire: Wire, way: tuple[int, int]) -> None:
    peer, end = wire.connect("raft-client-2")
    wire.links.cut(*way)
    peer.sendall(b"fetch")
    end.sendall(b"records")
    assert read(peer, 7) == b"records"
    assert wire.links.ends_out_of_touch(1) == set(way)
    wire.links.heal(*way)
    assert read(end, 5) == b""
    assert wire.links.ends_out_of_touch(1) == set()


def test_what_two_cuts_lose_is_lost_until_both_are_healed(wire: Wire) -> None:
    wire.links.cut(2, OTHERS)
    wire.links.cut(OTHERS, 1)
    wire.links.heal(2, OTHERS)
    peer = wire.stack.enter_context(dial(wire.door))
    peer.sendall(hello("2"))
    end = wire.stack.enter_context(wire.node.accept()[0])
    end.sendall(b"records")
    assert read(peer, 7) == b"records"
    wire.links.heal(OTHERS, 1)
    assert read(end, 1) == b""
    assert exchange(*wire.connect("2")) == WHOLE


@pytest.mark.parametrize("client_id", ["1", "raft-client-1"])
def test_a_node_is_never_cut_off_from_itself(wire: Wire, client_id: str) -> None:
    ends = wire.connect(client_id)
    wire.links.cut(1, OTHERS)
    wire.links.cut(OTHERS, 1)
    assert exchange(*ends) == WHOLE


def test_who_is_late_is_out_of_touch(wire: Wire) -> None:
    wire.links.delay(2, OTHERS, 200)
    assert wire.links.ends_out_of_touch(200) == {2, OTHERS}
    assert wire.links.ends_out_of_touch(201) == set()


def test_the_longest_delay_counts() -> None:
    ways = Ways(delays={(2, 1): 100, (OTHERS, 1): 300, (1, OTHERS): 500})
    assert [ways.delay(way) for way in ((2, 1), (3, 1), (1, 2), (3, 2), (1, 1))] == [
        300,
        300,
        500,
        0,
        0,
    ]


def test_an_end_that_goes_takes_the_other_with_it(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    end.close()
    assert read(peer, 1) == b""


def test_a_node_that_does_not_listen_closes_the_connection(wire: Wire) -> None:
    wire.node.close()
    with dial(wire.door) as peer:
        peer.sendall(hello("broker-2-fetcher-0"))
        assert read(peer, 1) == b""


def test_closing_ends_connections_and_the_thread(wire: Wire) -> None:
    peer, end = wire.connect("broker-2-fetcher-0")
    half = wire.stack.enter_context(dial(wire.door))
    wire.links.close()
    assert [read(each, 1) for each in (peer, end, half)] == [b"", b"", b""]
    assert "kafka-tck links" not in {thread.name for thread in threading.enumerate()}
    wire.links.close()
