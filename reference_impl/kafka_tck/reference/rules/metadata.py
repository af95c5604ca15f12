"""What brokers say about topics."""

from collections.abc import Collection, Iterable, Sequence

from kafka_tck.reference.image import BrokerState
from kafka_tck.reference.records import PartitionRecord


class MetadataRules:
    """Source: KafkaApis.handleTopicMetadataRequest, KRaftMetadataCache."""

    def shows_leader(self, partition: PartitionRecord) -> int:
        return partition.leader

    def shows_leader_epoch(self, partition: PartitionRecord) -> int:
        return partition.leader_epoch

    def shows_isr(self, partition: PartitionRecord) -> Iterable[int]:
        return partition.isr

    def told_brokers(self, brokers: Sequence[BrokerState]) -> Sequence[BrokerState]:
        """The brokers that are alive: all of them."""
        return brokers

    def told_controller(self, broker_id: int) -> int:
        """A broker that is alive; the true controller is none of a client's business."""
        return broker_id

    def told_partitions(
        self, partitions: Sequence[PartitionRecord], version: int
    ) -> Sequence[PartitionRecord]:
        """The partitions of a topic, each once, whatever the version of the request."""
        return partitions

    def described_cluster_id(self, cluster_id: str) -> str:
        """What DescribeCluster calls the cluster: what Metadata calls it."""
        return cluster_id

    def answers_endpoint_type(self, asked: int, own: int) -> bool:
        """Whether DescribeCluster tells of such nodes: a broker tells of brokers."""
        return asked == own

    def error_of_unknown(self, fault_of_name: str | None) -> str | None:
        """The error in the entry of a name that no topic has; None leaves the entry out."""
        illegal = fault_of_name is not None
        return "INVALID_TOPIC_EXCEPTION" if illegal else "UNKNOWN_TOPIC_OR_PARTITION"

    def error_of_no_partition(self) -> str:
        """For a request that needs a partition which does not exist, or whose topic does not."""
        return "UNKNOWN_TOPIC_OR_PARTITION"

    def cursor_is_legal(self, topic: str, index: int, asked: Collection[str]) -> bool:
        """A page begins at a topic that is asked for, and at no negative partition."""
        return index >= 0 and (not asked or topic in asked)

    def next_page_begins(self, after: int) -> int:
        """The first partition that is not in this page."""
        return after

    def null_means_all(self) -> bool:
        """A null list of topics asks for all of them."""
        return True

    def empty_means_none(self, version: int) -> bool:
        """An empty list asks for no topic; in version 0 it asks for all."""
        return version > 0

    def may_create(self, enabled: bool, allowed: bool) -> bool:
        """Whether an unknown topic is created: the broker's setting and the request agree."""
        return enabled and allowed
