"""Reading by offset. Source: UnifiedLog.read, LocalLog.read, LogSegment.read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kafka_tck.reference.log.aborted import Aborted
from kafka_tck.reference.log.refusal import Refusal
from kafka_tck.reference.log.segment import Corrupt, Place, Segment
from kafka_tck.wire.batches import Batch

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log


class LogPlace(NamedTuple):
    """Where a batch begins: the segment's base offset, and the byte in its file."""

    segment: int
    position: int


def read(log: "Log", offset: int, max_bytes: int, bound: int, min_one: bool) -> bytes:
    if not log.rules.may_be_read(offset, log.log_start, log.leo):
        raise Refusal(
            "OFFSET_OUT_OF_RANGE", f"offset {offset} is not in {log.log_start}..{log.leo}"
        )
    if log.rules.is_hidden(offset, bound):
        return b""
    found = _find(log, offset)
    if found is None:
        return b""
    if max_bytes < 0:
        raise Refusal("UNKNOWN_SERVER_ERROR", f"a read of {max_bytes} bytes")
    segment, place = found
    end = _end_in(log, segment, bound)
    if max_bytes < place.size and not min_one:
        return b""
    return segment.log.read(place.position, _length(place, end, max_bytes))


def aborted_in(log: "Log", offset: int, size: int) -> list[Aborted]:
    found = None if log.rules.is_hidden(offset, log.leo) else _find(log, offset)
    if found is None:
        return []
    segment, place = found
    following = log.segments.after(segment)
    end = segment.index.offset_at(place.position + size)
    if end is None:
        end = log.leo if following is None else following.base_offset
    return list(_aborted_before(log, segment, offset, end))


def _aborted_before(log: "Log", segment: Segment, start: int, end: int) -> Iterator[Aborted]:
    """The aborted transactions of [start, end), from the segment of `start` on."""
    for later in log.segments:
        if later.base_offset < segment.base_offset:
            continue
        for entry in later.aborted:
            if log.rules.overlaps(entry, start, end):
                yield entry
            if log.rules.is_last_to_ask(entry, end):
                return
        if not log.rules.looks_for_aborted_further():
            return


def _length(place: Place, end: int, max_bytes: int) -> int:
    return max(min(end - place.position, max(max_bytes, place.size)), 0)


def batches(log: "Log", start: int, end: int) -> Iterator[Batch]:
    """The batches that hold offsets of [start, end), through all segments."""
    for segment in log.segments.between(start, end):
        for position, header in segment.headers(segment.index.lookup(start)):
            if header.last_offset >= start and header.base_offset < end:
                yield segment.batch(position, header.size)


def _find(log: "Log", offset: int) -> tuple[Segment, Place] | None:
    """The first batch that reaches the offset; it may be in a later segment."""
    segment = log.segments.floor(offset)
    while segment is not None:
        place = _place_in(segment, offset)
        if place is not None:
            return segment, place
        segment = log.segments.after(segment) if log.rules.looks_in_next_segment() else None
    return None


def _place_in(segment: Segment, offset: int) -> Place | None:
    try:
        return segment.place_of(offset)
    except Corrupt as error:
        raise Refusal("CORRUPT_MESSAGE", str(error)) from None


def _end_in(log: "Log", segment: Segment, bound: int) -> int:
    """The first byte of the segment that may not be shown; 0 if none may."""
    limit = place_of(log, bound)
    if limit is None or limit.segment < segment.base_offset:
        return 0
    return limit.position if limit.segment == segment.base_offset else segment.size


def place_of(log: "Log", offset: int) -> LogPlace | None:
    """None for an offset outside of the log (UnifiedLog.maybeConvertToOffsetMetadata)."""
    active = log.segments.active
    if offset == log.leo:
        return LogPlace(active.base_offset, active.size)
    if not log.segments.first.base_offset <= offset < log.leo:
        return None
    found = _find(log, offset)
    if found is None:
        return LogPlace(active.base_offset, active.size)
    return LogPlace(found[0].base_offset, found[1].position)
