"""Clusters to try things on, driven by the bytes of requests."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.server import Server, serve
from kafka_tck.wire.batches import Record, make_batch, split_batches
from kafka_tck.wire.frames import Deframer, framed
from kafka_tck.wire.messages import APIS, Message, decode_response, encode_request


class Caller:
    """One connection: one method call, one answer. None stands for a closed connection."""

    def __init__(self, cluster: Cluster, node: int = 1) -> None:
        self.cluster = cluster
        self.connection = cluster.connect(node)
        self._incoming = Deframer()
        self._sent = 0

    def send(self, api: str, version: int | None = None, **fields: Any) -> tuple[str, int]:
        version = APIS[api].newest if version is None else version
        self._sent += 1
        frame = encode_request(api, version, fields, correlation_id=self._sent)
        self.cluster.send(self.connection, framed(frame))
        return api, version

    def frame(self) -> bytes | None:
        """The next whole frame that has come, if any."""
        self._incoming.feed(self.cluster.take(self.connection))
        return self._incoming.next()

    def call(self, api: str, version: int | None = None, **fields: Any) -> Message:
        """The answer, for which time passes if it must; None if the connection was closed."""
        _, version = self.send(api, version, **fields)
        while (frame := self.frame()) is None:
            if self.cluster.is_closed(self.connection):
                return None
            due = self.cluster.next_event_ms()
            assert due is not None
            self.cluster.advance_to(due)
        return decode_response(api, version, frame)[1]

    @property
    def closed(self) -> bool:
        return self.cluster.is_closed(self.connection)

    # Short forms.

    def create(self, topic: str, partitions: int = 1, **configs: str) -> Message:
        named = [{"name": k.replace("_", "."), "value": v} for k, v in configs.items()]
        wanted = {"name": topic, "num_partitions": partitions, "replication_factor": -1}
        fields = [wanted | {"configs": named}]
        return self.call("CreateTopics", topics=fields, timeout_ms=1000).topics[0]

    def produce(
        self,
        topic: str,
        *values: bytes,
        index: int = 0,
        acks: int = -1,
        timeout_ms: int = 1000,
        **fields: Any,
    ) -> Message:
        """The answer for one batch of records with these values."""
        records = [Record(None, value, timestamp=self.cluster.now_ms) for value in values]
        data = make_batch(records, **fields).encode()
        return self.produce_bytes(topic, data, index=index, acks=acks, timeout_ms=timeout_ms)

    def produce_bytes(
        self, topic: str, data: bytes, *, index: int = 0, acks: int = -1, timeout_ms: int = 1000
    ) -> Message:
        data_of = [{"name": topic, "partition_data": [{"index": index, "records": data}]}]
        answer = self.call("Produce", 12, acks=acks, timeout_ms=timeout_ms, topic_data=data_of)
        return None if answer is None else answer.responses[0].partition_responses[0]

    def fetch(self, topic: str, offset: int = 0, *, index: int = 0, **fields: Any) -> Message:
        """The answer for one partition."""
        part = {"partition": index, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
        wanted = [{"topic": topic, "partitions": [part]}]
        defaults = {"max_wait_ms": 0, "min_bytes": 1, "max_bytes": 1 << 20, "session_epoch": -1}
        answer = self.call("Fetch", 12, topics=wanted, **(defaults | fields))
        return answer.responses[0].partitions[0]

    def bases(self, topic: str, offset: int = 0, **fields: Any) -> list[int]:
        """The base offsets of the batches that a fetch returns."""
        records = bytes(self.fetch(topic, offset, **fields).records or b"")
        return [batch.base_offset for batch in split_batches(records)]

    def offset(self, topic: str, timestamp: int = -1, *, index: int = 0) -> int:
        part = {"partition_index": index, "timestamp": timestamp}
        topics = [{"name": topic, "partitions": [part]}]
        answer = self.call("ListOffsets", topics=topics, replica_id=-1)
        return int(answer.topics[0].partitions[0].offset)


Clusters = Callable[..., Cluster]


@pytest.fixture
def caller() -> Caller:
    """A connection to the only broker of a new cluster."""
    return Caller(Cluster())


@pytest.fixture
def call_to() -> Callable[..., Caller]:
    """A connection to a broker of a cluster that the test has made."""
    return Caller


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster of three brokers."""
    made = Cluster(brokers=3)
    yield made
    for node in made.node_ids():
        made.kill(node)


async def _all_else() -> None:
    """Waits for connections that were just being accepted."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)


class Serving:
    """A cluster behind TCP, in a thread of its own; `address` is a bootstrap address."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "Serving":
        self._thread.start()
        self._server: Server = self._run(serve(port=0, **self._options))
        self.address = "{}:{}".format(*self._server.endpoints[1])
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._server.close())
        self._run(_all_else())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=30)

    def connect(self, node: int = 1) -> socket.socket:
        return socket.create_connection(self._server.endpoints[node], timeout=30)


@pytest.fixture
def serving() -> Callable[..., Serving]:
    return Serving
