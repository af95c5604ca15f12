"""One member of a consumer group, in a process of its own so that it can be killed or paused.

`python group_member.py CLIENT ADDRESS GROUP TOPIC` prints a line for each thing that happens, with
the machine's monotonic time, until SIGTERM: `gains T P...`, `gives T P...`, `loses T P...` of
partitions, `got T P O` of a record.
"""

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

SESSION_MS = 3000
HEARTBEAT_MS = 300


class Ending:
    """Set by SIGTERM."""

    def __init__(self) -> None:
        self.is_asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: object) -> None:
        self.is_asked = True


def tell(word: str, *numbers: int) -> None:
    print(word, time.monotonic(), *numbers, flush=True)


def partitions_of(places: Iterable[Any]) -> list[int]:
    return sorted(place.partition for place in places)


def librdkafka(settings: dict[str, object]) -> Callable[[str, str, str], None]:
    """A consumer of librdkafka that commits what it has told."""

    def run(address: str, group: str, topic: str) -> None:
        import confluent_kafka

        ending = Ending()
        common = {
            "bootstrap.servers": address,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
        consumer = confluent_kafka.Consumer(common | settings)
        consumer.subscribe(
            [topic],
            on_assign=lambda _, places: tell("gains", *partitions_of(places)),
            on_revoke=lambda _, places: tell("gives", *partitions_of(places)),
            on_lost=lambda _, places: tell("loses", *partitions_of(places)),
        )
        while not ending.is_asked:
            records = [r for r in consumer.consume(50, 0.2) if r.error() is None]
            for record in records:
                tell("got", record.partition(), record.offset())
            if records:
                # refused in a rebalance: whoever has them next reads them again
                with contextlib.suppress(confluent_kafka.KafkaException):
                    consumer.commit(asynchronous=False)
        consumer.close()

    return run


def kafka_python(address: str, group: str, topic: str) -> None:
    import kafka
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.errors import KafkaError

    class Listener(kafka.ConsumerRebalanceListener):  # type: ignore[misc]
        def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
            tell("gives", *partitions_of(revoked))

        def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
            tell("gains", *partitions_of(assigned))

    ending = Ending()
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=address,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[RangePartitionAssignor],
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )
    consumer.subscribe([topic], listener=Listener())
    while not ending.is_asked:
        polled = consumer.poll(timeout_ms=200)
        for records in polled.values():
            for record in records:
                tell("got", record.partition, record.offset)
        if polled:
            # refused in a rebalance: whoever has them next reads them again
            with contextlib.suppress(KafkaError):
                consumer.commit()
    consumer.close()


def aiokafka(address: str, group: str, topic: str) -> None:
    asyncio.run(_aiokafka(address, group, topic))


async def _aiokafka(address: str, group: str, topic: str) -> None:
    import aiokafka
    from aiokafka.coordinator.assignors.range import RangePartitionAssignor
    from aiokafka.errors import KafkaError

    class Listener(aiokafka.ConsumerRebalanceListener):  # type: ignore[misc]
        async def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
            tell("gives", *partitions_of(revoked))

        async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
            tell("gains", *partitions_of(assigned))

    ending = Ending()
    consumer = aiokafka.AIOKafkaConsumer(
        bootstrap_servers=address,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[RangePartitionAssignor],
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )
    consumer.subscribe([topic], listener=Listener())
    await consumer.start()
    while not ending.is_asked:
        polled = await consumer.getmany(timeout_ms=200)
        for records in polled.values():
            for record in records:
                tell("got", record.partition, record.offset)
        if polled:
            # refused in a rebalance: whoever has them next reads them again
            with contextlib.suppress(KafkaError):
                await consumer.commit()
    await consumer.stop()


CLASSIC: dict[str, object] = {
    "session.timeout.ms": SESSION_MS,
    "heartbeat.interval.ms": HEARTBEAT_MS,
}
CLIENTS: dict[str, Callable[[str, str, str], None]] = {
    "librdkafka": librdkafka(CLASSIC | {"partition.assignment.strategy": "range"}),
    "librdkafka-cooperative": librdkafka(
        CLASSIC | {"partition.assignment.strategy": "cooperative-sticky"}
    ),
    "librdkafka-consumer": librdkafka({"group.protocol": "consumer"}),
    "kafka-python": kafka_python,
    "aiokafka": aiokafka,
}

if __name__ == "__main__":
    CLIENTS[sys.argv[1]](*sys.argv[2:5])
