"""Cleaners that take what must stay, change what stays, or never come."""

from dataclasses import replace

from kafka_tck.reference.log import LogConfig, LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.wire.batches import Record


@wrong("compaction-keeps-the-first", "The first record of each key stays.", "M32")
class CompactionKeepsTheFirst(LogRules):
    def supersedes(self, record: Record, known: int | None) -> bool:
        return known is None

    def is_latest(self, offset: int, latest_of_key: int | None) -> bool:
        return latest_of_key is None or offset == latest_of_key


@wrong("compaction-keeps-no-latest", "The latest record of a key goes too.", "M07")
class CompactionKeepsNoLatest(LogRules):
    def is_latest(self, offset: int, latest_of_key: int | None) -> bool:
        return latest_of_key is None or offset > latest_of_key


@wrong("compaction-renumbers", "Records that stay get consecutive offsets.", "M32")
class CompactionRenumbers(LogRules):
    def as_kept(self, records: list[Record]) -> list[Record]:
        first = records[0].offset
        return [replace(record, offset=first + at) for at, record in enumerate(records)]


@wrong("compaction-loses-headers", "Records of a cleaned batch lose their headers.", "M32")
class CompactionLosesHeaders(LogRules):
    def as_kept(self, records: list[Record]) -> list[Record]:
        return [replace(record, headers=()) for record in records]


@wrong("compaction-loses-timestamps", "Records of a cleaned batch get one time.", "M32")
class CompactionLosesTimestamps(LogRules):
    def as_kept(self, records: list[Record]) -> list[Record]:
        return [replace(record, timestamp=records[0].timestamp + 1) for record in records]


@wrong("compaction-ignores-the-lag", "Young records are cleaned as well.", "KIP-58")
class CompactionIgnoresTheLag(LogRules):
    def is_settled(self, largest_timestamp: int, now: int, config: LogConfig) -> bool:
        return True


@wrong("compaction-drops-tombstones-at-once", "A tombstone goes as soon as it is met.", "M32, B92")
class CompactionDropsTombstonesAtOnce(LogRules):
    def keeps_value(self, record: Record, horizon: int | None, now: int) -> bool:
        return record.value is not None


@wrong(
    "tombstones-ignore-delete-retention",
    "A tombstone goes with the second cleaning, whatever delete.retention.ms says.",
    "B92(a), KAFKA-4529",
)
class TombstonesIgnoreDeleteRetention(LogRules):
    def horizon_of(self, now: int, config: LogConfig) -> int:
        return now


@wrong(
    "tombstones-supersede-nothing",
    "A tombstone does not remove what it deletes, and is gone in the end.",
    "B92",
)
class TombstonesSupersedeNothing(LogRules):
    def supersedes(self, record: Record, known: int | None) -> bool:
        return record.value is not None


@wrong("never-compacts", "No log is ever dirty enough to be cleaned.", "B88(b)")
class NeverCompacts(LogRules):
    def is_dirty_enough(self, dirty: int, clean: int, config: LogConfig) -> bool:
        return False

    def is_overdue(self, first_timestamp: int, now: int, config: LogConfig) -> bool:
        return False
