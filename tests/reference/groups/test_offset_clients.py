"""Real clients commit offsets to the bundled cluster: plainly, and within transactions.

Their consumers have partitions assigned and do not join the group.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

PLAIN, ABORTED, COMMITTED = 5, 7, 3
"""Committed in this order. The last one is lower, and counts all the same."""
GROUP = "readers"


@pytest.fixture
def address(serving: Callable[..., "Serving"]) -> Iterator[str]:
    with serving(brokers=3) as served:
        confluent_admin = pytest.importorskip("confluent_kafka.admin")
        admin = confluent_admin.AdminClient({"bootstrap.servers": served.address})
        admin.create_topics([confluent_admin.NewTopic("t", 2, 3)])["t"].result(30)
        yield served.address


def test_librdkafka(address: str) -> None:
    confluent = pytest.importorskip("confluent_kafka")
    shared = {"bootstrap.servers": address}
    consumer = confluent.Consumer(
        shared
        | {"group.id": GROUP, "enable.auto.commit": False, "isolation.level": "read_committed"}
    )
    place = confluent.TopicPartition("t", 0)
    consumer.assign([place])

    def at(offset: int) -> list[object]:
        return [confluent.TopicPartition("t", 0, offset, metadata="m")]

    def committed() -> tuple[int, str]:
        """What is stable; as long as it is not, the client asks again."""
        found = consumer.committed([place], timeout=30)[0]
        assert found.error is None
        return found.offset, found.metadata

    consumer.commit(offsets=at(PLAIN), asynchronous=False)
    assert committed() == (PLAIN, "m")
    producer = confluent.Producer(shared | {"transactional.id": "writer"})
    producer.init_transactions(30)
    for offset, commits in ((ABORTED, False), (COMMITTED, True)):
        producer.begin_transaction()
        producer.produce("t", b"output", partition=1)
        metadata = consumer.consumer_group_metadata()
        producer.send_offsets_to_transaction(at(offset), metadata, 30)
        if commits:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)
        assert committed() == (COMMITTED if commits else PLAIN, "m")
    consumer.close()


def test_kafka_python(address: str) -> None:
    kafka = pytest.importorskip("kafka")
    place = kafka.TopicPartition("t", 0)
    with contextlib.ExitStack() as clients:
        consumer = kafka.KafkaConsumer(
            bootstrap_servers=address, group_id=GROUP, enable_auto_commit=False
        )
        clients.enter_context(contextlib.closing(consumer))
        consumer.assign([place])

        def at(offset: int) -> dict[object, object]:
            return {place: kafka.OffsetAndMetadata(offset, "m", -1)}

        consumer.commit(at(PLAIN))
        assert consumer.committed(place) == PLAIN
        producer = kafka.KafkaProducer(bootstrap_servers=address, transactional_id="writer")
        clients.enter_context(contextlib.closing(producer))
        producer.init_transactions()
        told = []
        for offset, commits in ((ABORTED, False), (COMMITTED, True), (ABORTED, False)):
            producer.begin_transaction()
            # Offsets are taken once the transaction before is complete.
            producer.send_offsets_to_transaction(at(offset), GROUP)
            told.append(consumer.committed(place))
            if commits:
                producer.commit_transaction()
            else:
                producer.abort_transaction()
        assert told == [PLAIN, PLAIN, COMMITTED]


def test_aiokafka(address: str) -> None:
    aiokafka = pytest.importorskip("aiokafka")
    place = aiokafka.TopicPartition("t", 0)

    async def commit_and_ask() -> list[int]:
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=address, group_id=GROUP, enable_auto_commit=False
        )
        await consumer.start()
        consumer.assign([place])
        await consumer.commit({place: PLAIN})
        told = [await consumer.committed(place)]
        producer = aiokafka.AIOKafkaProducer(bootstrap_servers=address, transactional_id="writer")
        await producer.start()
        for offset, commits in ((ABORTED, False), (COMMITTED, True)):
            await producer.begin_transaction()
            await producer.send_offsets_to_transaction({place: offset}, GROUP)
            told.append(await consumer.committed(place))
            if commits:
                await producer.commit_transaction()
            else:
                await producer.abort_transaction()
        while told[-1] == PLAIN:
            told.append(await consumer.committed(place))
        await producer.stop()
        await consumer.stop()
        return told

    told = asyncio.run(asyncio.wait_for(commit_and_ask(), 60))
    assert set(told[:-1]) == {PLAIN}
    assert told[-1] == COMMITTED
