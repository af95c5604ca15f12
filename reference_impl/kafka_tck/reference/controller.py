"""The controller: the one place where metadata changes. Questions in, records and answers out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kafka_tck.reference.apis import (
    alter_partition,
    alter_partition_reassignments,
    create_partitions,
    create_topics,
    delete_topics,
    describe_quorum,
    elect_leaders,
    incremental_alter_configs,
    list_partition_reassignments,
    unregister_broker,
)
from kafka_tck.reference.effects import Effect, Tell, WakeAt
from kafka_tck.reference.electing import (
    after_unclean_shutdown,
    with_heir_among,
    without_broker,
)
from kafka_tck.reference.features import BOOTSTRAP
from kafka_tck.reference.ids import Ids
from kafka_tck.reference.image import BROKER_RESOURCE, Image
from kafka_tck.reference.messages import (
    AllocateProducerIds,
    Ask,
    Encoded,
    Forwarded,
    Heartbeat,
    ProducerIdBlock,
    Published,
    Told,
)
from kafka_tck.reference.records import (
    BrokerRegistrationChangeRecord,
    ConfigRecord,
    FeatureLevelRecord,
    MetadataRecord,
    PartitionRecord,
    ProducerIdsRecord,
    RegisterBrokerRecord,
    UnregisterBrokerRecord,
)
from kafka_tck.reference.rules import Rules
from kafka_tck.reference.settings import Settings

BLOCK: Final = 1000
"""Producer ids in a block (KIP-730)."""

Decide = Callable[["Controller", int, Any], Any]

DECIDES: Final[dict[str, Decide]] = {
    "CreateTopics": create_topics.decide,
    "DeleteTopics": delete_topics.decide,
    "CreatePartitions": create_partitions.decide,
    "IncrementalAlterConfigs": incremental_alter_configs.decide,
    "ElectLeaders": elect_leaders.decide,
    "AlterPartitionReassignments": alter_partition_reassignments.decide,
    "ListPartitionReassignments": list_partition_reassignments.decide,
    "DescribeQuorum": describe_quorum.decide,
    "UnregisterBroker": unregister_broker.decide,
}


def _first_records(settings: Settings, features: Mapping[str, int]) -> list[MetadataRecord]:
    """What a new cluster begins with; from 4.1 on min.insync.replicas is set for all brokers."""
    min_isr = str(settings.number("min.insync.replicas"))
    return [
        *(FeatureLevelRecord(name, level) for name, level in {**BOOTSTRAP, **features}.items()),
        ConfigRecord(BROKER_RESOURCE, "", "min.insync.replicas", min_isr),
    ]


class Controller:
    """The metadata log and its image. The log is what survives; a new controller replays it."""

    def __init__(
        self,
        settings: Settings,
        rules: Rules,
        ids: Ids,
        log: Iterable[MetadataRecord] = (),
        keep: Callable[[MetadataRecord], None] = lambda _record: None,
        features: Mapping[str, int] | None = None,
        epoch: int = 1,
    ) -> None:
        self.now = 0
        self.epoch = epoch
        self.settings = settings
        self.rules = rules
        self.ids = ids
        self.image = Image()
        self.log: list[MetadataRecord] = []
        self.keep = keep
        self._listeners: set[int] = set()
        """Brokers that follow the metadata log: whoever was registered ever, if it runs."""
        self._seen: dict[int, int] = {}
        """When each broker that is not fenced was heard of last."""
        asked = settings.number("broker.session.timeout.ms")
        self._session_ms = rules.replication.session_ms(asked)
        for record in log:
            self._take(record)
        if not self.log:
            self.append(*_first_records(settings, features or {}))

    def append(self, *records: MetadataRecord) -> None:
        """Commits records: from here on they are facts."""
        for record in records:
            self._take(record)
            self.keep(record)

    def _take(self, record: MetadataRecord) -> None:
        self.log.append(record)
        self.image.apply(record)
        if isinstance(record, RegisterBrokerRecord):
            self._listeners.add(record.broker_id)

    def told(self, sender: int, message: Ask, now: int) -> list[Effect]:
        """A broker's question: all brokers hear what changed, then the asker its answer."""
        self.now = now
        before = len(self.log)
        answer = self._answer(sender, message.question, now)
        told = Tell(sender, Told(message.number, answer))
        missed = self._missed(sender, message.question)
        return [*self._publish(before), *missed, told, *self._wake_for_sessions()]

    def _missed(self, sender: int, question: Any) -> list[Effect]:
        """The whole metadata log for a broker that has not heard all of it."""
        if isinstance(question, Heartbeat) and question.offset < len(self.log) - 1:
            return [Tell(sender, Published(0, tuple(self.log)))]
        return []

    def wake(self, now: int) -> list[Effect]:
        """Brokers whose sessions are over are fenced."""
        before = len(self.log)
        for node, seen in sorted(self._seen.items()):
            if seen + self._session_ms <= now and self.image.is_alive(node):
                self._fence(node)
        self._seen = {n: seen for n, seen in self._seen.items() if self.image.is_alive(n)}
        return [*self._publish(before), *self._wake_for_sessions()]

    def _wake_for_sessions(self) -> list[Effect]:
        return [WakeAt(min(self._seen.values()) + self._session_ms)] if self._seen else []

    def _publish(self, before: int) -> list[Effect]:
        records = tuple(self.log[before:])
        if not records:
            return []
        published = Published(before, records)
        return [Tell(node, published) for node in sorted(self._listeners)]

    def _answer(self, sender: int, question: Any, now: int) -> Any:
        if isinstance(question, Heartbeat):
            return self._heard(sender, question, now)
        if isinstance(question, Encoded):
            return alter_partition.decide(self, sender, question.frame)
        if isinstance(question, Forwarded):
            return DECIDES[question.api](self, question.version, question.body)
        if isinstance(question, AllocateProducerIds):
            return self._allocate()
        raise TypeError(f"no question for a controller: {question!r}")

    def _allocate(self) -> ProducerIdBlock:
        first = self.image.next_producer_id
        self.append(ProducerIdsRecord(-1, first + BLOCK))
        return ProducerIdBlock(first, BLOCK)

    # Brokers come and go.

    def broker_started(
        self,
        node: int,
        host: str,
        port: int,
        now: int,
        *,
        was_clean: bool = True,
        rack: str | None = None,
    ) -> list[Effect]:
        """A broker registers, hears the whole metadata log, and is unfenced.

        Where the controller does not know how an earlier life ended, it was not clean (KIP-966).
        """
        before = len(self.log)
        epoch = len(self.log)
        if self.image.is_alive(node):
            self._fence(node)
            epoch = len(self.log)
        is_known = node in self.image.brokers
        self.append(RegisterBrokerRecord(node, epoch, host, port, rack))
        if not (is_known and was_clean):
            self._change(lambda partition: after_unclean_shutdown(self, partition, node))
        self.append(BrokerRegistrationChangeRecord(node, fenced=False))
        self._seen[node] = now
        self._change(lambda partition: with_heir_among(self, partition, node))
        others = [e for e in self._publish(before) if isinstance(e, Tell) and e.to != node]
        return [*others, Tell(node, Published(0, tuple(self.log))), *self._wake_for_sessions()]

    def broker_stops(self, node: int) -> list[Effect]:
        """A broker is about to stop: what it leads moves while it still runs."""
        before = len(self.log)
        if self.image.is_active(node):
            stopping = BrokerRegistrationChangeRecord(
                node, fenced=False, in_controlled_shutdown=True
            )
            self.append(stopping)
            self._change(lambda partition: without_broker(self, partition, node))
        return [*self._publish(before), *self._wake_for_sessions()]

    def takes_over(self, now: int) -> list[Effect]:
        """This controller is the new one: every broker's session begins anew."""
        self._seen = {broker.broker_id: now for broker in self.image.alive()}
        return self._wake_for_sessions()

    def broker_gone(self, node: int) -> list[Effect]:
        """A broker has ended: nobody waits for its session."""
        before = len(self.log)
        if node in self.image.brokers:
            self._fence(node)
        return [*self._publish(before), *self._wake_for_sessions()]

    def unregister(self, node: int) -> None:
        """A registration is taken away: the broker leaves every ISR, and leads nothing."""
        self._seen.pop(node, None)
        self._change(lambda partition: without_broker(self, partition, node))
        self.append(UnregisterBrokerRecord(node, self.image.brokers[node].epoch))

    def _heard(self, node: int, beat: Heartbeat, now: int) -> str:
        registered = self.image.brokers.get(node)
        if registered is None or registered.epoch != beat.broker_epoch:
            return "STALE_BROKER_EPOCH"
        self._seen[node] = now
        if registered.fenced:
            self.append(BrokerRegistrationChangeRecord(node, fenced=False))
            self._change(lambda partition: with_heir_among(self, partition, node))
        return "NONE"

    def _fence(self, node: int) -> None:
        self._seen.pop(node, None)
        stops = self.image.brokers[node].in_controlled_shutdown
        self.append(BrokerRegistrationChangeRecord(node, True, in_controlled_shutdown=stops))
        self._change(lambda partition: without_broker(self, partition, node))

    def _change(self, decide: Callable[[PartitionRecord], PartitionRecord | None]) -> None:
        """Appends what is decided for each partition."""
        for topic in list(self.image.topics.values()):
            for partition in topic.in_order():
                changed = decide(partition)
                if changed is not None:
                    self.append(changed)
