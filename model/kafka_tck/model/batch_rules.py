"""What a leader demands of a client's batch, in the order in which Kafka checks it.

Pure functions over plain facts: what the bytes say, what the topic is set to, the request version
and the broker's clock. The first demand that is not met names the error; if all are met, the
batch is stored, and `stored_as` says how. Producer state (epochs, sequences) is not here.
Source: KafkaApis.handleProduceRequest, ProduceRequest.validateRecords,
UnifiedLog.analyzeAndValidateRecords, LogValidator (4.3).
"""

from collections.abc import Sequence
from typing import Final

from kafka_tck.model.batch_demands import DEMANDS, Attempt, Demand, Fault, Scope, demand
from kafka_tck.model.batch_facts import CODECS, NO_CODEC, ZSTD, End, Payload
from kafka_tck.model.ledger import NO_TIMESTAMP, Entry, Stored
from kafka_tck.model.sources import KIP, Code

__all__ = [
    "DEMANDS",
    "Attempt",
    "Demand",
    "Fault",
    "Scope",
    "bad_records",
    "first_fault",
    "request_fault",
    "stored_as",
]

HEADER_SIZE: Final = 61


def first_fault(attempt: Attempt) -> Fault | None:
    """The first demand that is not met; None if the batch is accepted."""
    unmet = next((one for one in DEMANDS if not one.is_met(attempt)), None)
    if unmet is None:
        return None
    bad = bad_records(attempt) if unmet.name in _OF_RECORDS else ()
    return Fault(unmet, bad)


def request_fault(attempts: Sequence[Attempt]) -> Fault | None:
    """What refuses, or may refuse, a request as a whole: its first headers are read at once."""
    wide = [one for one in DEMANDS if one.scope is not Scope.PARTITION]
    unmet = (one for a in attempts for one in wide if not one.is_met(a))
    found = next(unmet, None)
    return None if found is None else Fault(found)


_ANY: Final[tuple[str, ...]] = ()
_IN_REQUEST: Final = Code("RequestUtils.flag; DefaultRecordBatch.isTransactional")
_IN_API: Final = Code("ProduceRequest.validateRecords")
_IN_LOG: Final = Code("UnifiedLog.analyzeAndValidateRecords")
_IN_BATCH: Final = Code("LogValidator.validateBatch")


@demand(*_ANY, source=_IN_REQUEST, scope=Scope.MAYBE_REQUEST)
def sizes_are_numbers(a: Attempt) -> bool:
    """No batch is so long that its size is no 32-bit number."""
    return a.sent.end is not End.OVERFLOWS


@demand("CORRUPT_MESSAGE", source=_IN_REQUEST, scope=Scope.MAYBE_REQUEST)
def first_bytes_are_a_batch(a: Attempt) -> bool:
    """The bytes begin with a length and a magic that a batch can have."""
    return bool(a.sent.batches) or a.sent.end is not End.CORRUPT


@demand("TRANSACTIONAL_ID_AUTHORIZATION_FAILED", source=_IN_REQUEST, scope=Scope.REQUEST)
def transactional_batches_have_an_id(a: Attempt) -> bool:
    """A request with a transactional batch names a transactional id."""
    transactional = bool(a.sent.batches) and a.batch.is_transactional
    return a.has_transactional_id or not transactional


@demand("UNKNOWN_TOPIC_ID", source=Code("KafkaApis.handleProduceRequest"))
def topic_id_is_known(a: Attempt) -> bool:
    """The topic id of a request from v13 on is some topic's."""
    return a.id_is_known


@demand("UNKNOWN_TOPIC_OR_PARTITION", source=Code("MetadataCache.contains"))
def partition_is_known(a: Attempt) -> bool:
    """The broker's metadata has the topic and the partition."""
    return a.topic is not None


@demand("INVALID_RECORD", source=_IN_API)
def has_a_batch(a: Attempt) -> bool:
    """There is at least one whole batch."""
    return bool(a.sent.batches)


@demand("INVALID_RECORD", source=_IN_API)
def magic_is_two(a: Attempt) -> bool:
    """Produce from v3 on carries batches of magic 2."""
    return a.batch.magic == 2


@demand(*_ANY, source=_IN_API, scope=Scope.MAYBE_REQUEST)
def old_versions_know_the_codec(a: Attempt) -> bool:
    """Below v7 the codec is looked at early: its bits name one of the codecs."""
    return a.version >= 7 or not a.sent.batches or a.batch.magic != 2 or a.batch.codec in CODECS


@demand("UNSUPPORTED_COMPRESSION_TYPE", source=KIP(110))
def version_takes_zstd(a: Attempt) -> bool:
    """Zstandard needs Produce v7."""
    return a.version >= 7 or a.batch.codec != ZSTD


@demand("CORRUPT_MESSAGE", source=_IN_API)
def nothing_corrupt_follows(a: Attempt) -> bool:
    """What follows the batch is not twelve or more bytes that cannot begin a batch."""
    return len(a.sent.batches) > 1 or a.sent.end is not End.CORRUPT


@demand("INVALID_RECORD", source=_IN_API)
def has_one_batch(a: Attempt) -> bool:
    """There is exactly one batch."""
    return len(a.sent.batches) == 1


@demand("INVALID_REQUIRED_ACKS", source=Code("ReplicaManager.isValidRequiredAcks"))
def acks_are_legal(a: Attempt) -> bool:
    """acks is -1, 0 or 1."""
    return a.acks in (-1, 0, 1)


@demand("INVALID_TOPIC_EXCEPTION", source=Code("ReplicaManager.appendToLocalLog"))
def topic_is_not_internal(a: Attempt) -> bool:
    """Clients do not write to the brokers' own topics."""
    return not a.of.internal


@demand("INVALID_RECORD", source=_IN_LOG)
def base_offset_is_zero(a: Attempt) -> bool:
    """A client leaves the offsets to the leader and sends base offset 0."""
    return a.batch.base_offset == 0


@demand("MESSAGE_TOO_LARGE", source=_IN_LOG)
def batch_is_within_the_limit(a: Attempt) -> bool:
    """The batch as received, all its bytes counted, is not larger than max.message.bytes."""
    return a.batch.size <= a.of.max_message_bytes


@demand("CORRUPT_MESSAGE", source=_IN_LOG)
def crc_is_right(a: Attempt) -> bool:
    """The CRC-32C of everything from the attributes on is the one that the header tells."""
    return a.batch.crc_is_right


@demand(*_ANY, source=_IN_LOG)
def codec_exists(a: Attempt) -> bool:
    """The codec bits name one of the codecs."""
    return a.batch.codec in CODECS


@demand("INVALID_RECORD", source=_IN_BATCH)
def spans_offsets(a: Attempt) -> bool:
    """The last offset delta is not negative."""
    return a.batch.last_offset_delta >= 0


@demand("INVALID_RECORD", source=_IN_BATCH)
def counts_records(a: Attempt) -> bool:
    """The record count is positive."""
    return a.batch.count > 0


@demand("INVALID_RECORD", source=_IN_BATCH)
def count_fits_the_offsets(a: Attempt) -> bool:
    """The record count is the number of offsets that the batch spans."""
    return a.batch.count == a.batch.last_offset_delta + 1


@demand("INVALID_RECORD", source=_IN_BATCH)
def is_no_control_batch(a: Attempt) -> bool:
    """Only brokers write control batches."""
    return not a.batch.is_control


@demand("INVALID_RECORD", source=_IN_BATCH)
def producers_number_their_batches(a: Attempt) -> bool:
    """A batch with a producer id has a base sequence that is not negative."""
    return a.batch.producer_id < 0 or a.batch.base_sequence >= 0


@demand(*_ANY, source=Code("DefaultRecordBatch.recordInputStream"))
def payload_decompresses(a: Attempt) -> bool:
    """The payload is what its codec says."""
    return a.batch.payload is not Payload.DOES_NOT_DECOMPRESS


@demand("INVALID_RECORD", source=Code("DefaultRecordBatch.RecordIterator"))
def holds_what_it_counts(a: Attempt) -> bool:
    """The payload is exactly as many records as the header counts."""
    return a.batch.payload is not Payload.WRONG_COUNT


@demand("INVALID_RECORD", source=Code("DefaultRecord.readFrom"))
def records_are_as_long_as_they_say(a: Attempt) -> bool:
    """Every record of a plain batch has the length that it announces."""
    return a.batch.payload is not Payload.WRONG_LENGTHS or a.batch.codec != NO_CODEC


@demand(*_ANY, source=Code("LogValidator.validateMessagesAndAssignOffsets"))
def compressed_records_are_as_long_as_they_say(a: Attempt) -> bool:
    """Every record of a compressed batch has the length that it announces."""
    return a.batch.payload is not Payload.WRONG_LENGTHS


@demand("INVALID_TIMESTAMP", source=Code("LogValidator.validateTimestamp"))
def claims_no_append_time(a: Attempt) -> bool:
    """Where the broker stamps records, a client does not claim that they are stamped."""
    return not (a.batch.claims_append_time and a.of.append_time)


@demand("INVALID_TIMESTAMP", source=Code("LogValidator.validateTimestamp"))
def claims_no_append_time_for_its_own(a: Attempt) -> bool:
    """Where records keep their own times, a client does not claim the broker's."""
    return not a.batch.claims_append_time


@demand("INVALID_TIMESTAMP", source=KIP(937))
def timestamps_are_near_now(a: Attempt) -> bool:
    """Under CreateTime no record is older or newer than the topic allows."""
    return all(_is_near_now(a, record) for record in a.batch.records)


@demand("INVALID_RECORD", source=Code("LogValidator.validateKey"))
def compacted_records_have_keys(a: Attempt) -> bool:
    """A compacted topic takes no record without a key; an empty key is a key."""
    return all(_has_its_key(a, record) for record in a.batch.records)


@demand(*_ANY, source=Code("LogValidator.validateMessagesAndAssignOffsetsCompressed"))
def compressed_offsets_are_in_order(a: Attempt) -> bool:
    """The records of a compressed batch that is stored as sent have the offsets 0, 1, 2, ..."""
    deltas = [record.offset for record in a.batch.records]
    return a.batch.codec == NO_CODEC or a.is_rewritten or deltas == list(range(len(deltas)))


@demand("MESSAGE_TOO_LARGE", source=Code("UnifiedLog.append"))
def rewritten_batch_is_within_the_limit(a: Attempt) -> bool:
    """A batch that the broker decompressed is still not larger than max.message.bytes."""
    is_plain = a.is_rewritten and a.target_codec == NO_CODEC
    return not is_plain or HEADER_SIZE + a.batch.plain_size <= a.of.max_message_bytes


@demand("RECORD_LIST_TOO_LARGE", source=Code("UnifiedLog.append"))
def batch_fits_a_segment(a: Attempt) -> bool:
    """The batch is not larger than segment.bytes."""
    return a.batch.size <= a.of.segment_bytes


_OF_RECORDS: Final = {
    "claims_no_append_time",
    "claims_no_append_time_for_its_own",
    "timestamps_are_near_now",
    "compacted_records_have_keys",
}


def bad_records(a: Attempt) -> tuple[int, ...]:
    """The indexes of records that are refused for their key or their time; all are listed."""
    return tuple(
        index
        for index, record in enumerate(a.batch.records)
        if a.batch.claims_append_time or not (_has_its_key(a, record) and _is_near_now(a, record))
    )


def _has_its_key(a: Attempt, record: Entry) -> bool:
    return record.key is not None or not a.of.compacts


def _is_near_now(a: Attempt, record: Entry) -> bool:
    if a.of.append_time or record.timestamp == NO_TIMESTAMP or not _has_its_key(a, record):
        return True
    age = a.now - record.timestamp
    return age <= a.of.before_max_ms and -age <= a.of.after_max_ms


def stored_as(a: Attempt, base: int, epoch: int, append_time: int = NO_TIMESTAMP) -> Stored:
    """How an accepted batch stands in the log of a leader of this epoch.

    The broker assigns offsets by moving the base: wrong deltas inside a plain batch stay wrong.
    """
    stamped = a.of.append_time
    entries = tuple(
        Entry(
            base + (index if a.is_rewritten else record.offset),
            append_time if stamped else record.timestamp,
            record.key,
            record.value,
            record.headers,
        )
        for index, record in enumerate(a.batch.records)
    )
    last = base + a.batch.count - 1
    producer = (a.batch.producer_id, a.batch.producer_epoch, a.batch.base_sequence)
    return Stored(base, last, epoch, entries, a.target_codec, stamped, producer)
