"""What a broker must do with batches that are not as they should be, and which demand says so."""

from collections.abc import Mapping
from typing import Final

from kafka_tck.model.batch_rules import DEMANDS
from kafka_tck.model.sources import KIP, Code, Measured
from kafka_tck.properties.requirement import Authority, Level, Requirement

one_batch_of_magic_two = Requirement(
    "batches.a-partition-is-sent-one-batch-of-magic-two",
    "Produce carries exactly one batch of magic 2 for each partition: no batch, less than a whole "
    "one, several, or one of magic 0 or 1 is INVALID_RECORD.",
    Code("ProduceRequest.validateRecords"),
    covers=("A-16",),
    mutants=("ignores-what-follows-the-batch",),
)

corrupt_bounds_are_told = Requirement(
    "batches.bytes-that-begin-no-batch-are-corrupt",
    "Record bytes with an unknown magic, with a length that no batch has, or with such bytes "
    "behind the batch are CORRUPT_MESSAGE.",
    Code("ByteBufferLogInputStream.nextBatchSize"),
    covers=("A-16",),
    mutants=("ignores-what-follows-the-batch",),
)

counts_are_checked = Requirement(
    "batches.counts-and-lengths-are-checked",
    "A record count that is not positive, is not the last offset delta + 1, or is not the number "
    "of records, and a record of another length than it says, are INVALID_RECORD.",
    Code("LogValidator.validateBatch; DefaultRecordBatch.RecordIterator"),
    covers=("A-17",),
    mutants=(
        "believes-the-count",
        "does-not-open-batches",
    ),
)

compressed_lengths_are_checked = Requirement(
    "batches.compressed-records-are-as-long-as-they-say",
    "Compression hides nothing: a record inside a compressed batch that has another length than it "
    "says is refused, as it is in a plain one, since no consumer can read it.",
    Code("DefaultRecord.readFrom; LogValidator.validateMessagesAndAssignOffsetsCompressed"),
    covers=("A-17", "A-81"),
    mutants=("does-not-open-batches",),
)

base_offsets_are_zero = Requirement(
    "batches.offsets-are-left-to-the-leader",
    "A batch from a client with a base offset other than 0 is INVALID_RECORD.",
    Code("UnifiedLog.analyzeAndValidateRecords"),
    covers=("A-18",),
    mutants=("takes-any-base-offset",),
)

control_batches_are_the_brokers = Requirement(
    "batches.clients-write-no-control-batches",
    "A control batch from a client is INVALID_RECORD.",
    Code("LogValidator.validateBatch"),
    covers=("A-19",),
    mutants=("takes-control-batches",),
)

transactional_batches_need_an_id = Requirement(
    "batches.transactional-batches-need-a-transactional-id",
    "A transactional batch in a request without transactional id refuses the whole request with "
    "TRANSACTIONAL_ID_AUTHORIZATION_FAILED, before anything else is looked at.",
    Code("KafkaApis.handleProduceRequest; RequestUtils.hasTransactionalRecords"),
    covers=("A-19",),
    mutants=("takes-transactions-without-id",),
)

producers_number_their_batches = Requirement(
    "batches.a-producer-id-comes-with-a-sequence",
    "A batch with a producer id and a negative base sequence is INVALID_RECORD.",
    Code("LogValidator.validateBatch"),
    covers=("A-20",),
    mutants=("takes-batches-without-sequence",),
)

checksums_are_checked = Requirement(
    "batches.a-wrong-checksum-is-corrupt",
    "A batch whose CRC-32C of everything from the attributes on is not the one in its header is "
    "CORRUPT_MESSAGE; what stands before the attributes takes no part in it.",
    Code("DefaultRecordBatch.ensureValid; UnifiedLog.analyzeAndValidateRecords"),
    covers=("A-21",),
    mutants=("ignores-the-checksum",),
)

sizes_are_limited = Requirement(
    "limits.batches-are-within-max-message-bytes",
    "A batch larger than max.message.bytes, its first twelve bytes counted, is MESSAGE_TOO_LARGE, "
    "as received and again after the broker decompressed it; one of equal size is accepted.",
    Code("UnifiedLog.append; UnifiedLog.analyzeAndValidateRecords"),
    covers=("A-22",),
    mutants=("limits-below-max-message-bytes", "ignores-max-message-bytes"),
)

segments_hold_a_batch = Requirement(
    "limits.batches-are-within-segment-bytes",
    "A batch larger than segment.bytes is RECORD_LIST_TOO_LARGE.",
    Code("UnifiedLog.append"),
    covers=("A-23",),
    mutants=("ignores-segment-bytes",),
)

compacted_topics_need_keys = Requirement(
    "compaction.records-of-a-compacted-topic-have-keys",
    "On a compacted topic one record without a key refuses the whole batch with INVALID_RECORD; an "
    "empty key is a key.",
    Code("LogValidator.validateKey; LogValidator.processRecordErrors"),
    covers=("A-25", "A-26"),
    mutants=("compacts-without-keys", "refuses-an-empty-key"),
)

bad_records_are_listed = Requirement(
    "produce.refused-records-are-listed",
    "From Produce v8 on, a batch that is refused for some of its records lists the index of each.",
    KIP(467),
    covers=("A-25", "A-26", "A-34"),
    mutants=("lists-no-bad-records",),
)

zstd_needs_a_version = Requirement(
    "compression.zstandard-needs-produce-v7",
    "A zstd batch in Produce below v7 is UNSUPPORTED_COMPRESSION_TYPE.",
    KIP(110),
    covers=("A-27",),
    mutants=("takes-zstd-in-any-version",),
)

acks_are_of_three = Requirement(
    "produce.acks-are-minus-one-zero-or-one",
    "Any other value of acks is INVALID_REQUIRED_ACKS for every partition that could be written.",
    Code("ReplicaManager.isValidRequiredAcks"),
    covers=("A-30",),
    mutants=("takes-any-acks",),
)

internal_topics_are_the_brokers = Requirement(
    "produce.clients-write-no-internal-topic",
    "Produce to an internal topic is INVALID_TOPIC_EXCEPTION.",
    Code("ReplicaManager.appendToLocalLog"),
    covers=("A-31",),
    mutants=("writes-internal-topics",),
)

unknown_partitions_are_told = Requirement(
    "produce.unknown-partitions-are-told",
    "Produce to a topic or partition that does not exist, an illegal or empty name too, is "
    "UNKNOWN_TOPIC_OR_PARTITION, and to an id that no topic has (v13) UNKNOWN_TOPIC_ID.",
    Code("KafkaApis.handleProduceRequest; ReplicaManager.getPartitionOrError"),
    covers=("A-32",),
    mutants=("unknown-partitions-are-elsewhere",),
)

unreadable_payloads_are_refused = Requirement(
    "batches.unreadable-payloads-are-refused",
    "Codec bits that name no codec, a payload that does not decompress, a size that is no 32-bit "
    "number, and compressed records out of order are refused with some error.",
    Code("LogValidator; DefaultRecordBatch"),
    covers=("A-81", "A-17"),
    authority=Authority.OBSERVED,
    mutants=("does-not-open-batches",),
)

times_are_near_now = Requirement(
    "timestamps.create-times-are-within-the-topics-limits",
    "Under CreateTime a record older than message.timestamp.before.max.ms or newer than "
    "message.timestamp.after.max.ms refuses the batch with INVALID_TIMESTAMP; -1 is exempt.",
    KIP(937),
    covers=("A-34",),
    since=(3, 6),
    mutants=("takes-any-timestamp", "ignores-the-before-limit"),
)

append_time_is_not_claimed = Requirement(
    "timestamps.clients-do-not-claim-append-time",
    "Under LogAppendTime a batch that already says LogAppendTime is INVALID_TIMESTAMP.",
    Code("LogValidator.validateTimestamp"),
    covers=("A-36",),
    mutants=("takes-claimed-append-time",),
)

append_time_is_not_claimed_for_own_times = Requirement(
    "timestamps.clients-do-not-claim-append-time-under-create-time",
    "Under CreateTime too a batch that says LogAppendTime is INVALID_TIMESTAMP: its maximum is "
    "taken for the time of its records, and the client made it up.",
    Code("LogValidator.validateTimestamp"),
    covers=("A-36", "A-82"),
    mutants=("takes-claimed-append-time-under-create-time",),
)

BY_DEMAND: Final[Mapping[str, Requirement]] = {
    "sizes_are_numbers": unreadable_payloads_are_refused,
    "first_bytes_are_a_batch": corrupt_bounds_are_told,
    "transactional_batches_have_an_id": transactional_batches_need_an_id,
    "topic_id_is_known": unknown_partitions_are_told,
    "partition_is_known": unknown_partitions_are_told,
    "has_a_batch": one_batch_of_magic_two,
    "magic_is_two": one_batch_of_magic_two,
    "old_versions_know_the_codec": unreadable_payloads_are_refused,
    "version_takes_zstd": zstd_needs_a_version,
    "nothing_corrupt_follows": corrupt_bounds_are_told,
    "has_one_batch": one_batch_of_magic_two,
    "acks_are_legal": acks_are_of_three,
    "topic_is_not_internal": internal_topics_are_the_brokers,
    "base_offset_is_zero": base_offsets_are_zero,
    "batch_is_within_the_limit": sizes_are_limited,
    "crc_is_right": checksums_are_checked,
    "codec_exists": unreadable_payloads_are_refused,
    "spans_offsets": counts_are_checked,
    "counts_records": counts_are_checked,
    "count_fits_the_offsets": counts_are_checked,
    "is_no_control_batch": control_batches_are_the_brokers,
    "producers_number_their_batches": producers_number_their_batches,
    "payload_decompresses": unreadable_payloads_are_refused,
    "holds_what_it_counts": counts_are_checked,
    "records_are_as_long_as_they_say": counts_are_checked,
    "compressed_records_are_as_long_as_they_say": compressed_lengths_are_checked,
    "claims_no_append_time": append_time_is_not_claimed,
    "claims_no_append_time_for_its_own": append_time_is_not_claimed_for_own_times,
    "timestamps_are_near_now": times_are_near_now,
    "compacted_records_have_keys": compacted_topics_need_keys,
    "compressed_offsets_are_in_order": unreadable_payloads_are_refused,
    "rewritten_batch_is_within_the_limit": sizes_are_limited,
    "batch_fits_a_segment": segments_hold_a_batch,
}
"""The requirement that each demand of the model belongs to."""

assert set(BY_DEMAND) == {demand.name for demand in DEMANDS}

unchecked_fields_are_accepted = Requirement(
    "batches.what-the-broker-owns-or-ignores-is-accepted",
    "A batch is accepted whatever it says in fields that the broker overwrites (leader epoch, "
    "maximum timestamp) or does not use (attribute bits without meaning, a sequence or epoch "
    "without producer id, attributes of records, offset deltas of a plain batch), and also when an "
    "incomplete batch follows it, which is dropped.",
    Measured("3.9.2, 4.0.1, 4.1.1, 4.2.1, 4.3.1"),
    covers=("A-17", "A-20", "A-82"),
    level=Level.SHOULD,
    authority=Authority.OBSERVED,
    mutants=("refuses-unknown-attribute-bits",),
)

refused_partitions_keep_their_end = Requirement(
    "produce.a-refused-batch-appends-nothing",
    "A batch that is refused leaves the log end of its partition where it was.",
    Code("ReplicaManager.appendToLocalLog; UnifiedLog.append"),
    covers=("A-15", "A-26", "A-30", "A-83"),
)

partitions_are_independent = Requirement(
    "produce.partitions-of-a-request-are-independent",
    "A batch that is refused for itself does not keep the others of its request from being "
    "appended, nor does an accepted one let a refused one in.",
    Code("ReplicaManager.appendToLocalLog"),
    covers=("A-15", "A-83"),
    mutants=("one-bad-partition-refuses-the-rest",),
)

refusals_tell_no_offset = Requirement(
    "produce.a-refusal-answers-no-offset",
    "The answer about a refused partition has base offset -1 and log append time -1.",
    Code("ProduceResponse.PartitionResponse"),
    covers=("A-01", "A-35"),
    authority=Authority.OBSERVED,
    mutants=("refusal-answers-offset-0",),
)

every_partition_is_answered_once = Requirement(
    "produce.every-partition-is-answered-once",
    "The answer has exactly one entry for each partition of the request, a topic that was named "
    "twice counting as one, and none for any other.",
    Code("KafkaApis.handleProduceRequest"),
    covers=("D-17", "A-15"),
    mutants=("forgets-refused-partitions",),
)

silence_means_accepted = Requirement(
    "produce.acks-zero-is-answered-by-silence-or-the-end",
    "With acks=0 nothing is answered: the connection stays if every partition was accepted, and is "
    "closed if any was refused.",
    Code("KafkaApis.handleProduceRequest"),
    covers=("B-23", "A-30", "A-79"),
    mutants=("answers-acks-zero", "keeps-the-connection-after-a-failure"),
)

stored_batches_are_the_leaders = Requirement(
    "batches.stored-headers-are-the-leaders",
    "An accepted batch is stored at the log end with the leader's epoch, the true maximum of its "
    "records' timestamps, its own checksum and the records that were sent.",
    Code("LogValidator.assignOffsetsNonCompressed; DefaultRecordBatch.setMaxTimestamp"),
    covers=("A-29", "A-82", "A-21"),
    mutants=(
        "keeps-the-clients-epoch",
        "keeps-a-wrong-max-timestamp",
        "refused-batch-takes-offsets",
    ),
)

topics_choose_their_codec = Requirement(
    "compression.batches-are-stored-with-the-topics-codec",
    "compression.type other than `producer` has batches stored with that codec; keys, values, "
    "headers, timestamps and offsets stay as they were sent.",
    Code("LogValidator.validateMessagesAndAssignOffsetsCompressed"),
    covers=("A-28",),
    mutants=("keeps-the-producers-codec", "recompression-loses-headers"),
)

append_time_is_the_brokers = Requirement(
    "timestamps.append-time-is-the-brokers-clock",
    "Under LogAppendTime every record of a stored batch has the broker's time of the append, which "
    "produce answers too, the batch says so in its attributes and its maximum, and the limits on "
    "create times do not apply.",
    Code("LogValidator; PartitionResponse"),
    covers=("A-35",),
    mutants=("append-time-is-the-clients", "answers-no-append-time"),
)

append_time_keeps_the_base = Requirement(
    "timestamps.append-time-keeps-the-base-timestamp",
    "Under LogAppendTime the base timestamp of a batch that is stored as sent is not changed.",
    Code("DefaultRecordBatch.setMaxTimestamp"),
    covers=("A-35",),
    authority=Authority.OBSERVED,
    mutants=("append-time-changes-the-base",),
)
