"""The replicas that one broker hosts: opened, led, closed and removed as the metadata log says."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kafka_tck.reference.checkpoints import Checkpoints
from kafka_tck.reference.image import INTERNAL_TOPICS, TOPIC_RESOURCE, Image
from kafka_tck.reference.log import Directory, Log, LogConfig
from kafka_tck.reference.log.checkpoints import (
    CLEANER_POINTS,
    read_partition_metadata,
    write_partition_metadata,
)
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.records import ConfigRecord, PartitionRecord
from kafka_tck.reference.rules import Rules
from kafka_tck.reference.settings import Settings
from kafka_tck.reference.topic_configs import texts_in_force

CLEAN_MARKER: Final = ".kafka_cleanshutdown"

PartitionKey = tuple[str, int]


@dataclass(slots=True)
class Replicas:
    """`changed` is called with the key of a partition whenever something about it changed."""

    node: int
    settings: Settings
    rules: Rules
    image: Image
    root: Directory
    changed: Callable[[Hashable], None]
    checkpoints: Checkpoints
    led_or_followed: Callable[[Partition], None] = lambda partition: None
    """Called when a partition may have another leader."""
    removed: Callable[[PartitionKey], None] = lambda key: None
    was_clean: bool = False
    hosted: dict[PartitionKey, Partition] = field(default_factory=dict)
    shared: dict[PartitionKey, Partition] = field(default_factory=dict)
    """Those of which other brokers have a replica, too."""

    def open(self) -> None:
        """Begins a broker's life: was the last one ended cleanly, and what did it note?"""
        self.was_clean = self.root.load(CLEAN_MARKER) is not None
        self.root.remove(CLEAN_MARKER)
        self.checkpoints.load()

    def get(self, topic: str, index: int) -> Partition | None:
        return self.hosted.get((topic, index))

    def __iter__(self) -> Iterator[Partition]:
        for _, partition in sorted(self.hosted.items()):
            yield partition

    def take_partition(self, record: PartitionRecord, now: int) -> None:
        """A partition is new or has changed."""
        topic = self.image.by_id[record.topic_id].name
        partition = self.hosted.get((topic, record.partition_id))
        if partition is None:
            self._open_or_clear(topic, record, now)
        elif partition is not None and self._lets_go(record):
            self._remove((topic, record.partition_id))
        elif partition is not None:
            partition.take_state(record, now)
        hosted = self.hosted.get((topic, record.partition_id))
        if hosted is not None:
            self._note_whether_shared(hosted)
            self.led_or_followed(hosted)
        if self.rules.topics.wakes_waiting():
            self.changed((topic, record.partition_id))

    def _note_whether_shared(self, partition: Partition) -> None:
        key = (partition.topic, partition.index)
        if len(partition.state.replicas) > 1:
            self.shared[key] = partition
        else:
            self.shared.pop(key, None)

    def _host(self, topic: str, record: PartitionRecord, now: int) -> None:
        directory = self._directory_of(topic, record)
        noted = self.checkpoints.noted(topic, record.partition_id)
        texts = self._texts(topic)
        log = Log.open(
            directory,
            self._log_config(topic, texts),
            now=now,
            rules=self.rules.log,
            topic=topic,
            partition=record.partition_id,
            clean=self.was_clean,
            recovery_point=noted.recovery_point,
            log_start=noted.log_start,
            hw=noted.hw,
            first_dirty=noted.first_dirty,
        )
        min_isr = int(texts["min.insync.replicas"])
        partition = Partition(self.node, topic, record, log, self.rules, min_isr)
        partition.lag_ms = self.settings.number("replica.lag.time.max.ms")
        partition.may_join = self._may_join
        self.hosted[topic, record.partition_id] = partition
        if partition.leads:
            partition.begin_to_lead(now)

    def _may_join(self, node: int) -> bool:
        return self.rules.replication.may_be_asked_for(self.image.is_active(node))

    def _directory_of(self, topic: str, record: PartitionRecord) -> Directory:
        """The partition's directory, emptied of a topic of the same name and another id."""
        name = f"{topic}-{record.partition_id}"
        directory = self.root.within(name)
        found = read_partition_metadata(directory)
        if found == record.topic_id:
            return directory
        if found is not None and not self.rules.topics.keeps_data_of_namesake():
            self.checkpoints.forget(topic, record.partition_id)
            directory.remove_all()
            directory = self.root.within(name)
        write_partition_metadata(directory, record.topic_id)
        return directory

    def remove_topic(self, topic: str) -> None:
        """The topic is deleted: its logs go at once."""
        for key in [key for key in self.hosted if key[0] == topic]:
            self._remove(key)
            if self.rules.topics.wakes_waiting():
                self.changed(key)

    def _open_or_clear(self, topic: str, record: PartitionRecord, now: int) -> None:
        """Opens the log, or removes one that was reassigned while this broker was down."""
        if self.node not in record.replicas:
            self.remove_stray(topic, record)
        elif self.rules.topics.is_served(topic):
            self._host(topic, record, now)

    def _lets_go(self, record: PartitionRecord) -> bool:
        """Whether a replica of this broker has been reassigned to others."""
        return self.node not in record.replicas and self.rules.reassignments.lets_go()

    def _remove(self, key: PartitionKey) -> None:
        partition = self.hosted.pop(key)
        self.shared.pop(key, None)
        self.removed(key)
        partition.log.close(clean=False)
        self.checkpoints.forget(*key)
        if not self.rules.topics.keeps_data_of_namesake():
            partition.log.delete()

    def remove_stray(self, topic: str, record: PartitionRecord) -> None:
        """Removes what is left of a partition that went away while this broker was down."""
        name = f"{topic}-{record.partition_id}"
        if name in self.root.directories() and (topic, record.partition_id) not in self.hosted:
            directory = self.root.within(name)
            if read_partition_metadata(directory) == record.topic_id:
                self.checkpoints.forget(topic, record.partition_id)
                directory.remove_all()

    def take_config(self, record: ConfigRecord) -> None:
        """A changed config holds for everything that comes after it."""
        of_topic = record.resource_type == TOPIC_RESOURCE
        for partition in list(self.hosted.values()):
            if of_topic and partition.topic != record.resource_name:
                continue
            texts = self._texts(partition.topic)
            changed = self._log_config(partition.topic, texts)
            partition.log.config = self.rules.configs.in_force(partition.log.config, changed)
            partition.min_insync_replicas = int(texts["min.insync.replicas"])

    def _texts(self, topic: str) -> dict[str, str]:
        return texts_in_force(self.image.topic_configs(topic), self.settings, self.image, self.node)

    def _log_config(self, topic: str, texts: dict[str, str]) -> LogConfig:
        expiry = str(self.settings.number("producer.id.expiration.ms"))
        return LogConfig.of(
            texts | {"producer.id.expiration.ms": expiry}, internal=topic in INTERNAL_TOPICS
        )

    def delete_old_segments(self, now: int) -> None:
        for partition in self:
            if partition.log.delete_old_segments(now):
                self.changed((partition.topic, partition.index))

    def compact(self, now: int) -> None:
        """Cleans the logs that need it, and notes how far each is clean."""
        cleaned = [p for p in self if p.log.config.compacts and p.log.compact(now)]
        if cleaned:
            self.checkpoints.write(CLEANER_POINTS, self)

    def expire_producers(self, now: int) -> None:
        for partition in self:
            partition.log.expire_producers(now)

    def close(self, clean: bool) -> None:
        """The broker's life ends; a clean end leaves a marker for the next one."""
        for partition in self:
            partition.log.close(clean=clean)
        if clean:
            self.checkpoints.write_all(self)
            self.root.store(CLEAN_MARKER, b'{"version":0,"brokerEpoch":-1}')
        self.hosted.clear()
        self.shared.clear()
        self.root.close()
