"""Leaders that take batches they must refuse, or refuse what they must take."""

from kafka_tck.reference.log import LogConfig, LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ProduceRules
from kafka_tck.wire.batches import Batch, Record


@wrong("takes-any-base-offset", "A client's batch may come with a base offset of its own.", "M36")
class TakesAnyBaseOffset(LogRules):
    def base_offset_is_right(self, base_offset: int) -> bool:
        return True


@wrong("takes-control-batches", "A client may write control batches.", "M36")
class TakesControlBatches(LogRules):
    def client_may_write(self, batch: Batch) -> bool:
        return True


@wrong("takes-batches-without-sequence", "A producer id may come without a sequence.", "M13")
class TakesBatchesWithoutSequence(LogRules):
    def sequence_is_named(self, batch: Batch) -> bool:
        return True


@wrong("takes-transactions-without-id", "Transactional batches need no transactional id.", "M36")
class TakesTransactionsWithoutId(ProduceRules):
    def transactions_need_an_id(self) -> bool:
        return False


@wrong("ignores-the-checksum", "A batch with a wrong checksum is taken.", "M34")
class IgnoresTheChecksum(LogRules):
    def crc_is_right(self, batch: Batch) -> bool:
        return True


@wrong("believes-the-count", "A batch's count may differ from its range of offsets.", "M07")
class BelievesTheCount(LogRules):
    def count_is_right(self, batch: Batch) -> bool:
        return True


@wrong(
    "ignores-what-follows-the-batch",
    "Of what is sent for a partition the first batch is appended; the rest is lost in silence.",
    "M36",
)
class IgnoresWhatFollowsTheBatch(LogRules):
    def looks_behind_the_batch(self) -> bool:
        return False


@wrong(
    "does-not-open-batches",
    "The records of a batch are not looked at before it is stored.",
    "B97",
)
class DoesNotOpenBatches(LogRules):
    def opens(self, batch: Batch) -> bool:
        return False

    def stored_max_timestamp(self, batch: Batch, true_maximum: int, append_time: int | None) -> int:
        return batch.max_timestamp if append_time is None else append_time


@wrong("takes-zstd-in-any-version", "Every version of Produce may bring zstd.", "KIP-110")
class TakesZstdInAnyVersion(LogRules):
    def takes_zstd(self, version: int) -> bool:
        return True


@wrong(
    "refuses-unknown-attribute-bits",
    "A batch with attribute bits that have no meaning yet is refused.",
    "M36",
)
class RefusesUnknownAttributeBits(LogRules):
    def client_may_write(self, batch: Batch) -> bool:
        return super().client_may_write(batch) and not batch.attributes >> 7


@wrong("limits-below-max-message-bytes", "A batch of max.message.bytes is too large.", "M07")
class LimitsBelowMaxMessageBytes(LogRules):
    def fits(self, size: int, config: LogConfig) -> bool:
        return size < config.max_message_bytes


@wrong("ignores-max-message-bytes", "A batch may be of any size.", "M36")
class IgnoresMaxMessageBytes(LogRules):
    def fits(self, size: int, config: LogConfig) -> bool:
        return True


@wrong("ignores-segment-bytes", "A batch may be larger than a segment.", "M36")
class IgnoresSegmentBytes(LogRules):
    def fits_a_segment(self, size: int, config: LogConfig) -> bool:
        return True


@wrong("compacts-without-keys", "A compacted topic takes records without a key.", "M32")
class CompactsWithoutKeys(LogRules):
    def key_is_allowed(self, record: Record, config: LogConfig) -> bool:
        return True


@wrong("refuses-an-empty-key", "A compacted topic takes an empty key for none.", "M36")
class RefusesAnEmptyKey(LogRules):
    def key_is_allowed(self, record: Record, config: LogConfig) -> bool:
        return not config.compacts or bool(record.key)


@wrong("refuses-an-empty-value", "No topic takes a record whose value is empty.", "M36")
class RefusesAnEmptyValue(LogRules):
    def key_is_allowed(self, record: Record, config: LogConfig) -> bool:
        return super().key_is_allowed(record, config) and record.value != b""


@wrong("keeps-the-producers-codec", "A topic's compression.type changes nothing.", "M35")
class KeepsTheProducersCodec(LogRules):
    def target_codec(self, batch: Batch, config: LogConfig) -> int:
        return batch.codec
