"""Reads a message body along its schema, accepting exactly what Apache Kafka's reader accepts.

`kafka-python` reads past the end of a frame without complaint and stumbles over some lawful
bodies: a tag that it does not know inside a tagged struct, text that is not UTF-8, lengths below
-1. Here each schema becomes a tree of small readers once; a reader takes a frame and a position
and gives a value and the next position. Nothing is allocated for a count that the frame cannot
hold. Lenient where Kafka is: bytes after the body, unknown tags, the size of a known tag.
Source: org.apache.kafka.message.MessageDataGenerator (the generated readers) and
org.apache.kafka.common.protocol.ByteBufferAccessor, 4.3.
"""

import struct
from collections.abc import Callable
from functools import cache
from typing import Any, Final
from uuid import UUID

from kafka.protocol.api_message import ApiMessage

from kafka_tck.wire.varints import BadVarint, read_uvarint

Reader = Callable[[bytes, int], tuple[Any, int]]
TagReader = Callable[[Any, bytes, int], int]

_LONGEST_STRING: Final = 0x7FFF
_NO_BITS: Final = {31}
_ANY_STRUCT: Final = ("tags", "unknown_tags")
_WHOLE_MESSAGE: Final = ("_header", "_min_version", "_max_version")


class Malformed(Exception):
    """The bytes are not a message of this API and version."""


def read_body(message_class: Any, frame: bytes, position: int, version: int) -> tuple[Any, int]:
    """The body of one message and the position after it. Raises `Malformed`."""
    try:
        return _body_reader(message_class, version)(frame, position)
    except (struct.error, IndexError, BadVarint):
        raise Malformed("the body is cut") from None


def skip_tags(frame: bytes, position: int) -> int:
    """The position after a tagged section whose tags are all unknown. Raises `Malformed`."""
    try:
        count, position = read_uvarint(frame, position)
        for _ in range(count):
            _, position = read_uvarint(frame, position)
            size, position = read_uvarint(frame, position)
            position = _end(frame, position, size)
    except BadVarint:
        raise Malformed("the tagged fields are cut") from None
    return position


@cache
def _body_reader(message_class: Any, version: int) -> Reader:
    flexible = bool(message_class.flexible_version_q(version))
    return _struct_reader(message_class._struct, message_class, version, flexible)


def _struct_reader(schema: Any, made_class: Any, version: int, flexible: bool) -> Reader:
    fields = [
        (field.name, _field_reader(field, version, flexible))
        for field in schema.untagged_fields(version)
    ]
    read_tags = _tag_reader(schema, version) if flexible else _no_tags
    blank = {"_version": version} | dict.fromkeys(_hidden(made_class))

    def read(frame: bytes, at: int) -> tuple[Any, int]:
        made = object.__new__(made_class)
        for name, value in blank.items():
            setattr(made, name, value)
        for name, read_field in fields:
            value, at = read_field(frame, at)
            setattr(made, name, value)
        return made, read_tags(made, frame, at)

    return read


def _hidden(made_class: Any) -> tuple[str, ...]:
    """What `kafka-python` keeps in an object besides the fields."""
    return _ANY_STRUCT + _WHOLE_MESSAGE if issubclass(made_class, ApiMessage) else _ANY_STRUCT


def _no_tags(made: Any, frame: bytes, at: int) -> int:
    return at


def _tag_reader(schema: Any, version: int) -> TagReader:
    known = {
        field.tag: (field.name, _tagged_reader(field, version))
        for field in schema.fields.values()
        if field.tag is not None
    }

    def read(made: Any, frame: bytes, at: int) -> int:
        count, at = read_uvarint(frame, at)
        for _ in range(count):
            tag, at = read_uvarint(frame, at)
            size, at = read_uvarint(frame, at)
            if tag in known:
                name, read_field = known[tag]
                value, at = read_field(frame, at)
                _set_tag(made, name, value)
            else:
                end = _end(frame, at, size)
                _keep_unknown(made, tag, frame[at:end])
                at = end
        return at

    return read


def _tagged_reader(field: Any, version: int) -> Reader:
    if field.for_version_q(version) and field.tagged_field_q(version):
        return _field_reader(field, version, True)

    def refuse(frame: bytes, at: int) -> tuple[Any, int]:
        raise Malformed(f"tag {field.tag} is not valid for version {version}")

    return refuse


def _set_tag(made: Any, name: str, value: Any) -> None:
    if made.tags is None:
        made.tags = set()
    made.tags.add(name)
    setattr(made, name, value)


def _keep_unknown(made: Any, tag: int, value: bytes) -> None:
    if made.unknown_tags is None:
        made.unknown_tags = {}
    made.unknown_tags[f"_{tag}"] = value


def _field_reader(field: Any, version: int, flexible: bool) -> Reader:
    nullable = field.nullable_for_version_q(version)
    if field.is_struct_array():
        item = _struct_reader(field.array_of, field.data_class, version, flexible)
        return _array_reader(field.name, item, flexible, nullable)
    if field.is_array():
        item = _simple_reader(field.name, field.array_of.type_str, flexible, False)
        return _array_reader(field.name, item, flexible, nullable)
    if field.is_struct():
        whole = _struct_reader(field, field.data_class, version, flexible)
        return _nullable_struct_reader(whole) if nullable else whole
    return _simple_reader(field.name, field.type_str, flexible, nullable)


def _simple_reader(name: str, kind: str, flexible: bool, nullable: bool) -> Reader:
    if kind == "string":
        return _string_reader(_length_reader(name, _FIXED["int16"], flexible, nullable))
    if kind in ("bytes", "records"):
        return _bytes_reader(_length_reader(name, _FIXED["int32"], flexible, nullable))
    return _FIXED[kind]


def _nullable_struct_reader(whole: Reader) -> Reader:
    def read(frame: bytes, at: int) -> tuple[Any, int]:
        return (None, at + 1) if frame[at] > 0x7F else whole(frame, at + 1)

    return read


def _length_reader(name: str, fixed: Reader, flexible: bool, nullable: bool) -> Reader:
    """Reads a length; None stands for null."""

    def read(frame: bytes, at: int) -> tuple[int | None, int]:
        length, at = _compact_length(frame, at) if flexible else fixed(frame, at)
        if length >= 0:
            return length, at
        if not nullable:
            raise Malformed(f"{name} must not be null")
        return None, at

    return read


def _compact_length(frame: bytes, at: int) -> tuple[int, int]:
    length, at = read_uvarint(frame, at)
    return length - 1, at


def _array_reader(name: str, item: Reader, flexible: bool, nullable: bool) -> Reader:
    read_length = _length_reader(name, _FIXED["int32"], flexible, nullable)

    def read(frame: bytes, at: int) -> tuple[list[Any] | None, int]:
        count, at = read_length(frame, at)
        if count is None:
            return None, at
        if count > len(frame) - at:
            raise Malformed(f"{name} announces {count} elements, the frame is shorter")
        items = []
        for _ in range(count):
            value, at = item(frame, at)
            items.append(value)
        return items, at

    return read


def _bytes_reader(read_length: Reader) -> Reader:
    def read(frame: bytes, at: int) -> tuple[bytes | None, int]:
        length, at = read_length(frame, at)
        if length is None:
            return None, at
        end = _end(frame, at, length)
        return frame[at:end], end

    return read


def _string_reader(read_length: Reader) -> Reader:
    def read(frame: bytes, at: int) -> tuple[str | None, int]:
        length, at = read_length(frame, at)
        if length is None:
            return None, at
        if length > _LONGEST_STRING:
            raise Malformed(f"a string announces {length} bytes")
        end = _end(frame, at, length)
        return frame[at:end].decode(errors="replace"), end

    return read


def _end(frame: bytes, at: int, size: int) -> int:
    end = at + size
    if size < 0 or end > len(frame):
        raise Malformed("a field runs past the frame")
    return end


def _fixed_reader(form: str, turn: Callable[[Any], Any] | None = None) -> Reader:
    shape = struct.Struct(form)

    def read(frame: bytes, at: int) -> tuple[Any, int]:
        (value,) = shape.unpack_from(frame, at)
        return (value if turn is None else turn(value)), at + shape.size

    return read


def _uuid(value: bytes) -> UUID | None:
    return UUID(bytes=value) if any(value) else None


def _bits(value: int) -> set[int] | None:
    bits = {bit for bit in range(32) if value >> bit & 1}
    return None if bits == _NO_BITS else bits


_FIXED: Final = {
    "int8": _fixed_reader(">b"),
    "bool": _fixed_reader(">?"),
    "int16": _fixed_reader(">h"),
    "uint16": _fixed_reader(">H"),
    "int32": _fixed_reader(">i"),
    "uint32": _fixed_reader(">I"),
    "int64": _fixed_reader(">q"),
    "float64": _fixed_reader(">d"),
    "uuid": _fixed_reader(">16s", _uuid),
    "bitfield": _fixed_reader(">I", _bits),
}
