"""Our batches: round trips, forged fields, malformed bytes."""

import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.wire.batches import (
    HEADER_SIZE,
    BadBatch,
    BadRecords,
    Batch,
    Record,
    encode_record,
    make_batch,
    read_batch,
    read_records,
    split_batches,
)
from kafka_tck.wire.compression import compress
from kafka_tck.wire.varints import write_varint


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << (bits - 1)), (1 << (bits - 1)) - 1)


some_bytes = st.none() | st.binary(max_size=70)
header_keys = st.binary(max_size=8).map(lambda key: key.decode(errors="surrogateescape"))
headers = st.lists(st.tuples(header_keys, some_bytes), max_size=3).map(tuple)
records = st.builds(
    Record,
    key=some_bytes,
    value=some_bytes,
    headers=headers,
    timestamp=signed(64),
    attributes=st.integers(0, 255),
)
batches = st.builds(
    make_batch,
    st.lists(records, max_size=4),
    codec=st.integers(0, 4),
    base_offset=st.integers(0, 2**62),
    leader_epoch=signed(32),
    producer_id=signed(64),
    producer_epoch=signed(16),
    base_sequence=signed(32),
    attributes=st.sampled_from([0, 0x10, 0x20, 0x30, 0x40, 0x100]),
)

TWO = [Record(b"k", b"v", (("h", b"x"), ("n", None)), timestamp=5), Record(None, None, timestamp=9)]


# --- round trips


@given(batches)
def test_a_batch_survives(batch: Batch) -> None:
    written = batch.encode()
    assert read_batch(written) == batch
    assert len(written) == batch.size
    assert batch.crc == batch.true_crc
    assert read_batch(b"before" + written + b"after", at=6) == batch


@given(records=st.lists(records, max_size=4), codec=st.integers(0, 4), base=st.integers(0, 2**62))
def test_records_survive_and_get_their_offsets(
    records: list[Record], codec: int, base: int
) -> None:
    batch = make_batch(records, codec=codec, base_offset=base)
    numbered = [replace(record, offset=base + at) for at, record in enumerate(records)]
    assert read_records(batch) == numbered
    assert batch.count == len(records)
    assert batch.last_offset == base + max(len(records) - 1, 0)
    assert batch.max_timestamp == max((record.timestamp for record in records), default=-1)
    assert make_batch(numbered, codec=codec, base_offset=base) == batch


def test_gaps_between_offsets_survive() -> None:
    sparse = [Record(b"a", b"1", offset=10), Record(b"b", b"2", offset=17), Record(b"c", b"3")]
    batch = make_batch(sparse, base_offset=8)
    assert [record.offset for record in read_records(batch)] == [10, 17, 18]
    assert (batch.base_offset, batch.last_offset, batch.count) == (8, 18, 3)


def test_log_append_time_replaces_every_timestamp() -> None:
    batch = make_batch(TWO, attributes=0x08, max_timestamp=77)
    assert batch.log_append_time
    assert [record.timestamp for record in read_records(batch)] == [77, 77]


def test_deltas_refer_to_a_given_base_timestamp() -> None:
    batch = make_batch(TWO, attributes=0x40, base_timestamp=1_000_000)
    assert batch.delete_horizon
    assert batch.base_timestamp == 1_000_000
    assert [record.timestamp for record in read_records(batch)] == [5, 9]


@given(attributes=signed(16))
def test_attribute_bits(attributes: int) -> None:
    batch = replace(make_batch([]), attributes=attributes)
    assert batch.codec == attributes & 7
    assert batch.log_append_time == bool(attributes >> 3 & 1)
    assert batch.is_transactional == bool(attributes >> 4 & 1)
    assert batch.is_control == bool(attributes >> 5 & 1)
    assert batch.delete_horizon == bool(attributes >> 6 & 1)
    assert read_batch(batch.encode()).attributes == attributes


def test_a_batch_that_compaction_emptied_has_no_records() -> None:
    for codec in range(5):
        batch = replace(make_batch([]), attributes=codec, last_offset_delta=4)
        assert read_records(batch) == []
        assert batch.last_offset == 4


# --- forging

LIES: dict[str, tuple[int, int]] = {  # a lie, and where the field stands in the bytes
    "base_offset": (77, 0),
    "length": (50, 8),
    "leader_epoch": (77, 12),
    "magic": (1, 16),
    "crc": (2**32 - 1, 17),
    "attributes": (-1, 21),
    "last_offset_delta": (-5, 23),
    "base_timestamp": (-(2**63), 27),
    "max_timestamp": (2**63 - 1, 35),
    "producer_id": (77, 43),
    "producer_epoch": (-2, 51),
    "base_sequence": (2**31 - 1, 53),
    "count": (-1, 57),
}


def test_every_header_field_has_a_lie() -> None:
    assert {field.name for field in fields(Batch)} == {*LIES, "payload"}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_changes_this_field_and_nothing_else(name: str) -> None:
    lie, at = LIES[name]
    honest = make_batch(TWO)
    forged = replace(honest, **{name: lie})  # type: ignore[arg-type]
    ends = sorted(start for _, start in LIES.values()) + [HEADER_SIZE]
    end = ends[ends.index(at) + 1]
    written = forged.encode()
    assert int.from_bytes(written[at:end], signed=lie < 0) == lie
    assert written[:at] + written[end:] == honest.encode()[:at] + honest.encode()[end:]


@pytest.mark.parametrize("name", sorted(LIES.keys() - {"length", "magic"}))
def test_a_lie_is_read_back(name: str) -> None:
    forged = replace(make_batch(TWO), **{name: LIES[name][0]})  # type: ignore[arg-type]
    assert read_batch(forged.encode()) == forged


@pytest.mark.parametrize("name", LIES)
def test_the_true_crc_covers_everything_from_the_attributes_on(name: str) -> None:
    lie, at = LIES[name]
    forged = replace(make_batch(TWO), **{name: lie})  # type: ignore[arg-type]
    repaired = forged.with_true_crc()
    assert replace(repaired, crc=forged.crc) == forged
    assert (repaired.crc != make_batch(TWO).crc) == (at >= 21)


def test_another_payload_brings_its_length_and_crc_and_keeps_the_count() -> None:
    forged = make_batch(TWO).with_payload(b"not records")
    assert (forged.size, forged.count) == (HEADER_SIZE + 11, 2)
    assert forged.crc == forged.true_crc
    assert read_batch(forged.encode()) == forged


# --- splitting


@given(parts=st.lists(batches, max_size=3), cut=st.integers(0, 200))
def test_whole_batches_are_split_and_an_incomplete_tail_is_ignored(
    parts: list[Batch], cut: int
) -> None:
    stream = b"".join(batch.encode() for batch in parts)
    assert split_batches(stream) == parts
    tail = make_batch(TWO).encode()
    assert split_batches(stream + tail[: cut % len(tail)]) == parts


def test_a_length_too_small_for_a_header_is_bad() -> None:
    for length in (48, 0, -1, -(2**31)):
        forged = replace(make_batch(TWO), length=length).encode()
        with pytest.raises(BadBatch, match=str(length)):
            read_batch(forged)
        with pytest.raises(BadBatch, match=str(length)):
            split_batches(forged)


def test_another_magic_is_bad() -> None:
    for magic in (-1, 0, 1, 3):
        forged = replace(make_batch(TWO), magic=magic).encode()
        with pytest.raises(BadBatch, match=f"magic {magic}"):
            read_batch(forged)
        with pytest.raises(BadBatch, match=f"magic {magic}"):
            split_batches(forged)


def test_a_cut_batch_is_bad() -> None:
    written = make_batch(TWO).encode()
    for cut in range(len(written)):
        with pytest.raises(BadBatch):
            read_batch(written[:cut])


# --- malformed records


def with_records(payload: bytes, count: int = 1) -> Batch:
    return replace(make_batch([]), count=count).with_payload(payload)


def refused(batch: Batch) -> str:
    with pytest.raises(BadRecords) as refusal:
        read_records(batch)
    return str(refusal.value)


def test_a_cut_payload_is_bad() -> None:
    payload = make_batch(TWO).payload
    for cut in range(len(payload)):
        assert refused(with_records(payload[:cut], count=2))


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (-(2**31), "cannot hold -2147483648 records"),
        (-1, "cannot hold -1 records"),
        (0, "follow the last of 0 records"),
        (1, "follow the last of 1 records"),
        (3, "cut"),
        (2**31 - 1, "cannot hold 2147483647 records"),
    ],
)
def test_a_count_that_lies_is_bad(count: int, reason: str) -> None:
    assert reason in refused(with_records(make_batch(TWO).payload, count))


Lie = Callable[[Record], bytes]


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        (lambda record: encode_record(record, 0, 0, length=0), "announces 0 bytes"),
        (lambda record: encode_record(record, 0, 0, length=-1), "announces -1 bytes"),
        (lambda record: encode_record(record, 0, 0, length=14), "announces 14 bytes and has 15"),
        (lambda record: encode_record(record, 0, 0, length=16), "announces 16 bytes, 15 are left"),
        (lambda record: encode_record(record, 0, 0, length=2**31 - 1), "announces 2147483647"),
        (lambda record: encode_record(record, 0, 0, key_length=2**31 - 1), "announces 2147483647"),
        (lambda record: encode_record(record, 0, 0, value_length=99), "announces 99 bytes"),
        (lambda record: encode_record(record, 0, 0, header_count=-1), "announces -1 headers"),
        (
            lambda record: encode_record(record, 0, 0, header_count=0),
            "announces 15 bytes and has 8",
        ),
        (lambda record: encode_record(record, 0, 0, header_count=3), "cut"),
        (lambda record: encode_record(record, 0, 0, header_count=2**31 - 1), "2147483647 headers"),
    ],
)
def test_a_record_that_lies_is_bad(lie: Lie, reason: str) -> None:
    assert reason in refused(with_records(lie(TWO[0])))


def test_a_null_header_key_is_bad() -> None:
    body = b"\x00\x00\x00\x01\x01" + write_varint(1) + write_varint(-1) + write_varint(-1)
    assert "key of a header" in refused(with_records(write_varint(len(body)) + body))


def test_a_varint_that_does_not_end_is_bad() -> None:
    assert "more than 5" in refused(with_records(b"\x80" * 20))
    assert "more than 10" in refused(with_records(write_varint(19) + b"\x00" + b"\xff" * 18))


def test_any_negative_length_is_null() -> None:
    lying = encode_record(Record(None, None), 0, 0, key_length=-2, value_length=-(2**31))
    (record,) = read_records(with_records(lying))
    assert (record.key, record.value) == (None, None)


def test_a_payload_that_does_not_decompress_is_bad() -> None:
    for codec in range(1, 8):
        assert refused(replace(make_batch(TWO), attributes=codec))


def test_records_beyond_the_limit_are_bad() -> None:
    batch = make_batch([Record(None, bytes(5000))], codec=1)
    assert len(read_records(batch, limit=6000)) == 1
    with pytest.raises(BadRecords, match="longer than 5000"):
        read_records(batch, limit=5000)


def test_deltas_wrap_around_as_in_java() -> None:
    extremes = [Record(None, None, timestamp=-(2**63)), Record(None, None, timestamp=2**63 - 1)]
    assert [record.timestamp for record in read_records(make_batch(extremes))] == [
        -(2**63),
        2**63 - 1,
    ]


@given(payload=st.binary(max_size=80), count=st.integers(-1, 12), codec=st.integers(0, 7))
def test_any_payload_is_read_or_refused(payload: bytes, count: int, codec: int) -> None:
    plain = replace(with_records(payload, count), attributes=codec)
    squeezed = replace(with_records(compress(codec % 5, payload), count), attributes=codec % 5)
    for batch in (plain, squeezed):
        with suppress(BadRecords):
            assert len(read_records(batch)) == count


@given(st.binary(max_size=150))
def test_any_bytes_are_split_or_refused(data: bytes) -> None:
    with suppress(BadBatch):
        assert sum(batch.size for batch in split_batches(data)) <= len(data)


def test_a_field_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(struct.error):
        replace(make_batch(TWO), producer_epoch=2**15).encode()
