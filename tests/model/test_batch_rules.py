"""What a leader demands of a batch: every demand can fail, and the first one in order answers."""

from dataclasses import replace

import pytest

from kafka_tck.model.batch_facts import (
    LONGEST,
    BatchFacts,
    End,
    Payload,
    RecordBytes,
    TopicFacts,
    topic_facts,
)
from kafka_tck.model.batch_rules import (
    DEMANDS,
    Attempt,
    Scope,
    first_fault,
    request_fault,
    stored_as,
)
from kafka_tck.model.ledger import Entry

NOW = 1_700_000_000_000
RECORD = Entry(0, NOW, b"k", b"v")
GOOD = BatchFacts(size=70, records=(RECORD,), plain_size=9)
FINE = Attempt(RecordBytes((GOOD,)), TopicFacts(), version=13, now=NOW)


def of(batch: BatchFacts, topic: TopicFacts | None = None, version: int = 13) -> Attempt:
    return replace(FINE, sent=RecordBytes((batch,)), topic=topic or TopicFacts(), version=version)


def fault_of(attempt: Attempt) -> str | None:
    fault = first_fault(attempt)
    return None if fault is None else fault.name


def ending(end: End, *batches: BatchFacts) -> Attempt:
    return replace(FINE, sent=RecordBytes(batches, end))


KEYLESS = replace(GOOD, records=(replace(RECORD, key=None),))
LATE = replace(GOOD, records=(replace(RECORD, timestamp=NOW + 3_600_001),))
COMPACTED = TopicFacts(compacts=True)
STAMPED = TopicFacts(append_time=True)

ONE_FAULT = {
    "sizes_are_numbers": ending(End.OVERFLOWS),
    "first_bytes_are_a_batch": ending(End.CORRUPT),
    "transactional_batches_have_an_id": of(replace(GOOD, is_transactional=True)),
    "topic_id_is_known": replace(FINE, id_is_known=False),
    "partition_is_known": replace(FINE, topic=None),
    "has_a_batch": ending(End.NOTHING),
    "magic_is_two": of(replace(GOOD, magic=1)),
    "old_versions_know_the_codec": of(replace(GOOD, codec=5), version=6),
    "version_takes_zstd": of(replace(GOOD, codec=4), version=6),
    "nothing_corrupt_follows": ending(End.CORRUPT, GOOD),
    "has_one_batch": ending(End.NOTHING, GOOD, GOOD),
    "acks_are_legal": replace(FINE, acks=2),
    "topic_is_not_internal": of(GOOD, TopicFacts(internal=True)),
    "base_offset_is_zero": of(replace(GOOD, base_offset=1)),
    "batch_is_within_the_limit": of(GOOD, TopicFacts(max_message_bytes=69)),
    "crc_is_right": of(replace(GOOD, crc_is_right=False)),
    "codec_exists": of(replace(GOOD, codec=5)),
    "spans_offsets": of(replace(GOOD, last_offset_delta=-1)),
    "counts_records": of(replace(GOOD, count=0)),
    "count_fits_the_offsets": of(replace(GOOD, count=2)),
    "is_no_control_batch": of(replace(GOOD, is_control=True)),
    "producers_number_their_batches": of(replace(GOOD, producer_id=5)),
    "payload_decompresses": of(replace(GOOD, payload=Payload.DOES_NOT_DECOMPRESS)),
    "holds_what_it_counts": of(replace(GOOD, payload=Payload.WRONG_COUNT)),
    "records_are_as_long_as_they_say": of(replace(GOOD, payload=Payload.WRONG_LENGTHS)),
    "compressed_records_are_as_long_as_they_say": of(
        replace(GOOD, codec=1, payload=Payload.WRONG_LENGTHS)
    ),
    "claims_no_append_time": of(replace(GOOD, claims_append_time=True), STAMPED),
    "claims_no_append_time_for_its_own": of(replace(GOOD, claims_append_time=True)),
    "timestamps_are_near_now": of(LATE),
    "compacted_records_have_keys": of(KEYLESS, COMPACTED),
    "compressed_offsets_are_in_order": of(
        replace(GOOD, codec=1, records=(replace(RECORD, offset=1),))
    ),
    "rewritten_batch_is_within_the_limit": of(
        replace(GOOD, codec=1, plain_size=200), TopicFacts(max_message_bytes=200, codec=0)
    ),
    "batch_fits_a_segment": of(GOOD, TopicFacts(segment_bytes=69)),
}


def test_an_honest_batch_is_accepted() -> None:
    assert first_fault(FINE) is None


@pytest.mark.parametrize("name", [demand.name for demand in DEMANDS])
def test_every_demand_can_fail_alone(name: str) -> None:
    assert fault_of(ONE_FAULT[name]) == name


def test_every_demand_has_a_sentence_for_traces() -> None:
    assert [demand.name for demand in DEMANDS if not demand.sentence.endswith(".")] == []


def test_the_first_fault_in_kafkas_order_answers() -> None:
    """Orders that Apache Kafka 3.9.2 to 4.3.1 showed."""
    wrong_count = replace(GOOD, count=7)
    both = replace(wrong_count, crc_is_right=False)
    assert fault_of(of(both)) == "crc_is_right"
    assert fault_of(of(both, TopicFacts(max_message_bytes=1))) == "batch_is_within_the_limit"
    assert fault_of(replace(of(both), acks=2)) == "acks_are_legal"
    assert fault_of(replace(of(replace(both, magic=1)), acks=2)) == "magic_is_two"
    assert fault_of(replace(of(replace(both, magic=1)), topic=None)) == "partition_is_known"
    control = replace(GOOD, is_control=True, is_transactional=True)
    assert fault_of(of(control)) == "transactional_batches_have_an_id"
    assert fault_of(replace(of(control), has_transactional_id=True)) == "is_no_control_batch"


def test_an_incomplete_batch_behind_the_batch_is_no_fault() -> None:
    assert first_fault(ending(End.CUT, GOOD)) is None


def test_equal_size_is_within_the_limits() -> None:
    assert first_fault(of(GOOD, TopicFacts(max_message_bytes=70, segment_bytes=70))) is None


@pytest.mark.parametrize(
    ("timestamp", "is_taken"),
    [
        (NOW - 60_000, True),
        (NOW - 60_001, False),
        (NOW + 5_000, True),
        (NOW + 5_001, False),
        (-1, True),
        (0, False),
    ],
)
def test_create_times_are_limited_inclusively_and_no_time_is_exempt(
    timestamp: int, is_taken: bool
) -> None:
    topic = TopicFacts(before_max_ms=60_000, after_max_ms=5_000)
    batch = replace(GOOD, records=(replace(RECORD, timestamp=timestamp),))
    assert (first_fault(of(batch, topic)) is None) is is_taken
    assert first_fault(of(batch, replace(topic, append_time=True))) is None


def test_all_bad_records_are_listed_and_a_bad_time_gives_the_error() -> None:
    records = (RECORD, replace(RECORD, key=None), LATE.records[0], RECORD)
    batch = replace(GOOD, count=4, last_offset_delta=3, records=records)
    fault = first_fault(of(batch, COMPACTED))
    assert fault is not None
    assert fault.demand.errors == {"INVALID_TIMESTAMP"}
    assert fault.records == (1, 2)


def test_a_keyless_record_is_not_asked_for_its_time() -> None:
    batch = replace(GOOD, records=(replace(RECORD, key=None, timestamp=LONGEST),))
    assert fault_of(of(batch, COMPACTED)) == "compacted_records_have_keys"


def test_only_faults_of_first_headers_reach_the_whole_request() -> None:
    assert request_fault([FINE, of(replace(GOOD, crc_is_right=False))]) is None
    found = request_fault([FINE, of(replace(GOOD, is_transactional=True))])
    assert found is not None
    assert found.demand.scope is Scope.REQUEST


def test_a_stored_batch_has_the_leaders_offsets_and_epoch() -> None:
    batch = replace(GOOD, count=2, last_offset_delta=1, records=(RECORD, replace(RECORD, offset=1)))
    stored = stored_as(of(batch), base=7, epoch=3)
    assert (stored.base, stored.last, stored.epoch) == (7, 8, 3)
    assert [entry.offset for entry in stored.entries] == [7, 8]
    assert stored.max_timestamp == NOW


def test_wrong_deltas_stay_in_a_plain_batch_and_are_mended_when_it_is_rewritten() -> None:
    batch = replace(GOOD, records=(replace(RECORD, offset=5),))
    assert stored_as(of(batch), 7, 0).entries[0].offset == 12
    assert stored_as(of(batch, TopicFacts(codec=1)), 7, 0).entries[0].offset == 7
    assert stored_as(of(batch, TopicFacts(codec=1)), 7, 0).codec == 1


def test_append_time_stands_for_every_record() -> None:
    stored = stored_as(of(GOOD, STAMPED), 0, 0, append_time=NOW + 9)
    assert stored.log_append_time
    assert {entry.timestamp for entry in stored.entries} == {stored.max_timestamp} == {NOW + 9}


def test_topic_settings_become_facts() -> None:
    facts = topic_facts(
        {"cleanup.policy": "compact,delete", "compression.type": "zstd", "max.message.bytes": "9"},
        (4, 3),
    )
    assert (facts.compacts, facts.codec, facts.max_message_bytes) == (True, 4, 9)
    assert topic_facts({}, (4, 0)).after_max_ms == 3_600_000
    assert topic_facts({}, (3, 9)).after_max_ms == LONGEST
