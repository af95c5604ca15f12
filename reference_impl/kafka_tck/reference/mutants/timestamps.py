"""Brokers that mistake the times of records."""

from kafka_tck.reference.log import LogConfig, LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.wire.batches import Batch


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


@wrong("append-time-changes-the-base", "LogAppendTime replaces the base timestamp.", "KIP-32")
class AppendTimeChangesTheBase(LogRules):
    def stored_base_timestamp(self, batch: Batch, append_time: int | None) -> int:
        return batch.base_timestamp if append_time is None else append_time


@wrong("answers-no-append-time", "A produce does not answer the time of the append.", "KIP-32")
class AnswersNoAppendTime(LogRules):
    def answered_append_time(self, batch: Batch) -> int:
        return -1


@wrong("answers-an-append-time", "Under CreateTime a produce answers a time.", "KIP-32")
class AnswersAnAppendTime(LogRules):
    def answered_append_time(self, batch: Batch) -> int:
        return batch.max_timestamp


@wrong("takes-claimed-append-time", "A client may say LogAppendTime.", "M36")
class TakesClaimedAppendTime(LogRules):
    def timestamp_type_is_allowed(self, batch: Batch, config: LogConfig) -> bool:
        return True


@wrong(
    "takes-claimed-append-time-under-create-time",
    "Under CreateTime a client may say LogAppendTime, and its maximum is the time of all records.",
    "claimed-append-time (finding)",
)
class TakesClaimedAppendTimeUnderCreateTime(LogRules):
    def timestamp_type_is_allowed(self, batch: Batch, config: LogConfig) -> bool:
        return not config.stamps_append_time or not batch.log_append_time
