"""One segment: a file of batches and its indexes. Source: LogSegment, FileRecords."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kafka_tck.reference.log.aborted import SUFFIX as ABORTED
from kafka_tck.reference.log.aborted import AbortedIndex
from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.header import SMALLEST_LENGTH, Header, read_header
from kafka_tck.reference.log.indexes import BadIndex, OffsetIndex, TimeIndex
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.storage import Directory, File
from kafka_tck.wire.batches import BadBatch, Batch, read_batch, read_records

INDEXES = (".index", ".timeindex")
SUFFIXES = (".log", *INDEXES, ABORTED)


class Place(NamedTuple):
    """A batch in a segment: its first byte and its bytes."""

    position: int
    size: int


class Found(NamedTuple):
    """A record that a time names; `epoch` is -1 if its batch has none."""

    timestamp: int
    offset: int
    epoch: int


class Corrupt(Exception):
    """The bytes of a segment are not batches."""


def file_name(offset: int, suffix: str) -> str:
    """Twenty digits, as Kafka names files by an offset (LogFileUtils.filenamePrefixFromOffset)."""
    return f"{offset:020d}{suffix}"


class Segment:
    """The batches from `base_offset` up to the next segment's."""

    def __init__(
        self,
        directory: Directory,
        base_offset: int,
        config: LogConfig,
        rules: LogRules,
        now: int,
        draft: str = "",
    ) -> None:
        """Opens or creates. `draft` is a suffix such as `.cleaned`. Raises `BadIndex`."""
        self.base_offset = base_offset
        self._directory = directory
        self._config = config
        self._rules = rules
        self._draft = draft
        self._created = now
        self._first_timestamp: int | None = None
        self._since_index_entry = 0
        self.log: File = directory.open(self._name(".log"))
        self._open_indexes()
        if not self.log.size:
            self.log.modified = now

    def _name(self, suffix: str) -> str:
        return file_name(self.base_offset, suffix) + self._draft

    def _open_indexes(self) -> None:
        limit = self._config.segment_index_bytes
        files = [self._directory.open(self._name(suffix)) for suffix in INDEXES]
        self.index = OffsetIndex(files[0], self.base_offset, self._rules, limit)
        self.times = TimeIndex(files[1], self.base_offset, self._rules, limit)
        self.max_timestamp, self.offset_of_max = self.times.last
        name = self._name(ABORTED)
        self.aborted = AbortedIndex(self._directory, name, self.base_offset, self._rules)

    def drop_indexes(self) -> None:
        """Makes the indexes empty, whatever they held."""
        for suffix in INDEXES:
            self._directory.open(self._name(suffix)).truncate(0)
        self._directory.remove(self._name(ABORTED))
        self._open_indexes()
        self._since_index_entry = 0

    @property
    def size(self) -> int:
        return self.log.size

    @property
    def largest_timestamp(self) -> int:
        """The greatest timestamp of a batch; the file's time of change if none has one."""
        return self.max_timestamp if self.max_timestamp >= 0 else self.log.modified

    def append(self, data: bytes, headers: Sequence[Header], now: int) -> None:
        """Writes whole batches, whose headers these are."""
        position = self.size
        if position == 0:
            self._first_timestamp = max(header.max_timestamp for header in headers)
        self.log.append(data)
        self.log.modified = now
        for header in headers:
            self.note(header, position)
            position += header.size

    def note(self, header: Header, position: int) -> None:
        """Brings the indexes up to date with a batch that was written."""
        if self._rules.is_new_maximum(header.max_timestamp, self.max_timestamp):
            self.max_timestamp, self.offset_of_max = header.max_timestamp, header.last_offset
        if self._rules.needs_index_entry(self._since_index_entry, self._config):
            self.index.append(header.last_offset, position)
            self.times.append_if_later(self.max_timestamp, self.offset_of_max)
            self._since_index_entry = 0
        self._since_index_entry += header.size

    def headers(self, position: int = 0) -> Iterator[tuple[int, Header]]:
        """The batches from a position on, which starts one; a cut one at the end is left out.

        Raises `Corrupt`.
        """
        end = self.size
        while position < end - 17:
            start = self.log.read(position, 61)
            (length,) = struct.unpack_from(">i", start, 8)
            if length < SMALLEST_LENGTH:
                raise Corrupt(f"a batch of {self._name('.log')} announces a length of {length}")
            if position + 12 + length > end:
                return
            if len(start) < 61:
                raise Corrupt(f"{self._name('.log')} ends with less than a batch")
            header = read_header(start)
            yield position, header
            position += header.size

    def batch(self, position: int, size: int) -> Batch:
        """One whole batch. Raises `Corrupt`."""
        try:
            return read_batch(self.log.read(position, size))
        except BadBatch as error:
            raise Corrupt(str(error)) from None

    def noted(self, position: int, header: Header) -> Header | Batch:
        """What the producers' state needs of a batch: all of a control batch. Raises `Corrupt`."""
        return self.batch(position, header.size) if header.is_control else header

    def place_of(self, offset: int) -> Place | None:
        """The batch that holds the offset, or the first after it (LogSegment.translateOffset)."""
        for position, header in self.headers(self.index.lookup(offset)):
            if self._rules.batch_reaches(header.last_offset, offset):
                return Place(position, header.size)
        return None

    def next_offset(self) -> int:
        """The offset after the last batch (LogSegment.readNextOffset)."""
        last = self.base_offset
        for _, header in self.headers(self.index.lookup(self.index.last_offset)):
            last = header.last_offset + 1
        return last

    def find_time(self, target: int, log_start: int) -> Found | None:
        """The first record from the log start on that reaches the target time."""
        position = self.index.lookup(max(self.times.lookup(target), log_start))
        for at, header in self.headers(position):
            if self._rules.batch_may_hold(header.max_timestamp, target):
                for record in read_records(self.batch(at, header.size)):
                    if self._rules.record_qualifies(
                        record.timestamp, record.offset, target, log_start
                    ):
                        named = self._rules.named_offset(record.offset, header.base_offset)
                        return Found(record.timestamp, named, header.leader_epoch)
        return None

    def find_max_time(self, start: int) -> Found | None:
        """The first record with the greatest timestamp, -1 too, from an offset on."""
        found = self._first_at_maximum() if start <= self.base_offset else None
        return found or self._search_maximum(start)

    def _first_at_maximum(self) -> Found | None:
        """By the time index; None if the cleaner left of that batch only its header."""
        for at, header in self.headers(self.index.lookup(self.offset_of_max)):
            if header.max_timestamp == self.max_timestamp:
                for record in read_records(self.batch(at, header.size)):
                    if record.timestamp == header.max_timestamp:
                        named = self._rules.named_maximum(record.offset, header.last_offset)
                        return Found(record.timestamp, named, header.leader_epoch)
                return None
        return None

    def _search_maximum(self, start: int) -> Found | None:
        best: Found | None = None
        for at, header in self.headers(self.index.lookup(start)):
            for record in read_records(self.batch(at, header.size)):
                if record.offset >= start and (
                    best is None or self._rules.is_new_maximum(record.timestamp, best.timestamp)
                ):
                    best = Found(record.timestamp, record.offset, header.leader_epoch)
        return best

    def is_full(self) -> bool:
        return self.index.is_full() or self.times.is_full()

    def waited(self, now: int, timestamp: int) -> int:
        """Milliseconds from the first batch to one of this timestamp; else since creation."""
        first = self.first_timestamp
        return timestamp - first if first is not None and first >= 0 else now - self._created

    @property
    def first_timestamp(self) -> int | None:
        """The first batch's greatest timestamp; None if there is no batch."""
        if self._first_timestamp is None:
            self._first_timestamp = next(
                (header.max_timestamp for _, header in self.headers()), None
            )
        return self._first_timestamp

    def truncate_to(self, offset: int, now: int) -> None:
        """Drops the batch that holds the offset and everything after it."""
        place = self.place_of(offset)
        self.index.truncate_to(offset)
        self.times.truncate_to(offset)
        self.aborted.truncate_to(offset)
        if place is not None:
            self.log.truncate(place.position)
        if not self.size:
            self._created, self._first_timestamp = now, None
        self._since_index_entry = 0
        self._find_maximum_again()

    def _find_maximum_again(self) -> None:
        self.max_timestamp, self.offset_of_max = self.times.last
        for _, header in self.headers(self.index.lookup(self.offset_of_max)):
            if self._rules.is_new_maximum(header.max_timestamp, self.max_timestamp):
                self.max_timestamp, self.offset_of_max = header.max_timestamp, header.last_offset

    def seal(self) -> None:
        """Completes the time index: nothing more is written (onBecomeInactiveSegment)."""
        self.times.append_if_later(self.max_timestamp, self.offset_of_max)

    def flush(self) -> None:
        self.log.flush()
        self.index.flush()
        self.times.flush()
        self.aborted.flush()

    def release(self) -> None:
        self.log.release()

    def change_draft(self, draft: str) -> None:
        """Renames the files, e.g. from `.cleaned` to `.swap` to none."""
        always = (".log", *INDEXES)
        old = [self._name(suffix) for suffix in always]
        self._draft = draft
        for name, suffix in zip(old, always, strict=True):
            self._directory.rename(name, self._name(suffix))
        self.aborted.rename(self._name(ABORTED))

    def delete(self) -> None:
        for suffix in SUFFIXES:
            self._directory.remove(self._name(suffix))


__all__ = ["SUFFIXES", "BadIndex", "Corrupt", "Found", "Place", "Segment", "file_name"]
