"""What a broker notes of its logs from time to time, and finds again when it starts.

Four files of offsets in the log directory. They are written on their own intervals and at a clean
stop, so that after a kill they may be older than the logs. Source: LogManager, ReplicaManager.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from kafka_tck.reference.log import Directory, Log
from kafka_tck.reference.log.checkpoints import (
    CLEANER_POINTS,
    HIGH_WATERMARKS,
    LOG_STARTS,
    RECOVERY_POINTS,
    read_offsets,
    write_offsets,
)
from kafka_tck.reference.partition import Partition

INTERVALS: Final = {
    HIGH_WATERMARKS: "replica.high.watermark.checkpoint.interval.ms",
    RECOVERY_POINTS: "log.flush.offset.checkpoint.interval.ms",
    LOG_STARTS: "log.flush.start.offset.checkpoint.interval.ms",
}
"""The file, and the setting that says how often it is written."""

_NOTED: Final[dict[str, Callable[[Log], int | None]]] = {
    HIGH_WATERMARKS: lambda log: log.hw,
    RECOVERY_POINTS: lambda log: log.recovery_point,
    LOG_STARTS: lambda log: log.rules.kept_log_start(log.log_start, log.segments.first.base_offset),
    CLEANER_POINTS: lambda log: log.first_dirty,
}


@dataclass(frozen=True, slots=True)
class Noted:
    """What the files said of one partition when the broker started."""

    recovery_point: int = 0
    log_start: int = 0
    hw: int = 0
    first_dirty: int | None = None


@dataclass(slots=True)
class Checkpoints:
    root: Directory
    found: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict)
    written: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict)

    def load(self) -> None:
        self.found = {name: read_offsets(self.root, name) for name in _NOTED}

    def noted(self, topic: str, index: int) -> Noted:
        """What was noted of a partition by the life before, for its first opening."""
        key = (topic, index)
        return Noted(
            self.found[RECOVERY_POINTS].pop(key, 0),
            self.found[LOG_STARTS].pop(key, 0),
            self.found[HIGH_WATERMARKS].pop(key, 0),
            self.found[CLEANER_POINTS].pop(key, None),
        )

    def forget(self, topic: str, index: int) -> None:
        for offsets in self.found.values():
            offsets.pop((topic, index), None)

    def write(self, name: str, partitions: Iterable[Partition]) -> None:
        """One of the files, for all partitions that have something to note, if it has changed."""
        note = _NOTED[name]
        offsets = {
            (partition.topic, partition.index): offset
            for partition in partitions
            if (offset := note(partition.log)) is not None
        }
        if self.written.get(name) != offsets:
            write_offsets(self.root, name, offsets)
            self.written[name] = offsets

    def write_all(self, partitions: Iterable[Partition]) -> None:
        every = list(partitions)
        for name in _NOTED:
            self.write(name, every)
