"""ListOffsets, OffsetForLeaderEpoch and DeleteRecords."""

from typing import Final

from kafka_tck.reference.image import INTERNAL_TOPICS
from kafka_tck.reference.log import Log
from kafka_tck.reference.log.lookup import TimestampAndOffset

LATEST: Final = -1
EARLIEST: Final = -2
MAX_TIMESTAMP: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING_UPLOAD: Final = -6

NOTHING: Final = TimestampAndOffset(-1, -1, -1)


class ListOffsetsRules:
    """Source: ReplicaManager.fetchOffset, Partition.fetchOffsetForTimestamp, UnifiedLog."""

    def knows(self, timestamp: int, version: int) -> bool:
        """Whether this version of the request may name this special timestamp."""
        since = {
            MAX_TIMESTAMP: 7,
            EARLIEST_LOCAL: 8,
            LATEST_TIERED: 9,
            EARLIEST_PENDING_UPLOAD: 11,
        }
        return timestamp >= EARLIEST or version >= since.get(timestamp, 1 << 15)

    def latest(self, log: Log, isolation: int) -> int:
        return log.lso if isolation == 1 else log.hw

    def bound_of_lookup(self, log: Log, isolation: int) -> int:
        """The offset before which a record must be that a time names."""
        return self.latest(log, isolation)

    def latest_epoch(self, epoch: int) -> int:
        """The epoch that goes with the latest offset: the leader's own."""
        return epoch

    def earliest_local(self, log: Log) -> TimestampAndOffset:
        """Where nothing is tiered all of the log is local."""
        return self.earliest(log)

    def tiered(self, log: Log) -> TimestampAndOffset:
        """Nothing is tiered here."""
        return NOTHING

    def of_no_record(self, log: Log) -> TimestampAndOffset:
        """The answer if no record is what was asked for."""
        return NOTHING

    def may_ask_twice(self) -> bool:
        """Whether one request may ask for two offsets of a partition."""
        return False

    def told(self, found: TimestampAndOffset, version: int) -> TimestampAndOffset:
        """What a version of the answer says of what was found: the same in each."""
        return found

    def low_watermark_of_refusal(self) -> int:
        return -1

    def protects(self, topic: str) -> bool:
        """Internal topics keep their records."""
        return topic in INTERNAL_TOPICS

    def earliest(self, log: Log) -> TimestampAndOffset:
        return log.earliest()

    def delete_target(self, asked: int, log: Log) -> int:
        """The offset that DeleteRecords means, exactly; -1 is the high watermark."""
        return log.hw if asked == -1 else asked

    def may_delete_to(self, offset: int, hw: int) -> bool:
        return 0 <= offset <= hw

    def start_after_refusal(self, log: Log) -> int:
        """A deletion that is refused moves nothing."""
        return log.log_start

    def may_delete_from(self, deletes: bool) -> bool:
        """A topic that is only compacted keeps its records."""
        return deletes
