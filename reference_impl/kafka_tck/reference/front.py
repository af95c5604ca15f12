"""What a broker does with a whole frame before any API sees it, and with an answer after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka_tck.reference.apis import SERVED
from kafka_tck.reference.apis.api_versions import refusal
from kafka_tck.reference.rules import FrameRules
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import (
    APIS,
    BY_KEY,
    Request,
    RequestHeader,
    decode_request,
    decode_request_header,
    encode_response,
)
from kafka_tck.wire.strict import Malformed, skip_tags

_API_VERSIONS = APIS["ApiVersions"]


class Unreadable(Malformed):
    """A frame that is no request, or none that is served; `part` is what cannot be read of it."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Refused:
    """An ApiVersions request of a version that is not served is answered all the same."""

    frame: bytes


def read_request(frame: bytes, rules: FrameRules) -> Request | Refused:
    """The request in a frame. Raises `Unreadable` where the connection must be closed."""
    try:
        header, after = decode_request_header(frame)
    except Malformed:
        raise Unreadable("header") from None
    if not rules.takes_client_id(header.client_id):
        raise Unreadable("client id")
    api = BY_KEY.get(header.key)
    served = None if api is None else SERVED.get(api.name)
    if api is None or served is None:
        raise Unreadable("key")
    if not rules.serves(header.version, served.oldest, served.newest):
        if api is not _API_VERSIONS or not rules.answers_unknown_api_versions():
            raise Unreadable("version")
        return _refused(frame, header, after, rules)
    try:
        return decode_request(frame)
    except Malformed:
        raise Unreadable("body") from None


def _refused(frame: bytes, header: RequestHeader, after: int, rules: FrameRules) -> Refused:
    served = SERVED[_API_VERSIONS.name]
    if header.version > served.newest:
        try:
            skip_tags(frame, after)
        except Malformed:
            raise Unreadable("header") from None
    fields = refusal(served.oldest, served.newest)
    number = rules.told_correlation_id(header.correlation_id)
    return Refused(framed(encode_response("ApiVersions", 0, fields, correlation_id=number)))


def answer_frame(request: Request, fields: Mapping[str, Any], rules: FrameRules) -> bytes:
    """An answer with its size and header. A refusal of ApiVersions keeps the request's version."""
    header = request.header
    number = rules.told_correlation_id(header.correlation_id)
    return framed(encode_response(request.api.name, header.version, fields, correlation_id=number))
