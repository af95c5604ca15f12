"""Completing a transaction whose outcome is decided: markers to all participants, then Complete*.

Markers travel as WriteTxnMarkers to the leaders of the partitions, are repeated until they are
written, and say the coordinator epoch of the leader that sends them.
Source: TransactionMarkerChannelManager, TransactionMarkerRequestCompletionHandler, 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Call, Until, Work
from kafka_tck.reference.transactions.states import TopicPartition
from kafka_tck.reference.transactions.transitions import completed
from kafka_tck.wire.errors import error_name

if TYPE_CHECKING:
    from kafka_tck.reference.transactions.shard import Entry, TransactionShard

LANE: Final = 1
VERSION: Final = 2
RETRY_MS: Final = 100
AFTER_MS: Final = 1
"""How long after the decision the markers are sent."""

_DROPPED: Final = {"NONE", "UNSUPPORTED_FOR_MESSAGE_FORMAT", "UNSUPPORTED_VERSION"}
_STOPS: Final = {"INVALID_PRODUCER_EPOCH", "TRANSACTION_COORDINATOR_FENCED"}


def complete(shard: TransactionShard, entry: Entry, *, recovers: bool = False) -> None:
    """Begins to send the markers. `recovers`: another coordinator had decided the outcome."""
    completion = _Completion(shard, entry, recovers)
    completion.begin()


class _Completion:
    """One transaction on its way from Prepare* to Complete*."""

    def __init__(self, shard: TransactionShard, entry: Entry, recovers: bool) -> None:
        self._shard = shard
        self._broker = shard.broker
        self._entry = entry
        self._decided = entry.transaction
        self._after = completed(entry.transaction, shard.broker.now)
        self._recovers = recovers
        members = shard.rules.participants(sorted(self._decided.partitions))
        self._left: set[TopicPartition] = set(members)

    def begin(self) -> None:
        self._entry.pending = self._after.state
        self._broker.run(self._begin())

    def _begin(self) -> Work:
        """Whoever has decided the outcome is answered before the first marker is written."""
        yield Until(lambda: False, self._broker.now + AFTER_MS, ())
        if not self._left or self._shard.rules.completes_before_markers():
            self._broker.run(self._finish())
        if self._left:
            self._broker.run(self._deliver(sorted(self._left)))

    def _is_current(self) -> bool:
        return self._shard.holds(self._entry) and self._entry.transaction is self._decided

    def _deliver(self, partitions: Sequence[TopicPartition]) -> Work:
        """Brings markers to partitions, again and again; those with other leaders go apart."""
        while partitions and self._shard.holds(self._entry):
            (node, mine), *others = self._by_leader(partitions)
            for _, theirs in others:
                self._broker.run(self._deliver(theirs))
            body = None
            if node >= 0:
                patience = self._broker.settings.number("request.timeout.ms")
                deadline = self._broker.now + patience
                body = yield Call(
                    node, LANE, "WriteTxnMarkers", VERSION, self._request(mine), deadline
                )
            partitions = self._take(mine, body)
            if partitions:
                yield Until(lambda: False, self._broker.now + RETRY_MS, ())

    def _by_leader(
        self, partitions: Sequence[TopicPartition]
    ) -> list[tuple[int, list[TopicPartition]]]:
        """The partitions by the node to ask; -1 where nobody leads, or the topic is gone."""
        found: dict[int, list[TopicPartition]] = {}
        for partition in partitions:
            state = self._broker.image.partition(*partition)
            found.setdefault(-1 if state is None else state.leader, []).append(partition)
        return sorted(found.items())

    def _request(self, partitions: Sequence[TopicPartition]) -> dict[str, Any]:
        topics: dict[str, list[int]] = {}
        for topic, index in partitions:
            topics.setdefault(topic, []).append(index)
        commit = self._shard.rules.marks_commit(self._decided.state, recovers=self._recovers)
        marker = {
            "producer_id": self._decided.producer_id,
            "producer_epoch": self._decided.epoch,
            "transaction_result": commit,
            "topics": [
                {"name": topic, "partition_indexes": indexes} for topic, indexes in topics.items()
            ],
            "coordinator_epoch": self._shard.epoch,
            "transaction_version": self._decided.level,
        }
        return {"markers": [marker]}

    def _take(self, asked: Sequence[TopicPartition], body: Any) -> list[TopicPartition]:
        """What the answer says; returns the partitions that have no marker yet."""
        errors = {} if body is None else _errors(body)
        if _STOPS & set(errors.values()):
            return []  # a later coordinator, or a later epoch, has taken over
        left = []
        for partition in asked:
            gone = partition[0] not in self._broker.image.topics
            if gone or errors.get(partition) in _DROPPED:
                self._left.discard(partition)
            else:
                left.append(partition)
        if not self._left and self._is_current():
            self._broker.run(self._finish())
        return left

    def _finish(self) -> Work:
        """Writes Complete*, however long that takes."""
        while self._is_current():
            try:
                yield from self._shard.store(self._entry, self._after)
                return
            except Refusal as refusal:
                if refusal.error != "COORDINATOR_NOT_AVAILABLE":
                    return
            yield Until(lambda: False, self._broker.now + RETRY_MS, ())


def _errors(body: Any) -> dict[TopicPartition, str]:
    return {
        (topic.name, part.partition_index): error_name(part.error_code)
        for marker in body.markers
        for topic in marker.topics
        for part in topic.partitions
    }
