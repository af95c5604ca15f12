"""Finding offsets by time. Source: UnifiedLog.fetchOffsetByTimestamp, searchOffsetInLocalLog."""

from typing import TYPE_CHECKING, NamedTuple

from kafka_tck.reference.log.segment import Found

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log


class TimestampAndOffset(NamedTuple):
    """A timestamp (-1 for none), an offset, and its leader epoch (-1 if not known)."""

    timestamp: int
    offset: int
    epoch: int


def earliest(log: "Log") -> TimestampAndOffset:
    entry = log.epochs.earliest
    known = entry is not None and entry[1] <= log.log_start
    return TimestampAndOffset(-1, log.log_start, entry[0] if known and entry else -1)


def offset_for_time(log: "Log", timestamp: int, bound: int) -> TimestampAndOffset | None:
    return _shown(log, _first_reaching(log, timestamp), bound)


def _first_reaching(log: "Log", timestamp: int) -> Found | None:
    for segment in log.segments:
        if log.rules.segment_may_hold(segment.largest_timestamp, timestamp):
            found = segment.find_time(timestamp, log.log_start)
            if found is not None or not log.rules.looks_further():
                return found
    return None


def offset_of_max_timestamp(log: "Log", bound: int) -> TimestampAndOffset | None:
    return _shown(log, _first_latest(log), bound)


def _first_latest(log: "Log") -> Found | None:
    start = log.rules.maximum_counts_from(log.log_start)
    best: Found | None = None
    for segment in log.segments.between(start, log.leo):
        if best is None or log.rules.is_new_maximum(segment.max_timestamp, best.timestamp):
            found = segment.find_max_time(start)
            if found and (best is None or found.timestamp > best.timestamp):
                best = found
    return best


def _shown(log: "Log", found: Found | None, bound: int) -> TimestampAndOffset | None:
    if found is None or not log.rules.answer_is_shown(found.offset, bound):
        return None
    return TimestampAndOffset(*found)
