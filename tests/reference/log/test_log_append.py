"""What a leader accepts, refuses and writes.

Each answer was measured on Apache Kafka 4.3.1, but for two that it lets pass: wrong record lengths
in a compressed batch, and a client that claims LogAppendTime under CreateTime.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kafka_tck.reference.log import Refusal, check_produced
from kafka_tck.wire.batches import (
    Batch,
    Record,
    encode_record,
    make_batch,
    make_message,
    read_batch,
    read_records,
    split_batches,
)
from kafka_tck.wire.compression import compress

NOW = 1_700_000_000_000
Bench = Callable[..., Any]


def one(**fields: Any) -> Record:
    return Record(**{"key": b"k", "value": b"v", "timestamp": NOW, **fields})


TWO = make_batch([one(value=b"a"), one(value=b"b")])


def forged(**fields: Any) -> bytes:
    return replace(TWO, **fields).with_true_crc().encode()


def cut(size: int) -> bytes:
    """The first bytes of a batch, with a length field that fits them."""
    data = TWO.encode()[:size]
    return data[:8] + (size - 12).to_bytes(4) + data[12:]


def holding(codec: int, *parts: bytes, count: int = 1) -> bytes:
    """A batch of these record bytes."""
    header = replace(TWO, attributes=codec, count=count, last_offset_delta=count - 1)
    return header.with_payload(compress(codec, b"".join(parts))).encode()


def refused() -> Iterator[tuple[str, bytes, str]]:
    """What is sent, and the error that it gets."""
    plain = TWO.encode()
    record = encode_record(one(), 0, 0)
    yield "base offset", forged(base_offset=1), "INVALID_RECORD"
    yield "no record", forged(count=0, last_offset_delta=-1), "INVALID_RECORD"
    yield "count too big", forged(count=3, last_offset_delta=2), "INVALID_RECORD"
    yield "count too small", forged(count=1, last_offset_delta=0), "INVALID_RECORD"
    yield "count and delta differ", forged(count=1), "INVALID_RECORD"
    yield "negative count", forged(count=-1), "INVALID_RECORD"
    yield "claimed append time", forged(attributes=8), "INVALID_TIMESTAMP"
    yield "control batch", forged(attributes=0x20), "INVALID_RECORD"
    yield "no sequence", forged(producer_id=7, producer_epoch=0), "INVALID_RECORD"
    yield "crc", replace(TWO, crc=TWO.crc ^ 1).encode(), "CORRUPT_MESSAGE"
    yield "crc before control", replace(TWO, crc=0, attributes=0x20).encode(), "CORRUPT_MESSAGE"
    yield "codec 5", forged(attributes=5), "UNKNOWN_SERVER_ERROR"
    yield "codec 7", forged(attributes=7), "UNKNOWN_SERVER_ERROR"
    yield "gzip of nothing", forged(attributes=1), "UNKNOWN_SERVER_ERROR"
    yield (
        "two hours ahead",
        make_batch([one(timestamp=NOW + 7_200_000)]).encode(),
        ("INVALID_TIMESTAMP"),
    )
    yield "far future", make_batch([one(timestamp=2**62)]).encode(), "INVALID_TIMESTAMP"
    yield "furthest past", make_batch([one(timestamp=-(2**63))]).encode(), "INVALID_TIMESTAMP"
    yield "12 bytes behind", plain + bytes(12), "CORRUPT_MESSAGE"
    yield "17 bytes behind", plain + b"x" * 17, "CORRUPT_MESSAGE"
    yield "two batches", plain * 2, "INVALID_RECORD"
    yield "old message behind", plain + make_message(1, b"k", b"v"), "INVALID_RECORD"
    yield "magic 0", make_message(0, b"k", b"v"), "INVALID_RECORD"
    yield "magic 1", make_message(1, b"k", b"v"), "INVALID_RECORD"
    yield "magic 3", replace(TWO, magic=3).encode(), "CORRUPT_MESSAGE"
    yield "magic -1", replace(TWO, magic=-1).encode(), "CORRUPT_MESSAGE"
    yield "nothing", b"", "INVALID_RECORD"
    yield "11 bytes", bytes(11), "INVALID_RECORD"
    yield "cut", plain[:-1], "INVALID_RECORD"
    yield "length -1", replace(TWO, length=-1).encode(), "CORRUPT_MESSAGE"
    yield "length one short", replace(TWO, length=TWO.length - 1).encode(), "CORRUPT_MESSAGE"
    yield "length one long", replace(TWO, length=TWO.length + 1).encode(), "INVALID_RECORD"
    yield "longest length", replace(TWO, length=2**31 - 1).encode(), "UNKNOWN_SERVER_ERROR"
    yield "short of a producer", cut(50), "UNKNOWN_SERVER_ERROR"
    yield "short of a header", cut(51), "CORRUPT_MESSAGE"
    yield (
        "only a header",
        replace(make_batch([]), count=1).with_true_crc().encode(),
        ("INVALID_RECORD"),
    )
    for codec in range(5):
        yield f"bytes behind, codec {codec}", holding(codec, record, b"zz"), "INVALID_RECORD"
        yield (
            f"key too long, codec {codec}",
            holding(codec, encode_record(one(), 0, 0, key_length=99)),
            "INVALID_RECORD",
        )
        yield (
            f"length too long, codec {codec}",
            holding(codec, encode_record(one(), 0, 0, length=len(record))),
            "INVALID_RECORD",
        )
        yield (
            f"headers -1, codec {codec}",
            holding(codec, encode_record(one(), 0, 0, header_count=-1)),
            "INVALID_RECORD",
        )
    for codec in range(1, 5):
        yield (
            f"offset delta, codec {codec}",
            holding(codec, encode_record(one(), 5, 0)),
            ("UNKNOWN_SERVER_ERROR"),
        )


REFUSED = list(refused())


@pytest.mark.parametrize(("data", "error"), [x[1:] for x in REFUSED], ids=[x[0] for x in REFUSED])
def test_a_bad_batch_is_refused_and_leaves_no_trace(
    memory_bench: Bench, data: bytes, error: str
) -> None:
    bench = memory_bench()
    bench.write()
    before = bench.directory.load("00000000000000000000.log")
    with pytest.raises(Refusal) as refusal:
        bench.write_bytes(data)
    assert refusal.value.error == error
    assert (bench.log.leo, dict(bench.log.producers.entries)) == (1, {})
    assert bench.directory.load("00000000000000000000.log") == before


@pytest.mark.parametrize(
    "data",
    [
        forged(attributes=0x40),
        forged(attributes=0x100),
        forged(leader_epoch=99),
        forged(base_sequence=5),
        forged(producer_id=7, base_sequence=0),
        TWO.encode() + b"x" * 11,
        holding(0, encode_record(one(attributes=7), 0, 0)),
        holding(0, encode_record(one(), 5, 0)),
        *(make_batch([one(timestamp=at)]).encode() for at in (0, -1, -5, NOW + 3_500_000)),
    ],
)
def test_what_looks_odd_and_is_accepted(memory_bench: Bench, data: bytes) -> None:
    bench = memory_bench()
    assert bench.write_bytes(data).base_offset == 0
    assert bench.log.leo == split_batches(data)[0].count


def stored(bench: Any, offset: int = 0) -> Batch:
    return read_batch(bench.log.read(offset, max_bytes=0, bound=bench.log.leo, min_one=True))


def test_offsets_follow_the_log_end(bench: Bench) -> None:
    log = bench()
    answers = [log.write(*[log.record()] * count) for count in (1, 3, 2)]
    assert [(a.base_offset, a.last_offset) for a in answers] == [(0, 0), (1, 3), (4, 5)]
    assert [offset for offset, _ in log.offsets_and_keys()] == [0, 1, 2, 3, 4, 5]


def test_the_leader_writes_its_epoch_and_keeps_the_crc(bench: Bench) -> None:
    log = bench()
    log.write_bytes(forged(leader_epoch=99), epoch=4)
    assert stored(log).leader_epoch == 4
    assert stored(log).crc == TWO.crc


@pytest.mark.parametrize("lie", [0, -7, NOW + 10**9])
def test_a_lying_maximum_is_corrected(bench: Bench, lie: int) -> None:
    log = bench()
    log.write_bytes(forged(max_timestamp=lie))
    assert (stored(log).max_timestamp, stored(log).crc) == (NOW, stored(log).true_crc)


def test_append_time_replaces_the_maximum_and_keeps_the_base(bench: Bench) -> None:
    log = bench(message_timestamp_type="LogAppendTime")
    answer = log.write(log.record(timestamp=5), log.record(timestamp=2**60))
    batch = stored(log)
    assert answer.log_append_time == NOW
    assert (batch.base_timestamp, batch.max_timestamp, batch.log_append_time) == (5, NOW, True)
    assert [record.timestamp for record in read_records(batch)] == [NOW, NOW]


def test_under_create_time_no_append_time_is_answered(bench: Bench) -> None:
    assert bench().write().log_append_time == -1


def test_null_keys_are_named_on_a_compacted_topic(bench: Bench) -> None:
    log = bench(cleanup_policy=frozenset({"compact"}))
    keys = (None, b"k", None, b"")
    with pytest.raises(Refusal) as refusal:
        log.write(*[log.record(key=key) for key in keys])
    assert refusal.value.error == "INVALID_RECORD"
    assert [index for index, _ in refusal.value.record_errors] == [0, 2]
    assert log.write(log.record(key=b"")).base_offset == 0


def test_a_bad_time_beats_a_null_key(bench: Bench) -> None:
    log = bench(cleanup_policy=frozenset({"compact"}))
    with pytest.raises(Refusal) as refusal:
        log.write(log.record(key=None), log.record(timestamp=2**60))
    assert refusal.value.error == "INVALID_TIMESTAMP"
    assert [index for index, _ in refusal.value.record_errors] == [0, 1]


def test_the_past_may_be_bounded(bench: Bench) -> None:
    log = bench(message_timestamp_before_max_ms=1000)
    log.write(log.record(timestamp=NOW - 1000), log.record(timestamp=-1))
    with pytest.raises(Refusal, match="INVALID_TIMESTAMP"):
        log.write(log.record(timestamp=NOW - 1001))


def test_the_size_limit_counts_every_byte_of_the_batch(bench: Bench) -> None:
    size = len(TWO.encode())
    assert bench(max_message_bytes=size).write_bytes(TWO.encode()).base_offset == 0
    with pytest.raises(Refusal, match="MESSAGE_TOO_LARGE"):
        bench(max_message_bytes=size - 1).write_bytes(TWO.encode())


def test_the_size_is_checked_again_after_recompression(memory_bench: Bench) -> None:
    log = memory_bench(max_message_bytes=200, compression_type="uncompressed")
    data = make_batch([one(value=bytes(500))], codec=1).encode()
    assert len(data) <= 200
    with pytest.raises(Refusal, match="MESSAGE_TOO_LARGE"):
        log.write_bytes(data)


def test_a_batch_must_fit_into_a_segment(memory_bench: Bench) -> None:
    with pytest.raises(Refusal, match="RECORD_LIST_TOO_LARGE"):
        memory_bench(segment_bytes=60).write()


@pytest.mark.parametrize("sent", range(5))
@pytest.mark.parametrize("kept", ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"])
def test_the_topic_chooses_the_codec(memory_bench: Bench, sent: int, kept: str) -> None:
    log = memory_bench(compression_type=kept)
    headers = (("a", b"1"), ("b", None))
    log.write()
    log.write(one(key=None, headers=headers), one(value=None, timestamp=3), codec=sent)
    batch = stored(log, 1)
    names = ["uncompressed", "gzip", "snappy", "lz4", "zstd"]
    assert batch.codec == (sent if kept == "producer" else names.index(kept))
    assert batch.crc == batch.true_crc
    assert read_records(batch) == [
        one(key=None, headers=headers, offset=1),
        one(value=None, timestamp=3, offset=2),
    ]


def test_wrong_deltas_are_numbered_anew_by_recompression(memory_bench: Bench) -> None:
    log = memory_bench(compression_type="zstd")
    log.write_bytes(holding(1, encode_record(one(), 5, 0), encode_record(one(), 5, 0), count=2))
    assert [record.offset for record in read_records(stored(log))] == [0, 1]


def test_zstd_needs_produce_7() -> None:
    data = make_batch([one()], codec=4).encode()
    check_produced(data, 7)
    with pytest.raises(Refusal, match="UNSUPPORTED_COMPRESSION_TYPE"):
        check_produced(data, 6)


@pytest.mark.parametrize(
    ("data", "log_start"), [(forged(count=5), 1), (replace(TWO, crc=1).encode(), -1), (b"", -1)]
)
def test_some_errors_name_the_log_start(memory_bench: Bench, data: bytes, log_start: int) -> None:
    bench = memory_bench()
    bench.write()
    bench.log.raise_log_start(1)
    with pytest.raises(Refusal) as refusal:
        bench.write_bytes(data)
    assert refusal.value.log_start == log_start


def test_a_coordinator_may_leave_out_what_a_client_must_not(memory_bench: Bench) -> None:
    bench = memory_bench(cleanup_policy=frozenset({"compact"}), internal=True)
    data = replace(TWO, producer_id=7, producer_epoch=0).with_true_crc().encode()
    answer = bench.log.append_as_leader(data, epoch=0, now=NOW, origin="coordinator")
    assert answer.base_offset == 0
    assert bench.log.producers.entries[7].epoch == 0
