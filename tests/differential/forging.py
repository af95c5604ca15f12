"""Forged batches: one lie in a records field that is honest otherwise."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.differential.batch_specs import BatchSpec, Records
from tests.differential.symbols import Time

from kafka_tck.wire.batches import make_message

_LIES: Final[dict[str, list[Any]]] = {
    "base_offset": [1, -1, 2**62],
    "length": [-1, 0, 13, 14, 48, 49, 50, 2**31 - 1],
    "leader_epoch": [0, 99, -2],
    "magic": [0, 1, 3, -1],
    "attributes": [5, 7, 8, 0x10, 0x20, 0x30, 0x40, 0x80, -0x8000],
    "last_offset_delta": [-1, 0, 1, 5, 2**31 - 1],
    "base_timestamp": [-1, 0, Time(-300_000), 2**62],
    "max_timestamp": [-1, 0, Time(-300_000), Time(10**9), 2**62],
    # Below -1 Apache Kafka fails as soon as it has to write the batch anew.
    "producer_id": [10**12 + 1, 0],
    "producer_epoch": [-1, -2, 2, 2**15 - 1],
    "base_sequence": [-1, -2, 0, 3, 2**31 - 1],
    "count": [-1, 0, 1, 2, 7, 2**31 - 1],
}


def forged(records: Records, rng: random.Random) -> Records | bytes:
    """The same content with one thing wrong."""
    return rng.choice(_WAYS)(records, rng)


def _lie(records: Records, rng: random.Random) -> Records:
    name = rng.choice(sorted(_LIES))
    lie = {name: rng.choice(_LIES[name])}
    return _with_first(records, replace(records.batches[0], forged=lie))


def _two_lies(records: Records, rng: random.Random) -> Records:
    """A count and a last offset delta that fit each other and not the records."""
    count = rng.choice([0, 1, 2, 3, 4])
    lie = {"count": count, "last_offset_delta": count - 1}
    return _with_first(records, replace(records.batches[0], forged=lie))


def _wrong_crc(records: Records, rng: random.Random) -> Records:
    return _with_first(records, replace(records.batches[0], bad_crc=True))


def _extra_payload(records: Records, rng: random.Random) -> Records:
    return _with_first(records, replace(records.batches[0], extra=rng.choice([b"\0", b"abc"])))


def _no_records(records: Records, rng: random.Random) -> Records:
    return _with_first(records, BatchSpec(()))


def _twice(records: Records, rng: random.Random) -> Records:
    return replace(records, batches=records.batches * 2)


def _tail(records: Records, rng: random.Random) -> Records:
    return replace(records, tail=rng.choice([b"x", b"\0" * 11, b"\0" * 12, b"\0" * 17]))


def _cut(records: Records, rng: random.Random) -> Records:
    return replace(records, cut=rng.choice([1, 10, 50]))


def _old_format(records: Records, rng: random.Random) -> bytes:
    return make_message(rng.choice([0, 1]), b"k", b"v")


def _rubbish(records: Records, rng: random.Random) -> bytes:
    return rng.choice([b"", b"\0", b"rubbish", b"\xff" * 70])


def _with_first(records: Records, batch: BatchSpec) -> Records:
    return replace(records, batches=(batch, *records.batches[1:]))


_WAYS: Final[list[Callable[[Records, random.Random], Records | bytes]]] = [
    _lie, _lie, _lie, _lie, _lie, _two_lies, _wrong_crc, _extra_payload, _no_records, _twice,
    _tail, _cut, _old_format, _rubbish,
]  # fmt: skip
