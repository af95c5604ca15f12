"""TxnOffsetCommit: offsets that wait for the end of their transaction, on three brokers."""

from typing import Any

import pytest
from tests.reference.groups.test_offset_apis import CallTo, Group
from tests.reference.groups.test_offset_apis import group as group

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

NEW = [(-1, "NONE")]
UNSTABLE = [(-1, "UNSTABLE_OFFSET_COMMIT")]
BUSY = {"COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "CONCURRENT_TRANSACTIONS"}


class Producer:
    """A producer with transactional id x, and the group that it commits offsets for."""

    def __init__(self, cluster: Cluster, call_to: CallTo, group: Group) -> None:
        self._cluster, self._call_to, self.group = cluster, call_to, group
        self.id = self.epoch = -1
        self.begin()

    def begin(self) -> None:
        """A new life of the producer."""
        answer = self._call("InitProducerId", 4, transaction_timeout_ms=60_000)
        self.id, self.epoch = answer.producer_id, answer.producer_epoch

    def _call(self, api: str, version: int, **fields: Any) -> Message:
        """The answer of the transaction coordinator, once it is not busy."""
        while True:
            asker = self._call_to(self._cluster, self._cluster.node_ids()[0])
            found = asker.call("FindCoordinator", 4, key_type=1, coordinator_keys=["x"])
            node = found.coordinators[0].node_id
            if node > 0:
                there = self._call_to(self._cluster, node)
                answer = there.call(api, version, transactional_id="x", **fields)
                if error_name(answer.error_code) not in BUSY:
                    return answer
            self.group.pass_time(20)

    def add_offsets(self) -> str:
        fields = {"producer_id": self.id, "producer_epoch": self.epoch, "group_id": "g"}
        return error_name(self._call("AddOffsetsToTxn", 3, **fields).error_code)

    def end(self, *, commit: bool) -> str:
        """The error of EndTxn; a transaction that has ended so is completed."""
        answer = self._call(
            "EndTxn", 4, producer_id=self.id, producer_epoch=self.epoch, committed=commit
        )
        self.group.pass_time(100)
        return error_name(answer.error_code)

    def commit(
        self, *parts: tuple[int, int], version: int = 4, metadata: str = "", **fields: Any
    ) -> list[str]:
        """The errors of a commit of partitions with offsets."""
        wanted = [
            {"partition_index": index, "committed_offset": offset, "committed_metadata": metadata}
            for index, offset in parts
        ]
        topics = [{"name": "t", "partitions": wanted}]
        usual: dict[str, Any] = {"transactional_id": "x", "group_id": "g", "topics": topics}
        usual |= {"producer_id": self.id, "producer_epoch": self.epoch}
        answer = self.group.call("TxnOffsetCommit", version, **(usual | fields))
        return [error_name(p.error_code) for t in answer.topics for p in t.partitions]


@pytest.fixture
def producer(cluster: Cluster, call_to: CallTo, group: Group) -> Producer:
    return Producer(cluster, call_to, group)


def test_offsets_count_when_their_transaction_is_committed(producer: Producer) -> None:
    group = producer.group
    assert producer.add_offsets() == "NONE"
    assert producer.commit((0, 7)) == ["NONE"]
    assert (group.fetch(0), group.fetch(0, stable=True)) == (NEW, UNSTABLE)
    assert group.fetch(1, stable=True) == NEW
    assert producer.end(commit=True) == "NONE"
    assert (group.fetch(0), group.fetch(0, stable=True)) == ([(7, "NONE")],) * 2


def test_offsets_of_an_aborted_transaction_never_count(producer: Producer) -> None:
    group = producer.group
    group.commit((0, 5))
    producer.add_offsets()
    producer.commit((0, 7))
    assert producer.end(commit=False) == "NONE"
    assert (group.fetch(0), group.fetch(0, stable=True)) == ([(5, "NONE")],) * 2


@pytest.mark.parametrize(
    ("version", "error"), [(0, "INVALID_TXN_STATE"), (4, "TRANSACTION_ABORTABLE"), (5, "NONE")]
)
def test_the_transaction_must_have_the_groups_partition(
    producer: Producer, version: int, error: str
) -> None:
    """From v5 on it gets it."""
    assert producer.commit((0, 7), version=version) == [error]
    assert producer.group.fetch(0, stable=True) == (UNSTABLE if error == "NONE" else NEW)


@pytest.mark.parametrize("version", [3, 4, 5])
def test_an_older_life_commits_nothing(producer: Producer, version: int) -> None:
    former = producer.epoch
    producer.begin()
    producer.add_offsets()
    refused = producer.commit((0, 1), version=version, producer_epoch=former)
    assert refused == ["INVALID_PRODUCER_EPOCH"]
    assert producer.group.fetch(0, stable=True) == NEW
    assert producer.commit((1, 2), version=version) == ["NONE"]
    refused = producer.commit((0, 1), version=version, producer_epoch=former)
    assert refused == ["INVALID_PRODUCER_EPOCH"]
    producer.end(commit=True)
    assert producer.group.fetch(0, 1, stable=True) == [(-1, "NONE"), (2, "NONE")]


def test_a_later_epoch_is_not_believed_while_the_transaction_is_open(producer: Producer) -> None:
    producer.add_offsets()
    producer.commit((0, 1))
    later = producer.commit((0, 2), producer_epoch=producer.epoch + 1)
    assert later == ["INVALID_PRODUCER_EPOCH"]


def test_an_older_epoch_is_said_before_the_coordinator_is_asked(producer: Producer) -> None:
    """Though the transactional id is not the producer's."""
    former = producer.epoch
    producer.begin()
    producer.add_offsets()
    producer.commit((0, 1))
    refused = producer.commit((0, 2), producer_epoch=former, transactional_id="stranger")
    assert refused == ["INVALID_PRODUCER_EPOCH"]


def test_a_refused_entry_leaves_nothing_pending(producer: Producer) -> None:
    producer.add_offsets()
    assert producer.commit((0, 1), (9, 1)) == ["UNKNOWN_TOPIC_OR_PARTITION", "NONE"]
    assert producer.commit((1, 1), metadata="x" * 4097) == ["OFFSET_METADATA_TOO_LARGE"]
    assert producer.group.fetch(1, stable=True) == NEW


def test_of_members_only_the_generation_is_asked(producer: Producer) -> None:
    producer.add_offsets()
    assert producer.commit((0, 1), generation_id=3, member_id="m") == ["UNKNOWN_MEMBER_ID"]
    assert producer.commit((0, 1), generation_id=-1, member_id="m") == ["NONE"]
    assert producer.commit((0, 1), group_id="") == ["INVALID_GROUP_ID"]


@pytest.mark.parametrize("commit", [True, False])
def test_a_new_coordinator_knows_what_is_pending(
    producer: Producer, cluster: Cluster, commit: bool
) -> None:
    group = producer.group
    producer.add_offsets()
    group.commit((0, 5))
    producer.commit((0, 7), (1, 8))
    group.commit((1, 100))
    cluster.kill(group.coordinator())
    group.pass_time(12_000)
    assert group.fetch(0, 1) == [(5, "NONE"), (100, "NONE")]
    assert group.fetch(0, 1, stable=True) == UNSTABLE * 2
    assert producer.end(commit=commit) == "NONE"
    group.pass_time(1_000)
    decided = [(7 if commit else 5, "NONE"), (100, "NONE")]
    assert (group.fetch(0, 1), group.fetch(0, 1, stable=True)) == (decided,) * 2


def test_a_deleted_group_gets_nothing_from_the_end_of_a_transaction(producer: Producer) -> None:
    group = producer.group
    producer.add_offsets()
    producer.commit((0, 7))
    group.call("DeleteGroups", 2, groups_names=["g"])
    assert group.fetch(0, stable=True) == NEW
    producer.end(commit=True)
    assert group.fetch(0) == NEW
