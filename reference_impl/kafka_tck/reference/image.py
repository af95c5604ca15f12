"""The state that a prefix of the metadata log describes: one per broker, one at the controller."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import Final
from uuid import UUID

from kafka_tck.reference.records import (
    BrokerRegistrationChangeRecord,
    ConfigRecord,
    FeatureLevelRecord,
    MetadataRecord,
    PartitionRecord,
    ProducerIdsRecord,
    RegisterBrokerRecord,
    RemoveTopicRecord,
    TopicRecord,
    UnregisterBrokerRecord,
)

TOPIC_RESOURCE: Final = 2
BROKER_RESOURCE: Final = 4

INTERNAL_TOPICS: Final = frozenset(
    {"__consumer_offsets", "__transaction_state", "__share_group_state"}
)


@dataclass(frozen=True, slots=True)
class BrokerState:
    """One registration of a broker."""

    broker_id: int
    epoch: int
    host: str
    port: int
    rack: str | None
    fenced: bool = True
    in_controlled_shutdown: bool = False


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic of this life: delete and create again gives another id."""

    name: str
    topic_id: UUID
    partitions: dict[int, PartitionRecord] = field(default_factory=dict)

    def in_order(self) -> Iterator[PartitionRecord]:
        for _, partition in sorted(self.partitions.items()):
            yield partition


class Image:
    """Brokers, topics, partitions, configs, features; `offset` is the last record applied."""

    def __init__(self) -> None:
        self.offset = -1
        self.brokers: dict[int, BrokerState] = {}
        self.topics: dict[str, TopicState] = {}
        self.by_id: dict[UUID, TopicState] = {}
        self.former: dict[UUID, str] = {}
        """The names that topics had which are gone, by their ids."""
        self.configs: dict[tuple[int, str], dict[str, str]] = {}
        self.features: dict[str, int] = {}
        self.next_producer_id = 0

    def alive(self) -> list[BrokerState]:
        """The brokers that are not fenced, by id."""
        return [broker for _, broker in sorted(self.brokers.items()) if not broker.fenced]

    def is_alive(self, broker_id: int) -> bool:
        broker = self.brokers.get(broker_id)
        return broker is not None and not broker.fenced

    def is_active(self, broker_id: int) -> bool:
        """Whether a broker may lead, and enter an ISR: it is alive and means to stay."""
        broker = self.brokers.get(broker_id)
        return broker is not None and not broker.fenced and not broker.in_controlled_shutdown

    def partition(self, topic: str, index: int) -> PartitionRecord | None:
        state = self.topics.get(topic)
        return None if state is None else state.partitions.get(index)

    def topic_configs(self, topic: str) -> dict[str, str]:
        """What was set on the topic itself."""
        return self.configs.get((TOPIC_RESOURCE, topic), {})

    def broker_configs(self, broker: str) -> dict[str, str]:
        """What was set on one broker, or on all of them by the name ""."""
        return self.configs.get((BROKER_RESOURCE, broker), {})

    def apply(self, record: MetadataRecord) -> None:
        """One more record of the metadata log."""
        self.offset += 1
        self._apply(record)

    @singledispatchmethod
    def _apply(self, record: MetadataRecord) -> None:
        raise TypeError(f"no metadata record: {record!r}")

    @_apply.register
    def _(self, record: RegisterBrokerRecord) -> None:
        self.brokers[record.broker_id] = BrokerState(
            record.broker_id, record.broker_epoch, record.host, record.port, record.rack
        )

    @_apply.register
    def _(self, record: BrokerRegistrationChangeRecord) -> None:
        broker = self.brokers[record.broker_id]
        self.brokers[record.broker_id] = replace(
            broker, fenced=record.fenced, in_controlled_shutdown=record.in_controlled_shutdown
        )

    @_apply.register
    def _(self, record: UnregisterBrokerRecord) -> None:
        del self.brokers[record.broker_id]

    @_apply.register
    def _(self, record: TopicRecord) -> None:
        topic = TopicState(record.name, record.topic_id)
        self.topics[record.name] = self.by_id[record.topic_id] = topic

    @_apply.register
    def _(self, record: PartitionRecord) -> None:
        self.by_id[record.topic_id].partitions[record.partition_id] = record

    @_apply.register
    def _(self, record: RemoveTopicRecord) -> None:
        topic = self.by_id.pop(record.topic_id)
        self.former[record.topic_id] = topic.name
        del self.topics[topic.name]
        self.configs.pop((TOPIC_RESOURCE, topic.name), None)

    @_apply.register
    def _(self, record: ConfigRecord) -> None:
        configs = self.configs.setdefault((record.resource_type, record.resource_name), {})
        if record.value is None:
            configs.pop(record.name, None)
        else:
            configs[record.name] = record.value

    @_apply.register
    def _(self, record: ProducerIdsRecord) -> None:
        self.next_producer_id = record.next_producer_id

    @_apply.register
    def _(self, record: FeatureLevelRecord) -> None:
        self.features[record.name] = record.level
