"""The segments of a log in order. Source: LogSegments."""

from collections.abc import Iterator

from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.segment import Segment


class Segments:
    """Never empty once a log is open; the last segment is the active one."""

    def __init__(self, rules: LogRules) -> None:
        self._rules = rules
        self._bases: list[int] = []
        self._segments: list[Segment] = []

    def __len__(self) -> int:
        return len(self._segments)

    def __iter__(self) -> Iterator[Segment]:
        return iter(list(self._segments))

    @property
    def first(self) -> Segment:
        return self._segments[0]

    @property
    def active(self) -> Segment:
        return self._segments[-1]

    @property
    def bases(self) -> list[int]:
        return list(self._bases)

    def add(self, segment: Segment) -> None:
        """Puts a segment in its place; one with the same base offset is replaced."""
        by_base = {old.base_offset: old for old in self._segments} | {segment.base_offset: segment}
        self._bases = sorted(by_base)
        self._segments = [by_base[base] for base in self._bases]

    def remove(self, segment: Segment) -> None:
        """Takes a segment out; nothing if another is in its place."""
        if segment in self._segments:
            slot = self._segments.index(segment)
            del self._segments[slot], self._bases[slot]

    def floor(self, offset: int) -> Segment | None:
        """The segment in which the offset is, or would be."""
        slot = self._rules.segment_slot(self._bases, offset)
        return None if slot < 0 else self._segments[slot]

    def after(self, segment: Segment) -> Segment | None:
        following = [later for later in self._segments if later.base_offset > segment.base_offset]
        return following[0] if following else None

    def between(self, start: int, end: int) -> list[Segment]:
        """The segment of `start` and the following ones that begin below `end`."""
        if start >= end:
            return []
        floor = max((base for base in self._bases if base <= start), default=start)
        return [segment for segment in self._segments if floor <= segment.base_offset < end]

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(segment.size for segment in self._segments)
