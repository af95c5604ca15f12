"""The coordinators of one broker: a partition's state is loaded when it begins to lead.

Until the log is read the answer is COORDINATOR_LOAD_IN_PROGRESS, and where the broker does not
lead, NOT_COORDINATOR. A partition that is led in another epoch is loaded anew.
Source: CoordinatorRuntime, TransactionStateManager, BrokerMetadataPublisher, 4.3.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.coordination.kinds import Kind, Shard, partition_of_key
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.steps import Until, Work
from kafka_tck.wire.batches import read_records

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

LOAD_MS: Final = 1
"""How long a log is read, however much it is."""


@dataclass(slots=True)
class _Led:
    """A partition that this broker leads in an epoch, and its state."""

    shard: Shard
    epoch: int
    loaded: bool = False


class Coordinators:
    """All that this broker coordinates, by topic and partition."""

    def __init__(self, broker: "Broker", kinds: Iterable[Kind]) -> None:
        self._broker = broker
        self._kinds: Final = {kind.name: kind for kind in kinds}
        self._of_topic: Final = {kind.topic: kind for kind in self._kinds.values()}
        self._led: dict[tuple[str, int], _Led] = {}

    def kind(self, name: str) -> Kind:
        return self._kinds[name]

    def kind_of_topic(self, topic: str) -> Kind | None:
        return self._of_topic.get(topic)

    def kind_of_key_type(self, key_type: int) -> Kind | None:
        """The kind that FindCoordinator means by a type."""
        return next((k for k in self._kinds.values() if k.key_type == key_type), None)

    # Which partition.

    def partition_of(self, kind: str, key: str) -> int:
        """The partition of a key: among those that the topic has, or is to have."""
        known = self._broker.image.topics.get(self._kinds[kind].topic)
        count = self._broker.settings.number(self._kinds[kind].partitions)
        return partition_of_key(key, len(known.partitions) if known else count)

    def find(self, kind: str, key: str) -> Shard:
        """The state that has this key. Raises `Refusal` where another broker has it, or not yet."""
        return self.at(kind, self.partition_of(kind, key))

    def at(self, kind: str, index: int) -> Shard:
        """The state of one partition. Raises `Refusal`."""
        led = self._led.get((self._kinds[kind].topic, index))
        if led is None:
            raise Refusal("NOT_COORDINATOR")
        if not led.loaded:
            raise Refusal("COORDINATOR_LOAD_IN_PROGRESS")
        return led.shard

    def all_of(self, kind: str) -> Iterator[Shard]:
        """The states of all partitions that are loaded, in order."""
        topic = self._kinds[kind].topic
        for key, led in sorted(self._led.items(), key=lambda item: item[0]):
            if key[0] == topic and led.loaded:
                yield led.shard

    def is_loading(self, kind: str) -> bool:
        """Whether any partition of this kind is not loaded yet."""
        topic = self._kinds[kind].topic
        return any(key[0] == topic and not led.loaded for key, led in self._led.items())

    # Leadership.

    def take(self, partition: Partition) -> None:
        """What the metadata log says of a partition may have changed."""
        if partition.topic not in self._of_topic:
            return
        if partition.leads:
            self.led(partition)
        else:
            self.unled((partition.topic, partition.index))

    def led(self, partition: Partition) -> None:
        """This broker leads a partition of an internal topic."""
        key = (partition.topic, partition.index)
        known = self._led.get(key)
        if known is not None and known.epoch == partition.leader_epoch:
            return
        self.unled(key)
        epoch = partition.leader_epoch
        shard = self._of_topic[partition.topic].make(self._broker, partition.index, epoch)
        led = self._led[key] = _Led(shard, epoch)
        self._broker.run(self._load(partition, led))

    def unled(self, key: tuple[str, int]) -> None:
        """This broker leads a partition no more."""
        led = self._led.pop(key, None)
        if led is not None:
            led.shard.unloaded()

    def is_led_in(self, topic: str, index: int, epoch: int) -> bool:
        """Whether this broker still leads a partition in the epoch in which it began."""
        led = self._led.get((topic, index))
        return led is not None and led.epoch == epoch

    def _load(self, partition: Partition, led: _Led) -> Work:
        """Replays the whole log, also what is not committed yet: the leader's log will be."""
        key = (partition.topic, partition.index)
        yield Until(lambda: self._led.get(key) is not led, self._broker.now + LOAD_MS, ())
        if self._led.get(key) is not led:
            return
        for batch in partition.log.batches():
            for record in read_records(batch):
                led.shard.replay(batch, record)
        led.loaded = True
        led.shard.loaded()
