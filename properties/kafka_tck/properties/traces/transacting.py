"""Requests of one transactional producer, each over a connection of its own.

What may pass by itself (a coordinator that is being found, a transaction that is being completed)
is asked again; every other error is the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Target
from kafka_tck.properties.operations.coordinators import NOT_READY, TRANSACTION
from kafka_tck.properties.traces.asking import (
    PATIENCE,
    TOPIC,
    Otherwise,
    client_of,
    node_of_coordinator,
)
from kafka_tck.wire.batches import (
    TRANSACTIONAL,
    Batch,
    Record,
    make_batch,
    read_records,
    split_batches,
)
from kafka_tck.wire.errors import error_name

TIMEOUT_MS: Final = 60_000
OLD_PRODUCE, NEW_PRODUCE = 11, 12
"""The newest version that adds no partition, and the first that does (KIP-890, part 2)."""

DATA, COMMIT, ABORT = 0, 1, 2
_UNVERIFIED: Final = NOT_READY | {"CONCURRENT_TRANSACTIONS", "NOT_ENOUGH_REPLICAS"}


@dataclass(frozen=True)
class Entry:
    """One offset of a log: a record by its number, or a marker."""

    offset: int
    kind: int
    record: int = -1


class Transactor:
    """The requests that producers with one transactional id send, whatever their epoch."""

    def __init__(self, target: Target, name: str) -> None:
        self.target = target
        self.name = name
        self.node = target.nodes()[0]
        self.producer_id = -1
        self._coordinator: int | None = None

    def initialize(self) -> tuple[str, int]:
        """InitProducerId of a new instance, asked once: the error, and the epoch."""
        answer = self._asked(
            "InitProducerId",
            4,
            {
                "transactional_id": self.name,
                "transaction_timeout_ms": TIMEOUT_MS,
                "producer_id": -1,
                "producer_epoch": -1,
            },
            NOT_READY,
            _error_code,
        )
        if error_name(answer.error_code) == "NONE":
            self.producer_id = answer.producer_id
        return error_name(answer.error_code), answer.producer_epoch

    def add_partition(self, epoch: int, partition: int) -> str:
        fields = {
            "v3_and_below_transactional_id": self.name,
            "v3_and_below_producer_id": self.producer_id,
            "v3_and_below_producer_epoch": epoch,
            "v3_and_below_topics": [{"name": TOPIC, "partitions": [partition]}],
        }
        answer = self._asked(
            "AddPartitionsToTxn", 3, fields, NOT_READY | {"CONCURRENT_TRANSACTIONS"}, _error_added
        )
        return error_name(_error_added(answer))

    def add_offsets(self, epoch: int, group: str) -> str:
        """The offsets of a group are part of the transaction from now on."""
        fields = {
            "transactional_id": self.name,
            "producer_id": self.producer_id,
            "producer_epoch": epoch,
            "group_id": group,
        }
        passing = NOT_READY | {"CONCURRENT_TRANSACTIONS"}
        answer = self._asked("AddOffsetsToTxn", 3, fields, passing, _error_code)
        return error_name(answer.error_code)

    def end(self, version: int, epoch: int, commit: bool) -> str:
        """EndTxn in this version."""
        fields = {
            "transactional_id": self.name,
            "producer_id": self.producer_id,
            "producer_epoch": epoch,
            "committed": commit,
        }
        passing = NOT_READY | {"CONCURRENT_TRANSACTIONS"}
        answer = self._asked("EndTxn", version, fields, passing, _error_code)
        return error_name(answer.error_code)

    def produce(self, version: int, epoch: int, partition: int, sequence: int, number: int) -> str:
        """One record, whose value is its number."""
        # Of now: a marker after an old record begins a segment, and no read goes across.
        record = Record(None, str(number).encode(), timestamp=self.target.clock.now_ms())
        batch = make_batch(
            [record],
            producer_id=self.producer_id,
            producer_epoch=epoch,
            base_sequence=sequence,
            attributes=TRANSACTIONAL,
        ).encode()
        fields = {
            "transactional_id": self.name,
            "acks": -1,
            "timeout_ms": TIMEOUT_MS,
            "topic_data": [
                {"name": TOPIC, "partition_data": [{"index": partition, "records": batch}]}
            ],
        }
        answer = self._asked("Produce", version, fields, _UNVERIFIED, _error_produced, self.node)
        return error_name(_error_produced(answer))

    def write_marker(self, version: int, epoch: int, partition: int, commit: bool) -> str:
        """WriteTxnMarkers, as a coordinator sends it."""
        marker = {
            "producer_id": self.producer_id,
            "producer_epoch": epoch,
            "transaction_result": commit,
            "coordinator_epoch": 0,
            "topics": [{"name": TOPIC, "partition_indexes": [partition]}],
            **({"transaction_version": 2} if version >= 2 else {}),
        }
        answer = self._asked(
            "WriteTxnMarkers", version, {"markers": [marker]}, frozenset(), _error_marked, self.node
        )
        return error_name(_error_marked(answer))

    def members(self) -> frozenset[int]:
        """The partitions that the coordinator has in the transaction."""
        fields = {"transactional_ids": [self.name]}
        answer = self._asked("DescribeTransactions", 0, fields, NOT_READY, _error_described)
        topics = answer.transaction_states[0].topics
        return frozenset(n for topic in topics for n in topic.partitions)

    def read(self, partition: int, isolation: int) -> tuple[list[Entry], int]:
        """What a consumer of this isolation level is given, and the last stable offset.

        With `read_committed` what is aborted is left out, as the answer tells; with
        `read_uncommitted` markers are there too.
        """
        part = {
            "partition": partition,
            "current_leader_epoch": -1,
            "fetch_offset": 0,
            "log_start_offset": -1,
            "partition_max_bytes": 1 << 20,
        }
        fields = {
            "replica_id": -1,
            "max_wait_ms": 0,
            "min_bytes": 0,
            "max_bytes": 1 << 20,
            "isolation_level": isolation,
            "session_id": 0,
            "session_epoch": -1,
            "topics": [{"topic": TOPIC, "partitions": [part]}],
            "forgotten_topics_data": [],
            "rack_id": "",
        }
        answer = self._asked("Fetch", 11, fields, frozenset(), _error_fetched, self.node)
        found = answer.responses[0].partitions[0]
        batches = split_batches(bytes(found.records or b""))
        if isolation == 0:
            return list(_entries(batches)), found.last_stable_offset
        aborted = [one.first_offset for one in found.aborted_transactions or []]
        return list(_not_aborted(batches, aborted)), found.last_stable_offset

    def _asked(
        self,
        api: str,
        version: int,
        fields: dict[str, Any],
        passing: frozenset[str],
        error_of: Callable[[Any], int],
        node: int | None = None,
    ) -> Any:
        """The answer's body, once its error is none that passes. Raises `Otherwise`."""
        last: list[Any] = []

        def settled() -> bool | None:
            at = self._coordinator_node() if node is None else node
            with client_of(self.target, at) as client:
                answer = client.call(api, version, **fields)
            if not isinstance(answer, Answer):
                raise Otherwise(f"{api} v{version} is not answered: {answer}")
            last.append(answer.body)
            error = error_name(error_of(answer.body))
            if error in NOT_READY:
                self._coordinator = None
            return None if error in passing else True

        self.target.clock.until(settled, PATIENCE)
        return last[-1]

    def _coordinator_node(self) -> int:
        if self._coordinator is None:
            self._coordinator = node_of_coordinator(self.target, self.name, TRANSACTION)
        return self._coordinator


def accepted(error: str, what: str) -> str:
    """What was done. Raises `Otherwise` if it was refused."""
    if error != "NONE":
        raise Otherwise(error)
    return what


def plain(value: Any) -> Any:
    """A value of a saved state as the run reader has it."""
    return tuple(map(tuple, value)) if isinstance(value, list) else value


def newest_versions(target: Target) -> dict[int, int]:
    """The newest version of every API, by its key."""
    with client_of(target, target.nodes()[0]) as client:
        answer = _versions(client)
    return {one.api_key: one.max_version for one in answer.api_keys}


def _versions(client: RawClient) -> Any:
    answer = client.call("ApiVersions", 0)
    if not isinstance(answer, Answer):
        raise Otherwise(f"ApiVersions is not answered: {answer}")
    return answer.body


def _entries(batches: list[Batch]) -> Iterator[Entry]:
    for batch in batches:
        for record in read_records(batch):
            if batch.is_control:
                is_commit = (record.key or b"")[3:4] == b"\x01"
                yield Entry(record.offset, COMMIT if is_commit else ABORT)
            else:
                yield Entry(record.offset, DATA, int(record.value or b"-1"))


def _not_aborted(batches: list[Batch], aborted: list[int]) -> Iterator[Entry]:
    """As a consumer drops what the list names: from its first offset to the abort marker."""
    waiting, is_dropping = sorted(aborted), False
    for entry in _entries(batches):
        if waiting and entry.offset >= waiting[0]:
            waiting.pop(0)
            is_dropping = True
        if entry.kind == ABORT:
            is_dropping = False
        elif entry.kind == DATA and not is_dropping:
            yield entry


def _error_code(body: Any) -> int:
    return int(body.error_code)


def _error_added(body: Any) -> int:
    return int(body.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code)


def _error_produced(body: Any) -> int:
    return int(body.responses[0].partition_responses[0].error_code)


def _error_marked(body: Any) -> int:
    return int(body.markers[0].topics[0].partitions[0].error_code)


def _error_described(body: Any) -> int:
    return int(body.transaction_states[0].error_code)


def _error_fetched(body: Any) -> int:
    return int(body.responses[0].partitions[0].error_code)
