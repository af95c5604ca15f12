"""The codecs: round trips, foreign forms, damage, and bombs."""

import gzip
import struct
import tracemalloc
from contextlib import suppress

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.wire.compression import (
    CODEC_NAMES,
    GZIP,
    LZ4,
    NONE,
    SNAPPY,
    XERIAL_MAGIC,
    ZSTD,
    BadCompression,
    compress,
    decompress,
)

REAL_CODECS = [GZIP, SNAPPY, LZ4, ZSTD]
MIB = 1 << 20

real_codec = pytest.mark.parametrize("codec", REAL_CODECS, ids=lambda codec: CODEC_NAMES[codec])


@given(codec=st.sampled_from([NONE, *REAL_CODECS]), data=st.binary(max_size=300))
def test_data_survives(codec: int, data: bytes) -> None:
    assert decompress(codec, compress(codec, data)) == data


@real_codec
@pytest.mark.parametrize("size", [0, 1, 32 * 1024, 32 * 1024 + 1, 64 * 1024, 3 * MIB])
def test_data_of_any_size_survives(codec: int, size: int) -> None:
    data = bytes(range(251)) * (size // 251) + b"x" * (size % 251)
    assert decompress(codec, compress(codec, data)) == data


@pytest.mark.parametrize("codec", [-1, 5, 6, 7])
def test_a_codec_that_does_not_exist_is_bad(codec: int) -> None:
    with pytest.raises(BadCompression, match=str(codec)):
        compress(codec, b"")
    with pytest.raises(BadCompression, match=str(codec)):
        decompress(codec, b"")


# --- bounds


@real_codec
def test_the_limit_itself_is_allowed_and_one_more_is_not(codec: int) -> None:
    for size in (1, 1000, 300_000):
        packed = compress(codec, b"z" * size)
        assert len(decompress(codec, packed, limit=size)) == size
        with pytest.raises(BadCompression, match="longer than"):
            decompress(codec, packed, limit=size - 1)


@real_codec
def test_a_bomb_takes_no_more_memory_than_the_limit(codec: int) -> None:
    bomb = compress(codec, bytes(64 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(BadCompression, match="longer than"):
            decompress(codec, bomb, limit=MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB + len(bomb)


def test_a_snappy_block_that_announces_too_much_is_refused_before_it_is_unfolded() -> None:
    with pytest.raises(BadCompression, match="longer than"):
        decompress(SNAPPY, b"\xff\xff\xff\xff\x0f\x00")


# --- damage


@real_codec
def test_a_cut_stream_is_bad(codec: int) -> None:
    packed = compress(codec, b"some bytes, some bytes, some bytes" * 3)
    edges = [16] if codec == SNAPPY else []  # a xerial stream without blocks is whole
    for cut in range(len(packed)):
        if cut not in edges:
            with pytest.raises(BadCompression):
                decompress(codec, packed[:cut])


@given(codec=st.sampled_from(REAL_CODECS), data=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(codec: int, data: bytes) -> None:
    with suppress(BadCompression):
        assert len(decompress(codec, data, limit=MIB)) <= MIB


@given(codec=st.sampled_from(REAL_CODECS), at=st.integers(0, 200), bit=st.integers(0, 7))
def test_a_flipped_bit_never_escapes_as_another_error(codec: int, at: int, bit: int) -> None:
    packed = bytearray(compress(codec, b"some bytes, some bytes, some bytes" * 3))
    packed[at % len(packed)] ^= 1 << bit
    with suppress(BadCompression):
        assert len(decompress(codec, bytes(packed), limit=MIB)) <= MIB


def test_a_xerial_block_size_that_lies_is_bad() -> None:
    header = XERIAL_MAGIC + struct.pack(">ii", 1, 1)
    for size in (-1, 7, 2**31 - 1):
        with pytest.raises(BadCompression, match=str(size)):
            decompress(SNAPPY, header + struct.pack(">i", size) + b"short")


# --- forms


def test_snappy_is_written_in_xerial_blocks_of_32_kib() -> None:
    packed = compress(SNAPPY, bytes(70_000))
    assert packed[:16] == b"\x82SNAPPY\x00" + struct.pack(">ii", 1, 1)
    sizes, at = [], 16
    while at < len(packed):
        (size,) = struct.unpack_from(">i", packed, at)
        sizes.append(cramjam.snappy.decompress_raw_len(packed[at + 4 : at + 4 + size]))
        at += 4 + size
    assert sizes == [32_768, 32_768, 70_000 - 2 * 32_768]


def test_snappy_without_framing_is_read() -> None:
    assert decompress(SNAPPY, bytes(cramjam.snappy.compress_raw(b"raw" * 9))) == b"raw" * 9


def test_a_gzip_stream_of_two_members_is_read() -> None:
    assert decompress(GZIP, gzip.compress(b"one ") + gzip.compress(b"two")) == b"one two"


def test_lz4_is_written_as_version_1_with_independent_blocks() -> None:
    assert compress(LZ4, bytes(200_000))[4] & 0b1110_0000 == 0b0110_0000


def test_lz4_with_dependent_blocks_is_refused() -> None:
    stream = cramjam.lz4.Compressor(block_linked=True)
    stream.compress(b"abc" * 99)
    with pytest.raises(BadCompression, match="depend"):
        decompress(LZ4, bytes(stream.finish()))


def test_lz4_with_a_content_checksum_is_read() -> None:
    stream = cramjam.lz4.Compressor(content_checksum=True, block_linked=False)
    stream.compress(b"abc" * 99)
    assert decompress(LZ4, bytes(stream.finish())) == b"abc" * 99
