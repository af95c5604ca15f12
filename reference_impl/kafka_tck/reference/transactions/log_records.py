"""Records of __transaction_state: TransactionLogKey v0, TransactionLogValue v0 and v1.

v1 is written from transaction.version 1 on. A value of null says that the id is gone.
Source: TransactionLogKey.json, TransactionLogValue.json, TransactionLog, 4.3.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kafka_tck.reference.transactions.states import NO_ID, State, TopicPartition, Transaction
from kafka_tck.wire.varints import read_uvarint, write_uvarint

_KEY_VERSION: Final = b"\x00\x00"
_START: Final = struct.Struct(">qhib")
_TIMES: Final = struct.Struct(">qq")
_PREVIOUS, _NEXT, _LEVEL = 0, 1, 2


def encode_key(transactional_id: str) -> bytes:
    text = transactional_id.encode(errors="surrogatepass")
    return _KEY_VERSION + struct.pack(">h", len(text)) + text


def decode_key(data: bytes) -> str | None:
    """The transactional id; None for a key of another version."""
    if data[:2] != _KEY_VERSION:
        return None
    (length,) = struct.unpack_from(">h", data, 2)
    return data[4 : 4 + length].decode(errors="surrogatepass")


def encode_value(transaction: Transaction, level: int) -> bytes:
    """The value at a level of transaction.version."""
    flexible = level >= 1
    return b"".join(
        (
            struct.pack(">h", int(flexible)),
            _START.pack(
                transaction.producer_id,
                transaction.epoch,
                transaction.timeout_ms,
                transaction.state,
            ),
            _partitions(transaction, flexible),
            _TIMES.pack(transaction.updated, transaction.started),
            _tags(transaction) if flexible else b"",
        )
    )


def _partitions(transaction: Transaction, flexible: bool) -> bytes:
    if transaction.state is State.EMPTY:
        return b"\x00" if flexible else struct.pack(">i", -1)
    topics: dict[str, list[int]] = {}
    for topic, index in sorted(transaction.partitions):
        topics.setdefault(topic, []).append(index)
    out = [_count(len(topics), flexible)]
    for topic, indexes in topics.items():
        name = topic.encode()
        length = write_uvarint(len(name) + 1) if flexible else struct.pack(">h", len(name))
        numbers = struct.pack(f">{len(indexes)}i", *indexes)
        out += [length, name, _count(len(indexes), flexible), numbers, b"\x00" * flexible]
    return b"".join(out)


def _count(number: int, flexible: bool) -> bytes:
    return write_uvarint(number + 1) if flexible else struct.pack(">i", number)


def _tags(transaction: Transaction) -> bytes:
    """The fields that are not at their defaults, by their tags."""
    known = {
        _PREVIOUS: struct.pack(">q", transaction.previous_id),
        _NEXT: struct.pack(">q", transaction.next_id),
        _LEVEL: struct.pack(">h", transaction.level),
    }
    none = struct.pack(">q", NO_ID)
    given = {t: v for t, v in known.items() if v not in (none, b"\x00\x00")}
    fields = (
        write_uvarint(tag) + write_uvarint(len(value)) + value for tag, value in given.items()
    )
    return write_uvarint(len(given)) + b"".join(fields)


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        self.at += layout.size
        return layout.unpack_from(self.data, self.at - layout.size)

    def number(self, size: int) -> int:
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], signed=True)

    def unsigned(self) -> int:
        value, self.at = read_uvarint(self.data, self.at)
        return value

    def bytes(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]

    def count(self, flexible: bool) -> int:
        """The length of an array; -1 for null."""
        return self.unsigned() - 1 if flexible else self.number(4)

    def text(self, flexible: bool) -> str:
        length = self.unsigned() - 1 if flexible else self.number(2)
        return self.bytes(length).decode()


def decode_value(transactional_id: str, data: bytes) -> Transaction:
    reader = _Reader(data)
    flexible = reader.number(2) >= 1
    producer_id, epoch, timeout_ms, state = reader.unpack(_START)
    partitions = frozenset(_read_partitions(reader, flexible))
    updated, started = reader.unpack(_TIMES)
    tags = _read_tags(reader) if flexible else {}
    return Transaction(
        transactional_id,
        producer_id,
        epoch,
        timeout_ms,
        State(state),
        partitions,
        started,
        updated,
        previous_id=tags.get(_PREVIOUS, NO_ID),
        next_id=tags.get(_NEXT, NO_ID),
        level=tags.get(_LEVEL, 0),
    )


def _read_partitions(reader: _Reader, flexible: bool) -> Iterable[TopicPartition]:
    for _ in range(reader.count(flexible)):
        topic = reader.text(flexible)
        for _ in range(reader.count(flexible)):
            yield topic, reader.number(4)
        if flexible:
            _read_tags(reader)


def _read_tags(reader: _Reader) -> dict[int, int]:
    found: dict[int, int] = {}
    for _ in range(reader.unsigned()):
        tag = reader.unsigned()
        found[tag] = int.from_bytes(reader.bytes(reader.unsigned()), signed=True)
    return found
