"""Brokers that name the wrong offset."""

from kafka_tck.reference.log import Log, LogRules
from kafka_tck.reference.log.lookup import TimestampAndOffset
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ListOffsetsRules


@wrong("latest-is-one-short", "ListOffsets -1 answers one less than the high watermark.", "M07")
class LatestIsOneShort(ListOffsetsRules):
    def latest(self, log: Log, isolation: int) -> int:
        return max(super().latest(log, isolation) - 1, 0)


@wrong("latest-has-no-epoch", "ListOffsets -1 answers no leader epoch.", "KIP-320")
class LatestHasNoEpoch(ListOffsetsRules):
    def latest_epoch(self, epoch: int) -> int:
        return -1


@wrong("earliest-is-zero", "ListOffsets -2 answers offset 0 whatever was deleted.", "B94(d)")
class EarliestIsZero(ListOffsetsRules):
    def earliest(self, log: Log) -> TimestampAndOffset:
        return super().earliest(log)._replace(offset=0)


@wrong("earliest-local-is-zero", "ListOffsets -4 answers 0 whatever was deleted.", "KIP-405")
class EarliestLocalIsZero(ListOffsetsRules):
    def earliest_local(self, log: Log) -> TimestampAndOffset:
        return super().earliest_local(log)._replace(offset=0)


@wrong("untiered-is-the-log-start", "Where nothing is tiered the log start is.", "KIP-1005")
class UntieredIsTheLogStart(ListOffsetsRules):
    def tiered(self, log: Log) -> TimestampAndOffset:
        return self.earliest(log)


@wrong("answers-a-partition-twice", "One request may ask twice for a partition.", "M36")
class AnswersAPartitionTwice(ListOffsetsRules):
    def may_ask_twice(self) -> bool:
        return True


@wrong("serves-specials-in-any-version", "Every version may name every special time.", "B100")
class ServesSpecialsInAnyVersion(ListOffsetsRules):
    def knows(self, timestamp: int, version: int) -> bool:
        return True


@wrong(
    "older-list-offsets-answers-otherwise",
    "Versions before 5 do not tell the time of a record that was found.",
    "B100",
)
class OlderListOffsetsAnswersOtherwise(ListOffsetsRules):
    def told(self, found: TimestampAndOffset, version: int) -> TimestampAndOffset:
        return found if version >= 5 else found._replace(timestamp=-1)


@wrong("by-time-compares-strictly", "A record of exactly the time asked is passed over.", "B97")
class ByTimeComparesStrictly(LogRules):
    def record_qualifies(self, timestamp: int, offset: int, target: int, log_start: int) -> bool:
        return timestamp > target and offset >= log_start


@wrong(
    "by-time-passes-over-a-batch",
    "A batch whose maximum is exactly the time asked is not looked into.",
    "B97",
)
class ByTimePassesOverABatch(LogRules):
    def batch_may_hold(self, max_timestamp: int, target: int) -> bool:
        return max_timestamp > target


@wrong(
    "by-time-answers-the-batch-base",
    "A lookup by time answers the base offset of the batch that holds the record.",
    "B97, Redpanda #6606",
)
class ByTimeAnswersTheBatchBase(LogRules):
    def named_offset(self, offset: int, base_offset: int) -> int:
        return base_offset


@wrong("by-time-finds-deleted-records", "A lookup by time finds deleted records.", "B94(d)")
class ByTimeFindsDeletedRecords(LogRules):
    def record_qualifies(self, timestamp: int, offset: int, target: int, log_start: int) -> bool:
        return timestamp >= target


@wrong("by-time-not-found-is-the-end", "A time after all records means the log end.", "B97")
class ByTimeNotFoundIsTheEnd(ListOffsetsRules):
    def of_no_record(self, log: Log) -> TimestampAndOffset:
        return TimestampAndOffset(-1, log.leo, -1)


@wrong(
    "by-time-stops-at-a-deleted-segment",
    "A lookup by time ends in the first segment with such times, though those records are deleted.",
    "by-time-stops-at-deleted-records (finding)",
)
class ByTimeStopsAtADeletedSegment(LogRules):
    def looks_further(self) -> bool:
        return False


@wrong(
    "max-timestamp-is-the-batch-end",
    "ListOffsets -3 answers the last offset of the batch with the largest timestamp.",
    "B97, KAFKA-16342",
)
class MaxTimestampIsTheBatchEnd(LogRules):
    def named_maximum(self, offset: int, last_offset: int) -> int:
        return last_offset


@wrong(
    "max-timestamp-is-a-deleted-record",
    "ListOffsets -3 answers a record below the log start.",
    "max-timestamp-below-log-start (finding)",
)
class MaxTimestampIsADeletedRecord(LogRules):
    def maximum_counts_from(self, log_start: int) -> int:
        return 0
