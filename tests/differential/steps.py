"""One step of a program: a request on a connection, maybe damaged on its way out."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.differential.schemas import only_of
from tests.differential.symbols import Names

from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import APIS, BY_KEY, encode_body, is_flexible, request_header

_KEY_AT, _VERSION_AT, _CORRELATION_AT, _CLIENT_AT = 0, 2, 4, 8

UNKNOWN_TAG: Final = b"\x01\xc8\x01\x03abc"
"""One tagged field: tag 200, three bytes."""


@dataclass(frozen=True)
class Damage:
    """What happens to the bytes of a request: one thing, or nothing.

    `kind`: `cut` drops that many bytes at the end, `append` adds bytes, `poke` turns over bits of
    one byte (a pair: position modulo the length, bits), `header tag` and `body tag` put an unknown
    tagged field in, the others overwrite a field of the header or the frame size.
    """

    kind: str
    value: Any = None


@dataclass(frozen=True)
class Step:
    connection: int
    api: str
    version: int
    fields: Mapping[str, Any]
    client_id: str | None = "differential"
    damage: Damage | None = field(default=None)

    def frame(self, names: Names, correlation_id: int) -> bytes:
        """The bytes on the wire, frame size included."""
        key = APIS[self.api].key
        head = request_header(key, self.version, correlation_id, self.client_id)
        body = encode_body(self.api, "Request", self.version, names.real(self.fields))
        if self.damage is None:
            return framed(head + body)
        return _damaged(self.damage, head, body, self._is_flexible())

    def _is_flexible(self) -> bool:
        return is_flexible(self.api, self.version)

    def _sent_fields(self) -> Mapping[str, Any]:
        return only_of(self.api, self.version, self.fields)

    def say(self) -> str:
        said = f"connection {self.connection}: {self.api} v{self.version} {self._sent_fields()}"
        if self.client_id != "differential":
            said += f" client id {self.client_id!r}"
        return said if self.damage is None else f"{said} {self.damage}"


def _damaged(damage: Damage, head: bytes, body: bytes, flexible: bool) -> bytes:
    kind, value = damage.kind, damage.value
    if kind == "size":
        return struct.pack(">i", value) + head + body
    if kind == "header tag" and flexible:
        return framed(head[:-1] + UNKNOWN_TAG + body)
    if kind == "body tag" and flexible:
        return framed(head + body[:-1] + UNKNOWN_TAG)
    return framed(_overwritten(kind, value, head + body))


def _overwritten(kind: str, value: Any, payload: bytes) -> bytes:
    out = bytearray(payload)
    if kind == "cut":
        return bytes(out[: max(1, len(out) - value)])
    if kind == "append":
        return bytes(out + value)
    if kind == "poke":
        at, byte = value
        out[_CLIENT_AT + at % (len(out) - _CLIENT_AT)] ^= byte
    elif kind in _HEADER:
        form, at = _HEADER[kind]
        struct.pack_into(form, out, at, value)
    return bytes(out)


_HEADER: Final = {
    "api key": (">h", _KEY_AT),
    "version": (">h", _VERSION_AT),
    "correlation id": (">i", _CORRELATION_AT),
    "client id length": (">h", _CLIENT_AT),
}


def sent_as(frame: bytes) -> tuple[str | None, int, int]:
    """API (None if there is no such key), version and correlation id of a whole frame."""
    if len(frame) < 4 + _CLIENT_AT:
        return None, 0, 0
    key, version, correlation_id = struct.unpack_from(">hhi", frame, 4)
    api = BY_KEY.get(key)
    return (None if api is None else api.name), version, correlation_id
