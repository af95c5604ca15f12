"""Real clients against the bundled cluster: nothing about them is changed."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
VALUES = [f"value {number} ".encode() * 20 for number in range(50)]


@pytest.fixture
def address(serving: Callable[..., "Serving"]) -> Iterator[str]:
    with serving(brokers=3) as served:
        yield served.address


@pytest.mark.parametrize("codec", CODECS)
def test_kafka_python(codec: str, address: str) -> None:
    kafka = pytest.importorskip("kafka")
    from kafka.admin import KafkaAdminClient, NewTopic

    with contextlib.ExitStack() as clients:
        admin = clients.enter_context(
            contextlib.closing(KafkaAdminClient(bootstrap_servers=address))
        )
        admin.create_topics([NewTopic("t", 3, 1)])
        producer = kafka.KafkaProducer(
            bootstrap_servers=address, compression_type=None if codec == "none" else codec
        )
        clients.enter_context(contextlib.closing(producer))
        sent = [producer.send("t", value, partition=2) for value in VALUES]
        assert [future.get(30).offset for future in sent] == list(range(len(VALUES)))
        partition = kafka.TopicPartition("t", 2)
        consumer = kafka.KafkaConsumer(bootstrap_servers=address, group_id=None)
        clients.enter_context(contextlib.closing(consumer))
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        got: list[bytes] = []
        while len(got) < len(VALUES):
            for records in consumer.poll(timeout_ms=1000).values():
                got += [record.value for record in records]
        assert got == VALUES
        assert consumer.end_offsets([partition]) == {partition: len(VALUES)}
        assert consumer.beginning_offsets([partition]) == {partition: 0}


@pytest.mark.parametrize("codec", CODECS)
def test_librdkafka(codec: str, address: str) -> None:
    confluent = pytest.importorskip("confluent_kafka")
    from confluent_kafka.admin import AdminClient, NewTopic

    admin = AdminClient({"bootstrap.servers": address})
    admin.create_topics([NewTopic("t", 3, 1)])["t"].result(30)
    delivered: list[tuple[Any, int]] = []
    producer = confluent.Producer(
        {"bootstrap.servers": address, "compression.codec": codec, "enable.idempotence": True}
    )
    for value in VALUES:
        producer.produce(
            "t", value, partition=1, on_delivery=lambda e, m: delivered.append((e, m.offset()))
        )
    assert producer.flush(30) == 0
    assert delivered == [(None, offset) for offset in range(len(VALUES))]
    consumer = confluent.Consumer(
        {"bootstrap.servers": address, "group.id": "unused", "enable.auto.commit": False}
    )
    partition = confluent.TopicPartition("t", 1, confluent.OFFSET_BEGINNING)
    consumer.assign([partition])
    got: list[bytes] = []
    while len(got) < len(VALUES):
        message = consumer.poll(30)
        assert message is not None
        assert message.error() is None
        got.append(message.value())
    assert got == VALUES
    assert consumer.get_watermark_offsets(partition, timeout=30) == (0, len(VALUES))
    consumer.close()


@pytest.mark.parametrize("codec", CODECS)
def test_aiokafka(codec: str, address: str) -> None:
    aiokafka = pytest.importorskip("aiokafka")
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    async def round_trip() -> tuple[list[int], list[bytes], int]:
        admin = AIOKafkaAdminClient(bootstrap_servers=address)
        await admin.start()
        await admin.create_topics([NewTopic("t", 3, 1)])
        await admin.close()
        producer = aiokafka.AIOKafkaProducer(
            bootstrap_servers=address, compression_type=None if codec == "none" else codec
        )
        await producer.start()
        sent = [await producer.send_and_wait("t", value, partition=0) for value in VALUES]
        await producer.stop()
        consumer = aiokafka.AIOKafkaConsumer(bootstrap_servers=address, group_id=None)
        await consumer.start()
        partition = aiokafka.TopicPartition("t", 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        got = [(await consumer.getone()).value for _ in VALUES]
        ends = await consumer.end_offsets([partition])
        await consumer.stop()
        return [metadata.offset for metadata in sent], got, ends[partition]

    offsets, got, end = asyncio.run(asyncio.wait_for(round_trip(), 60))
    assert offsets == list(range(len(VALUES)))
    assert got == VALUES
    assert end == len(VALUES)
