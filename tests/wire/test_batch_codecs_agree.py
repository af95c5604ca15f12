"""Our batches against the codecs of others: kafka-python, aiokafka, kio, Java, librdkafka."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka.record import default_records as aiokafka
from hypothesis import given
from hypothesis import strategies as st
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords
from kio.records import readers as kio

from kafka_tck.wire.batches import (
    Batch,
    Record,
    make_batch,
    read_batch,
    read_records,
    split_batches,
)
from kafka_tck.wire.compression import CODEC_NAMES, decompress

some_bytes = st.none() | st.binary(max_size=70)
header_keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
headers = st.lists(st.tuples(header_keys, some_bytes), max_size=3).map(tuple)
records = st.builds(
    Record,
    key=some_bytes,
    value=some_bytes,
    headers=headers,
    timestamp=st.integers(0, 2**45),
)
some_records = st.lists(records, min_size=1, max_size=5)
producers = st.tuples(st.integers(0, 2**62), st.integers(0, 2**15 - 1), st.integers(0, 2**31 - 1))


def built_by(
    builder_class: Any,
    records: Sequence[Record],
    codec: int = 0,
    producer: tuple[int, int, int] = (-1, -1, -1),
    transactional: bool = False,
) -> bytes:
    """The batch as a client's own builder writes it."""
    builder = builder_class(
        magic=2,
        compression_type=codec,
        is_transactional=int(transactional),
        producer_id=producer[0],
        producer_epoch=producer[1],
        base_sequence=producer[2],
        batch_size=1 << 20,
    )
    for at, record in enumerate(records):
        builder.append(at, record.timestamp, record.key, record.value, list(record.headers))
    return bytes(builder.build())


def ours(records: Sequence[Record], producer: tuple[int, int, int], transactional: bool) -> Batch:
    return make_batch(
        records,
        producer_id=producer[0],
        producer_epoch=producer[1],
        base_sequence=producer[2],
        attributes=0x10 if transactional else 0,
    )


def seen_by(batch_class: Any, data: bytes) -> list[Record]:
    """The records as a client's own reader sees them."""
    batch = batch_class(data)
    assert batch.validate_crc()
    return [
        Record(seen.key, seen.value, tuple(seen.headers), seen.timestamp, seen.offset)
        for seen in batch
    ]


def numbered(records: Sequence[Record], base_offset: int = 0) -> list[Record]:
    return [replace(record, offset=base_offset + at) for at, record in enumerate(records)]


# --- kafka-python


@given(records=some_records, producer=producers, transactional=st.booleans())
def test_kafka_python_builds_the_same_bytes(
    records: list[Record], producer: tuple[int, int, int], transactional: bool
) -> None:
    theirs = built_by(DefaultRecordBatchBuilder, records, 0, producer, transactional)
    assert replace(ours(records, producer, transactional), leader_epoch=0).encode() == theirs


@given(records=some_records, base=st.integers(0, 2**60))
def test_kafka_python_reads_ours(records: list[Record], base: int) -> None:
    data = make_batch(records, base_offset=base).encode()
    assert seen_by(DefaultRecordBatch, data) == numbered(records, base)


@pytest.mark.parametrize(
    ("codec", "library"), [(1, "gzip"), (2, "snappy"), (3, "lz4"), (4, "zstandard")]
)
def test_kafka_python_and_we_read_each_others_compression(codec: int, library: str) -> None:
    pytest.importorskip(library)
    records = [Record(b"key", b"value " * 30, timestamp=5)] * 50
    assert seen_by(DefaultRecordBatch, make_batch(records, codec=codec).encode()) == numbered(
        records
    )
    theirs = read_batch(built_by(DefaultRecordBatchBuilder, records, codec))
    assert theirs.codec == codec
    assert read_records(theirs) == numbered(records)


@given(parts=st.lists(some_records, min_size=1, max_size=3))
def test_kafka_python_splits_the_same_batches(parts: list[list[Record]]) -> None:
    batches = [make_batch(records) for records in parts]
    theirs = MemoryRecords(b"".join(batch.encode() for batch in batches))
    crcs = []
    while theirs.has_next():
        crcs.append(theirs.next_batch().crc)
    assert crcs == [batch.crc for batch in batches]


# --- aiokafka


@given(records=some_records, producer=producers, transactional=st.booleans())
def test_aiokafka_builds_the_same_bytes(
    records: list[Record], producer: tuple[int, int, int], transactional: bool
) -> None:
    theirs = built_by(aiokafka.DefaultRecordBatchBuilder, records, 0, producer, transactional)
    assert ours(records, producer, transactional).encode() == theirs


@given(records=some_records, codec=st.integers(0, 4), base=st.integers(0, 2**60))
def test_aiokafka_reads_ours(records: list[Record], codec: int, base: int) -> None:
    data = make_batch(records, codec=codec, base_offset=base).encode()
    assert seen_by(aiokafka.DefaultRecordBatch, data) == numbered(records, base)


@given(records=some_records, codec=st.integers(0, 4))
def test_we_read_aiokafkas(records: list[Record], codec: int) -> None:
    theirs = read_batch(built_by(aiokafka.DefaultRecordBatchBuilder, records, codec))
    assert theirs.crc == theirs.true_crc
    assert read_records(theirs) == numbered(records)


# --- kio: no compression, and its timestamps are whole seconds


@given(records=some_records, producer=producers, transactional=st.booleans())
def test_kio_reads_ours(
    records: list[Record], producer: tuple[int, int, int], transactional: bool
) -> None:
    batch = ours(records, producer, transactional)
    theirs, size = kio.read_batch(batch.encode(), 0)
    assert size == batch.size
    assert (theirs.producer_id, theirs.producer_epoch, theirs.base_sequence) == producer
    assert (theirs.attributes, theirs.crc) == (batch.attributes, batch.crc)
    assert [
        (seen.key, seen.value, tuple((pair.key.decode(), pair.value) for pair in seen.headers))
        for seen in theirs.records
    ] == [(record.key, record.value, record.headers) for record in records]
    assert [int(seen.timestamp.timestamp()) for seen in theirs.records] == [
        record.timestamp // 1000 for record in records
    ]


# --- Java and librdkafka: batches that they wrote once


def golden() -> dict[tuple[str, str], bytes]:
    lines = Path(__file__).with_name("golden_batches.txt").read_text().splitlines()
    cells = [line.split() for line in lines if not line.startswith("#")]
    return {(writer, codec): bytes.fromhex(data) for writer, codec, data in cells}


def written_by_java(at: int) -> Record:
    return Record(
        key=None if at % 5 == 0 else f"key{at}".encode(),
        value=None if at % 7 == 3 else f"v{at}".encode() * 3,
        headers=(("h", bytes([at])), ("null", None)) if at % 2 else (),
        timestamp=1_700_000_000_000 + at % 3 * 10 - at,
        offset=1000 + at,
    )


def written_by_librdkafka(at: int) -> Record:
    in_java = written_by_java(at)
    value = None if in_java.value is None else in_java.value * 3
    return replace(in_java, value=value, timestamp=1_700_000_000_000 + at, offset=at)


WRITTEN = {"java": written_by_java, "librdkafka": written_by_librdkafka}


def test_every_codec_of_both_is_there() -> None:
    assert set(golden()) == {(writer, name) for writer in WRITTEN for name in CODEC_NAMES.values()}


@pytest.mark.parametrize(("writer", "codec"), sorted(golden()))
def test_what_others_wrote_is_read(writer: str, codec: str) -> None:
    data = golden()[writer, codec]
    (batch,) = split_batches(data)
    assert CODEC_NAMES[batch.codec] == codec
    assert batch.encode() == data
    assert batch.crc == batch.true_crc
    assert read_records(batch) == [WRITTEN[writer](at) for at in range(12)]


@pytest.mark.parametrize("codec", range(5))
def test_we_write_what_java_wrote(codec: int) -> None:
    data = golden()["java", CODEC_NAMES[codec]]
    batch = make_batch(
        [written_by_java(at) for at in range(12)],
        codec=codec,
        base_offset=1000,
        leader_epoch=5,
        producer_id=42,
        producer_epoch=3,
        base_sequence=7,
        attributes=0x10,
    )
    theirs = read_batch(data)
    assert decompress(codec, batch.payload) == decompress(codec, theirs.payload)
    assert replace(theirs, payload=batch.payload, length=batch.length).with_true_crc() == batch
