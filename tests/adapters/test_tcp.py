"""The TCP connection against a peer that we script: what it hands out, and why it is silent."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kafka_tck.adapters.target import Silence, Unreachable
from kafka_tck.adapters.tcp import MAX_RESPONSE, TcpConnection, WallClock
from kafka_tck.wire.frames import framed

HOST = "127.0.0.1"
LONG = 10.0


@contextmanager
def peer(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that does this with its first connection, then closes it."""

    def serve() -> None:
        accepted, _ = listener.accept()
        with accepted:
            behave(accepted)

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(LONG)
        assert not thread.is_alive()


@contextmanager
def connected(
    behave: Callable[[socket.socket], None], has_died: Callable[[], bool] = lambda: False
) -> Iterator[TcpConnection]:
    with peer(behave) as port:
        connection = TcpConnection(HOST, port, has_died)
        try:
            yield connection
        finally:
            connection.close()


def read_exactly(accepted: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += accepted.recv(size - len(data))
    return data


def wait_for_a_byte(accepted: socket.socket) -> None:
    accepted.recv(1)


def test_bytes_arrive_as_they_were_sent() -> None:
    seen = []
    rubbish = b"\x00\xff anything, not even a frame"

    def behave(accepted: socket.socket) -> None:
        seen.append(read_exactly(accepted, len(rubbish)))

    with connected(behave) as connection:
        connection.send(rubbish)
        assert connection.receive(LONG) is Silence.CLOSED
    assert seen == [rubbish]


def test_frames_come_whole_however_the_bytes_are_cut() -> None:
    def behave(accepted: socket.socket) -> None:
        for byte in framed(b"one") + framed(b"two"):
            accepted.sendall(bytes([byte]))
        accepted.sendall(framed(b"three") + framed(b"four"))

    with connected(behave) as connection:
        frames = [connection.receive(LONG) for _ in range(5)]
    assert frames == [b"one", b"two", b"three", b"four", Silence.CLOSED]


def test_silence_of_an_open_connection_is_a_timeout() -> None:
    with connected(wait_for_a_byte) as connection:
        assert connection.receive(0.0) is Silence.TIMED_OUT
        assert connection.receive(0.05) is Silence.TIMED_OUT


def test_a_frame_that_is_cut_by_the_end_is_no_frame() -> None:
    with connected(lambda accepted: accepted.sendall(framed(b"whole")[:-1])) as connection:
        assert connection.receive(LONG) is Silence.CLOSED


def test_a_reset_is_an_end() -> None:
    def behave(accepted: socket.socket) -> None:
        accepted.recv(1)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with connected(behave) as connection:
        connection.send(b"x")
        assert connection.receive(LONG) is Silence.CLOSED
        connection.send(b"into the void")
        assert connection.receive(LONG) is Silence.CLOSED


def test_the_last_answer_is_read_although_sending_fails() -> None:
    answered = threading.Event()

    def behave(accepted: socket.socket) -> None:
        accepted.sendall(framed(b"answer"))
        accepted.shutdown(socket.SHUT_RDWR)
        answered.set()

    with connected(behave) as connection:
        assert answered.wait(LONG)
        connection.send(b"x" * 100)
        connection.send(b"x" * 100)
        assert connection.receive(LONG) == b"answer"
        assert connection.receive(LONG) is Silence.CLOSED


def test_the_end_of_a_process_is_told_from_a_close() -> None:
    with connected(lambda accepted: None, has_died=lambda: True) as connection:
        assert connection.receive(LONG) is Silence.DIED


def test_a_closed_connection_stays_closed() -> None:
    with connected(wait_for_a_byte) as connection:
        connection.close()
        connection.close()
        connection.send(b"nobody hears this")
        assert connection.receive(0.0) is Silence.CLOSED


@pytest.mark.parametrize("size", [0, -1, -(2**31), MAX_RESPONSE + 1, 2**31 - 1])
def test_an_impossible_size_is_shown_once_as_it_came(size: int) -> None:
    rubbish = struct.pack(">i", size)
    with connected(lambda accepted: accepted.sendall(framed(b"good") + rubbish)) as connection:
        assert connection.receive(LONG) == b"good"
        assert connection.receive(LONG) == rubbish
        assert connection.receive(LONG) is Silence.CLOSED


def test_two_large_messages_that_cross_do_not_block_each_other() -> None:
    megabytes = 8 << 20

    def behave(accepted: socket.socket) -> None:
        accepted.sendall(framed(b"a" * megabytes))
        accepted.sendall(framed(read_exactly(accepted, megabytes)[:3]))

    with connected(behave) as connection:
        connection.send(b"b" * megabytes)
        assert connection.receive(LONG) == b"a" * megabytes
        assert connection.receive(LONG) == b"bbb"


def test_nobody_listens() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match=f"{HOST}:{port}"):
        TcpConnection(HOST, port)


def test_the_wall_clock_waits_for_a_condition() -> None:
    values = iter([None, None, "found"])
    assert WallClock().until(lambda: next(values), within=LONG) == "found"


def test_the_wall_clock_gives_up() -> None:
    assert WallClock().until(lambda: None, within=0.05) is None


def test_the_wall_clock_looks_at_least_once() -> None:
    assert WallClock().until(lambda: "there", within=0.0) == "there"


def test_the_wall_clock_counts_milliseconds() -> None:
    clock = WallClock()
    before = clock.now_ms()
    assert 1_700_000_000_000 < before <= clock.now_ms()
