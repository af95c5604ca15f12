"""Message bodies of any API and version, drawn along Kafka's schemas."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from kafka.protocol import admin, consumer, metadata, producer

from kafka_tck.wire import schemas

# Nothing here is about time, and the machine may be busy.
settings.register_profile(
    "wire",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("wire")

Body = Mapping[str, Any]
Bodies = Callable[[str, str, int], st.SearchStrategy[Body]]


def _integers(bits: int, signed: bool = True) -> st.SearchStrategy[int]:
    low = -(1 << (bits - 1)) if signed else 0
    return st.integers(low, low + (1 << bits) - 1)


_SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int8": _integers(8),
    "int16": _integers(16),
    "uint16": _integers(16, signed=False),
    "int32": _integers(32),
    "int64": _integers(64),
    "float64": st.floats(allow_nan=False),
    # The zero UUID and the bit field of "unknown" (bit 31) are both read as None.
    "uuid": st.none() | st.uuids(allow_nil=False),
    "bitfield": st.none() | st.lists(st.integers(0, 30), unique=True).map(sorted),
    "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    "bytes": st.binary(max_size=12),
    "records": st.binary(max_size=140),
}


def _field(field: Any, version: int) -> st.SearchStrategy[Any]:
    if field.is_struct_array():
        drawn: st.SearchStrategy[Any] = st.lists(_struct(field.array_of, version), max_size=2)
    elif field.is_array():
        drawn = st.lists(_SIMPLE[field.array_of.type_str], max_size=3)
    elif field.is_struct():
        drawn = _struct(field, version)
    else:
        drawn = _SIMPLE[field.type_str]
    # A tagged struct that is left out is read as None.
    optional = field.nullable_for_version_q(version) or (
        field.is_struct() and field.tag is not None
    )
    return st.none() | drawn if optional else drawn


def _struct(schema: Any, version: int) -> st.SearchStrategy[Body]:
    fields = [field for field in schema.fields.values() if field.for_version_q(version)]
    return st.fixed_dictionaries({field.name: _field(field, version) for field in fields})


def _message_class(name: str, kind: str) -> Any:
    homes = (producer, consumer, metadata, admin, schemas)
    return next(vars(home)[name + kind] for home in homes if name + kind in vars(home))


@pytest.fixture(scope="session")
def bodies() -> Bodies:
    """Gives the strategy for bodies of one API, kind (`Request` or `Response`) and version."""
    return lambda name, kind, version: _struct(_message_class(name, kind)._struct, version)


@pytest.fixture(scope="session")
def their_class() -> Callable[[str, str], Any]:
    """kafka-python's own class for one API and kind."""
    return cast(Callable[[str, str], Any], _message_class)
