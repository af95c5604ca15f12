"""A partition with three replicas on three nodes, and what can happen to one of its followers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Target
from kafka_tck.properties.faults import Injected
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

NODES: Final = 3

_TOPIC: Final = "benchmark"
_BATCH: Final = make_batch([Record(b"key", b"v" * 100, timestamp=1_700_000_000_000)]).encode()
_PATIENCE: Final = 120.0
"""Seconds on the target's clock; by default a follower leaves the ISR only after 30 s."""

_LONG_MS: Final = 100_000

Call = Callable[[], None]


class Replicas:
    """Node 1 leads, and stays the leader. AssertionError if anything does not come about.

    An outage is a fault, a record that is acknowledged while the follower is away (so it has left
    the ISR), the end of the fault, and the wait until all three replicas are in sync again.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._faults = Injected(target)
        self._followers = cycle(target.nodes()[1:])
        self._client = RawClient(target, target.nodes()[0])
        self._create()
        self._until(lambda: self._are_in_sync() and self._produce() == 0)

    def calls(self) -> dict[str, Call]:
        return {
            "Produce, three in sync": self.produce,
            "kill, start": self.kill,
            "power failure, start": self.lose_power,
            "pause, resume": self.pause,
            "cut, heal": self.cut,
        }

    def produce(self) -> None:
        """One batch of one record, acks=all."""
        code = self._produce()
        assert code == 0, error_name(code)

    def kill(self) -> None:
        with self._outage() as follower:
            self._faults.kill(follower)

    def lose_power(self) -> None:
        with self._outage() as follower:
            self._faults.lose_power(follower)

    def pause(self) -> None:
        with self._outage() as follower:
            self._faults.pause(follower)

    def cut(self) -> None:
        with self._outage() as follower:
            self._faults.part(self._client.node, follower)

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def _outage(self) -> Iterator[int]:
        """The followers take turns: on Apache Kafka one of the nodes is the active controller."""
        follower = next(self._followers)
        yield follower
        self.produce()
        self._until(lambda: follower not in self._in_sync())
        self._faults.undo_all()
        self._until(self._are_in_sync)

    def _produce(self) -> int:
        """The error code."""
        topic = {"name": _TOPIC, "partition_data": [{"index": 0, "records": _BATCH}]}
        body = self._call(
            "Produce", 8, transactional_id=None, acks=-1, timeout_ms=_LONG_MS, topic_data=[topic]
        )
        return int(body.responses[0].partition_responses[0].error_code)

    def _create(self) -> None:
        replicas = [{"partition_index": 0, "broker_ids": list(self._target.nodes())}]
        topic = {
            "name": _TOPIC,
            "num_partitions": -1,
            "replication_factor": -1,
            "assignments": replicas,
        }
        body = self._call("CreateTopics", 5, topics=[topic], timeout_ms=30_000)
        assert body.topics[0].error_code == 0, body

    def _are_in_sync(self) -> bool:
        return self._in_sync() == set(self._target.nodes())

    def _in_sync(self) -> set[int]:
        """The ISR as the leader's Metadata shows it."""
        partitions = self._call("Metadata", 9, topics=[{"name": _TOPIC}]).topics[0].partitions
        return {node for each in partitions for node in each.isr_nodes}

    def _until(self, condition: Callable[[], bool]) -> None:
        assert self._target.clock.until(lambda: condition() or None, _PATIENCE)

    def _call(self, api: str, version: int, **fields: Any) -> Any:
        outcome = self._client.call(api, version, within=_PATIENCE, **fields)
        assert isinstance(outcome, Answer), f"{api} to {self._target.name}: {outcome}"
        return outcome.body
