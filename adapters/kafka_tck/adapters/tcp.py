"""A connection over a TCP socket, and the clock on the wall."""

import selectors
import socket
import time
from collections.abc import Callable
from typing import Final, TypeVar

from kafka_tck.adapters.target import Silence, Unreachable
from kafka_tck.wire.frames import BadFrame, Deframer

T = TypeVar("T")

MAX_RESPONSE: Final = 100 << 20
"""Bytes of the largest frame that we take."""

_CONNECT_PATIENCE: Final = 5.0
_SEND_PATIENCE: Final = 15.0
_CHUNK: Final = 1 << 18
_READ: Final = selectors.EVENT_READ
_BOTH: Final = selectors.EVENT_READ | selectors.EVENT_WRITE


class TcpConnection:
    """One TCP connection to one node.

    `has_died` tells whether the process at the other end is known to have ended. After a frame
    size that no frame can have, what came is handed out as it is, once, for the caller to judge.
    """

    def __init__(self, host: str, port: int, has_died: Callable[[], bool] = lambda: False) -> None:
        try:
            self._socket = socket.create_connection((host, port), _CONNECT_PATIENCE)
        except OSError as error:
            raise Unreachable(f"{host}:{port}: {error}") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, _READ)
        self._has_died = has_died
        self._outgoing = bytearray()
        self._incoming = Deframer(MAX_RESPONSE)
        self._is_over = False

    def send(self, data: bytes) -> None:
        """Sends the bytes; what a peer that does not read leaves over goes out at `receive`."""
        self._outgoing += data
        self._write()
        deadline = time.monotonic() + _SEND_PATIENCE
        while self._outgoing and (left := deadline - time.monotonic()) > 0:
            self._exchange(left)

    def receive(self, within: float) -> bytes | Silence:
        deadline = time.monotonic() + within
        while (frame := self._next_frame()) is None:
            if self._is_over:
                return Silence.DIED if self._has_died() else Silence.CLOSED
            left = deadline - time.monotonic()
            if not self._exchange(max(left, 0.0)) and left <= 0:
                return Silence.TIMED_OUT
        return frame

    def close(self) -> None:
        """Ends the connection on our side. Idempotent."""
        self._end()
        self._selector.close()
        self._socket.close()

    def _next_frame(self) -> bytes | None:
        try:
            return self._incoming.next()
        except BadFrame as bad:
            self._end()
            self._incoming = Deframer(MAX_RESPONSE)
            return bad.rest

    def _exchange(self, within: float) -> bool:
        """Moves the bytes that can move, waiting at most `within` seconds for any."""
        if self._is_over:
            return False
        self._selector.modify(self._socket, _BOTH if self._outgoing else _READ)
        ready = self._selector.select(within)
        for _, events in ready:
            if events & selectors.EVENT_WRITE:
                self._write()
            if events & selectors.EVENT_READ:
                self._read()
        return bool(ready)

    def _write(self) -> None:
        if self._is_over:
            self._outgoing.clear()
            return
        try:
            sent = self._socket.send(self._outgoing)
        except BlockingIOError:
            return
        except OSError:
            # The peer may have answered before it closed: reading finds out.
            self._outgoing.clear()
            return
        del self._outgoing[:sent]

    def _read(self) -> None:
        try:
            chunk = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if chunk:
            self._incoming.feed(chunk)
        else:
            self._end()

    def _end(self) -> None:
        self._is_over = True
        self._outgoing.clear()


class WallClock:
    """Time as it passes."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def until(self, condition: Callable[[], T | None], within: float) -> T | None:
        """Looks again and again, after 1 ms at first and every 20 ms in the end."""
        deadline = time.monotonic() + within
        pause = 0.001
        while (found := condition()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            time.sleep(min(pause, left))
            pause = min(pause * 1.5, 0.02)
        return found
