"""Where real clients put records, against the model's partitioners (catalogue G.5)."""

import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.reference.test_java_client import java as java

from kafka_tck.model.partitioners import OF_LIBRDKAFKA, Keyless, by_murmur2, switches_too_early

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

PROGRAM = Path(__file__).parent / "java" / "Partitions.java"
PARTITIONS = 10
KEYS = [b"", *(random.Random(at).randbytes(at) for at in range(1, 40))]
BATCH_SIZE = 4000
MOST_OVERHEAD = 61 + 21
"""Bytes of a batch's header and of a record's fields, which count beside 1000 of value."""


@pytest.fixture
def address(serving: Callable[..., "Serving"]) -> Iterator[str]:
    admin = pytest.importorskip("confluent_kafka.admin")
    with serving() as served:
        client = admin.AdminClient({"bootstrap.servers": served.address})
        topics = [admin.NewTopic(name, PARTITIONS, 1) for name in ("t", "keyless")]
        for made in client.create_topics(topics).values():
            made.result(30)
        yield served.address


@pytest.mark.parametrize("name", OF_LIBRDKAFKA)
def test_librdkafka(name: str, address: str) -> None:
    confluent = pytest.importorskip("confluent_kafka")
    producer = confluent.Producer({"bootstrap.servers": address, "partitioner": name})
    landed: dict[bytes | None, int] = {}
    for key in (None, *KEYS):
        producer.produce(
            "t",
            b"value",
            key=key,
            on_delivery=lambda _, record, key=key: landed.update({key: record.partition()}),
        )
    assert producer.flush(30) == 0
    assert len(landed) == len(KEYS) + 1
    for key, partition in landed.items():
        assert OF_LIBRDKAFKA[name](key, PARTITIONS) in (None, partition), key


def test_kafka_python(address: str) -> None:
    kafka = pytest.importorskip("kafka")
    producer = kafka.KafkaProducer(bootstrap_servers=address)
    sent = {key: producer.send("t", b"value", key=key) for key in KEYS}
    landed = {key: future.get(30).partition for key, future in sent.items()}
    producer.close()
    assert landed == {key: by_murmur2(key, PARTITIONS) for key in KEYS}


def test_aiokafka() -> None:
    partitioner = pytest.importorskip("aiokafka.partitioner").DefaultPartitioner()
    every = list(range(PARTITIONS))
    for key in KEYS:
        assert partitioner(key, every, every) == by_murmur2(key, PARTITIONS)


def test_kafkas_own_client(java: list[str], address: str) -> None:
    """Keys as murmur2 says; without key, no partition is left before it has a batch's bytes."""
    done = subprocess.run(
        [*java, str(PROGRAM), address, "200", *(key.hex() for key in KEYS)],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    landed = [int(word) for word in done.stdout.split()]
    assert landed[: len(KEYS)] == [by_murmur2(key, PARTITIONS) for key in KEYS]
    keyless = [Keyless(partition, 1000 + MOST_OVERHEAD) for partition in landed[len(KEYS) :]]
    assert len(keyless) == 200
    assert len({record.partition for record in keyless}) > 1
    assert list(switches_too_early(keyless, BATCH_SIZE)) == []
