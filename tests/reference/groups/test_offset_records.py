"""Records about committed offsets, against bytes that Apache Kafka 4.3.1 wrote."""

from uuid import UUID

import pytest

from kafka_tck.reference.groups.offset_records import (
    Commit,
    GroupKey,
    OffsetKey,
    read_commit,
    read_key,
)

TOPIC_ID = UUID("d37b8b18-9391-4de7-8227-8bcc5cf04cdb")

WRITTEN = [
    (
        "0004 0000000000000005 ffffffff 02 6d 000001a20053c562 01 00 10 " + TOPIC_ID.hex,
        Commit(5, -1, "m", 0x1A20053C562, topic_id=TOPIC_ID),
    ),
    (
        "0004 00000000000003e8 00000002 02 71 000001a20053ca2f 00",
        Commit(1000, 2, "q", 0x1A20053CA2F),
    ),
    (
        "0001 0000000000000005 0001 6d 000001a20053c581 000001a2005b66a1",
        Commit(5, -1, "m", 0x1A20053C581, 0x1A2005B66A1),
    ),
    (
        "0004 fffffffffffffffd fffffffb 01 000001a20053c799 00",
        Commit(-3, -5, "", 0x1A20053C799),
    ),
]

OLDER = [
    ("0000 0000000000000005 0001 6d 0000000000000007", Commit(5, -1, "m", 7)),
    ("0002 0000000000000005 0001 6d 0000000000000007", Commit(5, -1, "m", 7)),
    ("0003 0000000000000005 00000009 0001 6d 0000000000000007", Commit(5, 9, "m", 7)),
]


@pytest.mark.parametrize(("written", "commit"), WRITTEN)
def test_values_are_written_as_apache_kafka_writes_them(written: str, commit: Commit) -> None:
    assert commit.encode() == bytes.fromhex(written)


@pytest.mark.parametrize(("written", "commit"), WRITTEN + OLDER)
def test_values_of_every_version_are_read(written: str, commit: Commit) -> None:
    assert read_commit(bytes.fromhex(written)) == commit


def test_unknown_tags_are_passed_over() -> None:
    tags = "02 05 03 aabbcc 00 10" + TOPIC_ID.hex
    data = bytes.fromhex("0004 0000000000000005 ffffffff 01 0000000000000007" + tags)
    assert read_commit(data) == Commit(5, -1, "", 7, topic_id=TOPIC_ID)


def test_keys_are_written_as_apache_kafka_writes_them() -> None:
    assert OffsetKey("g", "t", 2).encode() == b"\x00\x01\x00\x01g\x00\x01t\x00\x00\x00\x02"
    assert GroupKey("g").encode() == b"\x00\x02\x00\x01g"


@pytest.mark.parametrize("key", [OffsetKey("", "t", 0), OffsetKey("gé", "t", 7), GroupKey("g")])
def test_keys_survive(key: OffsetKey | GroupKey) -> None:
    assert read_key(key.encode()) == key


def test_keys_of_other_records_say_nothing() -> None:
    assert read_key(b"\x00\x03\x00\x01g") is None
