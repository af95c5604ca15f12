"""Deleting old segments. Source: UnifiedLog.deleteOldSegments, deletableSegments."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kafka_tck.reference.log.appending import roll
from kafka_tck.reference.log.segment import Segment
from kafka_tck.reference.log.truncation import raise_log_start, remove_segment

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log

Verdict = Callable[[Segment, Segment | None], bool]


def delete_old_segments(log: "Log") -> int:
    """By log start, by size, by time; how many segments went."""
    count = _delete_while(log, _below_log_start(log))
    if log.rules.retention_applies(log.config):
        count += _delete_while(log, _surplus(log)) + _delete_while(log, _expired(log))
    return count


def _below_log_start(log: "Log") -> Verdict:
    def may_go(_: Segment, following: Segment | None) -> bool:
        base = None if following is None else following.base_offset
        return log.rules.segment_is_below_log_start(base, log.log_start)

    return may_go


def _expired(log: "Log") -> Verdict:
    def may_go(segment: Segment, _: Segment | None) -> bool:
        return log.rules.segment_is_expired(segment.largest_timestamp, log.now, log.config)

    return may_go


def _surplus(log: "Log") -> Verdict:
    excess = log.size - log.config.retention_bytes

    def may_go(segment: Segment, _: Segment | None) -> bool:
        nonlocal excess
        goes = log.rules.segment_is_surplus(excess, segment.size, log.config)
        excess -= segment.size if goes else 0
        return goes

    return may_go


def _delete_while(log: "Log", may_go: Verdict) -> int:
    deletable: list[Segment] = []
    for segment in log.segments:
        following = log.segments.after(segment)
        end = log.leo if following is None else following.base_offset
        goes = log.rules.segment_is_committed(end, log.hw) and may_go(segment, following)
        if goes and (following is not None or log.rules.last_segment_may_go(segment.size)):
            deletable.append(segment)
        elif not log.rules.goes_on_after(goes):
            break
    _delete(log, deletable)
    return len(deletable)


def _delete(log: "Log", deletable: list[Segment]) -> None:
    """Raises the log start, then removes; a log always has a segment, so a next one comes first."""
    if len(deletable) == len(log.segments):
        log.leo = log.rules.next_offset_after_all(log.leo)
        roll(log, log.leo)
    following = log.segments.after(deletable[-1]) if deletable else None
    if following is not None and following.base_offset > log.log_start:
        raise_log_start(log, log.rules.log_start_after(following.base_offset))
    for segment in deletable:
        remove_segment(log, segment)
