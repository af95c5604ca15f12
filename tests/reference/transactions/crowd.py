"""A cluster with the topic t of two partitions, and what transactional producers ask of it."""

from collections.abc import Iterable
from typing import Any

from tests.reference.conftest import Caller

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.log import Log
from kafka_tck.reference.log.markers import read_marker
from kafka_tck.reference.transactions.shard import Entry, TransactionShard
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

TRANSACTIONAL = 0x10
ONE_PARTITION = {
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "200",
}

Told = tuple[str, int, int]
"""An error, a producer id, an epoch."""


class Crowd:
    """Requests go to the leader or the coordinator as it is at the time."""

    def __init__(self, brokers: int = 1, assigned: Iterable[Iterable[int]] = (), **options: Any):
        config = ONE_PARTITION | options.pop("config", {})
        self.cluster = Cluster(brokers=brokers, config=config, **options)
        self._callers: dict[int, Caller] = {}
        replicas = [list(nodes) for nodes in assigned] or [[1], [1]]
        parts = [{"partition_index": i, "broker_ids": nodes} for i, nodes in enumerate(replicas)]
        topic = {"name": "t", "num_partitions": -1, "replication_factor": -1, "assignments": parts}
        self.at(1).call("CreateTopics", 7, topics=[topic], timeout_ms=1000)
        self.at(1).call("FindCoordinator", 6, coordinator_keys=["x"], key_type=1)
        self.pass_ms(10)

    def at(self, node: int) -> Caller:
        """A connection to a node, made again where it has gone."""
        if node not in self._callers or self._callers[node].closed:
            self._callers[node] = Caller(self.cluster, node)
        return self._callers[node]

    def pass_ms(self, ms: int) -> None:
        self.cluster.advance_to(self.cluster.now_ms + ms)

    @property
    def coordinator(self) -> int:
        """The node that leads the only partition of the coordinators' log."""
        return self._leader("__transaction_state", 0)

    def _leader(self, topic: str, index: int) -> int:
        record = self.cluster._controller.image.partition(topic, index)
        assert record is not None
        return record.leader

    # What producers ask.

    def init(
        self,
        name: str | None = "x",
        pid: int = -1,
        epoch: int = -1,
        *,
        v: int = 5,
        ms: int = 60_000,
    ) -> Told:
        told = self.at(self.coordinator).call(
            "InitProducerId",
            v,
            transactional_id=name,
            transaction_timeout_ms=ms,
            producer_id=pid,
            producer_epoch=epoch,
        )
        return error_name(told.error_code), told.producer_id, told.producer_epoch

    def add(self, pid: int, epoch: int, *indexes: int, v: int = 3) -> dict[int, str]:
        """The error of each partition of t."""
        told = self.at(self.coordinator).call(
            "AddPartitionsToTxn",
            v,
            v3_and_below_transactional_id="x",
            v3_and_below_producer_id=pid,
            v3_and_below_producer_epoch=epoch,
            v3_and_below_topics=[{"name": "t", "partitions": list(indexes)}],
        )
        return {
            part.partition_index: error_name(part.partition_error_code)
            for topic in told.results_by_topic_v3_and_below
            for part in topic.results_by_partition
        }

    def write(
        self, pid: int, epoch: int, sequence: int = 0, *, index: int = 0, v: int = 12, at: int = 0
    ) -> str:
        node = at or self._leader("t", index)
        return written(self.at(node).call("Produce", v, **self.batch(pid, epoch, sequence, index)))

    def batch(self, pid: int, epoch: int, sequence: int, index: int = 0) -> dict[str, Any]:
        """The fields of a Produce of one batch in the transaction."""
        data = make_batch(
            [Record(None, b"v", timestamp=self.cluster.now_ms)],
            producer_id=pid,
            producer_epoch=epoch,
            base_sequence=sequence,
            attributes=TRANSACTIONAL,
        ).encode()
        part = {"index": index, "records": data}
        topics = [{"name": "t", "partition_data": [part]}]
        return {"transactional_id": "x", "acks": -1, "timeout_ms": 1000, "topic_data": topics}

    def end(self, pid: int, epoch: int, *, commit: bool = True, v: int = 5) -> Told:
        told = self.at(self.coordinator).call(
            "EndTxn",
            v,
            transactional_id="x",
            producer_id=pid,
            producer_epoch=epoch,
            committed=commit,
        )
        return error_name(told.error_code), told.producer_id, told.producer_epoch

    def state(self, name: str = "x") -> tuple[str, int, int, list[tuple[str, list[int]]]]:
        """State (or error), producer id, epoch, partitions."""
        asked = self.at(self.coordinator).call("DescribeTransactions", transactional_ids=[name])
        told = asked.transaction_states[0]
        topics = [(topic.topic, topic.partitions) for topic in told.topics]
        spelling = told.transaction_state or error_name(told.error_code)
        return spelling, told.producer_id, told.producer_epoch, topics

    # What can be seen inside.

    def entry(self, name: str = "x") -> Entry:
        shard = self.cluster._brokers[self.coordinator].coordinators.at("transaction", 0)
        assert isinstance(shard, TransactionShard)
        return shard.entries[name]

    def log(self, index: int = 0, node: int = 0) -> Log:
        leader = node or self._leader("t", index)
        partition = self.cluster._brokers[leader].replicas.get("t", index)
        assert partition is not None
        return partition.log

    def outcomes(self, index: int = 0, node: int = 0) -> list[str]:
        """What the log holds, in order: `data`, `commit` and `abort`, each with its epoch."""
        told = []
        for batch in self.log(index, node).batches():
            marker = read_marker(batch) if batch.is_control else None
            kind = "data" if marker is None else "commit" if marker.commit else "abort"
            told.append(f"{kind} {batch.producer_epoch}")
        return told

    def close(self) -> None:
        for node in self.cluster.node_ids():
            self.cluster.kill(node)


def written(answer: Any) -> str:
    """The error of the only partition of a Produce."""
    return error_name(answer.responses[0].partition_responses[0].error_code)
