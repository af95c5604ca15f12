"""What nodes of the cluster say to one another. Immutable; node 0 is the controller."""

from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.reference.records import MetadataRecord

CONTROLLER: Final = 0
"""The controller's place in the network. Brokers are 1 to N."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A broker's question to the controller; the answer comes with the same number."""

    number: int
    question: Any


@dataclass(frozen=True, slots=True)
class Told:
    """The controller's answer to the question of that number."""

    number: int
    answer: Any


@dataclass(frozen=True, slots=True)
class Published:
    """Records of the metadata log from an offset on; a broker applies them in order."""

    base_offset: int
    records: tuple[MetadataRecord, ...]


Message = Ask | Told | Published


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A client's request that the controller decides, as Kafka's Envelope carries it."""

    api: str
    version: int
    body: Any


@dataclass(frozen=True, slots=True)
class AllocateProducerIds:
    """A broker needs a block of producer ids (KIP-730)."""


@dataclass(frozen=True, slots=True)
class ProducerIdBlock:
    first: int
    size: int
