"""Bringing bytes from the page cache to the disk. Source: UnifiedLog.flush, LocalLog.flush."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log


def flush(log: "Log", upto: int) -> None:
    """Flushes the segments from the recovery point up to an offset, which it then becomes."""
    if upto <= log.recovery_point:
        return
    for segment in log.segments.between(log.recovery_point, upto):
        segment.flush()
    log.recovery_point = log.rules.flushed_up_to(upto, log.leo)
    log.last_flush = log.now


def flush_all(log: "Log") -> None:
    """Flushes also an empty active segment, so that its files are on the disk."""
    flush(log, log.leo)
    log.segments.active.flush()
