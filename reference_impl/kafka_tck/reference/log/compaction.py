"""Compaction: when a log is cleaned, and how far. What is kept says `cleaning`.

Source: LogCleanerManager.cleanableOffsets, LogToClean, Cleaner.doClean and groupSegmentsBySize.
"""

from typing import TYPE_CHECKING, NamedTuple

from kafka_tck.reference.log.cleaning import Cleaning, aborted_spans, latest_offsets
from kafka_tck.reference.log.config import INT_MAX
from kafka_tck.reference.log.segment import SUFFIXES, Segment

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log

CLEANED = ".cleaned"
SWAP = ".swap"


class Range(NamedTuple):
    """The dirty part of a log that may be cleaned: [first, end); `end` begins a segment."""

    first: int
    end: int


def compact(log: "Log") -> bool:
    found = cleanable(log)
    if not (log.config.compacts and _is_due(log, found)):
        return False
    aborted = aborted_spans(log)
    latest = latest_offsets(log, found.first, found.end, aborted)
    for group in _groups(log, found.end):
        _clean_group(log, group, Cleaning(log, latest, found.end, aborted))
    log.first_dirty = found.end
    return True


def cleanable(log: "Log") -> Range:
    """Where cleaning begins and ends; nothing to clean if both are the same."""
    first = log.log_start if log.first_dirty is None else log.first_dirty
    if not log.log_start <= first <= log.leo:
        first = log.log_start
    sealed = _sealed_from(log, first)
    unsettled = [
        segment.base_offset
        for segment in sealed
        if not log.rules.is_settled(segment.largest_timestamp, log.now, log.config)
    ]
    end = log.rules.end_of_cleaning(
        log.lso, log.segments.active.base_offset, unsettled[0] if unsettled else None
    )
    stays = _sealed_from(log, max(first, end))
    return Range(first, stays[0].base_offset if stays else log.segments.active.base_offset)


def _sealed_from(log: "Log", offset: int) -> list[Segment]:
    return log.segments.between(offset, log.segments.active.base_offset)


def _is_due(log: "Log", found: Range) -> bool:
    dirty = _bytes(log, min(found.first, found.end), found.end)
    clean = _bytes(log, -1, found.first)
    if not dirty:
        return False
    overdue = any(
        log.rules.is_overdue(segment.first_timestamp or -1, log.now, log.config)
        for segment in _sealed_from(log, found.first)
    )
    return overdue or log.rules.is_dirty_enough(dirty, clean, log.config)


def _bytes(log: "Log", start: int, end: int) -> int:
    return sum(segment.size for segment in log.segments.between(start, end))


def _groups(log: "Log", end: int) -> list[list[Segment]]:
    """Neighbours that fit into one segment become one."""
    groups: list[list[Segment]] = []
    for segment in log.segments.between(-1, end):
        if groups and _fits(log, groups[-1], segment, end):
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return groups


def _fits(log: "Log", group: list[Segment], segment: Segment, end: int) -> bool:
    following = log.segments.after(segment)
    last = min(end, following.base_offset if following else end) - 1
    size = sum(member.size for member in group) + segment.size
    return size <= log.config.segment_bytes and last - group[0].base_offset <= INT_MAX


def _clean_group(log: "Log", group: list[Segment], cleaning: Cleaning) -> None:
    base = group[0].base_offset
    for suffix in SUFFIXES:
        log.directory.remove(f"{base:020d}{suffix}{CLEANED}")
    cleaned = Segment(log.directory, base, log.config, log.rules, log.now, draft=CLEANED)
    for segment in group:
        cleaning.clean_into(segment, cleaned)
    cleaned.log.modified = group[-1].log.modified
    cleaned.seal()
    cleaned.flush()
    _swap(log, group, cleaned)


def _swap(log: "Log", group: list[Segment], cleaned: Segment) -> None:
    """The order in which a stop at any moment leaves something that `finish_swaps` can finish."""
    cleaned.change_draft(SWAP)
    for segment in group:
        log.segments.remove(segment)
        segment.delete()
        if segment is not group[0]:
            log.producers.remove_snapshots([segment.base_offset])
    cleaned.change_draft("")
    log.segments.add(cleaned)
    cleaned.release()


def finish_swaps(log: "Log") -> None:
    """After a stop: an unfinished `.cleaned` goes, a `.swap` takes the place of what it holds."""
    names = log.directory.names()
    drafts = [name for name in names if name.endswith(CLEANED)]
    swaps = [name for name in names if name.endswith(SWAP)]
    for name in drafts:
        log.directory.remove(name)
    spoilt = min((int(name[:20]) for name in drafts), default=INT_MAX**2)
    for name in swaps:
        if int(name[:20]) >= spoilt:
            log.directory.remove(name)
    _take_in(log, [name for name in swaps if int(name[:20]) < spoilt])


def _take_in(log: "Log", swaps: list[str]) -> None:
    for name in swaps:
        if name.endswith(SUFFIXES[0] + SWAP):
            _remove_replaced(log, int(name[:20]))
    for name in swaps:
        log.directory.rename(name, name.removesuffix(SWAP))


def _remove_replaced(log: "Log", base: int) -> None:
    """Removes the segments whose offsets a swapped segment has."""
    swapped = Segment(log.directory, base, log.config, log.rules, log.now, draft=SWAP)
    covered = range(base, swapped.next_offset())
    for name in log.directory.names():
        if name.endswith(SUFFIXES) and int(name[:20]) in covered:
            log.directory.remove(name)
