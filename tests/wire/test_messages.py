"""Every API and version: what is written is read back, and nothing else is accepted."""

import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from kafka_tck.wire.messages import (
    APIS,
    UnknownApi,
    decode_request,
    decode_request_header,
    decode_response,
    encode_body,
    encode_request,
    encode_response,
    is_flexible,
    plain,
    request_header,
)
from kafka_tck.wire.strict import Malformed, read_body

Bodies = Callable[[str, str, int], SearchStrategy[Mapping[str, Any]]]
Classes = Callable[[str, str], Any]

EVERY_API = sorted(APIS)
EVERY_VERSION = [
    (name, version)
    for name in EVERY_API
    for version in range(APIS[name].oldest, APIS[name].newest + 1)
]

few = settings(max_examples=25)


def some_version(name: str) -> SearchStrategy[int]:
    return st.integers(APIS[name].oldest, APIS[name].newest)


def without_refusal(name: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """ApiVersions answers in the form of version 0 when it refuses; that has its own test."""
    return (
        {**fields, "error_code": 0} if name == "ApiVersions" and "error_code" in fields else fields
    )


def refuses(read: Callable[[bytes], object], frame: bytes) -> bool:
    try:
        read(frame)
    except Malformed:
        return True
    return False


# --- round trips


@pytest.mark.parametrize(("name", "version"), EVERY_VERSION)
def test_defaults_survive(name: str, version: int) -> None:
    request = decode_request(encode_request(name, version, {}, correlation_id=7, client_id=None))
    assert (request.api.name, request.header.version) == (name, version)
    assert (request.header.correlation_id, request.header.client_id) == (7, None)
    assert encode_body(name, "Request", version, request.body) == encode_body(
        name, "Request", version, {}
    )
    frame = encode_response(name, version, {}, correlation_id=-8)
    correlation_id, body = decode_response(name, version, frame)
    assert correlation_id == -8
    assert encode_response(name, version, body, correlation_id=-8) == frame


@pytest.mark.parametrize("name", EVERY_API)
@given(data=st.data())
@few
def test_requests_survive(name: str, bodies: Bodies, data: DataObject) -> None:
    version = data.draw(some_version(name))
    fields = data.draw(bodies(name, "Request", version))
    client_id = data.draw(st.none() | st.text(st.characters(exclude_categories=["Cs"])))
    frame = encode_request(name, version, fields, correlation_id=1, client_id=client_id)
    request = decode_request(frame)
    assert plain(request.body) == fields
    assert request.header.client_id == client_id


@pytest.mark.parametrize("name", EVERY_API)
@given(data=st.data())
@few
def test_responses_survive(name: str, bodies: Bodies, data: DataObject) -> None:
    version = data.draw(some_version(name))
    fields = without_refusal(name, data.draw(bodies(name, "Response", version)))
    frame = encode_response(name, version, fields, correlation_id=1)
    assert plain(decode_response(name, version, frame)[1]) == fields


# --- against kafka-python's own encoder and decoder


@pytest.mark.parametrize("kind", ["Request", "Response"])
@pytest.mark.parametrize("name", EVERY_API)
@given(data=st.data())
@few
def test_kafka_python_agrees(
    name: str, kind: str, bodies: Bodies, their_class: Classes, data: DataObject
) -> None:
    version = data.draw(some_version(name))
    fields = without_refusal(name, data.draw(bodies(name, kind, version)))
    body = encode_body(name, kind, version, fields)
    theirs = their_class(name, kind)
    ours, end = read_body(theirs, body, 0, version)
    assert end == len(body)
    assert ours == theirs.decode(body, version=version)
    assert bytes(ours.encode(version=version)) == body


@pytest.mark.parametrize(("name", "version"), EVERY_VERSION)
def test_kafka_python_writes_the_same_headers(
    name: str, version: int, their_class: Classes
) -> None:
    request = their_class(name, "Request")(version=version)
    request.with_header(correlation_id=3, client_id="me")
    ours = encode_request(name, version, {}, correlation_id=3, client_id="me")
    assert bytes(request.encode(header=True)) == ours
    response = their_class(name, "Response")(version=version)
    response.with_header(correlation_id=3)
    ours = encode_response(name, version, {}, correlation_id=3)
    assert bytes(response.encode(header=True)) == ours


# --- what must be refused


@pytest.mark.parametrize(("name", "version"), EVERY_VERSION)
@given(data=st.data())
@settings(few, max_examples=3)
def test_a_cut_message_is_refused(
    name: str, version: int, bodies: Bodies, data: DataObject
) -> None:
    fields = data.draw(bodies(name, "Request", version))
    frame = encode_request(name, version, fields, correlation_id=1)
    assert all(refuses(decode_request, frame[:cut]) for cut in range(len(frame)))


@pytest.mark.parametrize(("name", "version"), EVERY_VERSION)
def test_a_cut_response_is_refused(name: str, version: int) -> None:
    frame = encode_response(name, version, {}, correlation_id=1)
    assert all(
        refuses(lambda cut: decode_response(name, version, cut), frame[:end])
        for end in range(len(frame))
    )


@pytest.mark.parametrize("name", EVERY_API)
@given(data=st.data())
@few
def test_any_bytes_are_read_or_refused(name: str, data: DataObject) -> None:
    version = data.draw(some_version(name))
    frame = request_header(APIS[name].key, version, 1, "c") + data.draw(st.binary(max_size=60))
    with suppress(Malformed):
        assert decode_request(frame).api.name == name


def test_an_unknown_api_or_version_is_refused() -> None:
    for key, version in ((-1, 0), (999, 0), (APIS["Produce"].key, 99), (APIS["Fetch"].key, 0)):
        with pytest.raises(UnknownApi):
            decode_request(request_header(key, version, 1, None))
    with pytest.raises(ValueError, match="versions"):
        encode_request("Fetch", 99, {}, correlation_id=1)


def test_a_client_id_that_runs_past_the_frame_is_refused() -> None:
    with pytest.raises(Malformed, match="client id"):
        decode_request_header(struct.pack(">hhih", 18, 0, 1, 5) + b"four")


def metadata_v1(topics: bytes) -> bytes:
    return request_header(APIS["Metadata"].key, 1, 1, None) + topics


def test_a_count_beyond_the_frame_is_refused_at_once() -> None:
    for count in (2, 2**20, 2**31 - 1):
        with pytest.raises(Malformed, match="announces"):
            decode_request(metadata_v1(struct.pack(">i", count)))


def test_null_where_the_schema_forbids_it_is_refused() -> None:
    for topics in (struct.pack(">ih", 1, -1), struct.pack(">ih", 1, -7)):
        with pytest.raises(Malformed, match="null"):
            decode_request(metadata_v1(topics))


def test_any_negative_count_is_null_where_null_is_allowed() -> None:
    for count in (-1, -2, -(2**31)):
        assert decode_request(metadata_v1(struct.pack(">i", count))).body.topics is None


def test_a_string_longer_than_kafka_allows_is_refused() -> None:
    long = "x" * 0x8000
    frame = encode_request("FindCoordinator", 3, {"key": long}, correlation_id=1)
    with pytest.raises(Malformed, match="string"):
        decode_request(frame)
    short = encode_request("FindCoordinator", 3, {"key": long[1:]}, correlation_id=1)
    assert decode_request(short).body.key == long[1:]


# --- what must be accepted


@pytest.mark.parametrize(("name", "version"), EVERY_VERSION)
def test_bytes_after_the_body_are_ignored(name: str, version: int) -> None:
    frame = encode_request(name, version, {}, correlation_id=1)
    assert decode_request(frame + b"more") == decode_request(frame)


@pytest.mark.parametrize(
    ("name", "version"), [case for case in EVERY_VERSION if is_flexible(*case)]
)
def test_unknown_tags_are_accepted(name: str, version: int) -> None:
    tags = b"\x02\x64\x03abc\xff\x01\x00"  # tag 100 with three bytes, tag 255 with none
    body = encode_body(name, "Request", version, {})
    header = request_header(APIS[name].key, version, 1, None)[:-1]
    request = decode_request(header + tags + body[:-1] + tags)
    assert request.body.unknown_tags == {"_100": b"abc", "_255": b""}
    assert plain(request.body) == plain(decode_request(header + b"\x00" + body).body)


def test_an_unknown_tag_inside_a_tagged_struct_is_accepted() -> None:
    body = encode_body("Fetch", "Request", 15, {"replica_state": {"replica_id": 3}})
    assert body.endswith(b"\x01\x01\x0d" + struct.pack(">iq", 3, -1) + b"\x00")
    nested = body[:-14] + b"\x10" + body[-13:-1] + b"\x01\x09\x01z"
    request = decode_request(request_header(APIS["Fetch"].key, 15, 1, None) + nested)
    assert request.body.replica_state.replica_id == 3
    assert request.body.replica_state.unknown_tags == {"_9": b"z"}


def fetch(version: int, tags: bytes) -> bytes:
    body = encode_body("Fetch", "Request", version, {})
    return request_header(APIS["Fetch"].key, version, 1, None) + body[:-1] + tags


def test_the_size_of_a_known_tag_is_not_looked_at() -> None:
    for size in (b"\x00", b"\x02", b"\x7f"):
        request = decode_request(fetch(12, b"\x01\x00" + size + b"\x02c"))
        assert request.body.cluster_id == "c"


def test_a_tag_that_the_version_does_not_have_yet_is_refused() -> None:
    state = b"\x01\x01\x0d" + struct.pack(">iq", 3, -1) + b"\x00"
    assert decode_request(fetch(15, state)).body.replica_state.replica_id == 3
    with pytest.raises(Malformed, match="tag 1"):
        decode_request(fetch(14, state))


def test_a_negative_tag_size_is_refused() -> None:
    with pytest.raises(Malformed):
        decode_request(fetch(12, b"\xff\xff\xff\xff\x07\x64\xf9\xff\xff\xff\x0f"))


def test_a_varint_of_six_bytes_is_refused() -> None:
    with pytest.raises(Malformed):
        decode_request(fetch(12, b"\x80\x80\x80\x80\x80\x00"))


def test_text_that_is_not_utf8_is_read_with_replacements() -> None:
    frame = metadata_v1(struct.pack(">ih", 1, 2) + b"a\xff")
    assert decode_request(frame).body.topics[0].name == "a\ufffd"


def test_every_byte_but_zero_is_true() -> None:
    frame = encode_request("Metadata", 4, {"topics": None}, correlation_id=1)
    assert decode_request(frame[:-1] + b"\x02").body.allow_auto_topic_creation is True
    assert decode_request(frame[:-1] + b"\x00").body.allow_auto_topic_creation is False


def test_a_refused_api_versions_answer_has_the_form_of_version_0() -> None:
    fields = {"error_code": 35, "api_keys": [{"api_key": 18, "min_version": 0, "max_version": 4}]}
    frame = encode_response("ApiVersions", 0, fields, correlation_id=9)
    correlation_id, body = decode_response("ApiVersions", 4, frame)
    assert (correlation_id, body.error_code, body.api_keys[0].max_version) == (9, 35, 4)


def test_a_misspelt_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="topicz"):
        encode_request("Metadata", 1, {"topicz": []}, correlation_id=1)
