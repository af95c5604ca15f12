"""The aborted transactions whose markers a segment has, in Kafka's file format.

The file is made with its first entry. Source: TransactionIndex, AbortedTxn.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kafka_tck.reference.log.header import Header
from kafka_tck.reference.log.indexes import BadIndex
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.storage import Directory
from kafka_tck.wire.batches import Batch

SUFFIX: Final = ".txnindex"

_ENTRY: Final = struct.Struct(">hqqqq")
_VERSION: Final = 0


@dataclass(frozen=True, slots=True)
class Aborted:
    """A producer's aborted transaction, from its first record to its marker.

    `lso` is what the last stable offset was to become with the marker, the high watermark aside:
    no transaction that is aborted later begins below it.
    """

    producer_id: int
    first_offset: int
    last_offset: int
    lso: int


class AbortedIndex:
    """The entries of one segment, in the order of their markers."""

    def __init__(self, directory: Directory, name: str, base_offset: int, rules: LogRules) -> None:
        """Raises `BadIndex` if the file cannot be of this segment."""
        self._directory = directory
        self._name = name
        data = directory.load(name)
        self._exists = data is not None
        self._entries = list(rules.reloaded_aborted(_entries(data or b"")))
        if self._entries and self._entries[-1].last_offset < base_offset:
            raise BadIndex(f"{name} ends at {self._entries[-1].last_offset}")

    def __iter__(self) -> Iterator[Aborted]:
        return iter(self._entries)

    def append(self, entry: Aborted) -> None:
        self._entries.append(entry)
        self._exists = True
        file = self._directory.open(self._name)
        file.append(
            _ENTRY.pack(
                _VERSION, entry.producer_id, entry.first_offset, entry.last_offset, entry.lso
            )
        )
        file.release()

    def truncate_to(self, offset: int) -> None:
        """Drops what has its marker at this offset or later."""
        kept = [entry for entry in self._entries if entry.last_offset < offset]
        if len(kept) < len(self._entries):
            file = self._directory.open(self._name)
            file.truncate(len(kept) * _ENTRY.size)
            file.release()
        self._entries = kept

    def flush(self) -> None:
        if self._exists:
            file = self._directory.open(self._name)
            file.flush()
            file.release()

    def rename(self, to: str) -> None:
        """The same entries under another name."""
        if self._exists:
            self._directory.rename(self._name, to)
        self._name = to


class Spans:
    """The offsets that aborted transactions have, by their producers."""

    def __init__(self, aborted: Iterable[Aborted]) -> None:
        self._of: dict[int, list[Aborted]] = {}
        for entry in aborted:
            self._of.setdefault(entry.producer_id, []).append(entry)

    def hold(self, batch: Header | Batch) -> bool:
        """Whether a batch is part of one of the transactions."""
        return batch.is_transactional and any(
            entry.first_offset <= batch.base_offset <= entry.last_offset
            for entry in self._of.get(batch.producer_id, ())
        )


def _entries(data: bytes) -> list[Aborted]:
    if len(data) % _ENTRY.size:
        raise BadIndex(f"an index of aborted transactions has {len(data)} bytes")
    return [Aborted(*fields) for _, *fields in _ENTRY.iter_unpack(data)]
