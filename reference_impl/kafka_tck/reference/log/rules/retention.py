"""Which segments are too old, and when their bytes must be safe."""

from kafka_tck.reference.log.config import LogConfig


class RetentionRules:
    """Source: UnifiedLog.deleteOldSegments and below, LogManager."""

    def segment_is_expired(self, largest_timestamp: int, now: int, config: LogConfig) -> bool:
        return config.retention_ms >= 0 and now - largest_timestamp > config.retention_ms

    def segment_is_surplus(self, excess: int, size: int, config: LogConfig) -> bool:
        """Whether the log stays at least as big as it should be without an oldest segment."""
        return config.retention_bytes >= 0 and excess >= size

    def segment_is_below_log_start(self, next_base: int | None, log_start: int) -> bool:
        return next_base is not None and next_base <= log_start

    def segment_is_committed(self, end: int, hw: int) -> bool:
        """Only segments that end at or below the HW may go."""
        return hw >= end

    def last_segment_may_go(self, size: int) -> bool:
        """Even the active segment expires, if there is something in it."""
        return size > 0

    def log_start_after(self, next_base: int) -> int:
        """The log start when the segments before one of this base offset are deleted."""
        return next_base

    def goes_on_after(self, deletable: bool) -> bool:
        """Retention stops at the first segment that stays."""
        return deletable

    def next_offset_after_all(self, leo: int) -> int:
        """Where a log begins again whose segments are all deleted."""
        return leo

    def retention_applies(self, config: LogConfig) -> bool:
        """Time and size count only for topics that delete; the log start counts for all."""
        return config.deletes

    def flushes_sealed_segments(self) -> bool:
        return True

    def must_flush(self, unflushed: int, config: LogConfig) -> bool:
        """After so many messages since the last flush."""
        return unflushed >= config.flush_messages

    def must_flush_by_time(self, since_last_ms: int, config: LogConfig) -> bool:
        return since_last_ms >= config.flush_ms

    def flushed_up_to(self, upto: int, leo: int) -> int:
        """The recovery point after a flush."""
        return min(upto, leo)
