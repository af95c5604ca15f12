"""Frames: a 4-byte big-endian size and that many bytes."""

import struct
from typing import Final

MAX_REQUEST: Final = 104_857_600
"""socket.request.max.bytes, Kafka's default."""


class BadFrame(Exception):
    """The announced size is not one that Kafka accepts; `rest` is what came, the size first."""

    def __init__(self, size: int, rest: bytes) -> None:
        super().__init__(f"frame size {size}")
        self.rest = rest


def framed(payload: bytes) -> bytes:
    """The payload with its size before it."""
    return struct.pack(">i", len(payload)) + payload


class Deframer:
    """Collects bytes and hands out whole frames; holds at most one unfinished frame."""

    def __init__(self, limit: int = MAX_REQUEST) -> None:
        self._limit = limit
        self._bytes = bytearray()

    def feed(self, chunk: bytes) -> None:
        self._bytes += chunk

    def next(self) -> bytes | None:
        """The next whole frame, or None. Raises `BadFrame` for a size of 0, below, or too big."""
        if len(self._bytes) < 4:
            return None
        (size,) = struct.unpack_from(">i", self._bytes)
        if not 0 < size <= self._limit:
            raise BadFrame(size, bytes(self._bytes))
        if len(self._bytes) < 4 + size:
            return None
        frame = bytes(self._bytes[4 : 4 + size])
        del self._bytes[: 4 + size]
        return frame
