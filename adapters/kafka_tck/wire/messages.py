"""Kafka's messages in both directions: the one module that knows `kafka.protocol`.

A message body is an object with Kafka's field names in snake case (`error_code`, `topics`).
`kafka-python` supplies the schemas and the codec; what it leaves open is settled here:
the true lowest version of an API, the version of every header, the body of a refused
ApiVersions answer, zero UUIDs, and nested plain dicts on the way out.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from kafka.protocol import admin, consumer, metadata, producer
from kafka.protocol.api_message import ApiMessage
from kafka.protocol.schemas.fields.codecs.encode_buffer import EncodeBuffer

from kafka_tck.wire import schemas
from kafka_tck.wire.strict import Malformed, read_body, skip_tags

Message = Any
"""A decoded body: attributes by Kafka's field names in snake case."""

ZERO_ID: Final = UUID(int=0)

_SOURCES: Final = (producer, consumer, metadata, admin, schemas)


@dataclass(frozen=True)
class Api:
    """One API: its key, its name without `Request`, and the versions its schema has."""

    key: int
    name: str
    oldest: int
    newest: int

    def has(self, version: int) -> bool:
        return self.oldest <= version <= self.newest


@dataclass(frozen=True)
class RequestHeader:
    key: int
    version: int
    correlation_id: int
    client_id: str | None


@dataclass(frozen=True)
class Request:
    """A decoded request: its header, its API and its body."""

    header: RequestHeader
    api: Api
    body: Message


class UnknownApi(Malformed):
    """The frame names an API key or a version that the schema does not have."""


@cache
def _class(name: str, kind: str) -> Any:
    for source in _SOURCES:
        found = getattr(source, f"{name}{kind}", None)
        if found is not None:
            return found
    raise KeyError(f"no message {name}{kind}")


def _is_message(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, ApiMessage)


def _all_apis() -> Iterable[Api]:
    for source in _SOURCES:
        for attribute in source.__all__:
            found: Any = getattr(source, attribute)
            if not (_is_message(found)):
                continue
            if attribute.endswith("Request") and found.name == attribute:
                oldest, newest = found.valid_versions
                yield Api(found.API_KEY, attribute.removesuffix("Request"), oldest, newest)


APIS: Final[dict[str, Api]] = {api.name: api for api in _all_apis()}
BY_KEY: Final[dict[int, Api]] = {api.key: api for api in APIS.values()}


def is_flexible(name: str, version: int) -> bool:
    """Whether requests of this version use compact types and tagged fields."""
    return bool(_class(name, "Request").flexible_version_q(version))


def encode_request(
    name: str,
    version: int,
    fields: Mapping[str, Any],
    *,
    correlation_id: int,
    client_id: str | None = "kafka-tck",
) -> bytes:
    """One request without its size prefix. ValueError if the schema lacks the version."""
    api = APIS[name]
    if not api.has(version):
        raise ValueError(f"{name} has versions {api.oldest}-{api.newest}, not {version}")
    header = request_header(api.key, version, correlation_id, client_id)
    return header + encode_body(name, "Request", version, fields)


def request_header(key: int, version: int, correlation_id: int, client_id: str | None) -> bytes:
    """A request header; flexible (v2) exactly when the API says so, else v1."""
    start = struct.pack(">hhi", key, version, correlation_id)
    if client_id is None:
        named = b"\xff\xff"
    else:
        text = client_id.encode()
        named = struct.pack(">h", len(text)) + text
    api = BY_KEY.get(key)
    flexible = api is not None and api.has(version) and is_flexible(api.name, version)
    return start + named + (b"\x00" if flexible else b"")


def decode_request(frame: bytes) -> Request:
    """One request without its size prefix.

    Raises `UnknownApi` for a key or version without a schema and `Malformed` for anything that
    Apache Kafka's own reader would refuse.
    """
    header, position = decode_request_header(frame)
    api = BY_KEY.get(header.key)
    if api is None or not api.has(header.version):
        raise UnknownApi(f"no schema for api key {header.key} version {header.version}")
    cls = _class(api.name, "Request")
    if is_flexible(api.name, header.version):
        position = skip_tags(frame, position)
    body, _ = read_body(cls, frame, position, header.version)
    return Request(header, api, body)


def decode_request_header(frame: bytes) -> tuple[RequestHeader, int]:
    """The header's fixed part and client id, and the position after them (before tags)."""
    if len(frame) < 10:
        raise Malformed("the header is cut")
    key, version, correlation_id, length = struct.unpack_from(">hhih", frame)
    if length < 0:
        return RequestHeader(key, version, correlation_id, None), 10
    if len(frame) < 10 + length:
        raise Malformed("the client id runs past the frame")
    client_id = frame[10 : 10 + length].decode(errors="replace")
    return RequestHeader(key, version, correlation_id, client_id), 10 + length


def encode_response(
    name: str, version: int, fields: Mapping[str, Any] | Message, *, correlation_id: int
) -> bytes:
    """One response without its size prefix. ApiVersions always has header v0."""
    flexible = is_flexible(name, version) and name != "ApiVersions"
    header = struct.pack(">i", correlation_id) + (b"\x00" if flexible else b"")
    return header + encode_body(name, "Response", version, fields)


def decode_response(name: str, version: int, frame: bytes) -> tuple[int, Message]:
    """Correlation id and body of one response without its size prefix.

    Raises `Malformed` if the bytes are not such a response. An ApiVersions answer that refuses
    the version is always in the form of v0 (KIP-511).
    """
    if len(frame) < 4:
        raise Malformed("the response header is cut")
    (correlation_id,) = struct.unpack_from(">i", frame)
    position = 4
    if is_flexible(name, version) and name != "ApiVersions":
        position = skip_tags(frame, position)
    if name == "ApiVersions" and frame[4:6] == b"\x00\x23":
        version = 0
    body, _ = read_body(_class(name, "Response"), frame, position, version)
    return correlation_id, body


def encode_body(name: str, kind: str, version: int, fields: Mapping[str, Any] | Message) -> bytes:
    """The body alone; `kind` is `Request` or `Response`."""
    cls = _class(name, kind)
    body = build(name, kind, version, fields) if isinstance(fields, Mapping) else fields
    flexible = bool(cls.flexible_version_q(version))
    out = EncodeBuffer(4096)
    cls._struct.compiled_encode_into(version, compact=flexible, tagged=flexible)(body, out)
    return bytes(out.result())


def build(name: str, kind: str, version: int, fields: Mapping[str, Any]) -> Message:
    """A message from nested plain dicts; a field that is left out takes its default."""
    return _fill(_class(name, kind), version, fields)


def _fill(cls: Any, version: int, fields: Mapping[str, Any]) -> Message:
    values: dict[str, Any] = {}
    known = cls._struct.fields
    for name, value in fields.items():
        field = known.get(name)
        if field is None:
            raise ValueError(f"{cls.__name__} has no field {name!r}; it has {sorted(known)}")
        if (field.is_struct_array() or field.is_struct()) and not field.for_version_q(version):
            continue
        if field.is_struct_array() and value is not None:
            value = [
                _fill(field.data_class, version, item) if isinstance(item, Mapping) else item
                for item in value
            ]
        elif field.is_struct() and isinstance(value, Mapping):
            value = _fill(field.data_class, version, value)
        values[name] = value
    return cls(version=version, **values)


def plain(message: Message) -> dict[str, Any]:
    """A message as nested dicts of the fields its version has (bytes stay bytes)."""
    return {str(name): _plain(value) for name, value in message.to_dict(json=False).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, set):
        return sorted(value)
    return value
