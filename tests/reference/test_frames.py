"""What no client should send. The broker and its other connections go on."""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import APIS, decode_response, encode_request

if TYPE_CHECKING:
    from tests.reference.conftest import Caller

CallTo = Callable[..., "Caller"]


def head(key: int, version: int) -> bytes:
    return struct.pack(">hhih", key, version, 7, -1)


CLOSING = {
    "negative size": struct.pack(">i", -1),
    "size 0": struct.pack(">i", 0),
    "size above the limit": struct.pack(">i", 104_857_601),
    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
    "a cut header": framed(b"\x00\x12\x00"),
    "a client id beyond the frame": framed(struct.pack(">hhih", 18, 0, 7, 50)),
    "an unknown api": framed(head(999, 0)),
    "a negative api": framed(head(-1, 0)),
    "a broker's api": framed(head(56, 2)),
    "an unknown version": framed(head(3, 99)),
    "a removed version": framed(head(0, 2) + struct.pack(">hii", 1, 1000, 0)),
    "a cut body": framed(head(3, 1) + b"\x00"),
    "a count beyond the frame": framed(head(3, 1) + struct.pack(">i", 2_000_000)),
    "a string beyond the frame": framed(head(3, 1) + struct.pack(">ih", 1, 99)),
    "null for a string": framed(head(3, 1) + struct.pack(">ih", 1, -1)),
}


@pytest.mark.parametrize("sent", CLOSING.values(), ids=CLOSING.keys())
def test_it_closes_the_connection_and_nothing_else(
    sent: bytes, caller: "Caller", call_to: CallTo
) -> None:
    other = call_to(caller.cluster)
    caller.cluster.send(caller.connection, sent)
    assert caller.closed
    assert caller.cluster.take(caller.connection) == b""
    assert other.call("Metadata", 12, topics=[]).brokers


@pytest.mark.parametrize("version", [-1, 5, 99])
def test_api_versions_of_any_version_is_answered(version: int, caller: "Caller") -> None:
    tags = b"\x00" if version > 0 else b""
    caller.cluster.send(caller.connection, framed(head(18, version) + tags))
    frame = caller.frame()
    assert frame is not None
    answer = decode_response("ApiVersions", 0, frame)[1]
    assert answer.error_code == 35
    assert [(e.api_key, e.min_version, e.max_version) for e in answer.api_keys] == [(18, 0, 4)]


def test_an_announced_frame_is_waited_for(caller: "Caller") -> None:
    caller.cluster.send(caller.connection, struct.pack(">i", 104_857_600) + b"0123456789")
    caller.cluster.advance_to(caller.cluster.now_ms + 60_000)
    assert not caller.closed


def test_bytes_may_come_one_by_one(caller: "Caller") -> None:
    frame = encode_request("Metadata", 12, {"topics": []}, correlation_id=1)
    for byte in framed(frame):
        caller.cluster.send(caller.connection, bytes([byte]))
    assert caller.frame() is not None


@settings(max_examples=300, deadline=None)
@given(
    api=st.sampled_from(sorted(APIS)),
    version=st.integers(-1, 20),
    body=st.binary(max_size=60),
)
def test_no_body_breaks_a_broker(api: str, version: int, body: bytes) -> None:
    cluster = Cluster()
    number = cluster.connect(1)
    cluster.send(number, framed(head(APIS[api].key, version) + body))
    cluster.advance_to(cluster.now_ms + 1)
    other = cluster.connect(1)
    cluster.send(other, framed(encode_request("Metadata", 12, {"topics": []}, correlation_id=1)))
    assert cluster.take(other)
