"""Leading: which followers a broker takes into the ISR of what it leads, and whom it leaves out.

A leader asks the controller, and counts with both ISRs until it hears. A refusal, or silence, ends
the wait; the next fetch or the next look asks anew. Source: Partition.maybeExpandIsr,
maybeShrinkIsr, submitAlterPartition, 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kafka_tck.reference.messages import AlterPartition, Told

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.partition import Partition

Key = tuple[str, int]


@dataclass(slots=True)
class Leading:
    """The changes of ISRs that are asked for, and when laggards are looked for next."""

    asked: dict[int, tuple[Key, int]] = field(default_factory=dict)
    """By the number of the question: the partition, and when it was asked."""
    looked_at: int = 0

    def take_in(self, broker: Broker, partition: Partition, node: int) -> None:
        """A follower has fetched: it may be fit for the ISR."""
        isr = partition.isr_with(node)
        if isr is not None:
            self._ask(broker, partition, isr)

    def look_for_laggards(self, broker: Broker) -> None:
        """Looks every half replica.lag.time.max.ms."""
        if broker.now < self._due(broker):
            return
        self.looked_at = broker.now
        self._give_up(broker)
        for partition in broker.replicas:
            isr = partition.isr_without_laggards(broker.now)
            if isr is not None:
                self._ask(broker, partition, isr)

    def _give_up(self, broker: Broker) -> None:
        """What nobody has answered for long is not waited for: it may be asked again."""
        patience = broker.settings.number("replica.socket.timeout.ms")
        for number, (key, asked_at) in list(self.asked.items()):
            if broker.now - asked_at >= patience:
                del self.asked[number]
                broker.forget(number)
                self._settle(broker, key)

    def _due(self, broker: Broker) -> int:
        return self.looked_at + max(1, broker.settings.number("replica.lag.time.max.ms") // 2)

    def next_due(self, broker: Broker) -> int | None:
        """When laggards are looked for; never where nothing has followers."""
        followed = any(p.leads and len(p.state.isr) > 1 for p in broker.replicas)
        return max(self._due(broker), broker.now + 1) if followed else None

    def _ask(self, broker: Broker, partition: Partition, isr: tuple[int, ...]) -> None:
        partition.asked_isr = isr
        followers = partition.followers
        known = tuple(
            (n, followers[n].broker_epoch if n in followers else broker.epoch) for n in isr
        )
        question = AlterPartition(
            broker.epoch,
            partition.state.topic_id,
            partition.index,
            partition.leader_epoch,
            partition.state.partition_epoch,
            known,
        )
        key = (partition.topic, partition.index)
        self.asked[broker.ask(question)] = (key, broker.now)
        if partition.raise_hw(broker.now):
            broker.changed(*key)

    def told(self, broker: Broker, message: Told) -> None:
        """The controller has decided; if it granted, the new state came before this."""
        asked = self.asked.pop(message.number, None)
        if asked is not None:
            self._settle(broker, asked[0])

    def _settle(self, broker: Broker, key: Key) -> None:
        """The leader counts with the ISR that it knows, and with no other."""
        partition = broker.replicas.get(*key)
        if partition is None or partition.asked_isr is None:
            return
        partition.asked_isr = None
        if partition.leads and partition.raise_hw(broker.now):
            broker.changed(*key)
