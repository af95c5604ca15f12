"""A directory of logs, with the checkpoints that they share. Source: LogManager."""

import json
from typing import Final
from uuid import UUID

from kafka_tck.reference.log.checkpoints import (
    CLEANER_POINTS,
    HIGH_WATERMARKS,
    LOG_STARTS,
    RECOVERY_POINTS,
    TopicPartition,
    read_offsets,
    write_offsets,
    write_partition_metadata,
)
from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.log import Log
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.storage import Directory

CLEAN_SHUTDOWN: Final = ".kafka_cleanshutdown"


class LogDirectory:
    """Opens the logs of one broker, and notes what they need to know when it starts again.

    `clean` is whether the stop before was clean. What the checkpoints say is as old as they are:
    a HW or a log start may be lower than it was.
    """

    def __init__(self, directory: Directory, rules: LogRules | None = None) -> None:
        self._directory = directory
        self._rules = rules or LogRules()
        self.clean = directory.load(CLEAN_SHUTDOWN) is not None
        directory.remove(CLEAN_SHUTDOWN)
        self._known = {
            name: read_offsets(directory, name)
            for name in (RECOVERY_POINTS, LOG_STARTS, HIGH_WATERMARKS, CLEANER_POINTS)
        }
        self.logs: dict[TopicPartition, Log] = {}

    def partitions(self) -> list[TopicPartition]:
        """The partitions that have a directory here."""
        found = []
        for name in self._directory.directories():
            topic, _, index = name.rpartition("-")
            if topic and index.isdecimal():
                found.append((topic, int(index)))
        return found

    def open(
        self,
        topic: str,
        partition: int,
        config: LogConfig,
        *,
        now: int,
        topic_id: UUID | None = None,
    ) -> Log:
        """The partition's log, recovered or new; the same object if it is open already."""
        key = topic, partition
        if key not in self.logs:
            directory = self._directory.within(f"{topic}-{partition}")
            if topic_id is not None:
                write_partition_metadata(directory, topic_id)
            self.logs[key] = Log.open(
                directory,
                config,
                now=now,
                rules=self._rules,
                topic=topic,
                partition=partition,
                clean=self.clean,
                recovery_point=self._known[RECOVERY_POINTS].get(key, 0),
                log_start=self._known[LOG_STARTS].get(key, 0),
                hw=self._known[HIGH_WATERMARKS].get(key, 0),
                first_dirty=self._known[CLEANER_POINTS].get(key),
            )
        return self.logs[key]

    def delete(self, topic: str, partition: int) -> None:
        """Removes a partition with all its records, and what the checkpoints say of it."""
        key = topic, partition
        log = self.logs.pop(key, None)
        if log is not None:
            log.delete()
        for known in self._known.values():
            known.pop(key, None)
        self.checkpoint()

    def checkpoint_recovery_points(self) -> None:
        """Due every log.flush.offset.checkpoint.interval.ms (60 s)."""
        self._write(RECOVERY_POINTS, {key: log.recovery_point for key, log in self.logs.items()})

    def checkpoint_log_starts(self) -> None:
        """Due every log.flush.start.offset.checkpoint.interval.ms (60 s).

        A log that starts where its first segment does needs no mention.
        """
        kept = {
            key: self._rules.kept_log_start(log.log_start, log.segments.first.base_offset)
            for key, log in self.logs.items()
        }
        self._write(LOG_STARTS, {key: at for key, at in kept.items() if at is not None})

    def checkpoint_hws(self) -> None:
        """Due every replica.high.watermark.checkpoint.interval.ms (5 s)."""
        self._write(HIGH_WATERMARKS, {key: log.hw for key, log in self.logs.items()})

    def checkpoint_cleaner_points(self) -> None:
        """Due after every cleaning."""
        points = {key: log.first_dirty for key, log in self.logs.items()}
        self._write(CLEANER_POINTS, {key: at for key, at in points.items() if at is not None})

    def checkpoint(self) -> None:
        """Writes all four."""
        self.checkpoint_recovery_points()
        self.checkpoint_log_starts()
        self.checkpoint_hws()
        self.checkpoint_cleaner_points()

    def _write(self, name: str, offsets: dict[TopicPartition, int]) -> None:
        """Partitions that are not open (yet) keep what the checkpoint says of them."""
        unopened = {key: at for key, at in self._known[name].items() if key not in self.logs}
        write_offsets(self._directory, name, unopened | offsets)

    def close(self, clean: bool = True, broker_epoch: int = -1) -> None:
        """Stops all logs. After a clean stop the next start checks nothing."""
        for log in self.logs.values():
            log.close(clean)
        if clean:
            self.checkpoint()
            marker = {"version": 0, "brokerEpoch": broker_epoch}
            self._directory.store(CLEAN_SHUTDOWN, json.dumps(marker).encode())
        self._directory.close()
