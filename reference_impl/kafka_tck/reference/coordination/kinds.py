"""What a kind of coordinator is: its internal topic, and the state of one partition of it.

Source: Utils.abs, java.lang.String.hashCode, AutoTopicCreationManager.creatableTopic, 4.3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from kafka_tck.reference.settings import Settings
from kafka_tck.wire.batches import Batch, Record

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


class Shard(Protocol):
    """The state that one partition's log describes, at the broker that leads it."""

    def replay(self, batch: Batch, record: Record) -> None:
        """One more record of the log, also of control batches (`batch.is_control`), in order."""

    def loaded(self) -> None:
        """All of the log has been replayed: from here on requests are served."""

    def unloaded(self) -> None:
        """Another broker leads, or this one in a later epoch: nothing may be written any more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of coordinator. `make` gets the broker, the partition and its leader epoch.

    `partitions` and `factor` are names of settings, `configs` of the topic are texts or names of
    settings in angle brackets.
    """

    name: str
    key_type: int
    """The type of FindCoordinator."""
    topic: str
    partitions: str
    factor: str
    configs: Mapping[str, str]
    make: Callable[["Broker", int, int], Shard] = field(compare=False)

    def creation(self, settings: Settings) -> dict[str, Any]:
        """The topic as an entry of CreateTopics."""
        return {
            "name": self.topic,
            "num_partitions": settings.number(self.partitions),
            "replication_factor": settings.number(self.factor),
            "configs": [
                {"name": name, "value": _text(settings, value)}
                for name, value in self.configs.items()
            ],
        }


def _text(settings: Settings, value: str) -> str:
    is_setting = value.startswith("<")
    return str(settings.number(value.strip("<>"))) if is_setting else value


def partition_of_key(key: str, partitions: int) -> int:
    """The partition that a group or a transactional id belongs to."""
    code = java_hash(key)
    return (0 if code == -(1 << 31) else abs(code)) % partitions


def java_hash(text: str) -> int:
    """`String.hashCode`: over the units of UTF-16, as a signed number of 32 bits."""
    data = text.encode("utf-16-be", errors="surrogatepass")
    code = 0
    for at in range(0, len(data), 2):
        code = (code * 31 + int.from_bytes(data[at : at + 2])) & 0xFFFFFFFF
    return code - (1 << 32) if code >= 1 << 31 else code
