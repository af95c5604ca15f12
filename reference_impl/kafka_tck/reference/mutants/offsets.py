"""Brokers that name the wrong offset."""

from kafka_tck.reference.log import Log, LogRules
from kafka_tck.reference.log.lookup import TimestampAndOffset
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ListOffsetsRules


@wrong("latest-is-one-short", "ListOffsets -1 answers one less than the high watermark.", "M07")
class LatestIsOneShort(ListOffsetsRules):
    def latest(self, log: Log, isolation: int) -> int:
        return max(super().latest(log, isolation) - 1, 0)


@wrong("earliest-is-zero", "ListOffsets -2 answers offset 0 whatever was deleted.", "B94(d)")
class EarliestIsZero(ListOffsetsRules):
    def earliest(self, log: Log) -> TimestampAndOffset:
        return super().earliest(log)._replace(offset=0)


@wrong("serves-specials-in-any-version", "Every version may name every special timestamp.", "B100")
class ServesSpecialsInAnyVersion(ListOffsetsRules):
    def knows(self, timestamp: int, version: int) -> bool:
        return True


@wrong("by-time-compares-strictly", "A record of exactly the time asked for is passed over.", "B97")
class ByTimeComparesStrictly(LogRules):
    def record_qualifies(self, timestamp: int, offset: int, target: int, log_start: int) -> bool:
        return timestamp > target and offset >= log_start


@wrong(
    "max-timestamp-is-the-last-record",
    "ListOffsets -3 answers the last record with the largest timestamp.",
    "B97, KAFKA-16342",
)
class MaxTimestampIsTheLastRecord(LogRules):
    def is_new_maximum(self, timestamp: int, so_far: int) -> bool:
        return timestamp >= so_far


@wrong(
    "by-time-stops-at-a-deleted-segment",
    "A lookup by time ends at the first segment with such times, if only deleted records have them",
    "by-time-stops-at-deleted-records (finding)",
)
class ByTimeStopsAtADeletedSegment(LogRules):
    def looks_further(self) -> bool:
        return False
