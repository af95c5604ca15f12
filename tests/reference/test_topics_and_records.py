"""From a topic to its records and back, through one broker."""

from typing import TYPE_CHECKING

from kafka_tck.wire.batches import Record, make_batch, read_records, split_batches
from kafka_tck.wire.errors import error_code

if TYPE_CHECKING:
    from tests.reference.conftest import Caller


def test_records_come_back_as_they_were_sent(caller: "Caller") -> None:
    caller.create("t")
    headers = (("h", b"1"), ("h", None))
    sent = [
        Record(b"k", b"v", headers, timestamp=caller.cluster.now_ms),
        Record(None, None, (), timestamp=caller.cluster.now_ms),
    ]
    for codec in range(5):
        answer = caller.produce_bytes("t", make_batch(sent, codec=codec).encode())
        assert (answer.error_code, answer.base_offset) == (0, 2 * codec)
    batches = split_batches(bytes(caller.fetch("t").records))
    assert [batch.codec for batch in batches] == [0, 1, 2, 3, 4]
    for batch in batches:
        got = [(r.key, r.value, r.headers, r.timestamp) for r in read_records(batch)]
        assert got == [(r.key, r.value, r.headers, r.timestamp) for r in sent]


def test_a_topic_deleted_and_made_again_is_another(caller: "Caller") -> None:
    first = caller.create("t").topic_id
    caller.produce("t", b"old")
    caller.call("DeleteTopics", topics=[{"name": "t", "topic_id": None}], timeout_ms=1000)
    assert caller.fetch("t").error_code == error_code("UNKNOWN_TOPIC_OR_PARTITION")
    assert caller.create("t").topic_id != first
    assert caller.offset("t") == 0


def test_a_topic_grows_and_keeps_what_it_has(caller: "Caller") -> None:
    caller.create("t")
    caller.produce("t", b"x")
    wanted = [{"name": "t", "count": 3, "assignments": None}]
    answer = caller.call("CreatePartitions", topics=wanted, timeout_ms=1000, validate_only=False)
    assert answer.results[0].error_code == 0
    assert [caller.offset("t", index=index) for index in range(3)] == [1, 0, 0]


def test_a_changed_config_holds_for_the_next_request(caller: "Caller") -> None:
    caller.create("t")
    assert caller.produce("t", b"x" * 500).error_code == 0
    changed = {"name": "max.message.bytes", "config_operation": 0, "value": "200"}
    resource = {"resource_type": 2, "resource_name": "t", "configs": [changed]}
    caller.call("IncrementalAlterConfigs", resources=[resource], validate_only=False)
    assert caller.produce("t", b"x" * 500).error_code == error_code("MESSAGE_TOO_LARGE")
    assert caller.offset("t") == 1


def test_an_unknown_topic_is_created_by_asking_for_it(caller: "Caller") -> None:
    asked = {"topics": [{"name": "auto"}], "allow_auto_topic_creation": True}
    first = caller.call("Metadata", 12, **asked).topics[0]
    assert first.error_code == error_code("UNKNOWN_TOPIC_OR_PARTITION")
    again = caller.call("Metadata", 12, **asked).topics[0]
    assert (again.error_code, len(again.partitions)) == (0, 1)


def test_retention_runs_when_time_passes(caller: "Caller") -> None:
    caller.create("t", retention_ms="1000")
    caller.produce("t", b"x", b"y")
    caller.cluster.advance_to(caller.cluster.now_ms + 600_000)
    assert caller.offset("t", -2) == 2


def test_a_fresh_producer_id_each_time(caller: "Caller") -> None:
    answers = [
        caller.call("InitProducerId", 5, transactional_id=None, transaction_timeout_ms=1000)
        for _ in range(1001)
    ]
    assert len({answer.producer_id for answer in answers}) == 1001
    assert {answer.producer_epoch for answer in answers} == {0}
