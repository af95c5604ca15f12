"""The hashes of keys, against published values and against properties of what they decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.partitioners import (
    OF_LIBRDKAFKA,
    Keyless,
    Partitioner,
    by_crc32,
    by_murmur2,
    murmur2,
    switches_too_early,
)

VINS = [b"vin-%d" % number for number in range(1000)]


@pytest.mark.parametrize(
    ("data", "due"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_murmur2_is_kafkas(data: bytes, due: int) -> None:
    assert murmur2(data) == due


def test_keys_may_share_a_partition_or_leave_one_empty() -> None:
    assert [by_murmur2(key, 10) for key in (b"k0", b"k1", b"k2")] == [5, 7, 3]


@pytest.mark.parametrize("partitioner", OF_LIBRDKAFKA.values())
@given(key=st.binary(max_size=40), partitions=st.integers(1, 1000))
def test_the_partition_of_a_key_is_one_of_all(
    partitioner: Partitioner, key: bytes, partitions: int
) -> None:
    chosen = partitioner(key, partitions)
    assert chosen is None or 0 <= chosen < partitions
    assert chosen == partitioner(bytes(key), partitions)


def test_without_key_and_with_an_empty_one() -> None:
    """The empty key is hashed by Kafka, and no key for librdkafka's default."""
    chosen = {name: (p(None, 10), p(b"", 10)) for name, p in OF_LIBRDKAFKA.items()}
    empty = by_murmur2(b"", 10)
    assert chosen == {
        "consistent": (0, 0),
        "consistent_random": (None, None),
        "murmur2": (empty, empty),
        "murmur2_random": (None, empty),
    }


def test_two_clients_put_most_keys_on_different_partitions() -> None:
    differ = sum(by_murmur2(key, 10) != by_crc32(key, 10) for key in VINS)
    assert differ == 880


def test_one_more_partition_moves_most_keys() -> None:
    moved = sum(by_murmur2(key, 10) != by_murmur2(key, 11) for key in VINS)
    assert moved == 913


def test_a_partition_is_left_when_it_has_a_batch() -> None:
    whole = [Keyless(0, 60), Keyless(0, 60), Keyless(2, 100), Keyless(0, 1)]
    assert list(switches_too_early(whole, 100)) == []
    early = [Keyless(0, 60), Keyless(1, 60), Keyless(1, 60)]
    assert list(switches_too_early(early, 100)) == [
        "partition 0 was left after at most 60 of 100 bytes"
    ]
