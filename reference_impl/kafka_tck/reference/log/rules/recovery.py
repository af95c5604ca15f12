"""What is believed after a stop."""

from kafka_tck.wire.batches import Batch


class RecoveryRules:
    """Source: LogLoader, LogSegment.recover."""

    def must_recover(self, clean: bool, segment_end: int | None, recovery_point: int) -> bool:
        """Whether a segment's bytes are checked: only what may not have been flushed.

        The active segment has no end.
        """
        return not clean and (segment_end is None or segment_end > recovery_point)

    def survives(self, batch: Batch, last_offset: int) -> bool:
        """A batch is whole, and comes after the one before it."""
        return batch.crc == batch.true_crc and batch.base_offset > last_offset

    def keeps_following(self, cut: int) -> bool:
        """Whether the segments after a recovered one stay; `cut` is how many bytes it lost."""
        return cut == 0

    def log_is_behind_its_start(self, leo: int, log_start: int) -> bool:
        return leo < log_start

    def recovered_log_start(self, checkpoint: int, first_base: int) -> int:
        return max(checkpoint, first_base)

    def hw_within(self, told: int, log_start: int, leo: int) -> int:
        """What a checkpoint or the leader says of the HW, kept within the log."""
        return min(max(told, log_start), leo)
