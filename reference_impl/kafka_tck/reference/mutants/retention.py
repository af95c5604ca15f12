"""Brokers whose retention takes too much, or nothing."""

from kafka_tck.reference.log import LogConfig, LogRules
from kafka_tck.reference.mutants.mutant import wrong


@wrong("retention-deletes-too-early", "Segments expire in half of retention.ms.", "M33")
class RetentionDeletesTooEarly(LogRules):
    def segment_is_expired(self, largest_timestamp: int, now: int, config: LogConfig) -> bool:
        return config.retention_ms >= 0 and now - largest_timestamp > config.retention_ms // 2


@wrong("offsets-restart-after-retention", "A log that lost everything begins again at 0.", "M33")
class OffsetsRestartAfterRetention(LogRules):
    def next_offset_after_all(self, leo: int) -> int:
        return 0
