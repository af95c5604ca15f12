"""Brokers whose retention takes too much, or nothing."""

from kafka_tck.reference.log import LogConfig, LogRules
from kafka_tck.reference.mutants.mutant import wrong


@wrong("retention-deletes-too-early", "A millisecond of retention.ms lasts a microsecond.", "M33")
class RetentionDeletesTooEarly(LogRules):
    def segment_is_expired(self, largest_timestamp: int, now: int, config: LogConfig) -> bool:
        return config.retention_ms >= 0 and now - largest_timestamp > config.retention_ms // 1000


@wrong("retention-skips-young-segments", "Retention goes on behind a segment that stays.", "M33")
class RetentionSkipsYoungSegments(LogRules):
    def goes_on_after(self, deletable: bool) -> bool:
        return True


@wrong("size-retention-deletes-one-more", "Less than retention.bytes is left.", "M07")
class SizeRetentionDeletesOneMore(LogRules):
    def segment_is_surplus(self, excess: int, size: int, config: LogConfig) -> bool:
        return config.retention_bytes >= 0 and excess > 0


@wrong(
    "retention-deletes-part-of-a-batch",
    "The log start after retention is one past the beginning of a batch.",
    "M07, B94(a)",
)
class RetentionDeletesPartOfABatch(LogRules):
    def log_start_after(self, next_base: int) -> int:
        return next_base + 1


@wrong("retention-never-deletes", "No segment ever expires.", "M33")
class RetentionNeverDeletes(LogRules):
    def segment_is_expired(self, largest_timestamp: int, now: int, config: LogConfig) -> bool:
        return False


@wrong("retention-keeps-the-active-segment", "The active segment never expires.", "M33")
class RetentionKeepsTheActiveSegment(LogRules):
    def last_segment_may_go(self, size: int) -> bool:
        return False


@wrong("offsets-jump-after-retention", "A log that lost all begins again one further.", "M07")
class OffsetsJumpAfterRetention(LogRules):
    def next_offset_after_all(self, leo: int) -> int:
        return leo + 1
