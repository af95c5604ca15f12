"""From the files of a directory to a log. Source: LogLoader, LogSegment.recover."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kafka_tck.reference.log.compaction import finish_swaps
from kafka_tck.reference.log.header import Header
from kafka_tck.reference.log.segment import SUFFIXES, BadIndex, Corrupt, Segment
from kafka_tck.reference.log.truncation import (
    producers_before,
    rebuild_producers,
    remove_segment,
)

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log


def load(log: "Log", *, clean: bool, recovery_point: int, log_start: int, hw: int) -> None:
    """Fills an empty `Log` object from its directory."""
    finish_swaps(log)
    log.log_start = log_start
    _load_segments(log)
    _recover(log, clean, recovery_point)
    _discard_if_behind(log, log_start)
    log.leo = log.segments.active.next_offset()
    log.recovery_point = log.leo if clean else min(recovery_point, log.leo)
    log.epochs.truncate_from_end(log.leo)
    log.log_start = log.rules.recovered_log_start(log_start, log.segments.first.base_offset)
    log.epochs.truncate_from_start(log.log_start)
    log.hw = log.rules.hw_within(hw, log.log_start, log.leo)
    _load_producers(log)


def _load_segments(log: "Log") -> None:
    names = log.directory.names()
    bases = {int(name[:20]) for name in names if name.endswith(SUFFIXES[0])}
    for name in names:
        if name.endswith(SUFFIXES[1:]) and int(name[:20]) not in bases:
            log.directory.remove(name)
    for base in sorted(bases):
        _load_segment(log, base, has_index=f"{base:020d}{SUFFIXES[1]}" in names)


def _load_segment(log: "Log", base: int, has_index: bool) -> None:
    """A segment without a good index is recovered even after a clean stop."""
    try:
        segment = Segment(log.directory, base, log.config, log.rules, log.now)
    except BadIndex:
        for suffix in SUFFIXES[1:]:
            log.directory.remove(f"{base:020d}{suffix}")
        segment = Segment(log.directory, base, log.config, log.rules, log.now)
        has_index = False
    log.segments.add(segment)
    if not has_index and segment.size:
        recover_segment(log, segment)


def _recover(log: "Log", clean: bool, recovery_point: int) -> None:
    """Checks what may not have been flushed; all that follows a fault goes."""
    for segment in log.segments:
        following = log.segments.after(segment)
        end = None if following is None else following.base_offset
        if log.rules.must_recover(clean, end, recovery_point):
            cut = recover_segment(log, segment)
            if not log.rules.keeps_following(cut):
                _drop_after(log, segment)
                return


def _drop_after(log: "Log", segment: Segment) -> None:
    for later in log.segments:
        if later.base_offset > segment.base_offset:
            remove_segment(log, later)


def recover_segment(log: "Log", segment: Segment) -> int:
    """Builds the indexes again and cuts at the first fault; how many bytes went.

    The producers are noted as they are after it, so that the next segment can begin with them.
    """
    producers = producers_before(log, segment)
    segment.drop_indexes()
    end = 0
    for position, header in _believable(log, segment):
        segment.note(header, position)
        _note_epoch(log, header)
        aborted = producers.note(segment.noted(position, header))
        if aborted is not None:
            segment.aborted.append(aborted)
        end = position + header.size
    producers.take_snapshot()
    cut = segment.size - end
    segment.log.truncate(end)
    segment.seal()
    return cut


def _believable(log: "Log", segment: Segment) -> Iterator[tuple[int, Header]]:
    """The batches before the first fault."""
    last = segment.base_offset - 1
    try:
        for position, header in segment.headers():
            batch = segment.batch(position, header.size)
            in_range = log.rules.fits_relative(segment.base_offset, header.last_offset)
            if not (in_range and log.rules.survives(batch, last)):
                return
            yield position, header
            last = header.last_offset
    except Corrupt:
        return


def _note_epoch(log: "Log", header: Header) -> None:
    latest = -1 if log.epochs.latest is None else log.epochs.latest
    if header.leader_epoch > latest:
        log.epochs.assign(header.leader_epoch, header.base_offset)


def _discard_if_behind(log: "Log", log_start: int) -> None:
    """Records below the log start are worth nothing: the log begins again there."""
    if len(log.segments):
        if not log.rules.log_is_behind_its_start(log.segments.active.next_offset(), log_start):
            return
        for segment in log.segments:
            remove_segment(log, segment)
        log.epochs.clear()
        log.producers.clear(log_start)
    log.segments.add(Segment(log.directory, log_start, log.config, log.rules, log.now))


def _load_producers(log: "Log") -> None:
    log.producers.remove_strays(log.segments.bases)
    rebuild_producers(log)
