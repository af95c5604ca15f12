"""Records of the metadata log, by Kafka's names. Brokers know only what these say.

Source: metadata/src/main/resources/common/metadata/*.json, 4.3.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RegisterBrokerRecord:
    """A broker is there, fenced at first; its broker epoch is this record's offset."""

    broker_id: int
    broker_epoch: int
    host: str
    port: int
    rack: str | None = None


@dataclass(frozen=True, slots=True)
class BrokerRegistrationChangeRecord:
    """A broker is fenced (may not lead) or no longer; or it is about to stop, and hands over."""

    broker_id: int
    fenced: bool
    in_controlled_shutdown: bool = False


@dataclass(frozen=True, slots=True)
class UnregisterBrokerRecord:
    """A broker's registration is gone; it may run on, and is nobody until it starts again."""

    broker_id: int
    broker_epoch: int


@dataclass(frozen=True, slots=True)
class TopicRecord:
    name: str
    topic_id: UUID


@dataclass(frozen=True, slots=True)
class PartitionRecord:
    """The whole state of one partition; also what a change of it says.

    `leader` is -1 when there is none. A partition epoch counts every change of the partition, a
    leader epoch every choice of a leader. `elr` are the eligible leader replicas, `last_leader` who
    led before ISR and ELR were empty, -1 if none (KIP-966). While a reassignment runs, `replicas`
    has them all: those that stay, those it is `adding` and those it is `removing`.
    """

    topic_id: UUID
    partition_id: int
    replicas: tuple[int, ...]
    isr: tuple[int, ...]
    leader: int
    leader_epoch: int = 0
    partition_epoch: int = 0
    elr: tuple[int, ...] = ()
    last_leader: int = -1
    adding: tuple[int, ...] = ()
    removing: tuple[int, ...] = ()

    @property
    def is_reassigned(self) -> bool:
        """Whether a reassignment runs."""
        return bool(self.adding or self.removing)


@dataclass(frozen=True, slots=True)
class RemoveTopicRecord:
    topic_id: UUID


@dataclass(frozen=True, slots=True)
class ConfigRecord:
    """A config of a resource is set, or removed when the value is None.

    `resource_type` is 2 for a topic and 4 for a broker (name "" = all brokers).
    """

    resource_type: int
    resource_name: str
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ProducerIdsRecord:
    """Producer ids below this one are taken."""

    broker_id: int
    next_producer_id: int


@dataclass(frozen=True, slots=True)
class FeatureLevelRecord:
    name: str
    level: int


MetadataRecord = (
    RegisterBrokerRecord
    | BrokerRegistrationChangeRecord
    | UnregisterBrokerRecord
    | TopicRecord
    | PartitionRecord
    | RemoveTopicRecord
    | ConfigRecord
    | ProducerIdsRecord
    | FeatureLevelRecord
)
