"""What the leader demands of a client's batch, and what it writes into it."""

from dataclasses import replace
from typing import Final

from kafka_tck.reference.log.config import LogConfig
from kafka_tck.wire.batches import Batch, Record
from kafka_tck.wire.varints import int64

NO_TIMESTAMP: Final = -1
ZSTD_SINCE: Final = 7


class BatchRules:
    """Source: UnifiedLog.analyzeAndValidateRecords, LogValidator."""

    def takes_zstd(self, version: int) -> bool:
        """Whether a Produce of this version may bring batches in that codec (KIP-110)."""
        return version >= ZSTD_SINCE

    def looks_behind_the_batch(self) -> bool:
        """Whether what follows the one batch of a partition is noticed, and refused."""
        return True

    def base_offset_is_right(self, base_offset: int) -> bool:
        """A client leaves the offsets to the leader: it sends 0."""
        return base_offset == 0

    def fits(self, size: int, config: LogConfig) -> bool:
        """Whether a batch of so many bytes, all told, is allowed in the topic."""
        return size <= config.max_message_bytes

    def fits_a_segment(self, size: int, config: LogConfig) -> bool:
        return size <= config.segment_bytes

    def crc_is_right(self, batch: Batch) -> bool:
        return batch.crc == batch.true_crc

    def spans_offsets(self, batch: Batch) -> bool:
        return batch.last_offset_delta + 1 > 0

    def counts_records(self, batch: Batch) -> bool:
        return batch.count > 0

    def count_is_right(self, batch: Batch) -> bool:
        return batch.last_offset_delta + 1 == batch.count

    def client_may_write(self, batch: Batch) -> bool:
        """Control batches are the broker's own."""
        return not batch.is_control

    def sequence_is_named(self, batch: Batch) -> bool:
        """A producer id comes with a sequence."""
        return batch.producer_id < 0 or batch.base_sequence >= 0

    def opens(self, batch: Batch) -> bool:
        """Whether the records of a batch are looked at."""
        return True

    def key_is_allowed(self, record: Record, config: LogConfig) -> bool:
        """A compacted topic takes no record without a key; an empty key is a key."""
        return not config.compacts or record.key is not None

    def checks_timestamp(self, record: Record, config: LogConfig) -> bool:
        return not config.stamps_append_time and record.timestamp != NO_TIMESTAMP

    def timestamp_is_allowed(self, timestamp: int, now: int, config: LogConfig) -> bool:
        """Within the two bounds around now; the difference wraps as Java's does."""
        age = int64(now - timestamp)
        return (
            age <= config.message_timestamp_before_max_ms
            and int64(-age) <= config.message_timestamp_after_max_ms
        )

    def timestamp_type_is_allowed(self, batch: Batch, config: LogConfig) -> bool:
        """Only a broker says LogAppendTime, whatever the topic's timestamp type.

        Apache Kafka up to 4.3.1 looks at it only where a record's own time does not count, and
        then believes the maximum that the client made up.
        """
        return not batch.log_append_time

    def first_offset_of(self, leo: int) -> int:
        """The offset that the first record of an accepted batch gets."""
        return leo

    def stamped_leader_epoch(self, batch: Batch, epoch: int) -> int:
        """The leader epoch that an accepted batch is stored with."""
        return epoch

    def stored_max_timestamp(self, batch: Batch, true_maximum: int, append_time: int | None) -> int:
        """What the client says about the maximum is not believed."""
        return true_maximum if append_time is None else append_time

    def stored_base_timestamp(self, batch: Batch, append_time: int | None) -> int:
        """The base timestamp stays: the deltas of the records count from it."""
        return batch.base_timestamp

    def append_time(self, now: int, config: LogConfig) -> int | None:
        """The time that all records of a batch get, or None where they keep their own."""
        return now if config.stamps_append_time else None

    def answered_append_time(self, batch: Batch) -> int:
        """What a Produce answers; -1 if the records keep their own times."""
        return batch.max_timestamp if batch.log_append_time else -1

    def rewritten(self, record: Record, offset: int) -> Record:
        """A record in a batch that is compressed anew."""
        return replace(record, offset=offset, attributes=0)

    def target_codec(self, batch: Batch, config: LogConfig) -> int:
        """The codec to store with: the producer's, or the topic's."""
        names = ("uncompressed", "gzip", "snappy", "lz4", "zstd")
        name = config.compression_type
        return batch.codec if name == "producer" else names.index(name)
