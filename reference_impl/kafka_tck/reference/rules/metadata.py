"""What brokers say about topics."""

from collections.abc import Iterable

from kafka_tck.reference.records import PartitionRecord


class MetadataRules:
    """Source: KafkaApis.handleTopicMetadataRequest, KRaftMetadataCache."""

    def shows_leader(self, partition: PartitionRecord) -> int:
        return partition.leader

    def shows_leader_epoch(self, partition: PartitionRecord) -> int:
        return partition.leader_epoch

    def shows_isr(self, partition: PartitionRecord) -> Iterable[int]:
        return partition.isr

    def null_means_all(self) -> bool:
        """A null list of topics asks for all of them."""
        return True

    def empty_means_none(self, version: int) -> bool:
        """An empty list asks for no topic; in version 0 it asks for all."""
        return version > 0

    def may_create(self, enabled: bool, allowed: bool) -> bool:
        """Whether an unknown topic is created: the broker's setting and the request agree."""
        return enabled and allowed
