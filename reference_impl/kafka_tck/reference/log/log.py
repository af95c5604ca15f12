"""The log of one partition. Source: UnifiedLog, LocalLog.

Offsets: `log_start` is the first that can be read, `hw` the first that is not committed, `leo` the
next to be written; `log_start` <= `hw` <= `leo`. Times are ms since 1970 and come from the caller.
"""

from collections.abc import Iterator
from typing import Literal

from kafka_tck.reference.log import (
    appending,
    compaction,
    flushing,
    lookup,
    opening,
    reading,
    retention,
    truncation,
)
from kafka_tck.reference.log.aborted import Aborted
from kafka_tck.reference.log.appending import Appended
from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.epochs import Epochs
from kafka_tck.reference.log.lookup import TimestampAndOffset
from kafka_tck.reference.log.markers import Marker
from kafka_tck.reference.log.origin import COORDINATOR, Origin
from kafka_tck.reference.log.producer_states import ProducerStates
from kafka_tck.reference.log.refusal import Refusal
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.segment import Segment
from kafka_tck.reference.log.segments import Segments
from kafka_tck.reference.log.storage import Directory
from kafka_tck.wire.batches import Batch


class Log:
    """One partition's log in one directory; `open` makes or recovers it."""

    def __init__(
        self,
        directory: Directory,
        config: LogConfig,
        rules: LogRules,
        now: int,
        topic: str,
        partition: int,
    ) -> None:
        self.directory = directory
        self.config = config
        self.rules = rules
        self.topic = topic
        self.partition = partition
        self.segments = Segments(rules)
        self.epochs = Epochs(directory, rules)
        self.producers = ProducerStates(directory, rules)
        self.log_start = self.leo = self.hw = self.recovery_point = 0
        self.first_dirty: int | None = None
        self.last_flush = self.now = now

    @staticmethod
    def open(
        directory: Directory,
        config: LogConfig,
        *,
        now: int,
        rules: LogRules | None = None,
        topic: str = "t",
        partition: int = 0,
        clean: bool = False,
        recovery_point: int = 0,
        log_start: int = 0,
        hw: int = 0,
        first_dirty: int | None = None,
    ) -> "Log":
        """The log that the directory holds, or a new one.

        `clean` is whether the stop before was clean; if not, everything from the recovery point
        on is checked and cut at the first batch that is not whole. The three offsets and the
        cleaner's are what the checkpoints of the log directory say.
        """
        log = Log(directory, config, rules or LogRules(), now, topic, partition)
        log.first_dirty = first_dirty
        opening.load(log, clean=clean, recovery_point=recovery_point, log_start=log_start, hw=hw)
        return log

    @property
    def lso(self) -> int:
        """The last stable offset: below it, and below the HW, every transaction is decided."""
        return self.rules.lso(self.hw, self.producers.first_unstable(self.hw), self.log_start)

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return self.segments.size

    def become_leader(self, epoch: int) -> None:
        """Notes that an epoch of this leader begins at the log end."""
        entry = self.rules.entry_of_new_leader(epoch, self.leo)
        if entry is not None:
            self.epochs.assign(*entry)

    def append_as_leader(
        self,
        data: bytes,
        *,
        epoch: int,
        now: int,
        request_version: int = 12,
        origin: Literal["client", "coordinator"] = "client",
    ) -> Appended:
        """Appends the one batch of a records field, or refuses it and changes nothing.

        Raises `Refusal` with the error of Apache Kafka's first failing check.
        """
        self.now = now
        of_client = Origin(from_client=True, produce_version=request_version)
        by = of_client if origin == "client" else COORDINATOR
        return appending.append_as_leader(self, data, epoch, by)

    def append_marker(
        self,
        producer_id: int,
        epoch: int,
        commit: bool,
        coordinator_epoch: int,
        leader_epoch: int,
        version: int = 0,
        *,
        now: int,
    ) -> int:
        """Ends a producer's transaction, also one that has nothing here; the marker's offset.

        `version` is the marker's transaction.version. Raises `Refusal` for an epoch that is not
        the producer's present one or later, and for a coordinator before the last one seen.
        """
        self.now = now
        marker = Marker(producer_id, epoch, commit, coordinator_epoch, now)
        return appending.append_marker(self, marker, leader_epoch, version)

    def append_as_follower(self, data: bytes, now: int | None = None) -> None:
        """Appends whole batches as the leader has them.

        Raises `Refusal` for corrupt bytes, `UnexpectedAppendOffset` for batches that begin before
        the log end.
        """
        self.now = self.now if now is None else now
        appending.append_as_follower(self, data)

    def advance_hw(self, offset: int) -> None:
        """Raises the HW, never past the log end (ValueError); a lower offset changes nothing."""
        if offset > self.leo:
            raise ValueError(f"HW {offset} is past the log end {self.leo}")
        self.hw = self.rules.raised_hw(self.hw, offset)
        self.producers.committed_to(self.hw)

    def set_hw(self, offset: int) -> None:
        """What a follower learns from its leader, kept within the log; it may fall."""
        self.hw = self.rules.hw_within(offset, self.log_start, self.leo)
        self.producers.committed_to(self.hw)

    def read(self, offset: int, *, max_bytes: int, bound: int, min_one: bool) -> bytes:
        """Batches from the one that holds the offset, below the bound, of one segment.

        At most `max_bytes`, so that the last batch may be cut. If not even the first fits, it
        comes whole with `min_one`, and otherwise nothing comes. Raises `Refusal`.
        """
        return reading.read(self, offset, max_bytes, bound, min_one)

    def batches(self, start: int | None = None, end: int | None = None) -> Iterator[Batch]:
        """The stored batches that hold offsets from `start` (the log start) to below `end`
        (the log end); a coordinator loads its state so."""
        first = self.log_start if start is None else start
        return reading.batches(self, first, self.leo if end is None else end)

    def aborted_in(self, offset: int, size: int) -> list[Aborted]:
        """The aborted transactions that whoever reads so many bytes from an offset must know of.

        In the order of their markers; there may be more than needed.
        """
        return reading.aborted_in(self, offset, size)

    def place_of(self, offset: int) -> reading.LogPlace | None:
        """The segment and the byte at which an offset's batch begins; the end for the log end."""
        return reading.place_of(self, offset)

    def earliest(self) -> TimestampAndOffset:
        """The log start and the epoch it belongs to, without a time (ListOffsets -2)."""
        return lookup.earliest(self)

    def offset_for_time(self, timestamp: int, *, bound: int) -> TimestampAndOffset | None:
        """The lowest offset whose record has at least this timestamp, if it is below the bound."""
        return lookup.offset_for_time(self, timestamp, bound)

    def offset_of_max_timestamp(self, bound: int) -> TimestampAndOffset | None:
        """The first record with the log's greatest timestamp, if it is below the bound."""
        return lookup.offset_of_max_timestamp(self, bound)

    def raise_log_start(self, to: int) -> None:
        """Makes everything below an offset unreadable. Raises `Refusal` past the HW.

        The segments below go when `delete_old_segments` comes by.
        """
        if not self.rules.log_start_may_rise(to, self.hw):
            raise Refusal("OFFSET_OUT_OF_RANGE", f"{to} is past the high watermark {self.hw}")
        risen = self.rules.risen_log_start(self.log_start, to)
        if risen != self.log_start:
            truncation.raise_log_start(self, risen)

    def truncate_to(self, offset: int) -> None:
        """Drops the batch that holds the offset and all after it; the log end becomes it."""
        truncation.truncate_to(self, offset)

    def truncate_fully_to(self, offset: int) -> None:
        """Drops everything; the log begins and ends at the offset."""
        truncation.truncate_fully_to(self, offset)

    def roll(self) -> Segment:
        """Begins a new segment at the log end."""
        return appending.roll(self, self.leo)

    def delete_old_segments(self, now: int) -> int:
        """Retention: deletes segments from the old end; how many."""
        self.now = now
        return retention.delete_old_segments(self)

    def compact(self, now: int) -> bool:
        """Cleans the log if it is dirty enough, or due; whether it did."""
        self.now = now
        return compaction.compact(self)

    def expire_producers(self, now: int) -> None:
        """Forgets the producers that have been silent for producer.id.expiration.ms."""
        self.now = now
        self.producers.expire(now, self.config)

    def flush(self, upto: int | None = None) -> None:
        """Brings everything below an offset (the log end) to the disk."""
        flushing.flush(self, self.leo if upto is None else upto)

    def flush_if_due(self, now: int) -> bool:
        """Flushes if flush.ms has passed since the last time; whether it did."""
        self.now = now
        due = self.rules.must_flush_by_time(now - self.last_flush, self.config)
        if due:
            self.flush()
        return due

    def close(self, clean: bool = True) -> None:
        """Stops. A clean stop flushes all and notes the producers; another leaves all as it is."""
        if clean:
            self.producers.take_snapshot()
            for segment in self.segments:
                segment.seal()
            flushing.flush_all(self)
        self.directory.close()

    def delete(self) -> None:
        """Removes the log's directory."""
        self.directory.remove_all()
