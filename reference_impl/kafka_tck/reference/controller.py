"""The controller: the one place where metadata changes. Questions in, records and answers out."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from kafka_tck.reference.apis import (
    create_partitions,
    create_topics,
    delete_topics,
    incremental_alter_configs,
)
from kafka_tck.reference.effects import Effect, Tell
from kafka_tck.reference.features import BOOTSTRAP
from kafka_tck.reference.ids import Ids
from kafka_tck.reference.image import BROKER_RESOURCE, Image
from kafka_tck.reference.messages import (
    AllocateProducerIds,
    Ask,
    Forwarded,
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
}


def _first_records(settings: Settings) -> list[MetadataRecord]:
    """What a new cluster begins with; from 4.1 on min.insync.replicas is set for all brokers."""
    min_isr = str(settings.number("min.insync.replicas"))
    return [
        *(FeatureLevelRecord(name, level) for name, level in BOOTSTRAP.items()),
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
    ) -> None:
        self.settings = settings
        self.rules = rules
        self.ids = ids
        self.image = Image()
        self.log: list[MetadataRecord] = []
        self._keep = keep
        for record in log:
            self.log.append(record)
            self.image.apply(record)
        if not self.log:
            self.append(*_first_records(settings))

    def append(self, *records: MetadataRecord) -> None:
        """Commits records: from here on they are facts."""
        for record in records:
            self.image.apply(record)
            self.log.append(record)
            self._keep(record)

    def told(self, sender: int, message: Ask) -> list[Effect]:
        """A broker's question: all brokers hear what changed, then the asker its answer."""
        before = len(self.log)
        answer = self._answer(message.question)
        return [*self._publish(before), Tell(sender, Told(message.number, answer))]

    def _publish(self, before: int) -> list[Effect]:
        records = tuple(self.log[before:])
        if not records:
            return []
        published = Published(before, records)
        return [Tell(broker.broker_id, published) for broker in self.image.alive()]

    def _answer(self, question: Any) -> Any:
        if isinstance(question, Forwarded):
            return DECIDES[question.api](self, question.version, question.body)
        if isinstance(question, AllocateProducerIds):
            return self._allocate()
        raise TypeError(f"no question for a controller: {question!r}")

    def _allocate(self) -> ProducerIdBlock:
        first = self.image.next_producer_id
        self.append(ProducerIdsRecord(-1, first + BLOCK))
        return ProducerIdBlock(first, BLOCK)

    # Brokers come and go. (Sessions and heartbeats belong to replication.)

    def broker_started(self, node: int, host: str, port: int) -> list[Effect]:
        """A broker registers, hears the whole metadata log, and is unfenced."""
        before = len(self.log)
        epoch = len(self.log)
        if self.image.is_alive(node):
            self.broker_gone(node)
        self.append(RegisterBrokerRecord(node, epoch, host, port))
        self.append(BrokerRegistrationChangeRecord(node, fenced=False))
        self._elect(lambda partition: partition.leader == -1 and node in partition.isr)
        others = [e for e in self._publish(before) if isinstance(e, Tell) and e.to != node]
        return [*others, Tell(node, Published(0, tuple(self.log)))]

    def broker_gone(self, node: int) -> list[Effect]:
        """A broker is fenced: what it led gets another leader, or none."""
        before = len(self.log)
        self.append(BrokerRegistrationChangeRecord(node, fenced=True))
        self._elect(lambda partition: partition.leader == node)
        return self._publish(before)

    def _elect(self, concerns: Callable[[PartitionRecord], bool]) -> None:
        alive = [broker.broker_id for broker in self.image.alive()]
        for topic in list(self.image.topics.values()):
            for partition in topic.in_order():
                if concerns(partition):
                    self.append(self._with_new_leader(partition, alive))

    def _with_new_leader(self, partition: PartitionRecord, alive: list[int]) -> PartitionRecord:
        rules = self.rules.replication
        return PartitionRecord(
            partition.topic_id,
            partition.partition_id,
            partition.replicas,
            partition.isr,
            rules.elected(partition.replicas, partition.isr, alive),
            rules.next_leader_epoch(partition.leader_epoch),
            partition.partition_epoch + 1,
        )
