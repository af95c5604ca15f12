"""The formats before magic 2: told apart without being read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.record.legacy_records import LegacyRecordBatch, LegacyRecordBatchBuilder

from kafka_tck.wire.batches import BadBatch, Record, magic_of, make_batch, make_message

some_bytes = st.none() | st.binary(max_size=70)


@given(key=some_bytes, value=some_bytes, before=st.binary(max_size=5))
def test_the_magic_of_every_format_is_found(
    key: bytes | None, value: bytes | None, before: bytes
) -> None:
    for magic in (0, 1):
        assert magic_of(before + make_message(magic, key, value), len(before)) == magic
    assert magic_of(before + make_batch([Record(key, value)]).encode(), len(before)) == 2


def test_the_magic_is_found_whatever_it_is() -> None:
    for magic in (-128, -1, 3, 127):
        assert magic_of(bytes(16) + magic.to_bytes(signed=True)) == magic


def test_bytes_that_end_before_the_magic_are_bad() -> None:
    for size in range(17):
        with pytest.raises(BadBatch, match="magic"):
            magic_of(bytes(size))


@given(magic=st.integers(0, 1), key=some_bytes, value=some_bytes, time=st.integers(0, 2**60))
def test_kafka_python_writes_the_same_message(
    magic: int, key: bytes | None, value: bytes | None, time: int
) -> None:
    builder = LegacyRecordBatchBuilder(magic=magic, compression_type=0, batch_size=1000)
    builder.append(0, time, key, value)
    assert make_message(magic, key, value, timestamp=time) == bytes(builder.build())


@given(magic=st.integers(0, 1), key=some_bytes, value=some_bytes, offset=st.integers(0, 2**60))
def test_kafka_python_reads_our_message(
    magic: int, key: bytes | None, value: bytes | None, offset: int
) -> None:
    batch = LegacyRecordBatch(make_message(magic, key, value, offset=offset, timestamp=5), magic)
    assert batch.validate_crc()
    (seen,) = batch
    assert (seen.key, seen.value, seen.offset) == (key, value, offset)
    assert seen.timestamp == (5 if magic else None)
