"""Varints: zig-zag as records use them, unsigned as compact lengths and tags use them.

Source: org.apache.kafka.common.utils.ByteUtils.
"""

from typing import Final


class BadVarint(Exception):
    """The varint is cut, or longer than its type allows."""


_SIGN: Final = 1 << 31
_SHORT: Final = [bytes([number]) for number in range(0x80)]


def write_varint(value: int) -> bytes:
    """The zig-zag varint of a 64-bit (so also of a 32-bit) signed number."""
    return write_uvarint((value << 1) ^ (value >> 63))


def write_uvarint(rest: int) -> bytes:
    """The unsigned varint of a number that is not negative."""
    if rest < 0x80:
        return _SHORT[rest]
    out = bytearray()
    while rest > 0x7F:
        out.append((rest & 0x7F) | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """A 32-bit number and the position after it (ByteUtils.readVarint)."""
    number, after = _read_unsigned(data, at, 5)
    number &= 0xFFFFFFFF
    return (number >> 1) ^ -(number & 1), after


def read_varlong(data: bytes, at: int) -> tuple[int, int]:
    """A 64-bit number and the position after it (ByteUtils.readVarlong)."""
    number, after = _read_unsigned(data, at, 10)
    number &= 0xFFFFFFFFFFFFFFFF
    return (number >> 1) ^ -(number & 1), after


def read_uvarint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned varint as Java's `int` holds it, and the position after it."""
    number, after = _read_unsigned(data, at, 5)
    return ((number & 0xFFFFFFFF) ^ _SIGN) - _SIGN, after


def _read_unsigned(data: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    try:
        for shift in range(0, 7 * most, 7):
            byte = data[at]
            at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number, at
    except IndexError:
        raise BadVarint("a varint is cut") from None
    raise BadVarint(f"a varint has more than {most} bytes")


def int64(number: int) -> int:
    """The number as Java's `long` holds it: sums and differences wrap around."""
    return ((number + (1 << 63)) & 0xFFFFFFFFFFFFFFFF) - (1 << 63)
