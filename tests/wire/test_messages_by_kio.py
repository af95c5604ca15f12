"""kio, a codec generated from Kafka 4.3's own schemas, reads ours and writes the same bytes."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy
from kio import index, serial

from kafka_tck.wire.messages import APIS, encode_body

Bodies = Callable[[str, str, int], SearchStrategy[Mapping[str, Any]]]


def tame(value: Any) -> Any:
    """Numbers from 0 to 89: kio refuses error codes it does not know, and far-away times."""
    if isinstance(value, dict):
        return {name: tame(item) for name, item in value.items()}
    if isinstance(value, list):
        return [tame(item) for item in value]
    return value % 90 if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("kind", ["Request", "Response"])
@pytest.mark.parametrize("name", sorted(APIS))
@given(data=st.data())
@settings(max_examples=20)
def test_kio_writes_back_what_it_read(
    name: str, kind: str, bodies: Bodies, data: DataObject
) -> None:
    api = APIS[name]
    version = data.draw(st.integers(api.oldest, api.newest))
    body = encode_body(name, kind, version, tame(data.draw(bodies(name, kind, version))))
    load = index.load_request_schema if kind == "Request" else index.load_response_schema
    schema = load(api.key, version)
    entity, size = serial.entity_reader(schema)(body, 0)
    assert size == len(body)
    written = io.BytesIO()
    serial.entity_writer(schema)(written, entity)
    assert written.getvalue() == body
