"""Where an offset is found, and where segments begin and end."""

from bisect import bisect_right
from collections.abc import Sequence

from kafka_tck.reference.log.config import INT_MAX, LogConfig


class OffsetRules:
    """Source: LocalLog, LogSegment, LogSegments, AbstractIndex, UnifiedLog."""

    def floor_slot(self, keys: Sequence[int], target: int) -> int:
        """The last index entry that is not past the target; -1 if all are."""
        return bisect_right(keys, target) - 1

    def segment_slot(self, base_offsets: Sequence[int], offset: int) -> int:
        """The segment with the greatest base offset that is not past the offset; -1 if none."""
        return bisect_right(base_offsets, offset) - 1

    def batch_reaches(self, last_offset: int, target: int) -> bool:
        """Whether a batch holds the target, or is the first one after it."""
        return last_offset >= target

    def leo_after_refusal(self, leo: int) -> int:
        """A batch that is refused takes no offsets."""
        return leo

    def looks_in_next_segment(self) -> bool:
        """Whether a read goes on where a segment has nothing from its offset on."""
        return True

    def may_be_read(self, offset: int, log_start: int, leo: int) -> bool:
        """Reading at the log end is legal and finds nothing."""
        return log_start <= offset <= leo

    def is_hidden(self, offset: int, bound: int) -> bool:
        """Whether nothing from this offset on may be shown."""
        return offset >= bound

    def needs_index_entry(self, bytes_since_last: int, config: LogConfig) -> bool:
        return bytes_since_last > config.index_interval_bytes

    def outgrows(self, size: int, batch_size: int, config: LogConfig) -> bool:
        """Whether the batch would make the segment too big."""
        return size > config.segment_bytes - batch_size

    def outlives(self, waited_ms: int, config: LogConfig) -> bool:
        """Whether a segment is too old for another batch."""
        return waited_ms > config.segment_ms

    def fits_relative(self, base_offset: int, offset: int) -> bool:
        """Whether an index of this base can name the offset."""
        return 0 <= offset - base_offset <= INT_MAX

    def log_start_may_rise(self, to: int, hw: int) -> bool:
        return to <= hw

    def risen_log_start(self, log_start: int, to: int) -> int:
        """The log start never falls."""
        return max(log_start, to)

    def truncation_point(self, offset: int) -> int:
        """The log end after truncation, though the batch that holds it may go as a whole."""
        return offset

    def raised_hw(self, hw: int, to: int) -> int:
        return max(hw, to)

    def kept_log_start(self, log_start: int, first_base: int) -> int | None:
        """What the checkpoint says of a log start; None if the first segment says the same."""
        return log_start if log_start > first_base else None
