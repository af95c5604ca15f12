"""Leading: which followers a broker takes into the ISR of what it leads, and whom it leaves out.

A leader asks the controller with AlterPartition, and counts with both ISRs until it knows. A broker
has one request under way; what is wished meanwhile goes together in the next. It is repeated until
it is answered. Source: Partition (maybeExpandIsr, maybeShrinkIsr, handleAlterPartitionUpdate,
handleAlterPartitionError), DefaultAlterPartitionManager, 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.messages import Encoded, Told
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message, decode_response, encode_request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.partition import Partition

Key = tuple[str, int]

VERSION: Final = 3
RETRY_MS: Final = 50

_NOT_DONE: Final = {"INELIGIBLE_REPLICA", "OPERATION_NOT_ATTEMPTED"}
"""The controller knows this partition epoch, and has not done what was asked."""

_OUT_OF_DATE: Final = {
    "UNKNOWN_TOPIC_OR_PARTITION",
    "UNKNOWN_TOPIC_ID",
    "FENCED_LEADER_EPOCH",
    "INVALID_UPDATE_VERSION",
    "INVALID_REQUEST",
    "NEW_LEADER_ELECTED",
}
"""The metadata log has, or will have, something that this leader has not heard of."""


@dataclass(slots=True)
class UnderWay:
    """A request that is not answered yet: its number, when it was sent last, what it asks."""

    number: int
    sent_at: int
    wishes: dict[Key, tuple[int, tuple[int, ...]]]
    """By partition, the leader epoch and the ISR that is wished."""


@dataclass(slots=True)
class Leading:
    """The changes of ISRs that are wished, and when laggards are looked for next."""

    wished: dict[Key, None] = field(default_factory=dict)
    """Partitions whose wish has not been sent, in order."""
    under_way: UnderWay | None = None
    paused_until: int = 0
    looked_at: int = 0

    def take_in(self, broker: Broker, partition: Partition, node: int) -> None:
        """A follower has fetched: it may be fit for the ISR."""
        isr = partition.isr_with(node)
        if isr is not None:
            self._wish(broker, partition, isr)

    def look_after(self, broker: Broker) -> None:
        """Time has passed: repeats what nobody has answered, and looks for laggards.

        It looks every half replica.lag.time.max.ms.
        """
        self._repeat(broker)
        self._send(broker)
        if broker.now < self._due(broker):
            return
        self.looked_at = broker.now
        for partition in broker.replicas:
            isr = partition.isr_without_laggards(broker.now)
            if isr is not None:
                self._wish(broker, partition, isr)

    def _due(self, broker: Broker) -> int:
        return self.looked_at + max(1, broker.settings.number("replica.lag.time.max.ms") // 2)

    def next_due(self, broker: Broker) -> int | None:
        """When to look after things; laggards never where nothing has followers."""
        dues = []
        if any(p.leads and len(p.state.isr) > 1 for p in broker.replicas.shared.values()):
            dues.append(max(self._due(broker), broker.now + 1))
        if self.under_way is not None:
            dues.append(self.under_way.sent_at + _patience(broker))
        elif self.wished:
            dues.append(max(self.paused_until, broker.now))
        return min(dues, default=None)

    def _wish(self, broker: Broker, partition: Partition, isr: tuple[int, ...]) -> None:
        key = (partition.topic, partition.index)
        if self.under_way is not None and key in self.under_way.wishes:
            return  # one at a time: a later fetch, or a later look, wishes again
        partition.asked_isr = isr
        self.wished[key] = None
        self._send(broker)
        if partition.raise_hw(broker.now):
            broker.changed(*key)

    def _send(self, broker: Broker) -> None:
        if self.under_way is not None or broker.now < self.paused_until:
            return
        wanting = [broker.replicas.get(*key) for key in self.wished]
        self.wished.clear()
        partitions = [p for p in wanting if p is not None and p.leads and p.asked_isr is not None]
        if not partitions:
            return
        fields = _request(broker, partitions)
        frame = encode_request("AlterPartition", VERSION, fields, correlation_id=0)
        self.under_way = UnderWay(
            broker.ask(Encoded(frame)),
            broker.now,
            {(p.topic, p.index): (p.leader_epoch, p.asked_isr or ()) for p in partitions},
        )

    def _repeat(self, broker: Broker) -> None:
        asked = self.under_way
        if asked is not None and broker.now - asked.sent_at >= _patience(broker):
            asked.sent_at = broker.now
            broker.ask_again(asked.number)

    # What the controller says.

    def told(self, broker: Broker, message: Told) -> None:
        """The controller has decided; mostly the metadata log has said so before."""
        asked = self.under_way
        if asked is None or message.number != asked.number:
            return
        self.under_way = None
        _, answer = decode_response("AlterPartition", VERSION, message.answer)
        if answer.error_code:
            self.wished = dict.fromkeys([*asked.wishes, *self.wished])
            self.paused_until = broker.now + RETRY_MS
            return
        for topic in answer.topics:
            state = broker.image.by_id.get(topic.topic_id)
            if state is not None:
                for part in topic.partitions:
                    self._settle(broker, (state.name, part.partition_index), asked, part)
        self._send(broker)

    def _settle(self, broker: Broker, key: Key, asked: UnderWay, part: Message) -> None:
        """What one partition has come to, unless the metadata log has said more since."""
        partition = broker.replicas.get(*key)
        if partition is None or not partition.leads or partition.asked_isr is None:
            return
        if asked.wishes.get(key) != (partition.leader_epoch, partition.asked_isr):
            return
        error = error_name(part.error_code)
        if error == "NONE":
            _install(partition, part)
        elif error in _NOT_DONE:
            partition.asked_isr = None
        elif error not in _OUT_OF_DATE:
            self.wished[key] = None
            self.paused_until = broker.now + RETRY_MS
        if partition.raise_hw(broker.now):
            broker.changed(*key)


def _install(partition: Partition, part: Message) -> None:
    """The state that the controller has granted holds, unless this leader knows a later one."""
    state = partition.state
    if part.leader_epoch == state.leader_epoch and part.partition_epoch >= state.partition_epoch:
        epoch = part.partition_epoch
        partition.state = replace(state, isr=tuple(part.isr), partition_epoch=epoch)
        partition.asked_isr = None


def _patience(broker: Broker) -> int:
    return broker.settings.number("replica.socket.timeout.ms")


def _request(broker: Broker, partitions: list[Partition]) -> dict[str, Any]:
    topics: dict[Any, list[dict[str, Any]]] = {}
    for partition in partitions:
        topics.setdefault(partition.state.topic_id, []).append(_asked(broker, partition))
    return {
        "broker_id": broker.node,
        "broker_epoch": broker.epoch,
        "topics": [{"topic_id": known, "partitions": parts} for known, parts in topics.items()],
    }


def _asked(broker: Broker, partition: Partition) -> dict[str, Any]:
    """What is asked of one partition; each member with the broker epoch that the leader knows."""
    followers = partition.followers
    epochs = {
        node: followers[node].broker_epoch if node in followers else broker.epoch
        for node in partition.asked_isr or ()
    }
    return {
        "partition_index": partition.index,
        "leader_epoch": partition.leader_epoch,
        "new_isr_with_epochs": [{"broker_id": n, "broker_epoch": e} for n, e in epochs.items()],
        "leader_recovery_state": 0,
        "partition_epoch": partition.state.partition_epoch,
    }
