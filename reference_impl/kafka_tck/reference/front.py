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
    UnknownApi,
    decode_request,
    decode_request_header,
    encode_response,
)
from kafka_tck.wire.strict import skip_tags

_API_VERSIONS = APIS["ApiVersions"]


@dataclass(frozen=True, slots=True)
class Refused:
    """An ApiVersions request of a version that is not served is answered all the same."""

    frame: bytes


def read_request(frame: bytes, rules: FrameRules) -> Request | Refused:
    """The request in a frame. Raises `Malformed` where the connection must be closed."""
    header, after = decode_request_header(frame)
    api = BY_KEY.get(header.key)
    served = None if api is None else SERVED.get(api.name)
    if api is None or served is None:
        raise UnknownApi(f"api key {header.key}")
    if not rules.serves(header.version, served.oldest, served.newest):
        if api is not _API_VERSIONS or not rules.answers_unknown_api_versions():
            raise UnknownApi(f"{api.name} version {header.version}")
        if header.version > served.newest:
            skip_tags(frame, after)
        fields = refusal(served.oldest, served.newest)
        answer = encode_response("ApiVersions", 0, fields, correlation_id=header.correlation_id)
        return Refused(framed(answer))
    return decode_request(frame)


def answer_frame(request: Request, fields: Mapping[str, Any]) -> bytes:
    """An answer with its size and header. A refusal of ApiVersions keeps the request's version."""
    header = request.header
    return framed(
        encode_response(
            request.api.name, header.version, fields, correlation_id=header.correlation_id
        )
    )
