"""The pieces that records of consumer groups are made of: Kafka's types, flexible and not."""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from kafka_tck.wire.varints import read_uvarint, write_uvarint

T = TypeVar("T")

NO_TAGS = b"\x00"


def plain_text(text: str) -> bytes:
    """A string of a message that is not flexible, as the keys are."""
    data = text.encode(errors="surrogatepass")
    return struct.pack(">h", len(data)) + data


def data_of(data: bytes | None) -> bytes:
    """Compact bytes; None is null."""
    return NO_TAGS if data is None else write_uvarint(len(data) + 1) + data


def text_of(text: str | None) -> bytes:
    """A compact string; None is null."""
    return data_of(None if text is None else text.encode(errors="surrogatepass"))


def array_of(items: Iterable[bytes]) -> bytes:
    """A compact array of items that are encoded already."""
    found = list(items)
    return write_uvarint(len(found) + 1) + b"".join(found)


def int32s_of(numbers: Iterable[int]) -> bytes:
    return array_of(struct.pack(">i", number) for number in numbers)


def tags_of(fields: dict[int, bytes]) -> bytes:
    """The tagged fields of a struct, by tag; those at their defaults are left out."""
    found = [write_uvarint(t) + write_uvarint(len(v)) + v for t, v in sorted(fields.items())]
    return write_uvarint(len(found)) + b"".join(found)


@dataclass(slots=True)
class Reader:
    """Reads on in some bytes. IndexError or struct.error if they are cut."""

    data: bytes
    at: int = 0

    def number(self, size: int) -> int:
        """A signed number of so many bytes."""
        return int.from_bytes(self.raw(size), signed=True)

    def raw(self, length: int) -> bytes:
        self.at += length
        if self.at > len(self.data):
            raise IndexError("a record is cut")
        return self.data[self.at - length : self.at]

    def unsigned(self) -> int:
        value, self.at = read_uvarint(self.data, self.at)
        return value

    def uuid(self) -> UUID:
        return UUID(bytes=self.raw(16))

    def plain_text(self) -> str:
        return self.raw(self.number(2)).decode(errors="surrogatepass")

    def nullable_data(self) -> bytes | None:
        length = self.unsigned() - 1
        return None if length < 0 else self.raw(length)

    def nullable_text(self) -> str | None:
        data = self.nullable_data()
        return None if data is None else data.decode(errors="surrogatepass")

    def text(self) -> str:
        return self.nullable_text() or ""

    def array(self, item: Callable[["Reader"], T]) -> list[T]:
        return [item(self) for _ in range(self.unsigned() - 1)]

    def int32s(self) -> list[int]:
        return self.array(lambda reader: reader.number(4))

    def tags(self) -> dict[int, bytes]:
        return {self.unsigned(): self.raw(self.unsigned()) for _ in range(self.unsigned())}
