"""Is this body one that Apache Kafka's reader would accept? Checked before anything is built.

`kafka-python` slices past the end of a frame without complaint; a broker must not. The walk
below follows the same schema, allocates nothing, and stops at the first fault. What Kafka is
lenient about (bytes after the body, counts below -1, unknown tags) is accepted here as well.
Source: the generated message readers and `ByteBufferAccessor`, 4.3.
"""

import struct
from typing import Any, Final

_FIXED: Final = {
    "int8": 1,
    "bool": 1,
    "int16": 2,
    "uint16": 2,
    "int32": 4,
    "uint32": 4,
    "int64": 8,
    "float64": 8,
    "uuid": 16,
    "bitfield": 4,
}


class Malformed(Exception):
    """The bytes are not a message of this API and version."""


class _Walk:
    """Walks one body along its schema; every method takes a position and returns the next."""

    def __call__(
        self, schema: Any, frame: bytes, position: int, version: int, flexible: bool
    ) -> int:
        """The position after the body. Raises `Malformed`."""
        try:
            return self._struct(schema, frame, position, version, flexible)
        except (struct.error, IndexError):
            raise Malformed("the body is cut") from None

    def tags(self, frame: bytes, position: int) -> int:
        """Skips a tagged section whose tags are all unknown."""
        try:
            return self._tagged(None, frame, position, 0)
        except (struct.error, IndexError):
            raise Malformed("the tagged fields are cut") from None

    def _struct(
        self, schema: Any, frame: bytes, position: int, version: int, flexible: bool
    ) -> int:
        for field in schema.untagged_fields(version):
            position = self._field(field, frame, position, version, flexible)
        return self._tagged(schema, frame, position, version) if flexible else position

    def _field(self, field: Any, frame: bytes, position: int, version: int, flexible: bool) -> int:
        if field.is_array():
            return self._array(field, frame, position, version, flexible)
        if field.is_struct():
            if field.nullable_for_version_q(version):
                position += 1
                if frame[position - 1] == 0xFF:
                    return position
            return self._struct(field, frame, position, version, flexible)
        size = _FIXED.get(field.type_str)
        if size is None:
            return self._text(field, frame, position, version, flexible)
        return self._skip(frame, position, size)

    def _array(self, field: Any, frame: bytes, position: int, version: int, flexible: bool) -> int:
        if flexible:
            count, position = read_uvarint(frame, position)
            count -= 1
        else:
            (count,) = struct.unpack_from(">i", frame, position)
            position += 4
        if count < 0:
            if not field.nullable_for_version_q(version):
                raise Malformed(f"{field.name} must not be null")
            return position
        if count > len(frame) - position:
            raise Malformed(f"{field.name} announces {count} elements, the frame is shorter")
        for _ in range(count):
            if field.is_struct_array():
                position = self._struct(field.array_of, frame, position, version, flexible)
            else:
                position = self._field(field.array_of, frame, position, version, flexible)
        return position

    def _text(self, field: Any, frame: bytes, position: int, version: int, flexible: bool) -> int:
        if flexible:
            length, position = read_uvarint(frame, position)
            length -= 1
        elif field.type_str == "string":
            (length,) = struct.unpack_from(">h", frame, position)
            position += 2
        else:
            (length,) = struct.unpack_from(">i", frame, position)
            position += 4
        if length < 0:
            if not field.nullable_for_version_q(version):
                raise Malformed(f"{field.name} must not be null")
            return position
        return self._skip(frame, position, length)

    def _tagged(self, schema: Any, frame: bytes, position: int, version: int) -> int:
        known = {} if schema is None else schema.tagged_fields(version)._tags
        count, position = read_uvarint(frame, position)
        for _ in range(count):
            tag, position = read_uvarint(frame, position)
            size, position = read_uvarint(frame, position)
            end = self._skip(frame, position, size)
            if tag in known:
                self._field(known[tag], frame[:end], position, version, True)
            position = end
        return position

    @staticmethod
    def _skip(frame: bytes, position: int, size: int) -> int:
        if position + size > len(frame):
            raise Malformed("a field runs past the frame")
        return position + size


def read_uvarint(frame: bytes, position: int) -> tuple[int, int]:
    """An unsigned varint of at most five bytes, read as a signed 32-bit number as Java does."""
    value = shift = 0
    while True:
        byte = frame[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            value &= 0xFFFFFFFF
            return (value - (1 << 32) if value >= 1 << 31 else value), position
        shift += 7
        if shift > 28:
            raise Malformed("a varint has more than five bytes")


check_body: Final = _Walk()
