"""The two sparse indexes of a segment, in Kafka's file formats.

Source: OffsetIndex, TimeIndex, AbstractIndex.
"""

import struct
from bisect import bisect_left
from typing import Final

from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.storage import File


class BadIndex(Exception):
    """The index file cannot be of this segment; the segment must be recovered."""


class OffsetIndex:
    """Positions of some batches: 4 bytes last offset less base offset, 4 bytes position."""

    _ENTRY: Final = struct.Struct(">ii")

    def __init__(self, file: File, base_offset: int, rules: LogRules, max_bytes: int) -> None:
        self._file = file
        self._base = base_offset
        self._rules = rules
        self._most = max_bytes // self._ENTRY.size
        self.offsets: list[int] = []
        self.positions: list[int] = []
        self._load()

    def _load(self) -> None:
        if self._file.size % self._ENTRY.size:
            raise BadIndex(f"an offset index has {self._file.size} bytes")
        for relative, position in self._ENTRY.iter_unpack(self._file.read(0, self._file.size)):
            self.offsets.append(self._base + relative)
            self.positions.append(position)
        if self.offsets and self.offsets[-1] < self._base:
            raise BadIndex(f"an offset index ends at {self.offsets[-1]}")

    def is_full(self) -> bool:
        return len(self.offsets) >= self._most

    def lookup(self, offset: int) -> int:
        """A position at or before the batch that holds the offset."""
        slot = self._rules.floor_slot(self.offsets, offset)
        return 0 if slot < 0 else self.positions[slot]

    def offset_at(self, position: int) -> int | None:
        """The offset of the first entry that is not before a position, if there is one."""
        slot = bisect_left(self.positions, position)
        return self.offsets[slot] if slot < len(self.offsets) else None

    def append(self, offset: int, position: int) -> None:
        self.offsets.append(offset)
        self.positions.append(position)
        self._file.append(self._ENTRY.pack(offset - self._base, position))
        self._file.release()

    def truncate_to(self, offset: int) -> None:
        """Drops the entries of this offset and all later ones."""
        kept = bisect_left(self.offsets, offset)
        del self.offsets[kept:], self.positions[kept:]
        self._file.truncate(kept * self._ENTRY.size)
        self._file.release()

    @property
    def last_offset(self) -> int:
        return self.offsets[-1] if self.offsets else self._base

    def flush(self) -> None:
        self._file.flush()
        self._file.release()


class TimeIndex:
    """Times that rise through the segment: 8 bytes the greatest timestamp so far, 4 bytes the
    last offset of the batch that has it, less the base offset."""

    _ENTRY: Final = struct.Struct(">qi")

    def __init__(self, file: File, base_offset: int, rules: LogRules, max_bytes: int) -> None:
        self._file = file
        self._base = base_offset
        self._rules = rules
        self._most = max_bytes // self._ENTRY.size - 1
        self.timestamps: list[int] = []
        self.offsets: list[int] = []
        self._load()

    def _load(self) -> None:
        if self._file.size % self._ENTRY.size:
            raise BadIndex(f"a time index has {self._file.size} bytes")
        for timestamp, relative in self._ENTRY.iter_unpack(self._file.read(0, self._file.size)):
            self.timestamps.append(timestamp)
            self.offsets.append(self._base + relative)
        if self.timestamps and self.timestamps[-1] < self.timestamps[0]:
            raise BadIndex("the last time of a time index is before the first")
        if self.offsets and self.offsets[-1] < self._base:
            raise BadIndex(f"a time index ends at {self.offsets[-1]}")

    def is_full(self) -> bool:
        return len(self.timestamps) >= self._most

    @property
    def last(self) -> tuple[int, int]:
        """The greatest timestamp and its offset; -1 and the base offset if there is none."""
        return (self.timestamps[-1], self.offsets[-1]) if self.timestamps else (-1, self._base)

    def lookup(self, timestamp: int) -> int:
        """An offset such that no batch that ends before it reaches the timestamp."""
        slot = self._rules.floor_slot(self.timestamps, timestamp)
        return self._base if slot < 0 else self.offsets[slot]

    def append_if_later(self, timestamp: int, offset: int) -> None:
        if timestamp <= self.last[0]:
            return
        self.timestamps.append(timestamp)
        self.offsets.append(offset)
        self._file.append(self._ENTRY.pack(timestamp, offset - self._base))
        self._file.release()

    def truncate_to(self, offset: int) -> None:
        kept = bisect_left(self.offsets, offset)
        del self.timestamps[kept:], self.offsets[kept:]
        self._file.truncate(kept * self._ENTRY.size)
        self._file.release()

    def flush(self) -> None:
        self._file.flush()
        self._file.release()
