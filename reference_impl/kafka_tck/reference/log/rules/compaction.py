"""What the cleaner keeps.

Source: Cleaner, LogCleanerManager, MemoryRecords.filterTo.
"""

from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.producers import ProducerEntry
from kafka_tck.wire.batches import Batch, Record


class CompactionRules:
    """Compaction is a function of the log: the latest record of each key stays."""

    def is_settled(self, largest_timestamp: int, now: int, config: LogConfig) -> bool:
        """Whether a segment is old enough to be cleaned."""
        lag = max(config.min_compaction_lag_ms, 0)
        return lag == 0 or largest_timestamp <= now - lag

    def is_overdue(self, first_timestamp: int, now: int, config: LogConfig) -> bool:
        """Whether a dirty segment must be cleaned, however little there is of it."""
        return 0 < first_timestamp < now - max(config.max_compaction_lag_ms, 0)

    def is_dirty_enough(self, dirty: int, clean: int, config: LogConfig) -> bool:
        return dirty / (dirty + clean) > config.min_cleanable_dirty_ratio

    def end_of_cleaning(self, lso: int, active_base: int, unsettled_base: int | None) -> int:
        """The cleaner stays below the active segment, below the LSO, and off young segments."""
        return min(lso, active_base, *(() if unsettled_base is None else (unsettled_base,)))

    def counts_aborted(self) -> bool:
        """Whether records of aborted transactions count: they go, and are the latest of no key."""
        return False

    def supersedes(self, record: Record, known: int | None) -> bool:
        """Whether a record is noted as the latest of its key, instead of a known offset."""
        return True

    def is_latest(self, offset: int, latest_of_key: int | None) -> bool:
        return latest_of_key is None or offset >= latest_of_key

    def keeps_value(self, record: Record, horizon: int | None, now: int) -> bool:
        """A tombstone stays until its batch's horizon has passed."""
        return record.value is not None or horizon is None or now < horizon

    def as_kept(self, records: list[Record]) -> list[Record]:
        """The records of a cleaned batch: those that stay, as they were."""
        return records

    def horizon_of(self, now: int, config: LogConfig) -> int:
        """Until when tombstones stay that the cleaner meets for the first time."""
        return now + config.delete_retention_ms

    def keeps_empty_for_producer(self, batch: Batch, entry: ProducerEntry | None) -> bool:
        """The batch that holds the last sequence of a living producer."""
        return entry is not None and batch.last_offset == entry.last_data_offset

    def keeps_empty_for_end(self, batch: Batch, end: int) -> bool:
        """The last batch of the cleaned range, so that its last offset is not forgotten."""
        return batch.last_offset + 1 == end
