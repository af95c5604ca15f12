"""Records of __transaction_state, in the bytes that Apache Kafka 4.3.1 writes."""

from kafka_tck.reference.transactions.log_records import (
    decode_key,
    decode_value,
    encode_key,
    encode_value,
)
from kafka_tck.reference.transactions.states import State, Transaction

ONGOING = Transaction(
    "b",
    4,
    0,
    60_000,
    State.ONGOING,
    frozenset({("__consumer_offsets", 0), ("t", 0), ("t", 2)}),
    started=1_795_303_665_879,
    updated=1_795_303_665_909,
    previous_id=4,
)
OLD = (
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\xea`\x01\x00\x00\x00\x02"
    b"\x00\x12__consumer_offsets\x00\x00\x00\x01\x00\x00\x00\x00"
    b"\x00\x01t\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x02"
    b"\x00\x00\x01\xa2\x00o\xf0\xf5\x00\x00\x01\xa2\x00o\xf0\xd7"
)
FLEXIBLE = (
    b"\x00\x01\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\xea`\x01\x03"
    b"\x13__consumer_offsets\x02\x00\x00\x00\x00\x00\x02t\x03\x00\x00\x00\x00\x00\x00\x00\x02\x00"
    b"\x00\x00\x01\xa2\x00o\xf0\xf5\x00\x00\x01\xa2\x00o\xf0\xd7"
    b"\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00\x04"
)


def test_keys_name_the_transactional_id() -> None:
    assert encode_key("b") == b"\x00\x00\x00\x01b"
    assert decode_key(b"\x00\x00\x00\x01b") == "b"
    assert decode_key(b"\x00\x01\x00\x01b") is None, "a key of a version that is not known"


def test_values_are_flexible_from_transaction_version_1_on() -> None:
    assert encode_value(ONGOING, 0) == OLD
    assert encode_value(ONGOING, 1) == encode_value(ONGOING, 2) == FLEXIBLE
    assert decode_value("b", FLEXIBLE) == ONGOING
    previous = decode_value("b", OLD).previous_id
    assert previous == -1, "the old form has no room for it"


def test_all_fields_come_back() -> None:
    rotating = Transaction(
        "",
        7,
        32767,
        1,
        State.PREPARE_ABORT,
        frozenset({("t" * 200, 300)}),
        1,
        2,
        previous_id=7,
        next_id=8,
        level=2,
    )
    assert decode_value("", encode_value(rotating, 2)) == rotating
    fresh = Transaction("é", 7, 0, 1)
    assert decode_value("é", encode_value(fresh, 2)) == fresh
    assert b"\xff\xff\xff\xff" in encode_value(fresh, 0), "no partitions are null"
