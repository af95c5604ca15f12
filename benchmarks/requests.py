"""One round trip each: what a suite does most, as the raw client does it."""

from collections.abc import Callable
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Target
from kafka_tck.wire.batches import Record, make_batch

_TOPIC: Final = "benchmark"
_BATCH: Final = make_batch([Record(b"key", b"v" * 100, timestamp=1_700_000_000_000)]).encode()
_PATIENCE: Final = 30.0

Call = Callable[[], None]


class RoundTrips:
    """A connection to a target, a topic with one record, and the requests to it.

    Each call raises AssertionError if it is not answered, or answered with an error.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._client = RawClient(target, target.nodes()[0])
        self._topic_id = self._create()
        assert target.clock.until(lambda: True if self._is_usable() else None, _PATIENCE)
        self.produce()

    def calls(self) -> dict[str, Call]:
        return {
            "Produce": self.produce,
            "Fetch": self.fetch,
            "ListOffsets": self.list_offsets,
            "Metadata": self.metadata,
        }

    def produce(self) -> None:
        """One batch of one record, acks=all."""
        part = {"index": 0, "records": _BATCH}
        topic = {"topic_id": self._topic_id, "partition_data": [part]}
        body = self._call(
            "Produce", transactional_id=None, acks=-1, timeout_ms=10_000, topic_data=[topic]
        )
        assert body.responses[0].partition_responses[0].error_code == 0, body

    def fetch(self) -> None:
        """The first batch of the log."""
        part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1}
        topic = {"topic_id": self._topic_id, "partitions": [part]}
        body = self._call("Fetch", max_wait_ms=0, min_bytes=0, max_bytes=1, topics=[topic])
        assert body.responses[0].partitions[0].records, body

    def list_offsets(self) -> None:
        """The latest offset."""
        assert self._latest().error_code == 0

    def metadata(self) -> None:
        """One topic."""
        body = self._call("Metadata", topics=[{"topic_id": None, "name": _TOPIC}])
        assert body.topics[0].partitions[0].leader_id == self._client.node, body

    def close(self) -> None:
        self._client.close()

    def _create(self) -> Any:
        topic = {"name": _TOPIC, "num_partitions": 1, "replication_factor": 1}
        body = self._call("CreateTopics", topics=[topic], timeout_ms=30_000)
        assert body.topics[0].error_code == 0, body
        return body.topics[0].topic_id

    def _is_usable(self) -> bool:
        return bool(self._latest().error_code == 0)

    def _latest(self) -> Any:
        topic = {"name": _TOPIC, "partitions": [{"partition_index": 0, "timestamp": -1}]}
        body = self._call("ListOffsets", replica_id=-1, isolation_level=0, topics=[topic])
        return body.topics[0].partitions[0]

    def _call(self, api: str, **fields: Any) -> Any:
        outcome = self._client.call(api, **fields)
        assert isinstance(outcome, Answer), f"{api} to {self._target.name}: {outcome}"
        return outcome.body
