"""Which record a time names."""


class TimeRules:
    """Source: LogSegment.findOffsetByTimestamp, FileRecords.searchForTimestamp, UnifiedLog."""

    def segment_may_hold(self, largest_timestamp: int, target: int) -> bool:
        return largest_timestamp >= target

    def looks_further(self) -> bool:
        """Whether the next segment is asked when one has such times only below the log start.

        Apache Kafka up to 4.3.1 does not, and then answers that there is no such record.
        """
        return True

    def batch_may_hold(self, max_timestamp: int, target: int) -> bool:
        return max_timestamp >= target

    def record_qualifies(self, timestamp: int, offset: int, target: int, log_start: int) -> bool:
        """The lowest such offset is the answer, not the lowest such time."""
        return timestamp >= target and offset >= log_start

    def named_offset(self, offset: int, base_offset: int) -> int:
        """What is named of a record that qualifies, and of the batch it is in."""
        return offset

    def is_new_maximum(self, timestamp: int, so_far: int) -> bool:
        """Of equal times the first wins."""
        return timestamp > so_far

    def named_maximum(self, offset: int, last_offset: int) -> int:
        """What is named of the first record with the greatest time, and of its batch."""
        return offset

    def maximum_counts_from(self, log_start: int) -> int:
        """Deleted records have no part in the greatest timestamp.

        In Apache Kafka up to 4.3.1 they have, as long as their segment is there.
        """
        return log_start

    def answer_is_shown(self, offset: int, bound: int) -> bool:
        """A record that the asker may not read is not named, and no other takes its place."""
        return offset < bound
