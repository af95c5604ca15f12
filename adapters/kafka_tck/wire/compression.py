"""The four codecs of record batches, in the forms Apache Kafka's Java client reads and writes.

Source: org.apache.kafka.common.compress. Reading is bounded, so that a small batch cannot unfold
into more memory than `limit`.
"""

import struct
from collections.abc import Callable
from typing import Final, TypeVar

import cramjam

NONE: Final = 0
GZIP: Final = 1
SNAPPY: Final = 2
LZ4: Final = 3
ZSTD: Final = 4

CODEC_NAMES: Final = {NONE: "none", GZIP: "gzip", SNAPPY: "snappy", LZ4: "lz4", ZSTD: "zstd"}

LIMIT: Final = 104_857_600
"""Default for the most bytes one decompression may give: 100 MiB, as a Kafka request."""

XERIAL_MAGIC: Final = b"\x82SNAPPY\x00"
_XERIAL_HEADER: Final = XERIAL_MAGIC + struct.pack(">ii", 1, 1)
_XERIAL_BLOCK: Final = 32 * 1024
_FIRST_GUESS: Final = 64 * 1024
_BUFFER_FULL: Final = "failed to write whole buffer"

Codec = TypeVar("Codec")


class BadCompression(Exception):
    """The bytes do not decompress, give more than the limit, or the codec does not exist."""


def compress(codec: int, data: bytes) -> bytes:
    """The data in a codec's form. Raises `BadCompression` for a codec that does not exist."""
    if codec == NONE:
        return data
    return _find(_COMPRESSORS, codec)(data)


def decompress(codec: int, data: bytes, limit: int = LIMIT) -> bytes:
    """The data behind a codec, at most `limit` bytes. Raises `BadCompression`.

    Stricter than Kafka in one way: a gzip, lz4 or zstd stream must be whole to its last byte and
    end with the data, where Kafka stops looking after the last record.
    """
    if codec == NONE:
        return data
    return _find(_DECOMPRESSORS, codec)(data, limit)


def _find(table: dict[int, Codec], codec: int) -> Codec:
    if codec not in table:
        raise BadCompression(f"no codec has the id {codec}")
    return table[codec]


def _gzip(data: bytes) -> bytes:
    return bytes(cramjam.gzip.compress(data))


def _zstd(data: bytes) -> bytes:
    return bytes(cramjam.zstd.compress(data))


def _lz4(data: bytes) -> bytes:
    # Kafka's reader knows independent blocks only, and does not look at content checksums.
    stream = cramjam.lz4.Compressor(content_checksum=False, block_linked=False)
    stream.compress(data)
    return bytes(stream.finish())


def _snappy(data: bytes) -> bytes:
    out = [_XERIAL_HEADER]
    for start in range(0, len(data), _XERIAL_BLOCK):
        block = bytes(cramjam.snappy.compress_raw(data[start : start + _XERIAL_BLOCK]))
        out += (struct.pack(">i", len(block)), block)
    return b"".join(out)


def _unfold(into: Callable[[bytes, bytearray], int], data: bytes, limit: int) -> bytes:
    """Decompresses into a buffer of our own size; a bigger one each time it was too small."""
    size = min(limit, max(_FIRST_GUESS, 4 * len(data)))
    while True:
        out = bytearray(size)
        try:
            return bytes(memoryview(out)[: into(data, out)])
        except cramjam.DecompressionError as error:
            if str(error) != _BUFFER_FULL:
                raise BadCompression(str(error)) from None
        if size == limit:
            raise BadCompression(f"the data is longer than {limit} bytes")
        size = min(limit, 8 * size)


def _from_gzip(data: bytes, limit: int) -> bytes:
    return _unfold(cramjam.gzip.decompress_into, data, limit)


def _from_zstd(data: bytes, limit: int) -> bytes:
    return _unfold(cramjam.zstd.decompress_into, data, limit)


def _from_lz4(data: bytes, limit: int) -> bytes:
    if len(data) > 4 and not data[4] & 0x20:
        raise BadCompression("the lz4 blocks depend on each other, which Kafka cannot read")
    return _unfold(cramjam.lz4.decompress_into, data, limit)


def _from_snappy(data: bytes, limit: int) -> bytes:
    if not data.startswith(XERIAL_MAGIC):
        return _snappy_block(data, limit)
    if len(data) < len(_XERIAL_HEADER):
        raise BadCompression("the header of the snappy stream is cut")
    out: list[bytes] = []
    at = len(_XERIAL_HEADER)
    while at < len(data):
        block, at = _xerial_block(data, at)
        out.append(_snappy_block(block, limit))
        limit -= len(out[-1])
    return b"".join(out)


def _xerial_block(data: bytes, at: int) -> tuple[bytes, int]:
    if len(data) < at + 4:
        raise BadCompression("the size of a snappy block is cut")
    (size,) = struct.unpack_from(">i", data, at)
    end = at + 4 + size
    if size < 0 or end > len(data):
        raise BadCompression(f"a snappy block announces {size} bytes")
    return data[at + 4 : end], end


def _snappy_block(block: bytes, limit: int) -> bytes:
    try:
        size = cramjam.snappy.decompress_raw_len(block)
        if size > limit:
            raise BadCompression(f"the data is {size - limit} bytes longer than the limit")
        return bytes(cramjam.snappy.decompress_raw(block))
    except cramjam.DecompressionError as error:
        raise BadCompression(str(error)) from None


_COMPRESSORS: Final[dict[int, Callable[[bytes], bytes]]] = {
    GZIP: _gzip,
    SNAPPY: _snappy,
    LZ4: _lz4,
    ZSTD: _zstd,
}
_DECOMPRESSORS: Final[dict[int, Callable[[bytes, int], bytes]]] = {
    GZIP: _from_gzip,
    SNAPPY: _from_snappy,
    LZ4: _from_lz4,
    ZSTD: _from_zstd,
}
