"""Real transactional producers and read-committed consumers against the bundled cluster.

Every producer's transactions are read by every consumer: what is committed is there, in order and
once, and what was aborted is not.
"""

import asyncio
import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.reference.test_java_client import java as java

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

PARTITIONS = (0, 1)
TRANSACTIONS = (("one", True), ("two", False), ("three", True), ("four", False), ("five", True))
"""What is written to each partition in turn, and whether it is committed."""
COMMITTED = [value.encode() for value, commits in TRANSACTIONS if commits]
EVERYTHING = [value.encode() for value, _ in TRANSACTIONS]
END = b"end"
"""Written last, without a transaction: a reader that sees it has seen all there was before."""
PROGRAM = Path(__file__).parent / "java" / "Transactions.java"

Write = Callable[[str], None]
Read = Callable[[str, int, bool], list[bytes]]


@pytest.fixture
def address(serving: Callable[..., "Serving"]) -> Iterator[str]:
    with serving(brokers=3) as served:
        yield served.address


def make_topic(address: str, copies: int = 3) -> None:
    confluent_admin = pytest.importorskip("confluent_kafka.admin")
    admin = confluent_admin.AdminClient({"bootstrap.servers": address})
    new = confluent_admin.NewTopic("t", len(PARTITIONS), copies)
    admin.create_topics([new])["t"].result(30)


def write_end(address: str) -> None:
    confluent = pytest.importorskip("confluent_kafka")
    producer = confluent.Producer({"bootstrap.servers": address, "enable.idempotence": True})
    for partition in PARTITIONS:
        producer.produce("t", END, partition=partition)
    assert producer.flush(30) == 0


def kafka_python_writes(address: str) -> None:
    kafka = pytest.importorskip("kafka")
    producer = kafka.KafkaProducer(bootstrap_servers=address, transactional_id="writer")
    with contextlib.closing(producer):
        producer.init_transactions()
        for value, commits in TRANSACTIONS:
            producer.begin_transaction()
            sent = [producer.send("t", value.encode(), partition=p) for p in PARTITIONS]
            for future in sent:
                future.get(30)
            if commits:
                producer.commit_transaction()
            else:
                producer.abort_transaction()


def librdkafka_writes(address: str) -> None:
    confluent = pytest.importorskip("confluent_kafka")
    producer = confluent.Producer({"bootstrap.servers": address, "transactional.id": "writer"})
    producer.init_transactions(30)
    for value, commits in TRANSACTIONS:
        producer.begin_transaction()
        for partition in PARTITIONS:
            producer.produce("t", value, partition=partition)
        assert producer.flush(30) == 0
        if commits:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)


def aiokafka_writes(address: str) -> None:
    aiokafka = pytest.importorskip("aiokafka")

    async def write() -> None:
        producer = aiokafka.AIOKafkaProducer(bootstrap_servers=address, transactional_id="writer")
        await producer.start()
        for value, commits in TRANSACTIONS:
            await producer.begin_transaction()
            for partition in PARTITIONS:
                await producer.send_and_wait("t", value.encode(), partition=partition)
            if commits:
                await producer.commit_transaction()
            else:
                await producer.abort_transaction()
        await producer.stop()

    asyncio.run(asyncio.wait_for(write(), 60))


def kafka_python_reads(address: str, partition: int, committed: bool) -> list[bytes]:
    kafka = pytest.importorskip("kafka")
    level = "read_committed" if committed else "read_uncommitted"
    consumer = kafka.KafkaConsumer(bootstrap_servers=address, group_id=None, isolation_level=level)
    with contextlib.closing(consumer):
        place = kafka.TopicPartition("t", partition)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        got: list[bytes] = []
        while END not in got:
            for records in consumer.poll(timeout_ms=1000).values():
                got += [record.value for record in records]
    return got


def librdkafka_reads(address: str, partition: int, committed: bool) -> list[bytes]:
    confluent = pytest.importorskip("confluent_kafka")
    consumer = confluent.Consumer(
        {
            "bootstrap.servers": address,
            "group.id": "unused",
            "enable.auto.commit": False,
            "isolation.level": "read_committed" if committed else "read_uncommitted",
        }
    )
    consumer.assign([confluent.TopicPartition("t", partition, confluent.OFFSET_BEGINNING)])
    got: list[bytes] = []
    while END not in got:
        message = consumer.poll(30)
        assert message is not None
        assert message.error() is None
        got.append(message.value())
    consumer.close()
    return got


def aiokafka_reads(address: str, partition: int, committed: bool) -> list[bytes]:
    aiokafka = pytest.importorskip("aiokafka")

    async def read() -> list[bytes]:
        level = "read_committed" if committed else "read_uncommitted"
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=address, group_id=None, isolation_level=level
        )
        await consumer.start()
        place = aiokafka.TopicPartition("t", partition)
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        got: list[bytes] = []
        while END not in got:
            got.append((await consumer.getone()).value)
        await consumer.stop()
        return got

    return asyncio.run(asyncio.wait_for(read(), 60))


WRITERS = (kafka_python_writes, librdkafka_writes, aiokafka_writes)
READERS = (kafka_python_reads, librdkafka_reads, aiokafka_reads)


def expect_what_is_committed(address: str) -> None:
    """Every reader is given the committed transactions; who asks for everything gets all."""
    write_end(address)
    for read in READERS:
        for partition in PARTITIONS:
            assert read(address, partition, True) == [*COMMITTED, END]
            assert read(address, partition, False) == [*EVERYTHING, END]


@pytest.mark.parametrize("write", WRITERS)
def test_transactions_are_read_once_they_are_committed(write: Write, address: str) -> None:
    make_topic(address)
    write(address)
    expect_what_is_committed(address)


def test_transactions_of_kafkas_own_client(java: list[str], address: str) -> None:
    make_topic(address)
    values = [f"{value}:{'commit' if commits else 'abort'}" for value, commits in TRANSACTIONS]
    done = subprocess.run(
        [*java, str(PROGRAM), address, *values], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [value.decode() for value in [*COMMITTED, *COMMITTED]]
    expect_what_is_committed(address)


@pytest.mark.parametrize("write", WRITERS)
def test_an_instance_is_fenced_by_its_successor(write: Write, address: str) -> None:
    """The first one has a transaction open; the second one begins, and writes all of its own."""
    confluent = pytest.importorskip("confluent_kafka")
    make_topic(address)
    first = confluent.Producer({"bootstrap.servers": address, "transactional.id": "writer"})
    first.init_transactions(30)
    first.begin_transaction()
    first.produce("t", b"of the first", partition=0)
    assert first.flush(30) == 0
    write(address)
    with pytest.raises(confluent.KafkaException) as refused:
        first.commit_transaction(30)
    assert refused.value.args[0].code() == confluent.KafkaError._FENCED
    write_end(address)
    assert librdkafka_reads(address, 0, True) == [*COMMITTED, END]
