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


@dataclass(frozen=True, slots=True)
class Carried:
    """A request of one broker to another, as bytes, on the connection that it has numbered."""

    channel: int
    frame: bytes
    lane: int = 0
    """The purpose of the connection: 0 is replication."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The answer to it, as bytes; None when the connection was closed instead."""

    channel: int
    frame: bytes | None
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Reset:
    """Connections with this node are gone: a broker has ended, or another controller leads."""

    node: int


Message = Ask | Told | Published | Carried | Returned | Reset


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


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A broker tells that it is there, and how far it knows the metadata log."""

    broker_epoch: int
    offset: int


@dataclass(frozen=True, slots=True)
class Encoded:
    """A leader's AlterPartition request in Kafka's own bytes; the answer is bytes too."""

    frame: bytes
