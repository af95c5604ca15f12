"""Partitioners of producers: which partition a record goes to.

That of a key is a function of its bytes and of the number of partitions, one for each client's
default. Records without key go where the producer likes, in runs: of these only laws are told.
Sources: BuiltInPartitioner (KIP-480, KIP-794); librdkafka's `partitioner` setting.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple
from zlib import crc32

_SEED: Final = 0x9747B28C
_MULTIPLIER: Final = 0x5BD1E995
_WORD: Final = 0xFFFFFFFF

Partitioner = Callable[[bytes | None, int], int | None]
"""The partition of a key among so many; None if the producer may choose. No key is None."""


def murmur2(data: bytes) -> int:
    """MurmurHash2 of 32 bits with Kafka's seed, as the signed number that Kafka makes of it."""
    whole = len(data) // 4 * 4
    state = _SEED ^ len(data)
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * _MULTIPLIER & _WORD
        word = (word ^ word >> 24) * _MULTIPLIER & _WORD
        state = state * _MULTIPLIER & _WORD ^ word
    if data[whole:]:
        state = (state ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _WORD
    state = (state ^ state >> 13) * _MULTIPLIER & _WORD
    state ^= state >> 15
    return state - (1 << 32) if state >> 31 else state


def by_murmur2(key: bytes | None, partitions: int) -> int | None:
    """Kafka's default: the hash without its sign bit (not its absolute value), modulo all.

    An empty key is a key. Also librdkafka's `murmur2_random`.
    """
    return None if key is None else (murmur2(key) & 0x7FFFFFFF) % partitions


def by_crc32(key: bytes | None, partitions: int) -> int | None:
    """librdkafka's `consistent`: no key and the empty one have the hash of nothing."""
    return crc32(key or b"") % partitions


def by_crc32_or_any(key: bytes | None, partitions: int) -> int | None:
    """librdkafka's default, `consistent_random`: without key, or with an empty one, any."""
    return by_crc32(key, partitions) if key else None


def by_murmur2_always(key: bytes | None, partitions: int) -> int | None:
    """librdkafka's `murmur2`: no key has the hash of nothing."""
    return by_murmur2(key or b"", partitions)


OF_LIBRDKAFKA: Final[Mapping[str, Partitioner]] = {
    "consistent": by_crc32,
    "consistent_random": by_crc32_or_any,
    "murmur2": by_murmur2_always,
    "murmur2_random": by_murmur2,
}
"""By the value of librdkafka's `partitioner` setting."""


class Keyless(NamedTuple):
    """A record without key: where it went, and the most bytes that it can have counted for."""

    partition: int
    size: int


def switches_too_early(sent: Sequence[Keyless], batch_size: int) -> Iterator[str]:
    """Where a producer left a partition before it had given it `batch.size` bytes.

    `sent` is in the order of sending, from one producer to one topic. How long a run may be is no
    law: the partition that is chosen next may be the same.
    """
    runs = [
        (partition, sum(record.size for record in records))
        for partition, records in groupby(sent, key=lambda record: record.partition)
    ]
    for partition, size in runs[:-1]:
        if size < batch_size:
            yield f"partition {partition} was left after at most {size} of {batch_size} bytes"
