"""Losing the end of a log, or its beginning.

Source: UnifiedLog.truncateTo, truncateFullyAndStartAt, maybeIncrementLogStartOffset,
rebuildProducerState.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.log.producer_states import ProducerStates
from kafka_tck.reference.log.segment import Segment

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log


def raise_log_start(log: "Log", to: int) -> None:
    log.log_start = to
    log.hw = max(log.hw, log.log_start)
    log.recovery_point = max(log.recovery_point, log.log_start)
    log.epochs.truncate_from_start(log.log_start)
    log.producers.log_start_rose(log.log_start)


def truncate_to(log: "Log", offset: int) -> None:
    if offset >= log.leo:
        log.epochs.truncate_from_end(log.leo)
    elif log.segments.first.base_offset > offset:
        truncate_fully_to(log, offset)
    else:
        _truncate_within(log, offset)
    if log.first_dirty is not None:
        log.first_dirty = min(log.first_dirty, offset)


def _truncate_within(log: "Log", offset: int) -> None:
    for segment in log.segments:
        if segment.base_offset > offset:
            remove_segment(log, segment)
    log.segments.active.truncate_to(offset, log.now)
    log.leo = log.rules.truncation_point(offset)
    log.epochs.truncate_from_end(offset)
    log.log_start = min(offset, log.log_start)
    log.recovery_point = min(log.recovery_point, log.leo)
    rebuild_producers(log)
    log.hw = min(log.hw, log.leo)


def truncate_fully_to(log: "Log", offset: int) -> None:
    for segment in log.segments:
        remove_segment(log, segment)
    log.segments.add(Segment(log.directory, offset, log.config, log.rules, log.now))
    log.epochs.clear()
    log.producers.clear(offset)
    log.log_start = log.leo = log.hw = log.recovery_point = offset


def remove_segment(log: "Log", segment: Segment) -> None:
    """Deletes a segment and the producer snapshot at its base offset."""
    log.segments.remove(segment)
    segment.delete()
    log.producers.remove_snapshots([segment.base_offset])


def rebuild_producers(log: "Log") -> None:
    """The producers as if the log had never been longer: a snapshot, and what follows it."""
    _rebuild(log, log.producers, log.leo)


def producers_before(log: "Log", segment: Segment) -> ProducerStates:
    """The producers as they were when a segment began, whose recovery begins with them."""
    states = ProducerStates(log.directory, log.rules)
    _rebuild(log, states, segment.base_offset)
    return states


def _rebuild(log: "Log", states: ProducerStates, end: int) -> None:
    had_none = states.is_empty() and states.end_offset >= end
    states.reload(log.log_start, end, log.now, log.config)
    if end > states.end_offset and not had_none:
        _replay(log, states, end)
    states.end_offset = end
    states.take_snapshot()


def _replay(log: "Log", states: ProducerStates, end: int) -> None:
    """Takes the batches from the end of the state up to an offset into account."""
    last_two = log.segments.bases[-2:]
    for segment in log.segments.between(states.end_offset, end):
        start = states.end_offset = max(segment.base_offset, states.end_offset, log.log_start)
        if segment.base_offset in last_two:
            states.take_snapshot()
        place = segment.place_of(start)
        for position, header in segment.headers(place.position) if place else ():
            states.note(segment.noted(position, header))
