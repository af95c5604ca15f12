"""The schemas of requests: which fields a version has, and of what types."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kafka.protocol import admin, consumer, metadata, producer

Path = tuple[Any, ...]


@cache
def schema_of(api: str) -> Any:
    name = f"{api}Request"
    sources = (producer, consumer, metadata, admin)
    return next(getattr(s, name) for s in sources if hasattr(s, name))._struct


def places(api: str, version: int, fields: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Every place in a request that its version has: path and type (`array` for any array)."""
    return list(_places(schema_of(api), fields, version, ()))


def _places(
    schema: Any, fields: Mapping[str, Any], version: int, path: Path
) -> Iterator[tuple[Path, str]]:
    for name, field in schema.fields.items():
        if name not in fields or not field.for_version_q(version):
            continue
        here, value = (*path, name), fields[name]
        if field.is_struct_array():
            yield here, "array"
            for at, item in enumerate(value or []):
                yield from _places(field.array_of, item, version, (*here, at))
        elif field.is_array():
            yield here, "array"
        elif field.is_struct():
            yield from _places(field, value or {}, version, here)
        else:
            yield here, field.type_str


def only_of(api: str, version: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the version has."""
    return _only_of(schema_of(api), version, fields)


def _only_of(schema: Any, version: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in fields.items():
        field = schema.fields[name]
        if not field.for_version_q(version):
            continue
        if field.is_struct_array() and value:
            value = [_only_of(field.array_of, version, item) for item in value]
        elif field.is_struct() and value:
            value = _only_of(field, version, value)
        out[name] = value
    return out


def value_at(fields: Any, path: Path) -> Any:
    for key in path:
        fields = fields[key]
    return fields


def with_value(fields: Any, path: Path, value: Any) -> Any:
    """A copy with one place changed."""
    if not path:
        return value
    copy = list(fields) if isinstance(fields, list) else dict(fields)
    copy[path[0]] = with_value(copy[path[0]], path[1:], value)
    return copy
