"""What a broker does with the bytes of one frame: it answers, closes the connection, or waits.

Sources: SocketServer.processCompletedReceives, NetworkReceive, RequestHeader.parse, RequestContext
(4.3), KIP-511.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

PRODUCE: Final = 0
API_VERSIONS: Final = 18

LARGEST: Final = 104_857_600
"""Bytes of the largest frame; the default of socket.request.max.bytes."""

Range = tuple[int, int]
"""Oldest and newest version."""


class Fate(Enum):
    """What becomes of a frame."""

    ANSWERED = "answered"
    REFUSED = "answered in the form of version 0"
    CLOSED = "closed"
    WAITS = "waits"


@dataclass(frozen=True)
class Header:
    """The part of a request header that every version has."""

    key: int
    version: int
    correlation_id: int


@dataclass(frozen=True)
class Facts:
    """What decides about a frame."""

    size: int | None
    """The announced size; None while its four bytes have not all come."""
    came: int
    """Bytes that came behind the size."""
    header: Header | None
    """None where it is cut or its client id runs past the frame."""
    rest_is_sound: bool
    """Whether the header's tags and the body can be read as what the header announces."""


def facts_of(data: bytes, *, rest_is_sound: bool) -> Facts:
    """The facts of the first frame in these bytes."""
    if len(data) < 4:
        return Facts(None, 0, None, rest_is_sound)
    (size,) = struct.unpack_from(">i", data)
    frame = data[4 : 4 + max(size, 0)]
    return Facts(size, len(data) - 4, header_of(frame), rest_is_sound)


def header_of(frame: bytes) -> Header | None:
    """Key, version and correlation id; None where the header cannot be read."""
    if len(frame) < 10:
        return None
    key, version, correlation_id, length = struct.unpack_from(">hhih", frame)
    if len(frame) < 10 + length:
        return None
    return Header(key, version, correlation_id)


def fate_of(facts: Facts, served: Mapping[int, Range], largest: int = LARGEST) -> Fate:
    """What becomes of a frame at a broker that serves these versions by api key."""
    if facts.size is None:
        return Fate.WAITS
    if not 0 < facts.size <= largest:
        return Fate.CLOSED
    if facts.came < facts.size:
        return Fate.WAITS
    if facts.header is None or facts.header.key not in served:
        return Fate.CLOSED
    oldest, newest = served[facts.header.key]
    if not oldest <= facts.header.version <= newest:
        return Fate.REFUSED if facts.header.key == API_VERSIONS else Fate.CLOSED
    return Fate.ANSWERED if facts.rest_is_sound else Fate.CLOSED


def served(advertised: Mapping[int, Range], release: tuple[int, int]) -> dict[int, Range]:
    """What is really served: 4.0 and later advertise Produce v0-v2 for old clients, and close."""
    ranges = dict(advertised)
    if release >= (4, 0) and PRODUCE in ranges:
        oldest, newest = ranges[PRODUCE]
        ranges[PRODUCE] = (max(oldest, 3), newest)
    return ranges


def is_software_name(text: str) -> bool:
    """Letters, digits, dots and dashes, the outer ones not dots or dashes (KIP-511)."""
    inner = text.replace("-", "").replace(".", "")
    ends = text[:1] + text[-1:]
    return inner.isascii() and inner.isalnum() and ends.isalnum()
