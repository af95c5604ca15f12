"""Frames made by hand: sound ones of any API and version, and named ways to break one."""

import struct
from collections.abc import Mapping
from typing import Any, Final

from kafka_tck.properties.world import World
from kafka_tck.wire.messages import APIS, encode_body, is_flexible, request_header

HARMLESS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ApiVersions": {"client_software_name": "tck", "client_software_version": "1"},
    "Metadata": {"topics": []},
    "ListOffsets": {"topics": []},
    "OffsetForLeaderEpoch": {"topics": [], "replica_id": -1},
    "DescribeCluster": {},
    "DescribeConfigs": {"resources": []},
    "DeleteRecords": {"topics": [], "timeout_ms": 1000},
    "CreateTopics": {"topics": [], "timeout_ms": 1000},
}
"""Requests that change nothing and are answered whatever the broker holds."""

UNKNOWN_TAG: Final = b"\x01\x63\x03abc"
"""One tagged field: tag 99, three bytes."""

TAG_BEYOND: Final = b"\x01\x63\x7fabc"
"""One tagged field that announces more bytes than any of our frames has."""

FOREIGN: Final[Mapping[str, bytes]] = {
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tls": bytes.fromhex("160301020001000100fc0303") + bytes(500),
    "text": b"hello, are you there?\r\n",
}


def sound(
    api: str,
    version: int,
    correlation_id: int,
    client_id: str | None,
    *,
    header_tags: bytes = b"\x00",
    body_tags: bytes = b"\x00",
) -> bytes:
    """A harmless request without its size; what has no schema here has an empty body."""
    known = APIS[api]
    header = request_header(known.key, version, correlation_id, client_id)
    if api not in HARMLESS or not known.has(version):
        return header + (header_tags if api == "ApiVersions" and version >= 3 else b"")
    body = encode_body(api, "Request", version, HARMLESS[api])
    if not is_flexible(api, version):
        return header + body
    return header[:-1] + header_tags + body[:-1] + body_tags


def named_header(key: int, version: int, correlation_id: int = 1, *, tags: bytes = b"") -> bytes:
    """A header of any key and version with client id `x`."""
    return struct.pack(">hhih", key, version, correlation_id, 1) + b"x" + tags


_METADATA: Final = 3
_OLD, _FLEXIBLE = 1, 9
"""Versions of Metadata: an array of strings, and compact forms with tagged fields."""


def _old(body: bytes) -> bytes:
    return named_header(_METADATA, _OLD) + body


def _flexible(body: bytes, header_tags: bytes = b"\x00") -> bytes:
    return named_header(_METADATA, _FLEXIBLE, tags=header_tags) + body


_NO_FLAGS: Final = b"\x00\x00\x00"

BROKEN_BODIES: Final[Mapping[str, bytes]] = {
    "count beyond the frame": _old(struct.pack(">ih", 100, 1) + b"t"),
    "count of 2 000 000": _old(struct.pack(">ih", 2_000_000, 1) + b"t"),
    "count of 2^31-1": _old(struct.pack(">ih", 2**31 - 1, 1) + b"t"),
    "string beyond the frame": _old(struct.pack(">ih", 1, 500) + b"t"),
    "null for a string": _old(struct.pack(">ih", 1, -1)),
    "string of length -5": _old(struct.pack(">ih", 1, -5)),
    "no body": _old(b""),
    "compact count beyond the frame": _flexible(b"\x65\x02t\x00" + _NO_FLAGS + b"\x00"),
    "compact count of 2^31-1": _flexible(b"\xff\xff\xff\xff\x07\x02t\x00" + _NO_FLAGS + b"\x00"),
    "compact string beyond the frame": _flexible(b"\x02\x7ft\x00" + _NO_FLAGS + b"\x00"),
    "null for a compact string": _flexible(b"\x02\x00\x00" + _NO_FLAGS + b"\x00"),
    "overlong varint": _flexible(b"\x82\x80\x80\x80\x80\x80\x01" + _NO_FLAGS + b"\x00"),
    "tag beyond the frame": _flexible(b"\x01" + _NO_FLAGS + TAG_BEYOND),
    "header tag beyond the frame": _flexible(b"\x01" + _NO_FLAGS + b"\x00", TAG_BEYOND),
    "no tags": _flexible(b"\x01" + _NO_FLAGS),
}
"""Metadata requests whose body, or whose header's tags, cannot be read."""

BROKEN_HEADERS: Final[Mapping[str, bytes]] = {
    "one byte": b"\x00",
    "half a header": struct.pack(">hhh", 18, 0, 0),
    "no client id": struct.pack(">hhi", 18, 0, 1),
    "client id beyond the frame": struct.pack(">hhih", 18, 0, 1, 1000) + b"x",
}

SIZES: Final[Mapping[str, int]] = {
    "zero": 0,
    "minus one": -1,
    "least": -(2**31),
    "one too many": 104_857_601,
    "most": 2**31 - 1,
}

NEVER_ON_THIS_LISTENER: Final = (-1, 4, 5, 6, 7, 52, 56, 62, 63, 999, 32767, -32768)
"""Keys that no client listener serves: unknown ones, and those of brokers and controllers."""


RECORDS_CUT: Final = "records cut"


def cut_produce(world: World, topic: str) -> bytes:
    """Produce v7 with acks -1 to a topic of the run: 70 bytes of records where 200 are told."""
    name = world.real(topic).encode()
    body = struct.pack(">hhii", -1, -1, 1000, 1) + struct.pack(">h", len(name)) + name
    return named_header(0, 7) + body + struct.pack(">iii", 1, 0, 200) + bytes(70)
