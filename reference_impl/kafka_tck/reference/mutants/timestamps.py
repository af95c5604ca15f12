"""Brokers that mistake the times of records."""

from kafka_tck.reference.log import LogConfig, LogRules
from kafka_tck.reference.mutants.mutant import wrong


@wrong("takes-any-timestamp", "A record may have any timestamp.", "KIP-937")
class TakesAnyTimestamp(LogRules):
    def timestamp_is_allowed(self, timestamp: int, now: int, config: LogConfig) -> bool:
        return True


@wrong("ignores-the-before-limit", "A record may be as old as it likes.", "KIP-937")
class IgnoresTheBeforeLimit(LogRules):
    def timestamp_is_allowed(self, timestamp: int, now: int, config: LogConfig) -> bool:
        return timestamp - now <= config.message_timestamp_after_max_ms


@wrong("append-time-is-the-clients", "LogAppendTime keeps the times of the client.", "KIP-32")
class AppendTimeIsTheClients(LogRules):
    def append_time(self, now: int, config: LogConfig) -> int | None:
        return None
