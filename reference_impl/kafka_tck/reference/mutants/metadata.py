"""Brokers that tell the wrong things of topics, brokers and versions."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from kafka_tck.reference.image import BrokerState
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.records import PartitionRecord
from kafka_tck.reference.rules import MetadataRules, VersionRules

Range = tuple[int, int]


@wrong("null-metadata-lists-none", "A null list of topics asks for none.", "M36")
class NullMetadataListsNone(MetadataRules):
    def null_means_all(self) -> bool:
        return False


@wrong("empty-metadata-lists-all", "An empty list of topics asks for all.", "KIP-4")
class EmptyMetadataListsAll(MetadataRules):
    def empty_means_none(self, version: int) -> bool:
        return False


@wrong("creates-by-asking", "Asking creates a topic though the request forbids it.", "KIP-361")
class CreatesByAsking(MetadataRules):
    def may_create(self, enabled: bool, allowed: bool) -> bool:
        return enabled


@wrong("unknown-topics-are-left-out", "A name that no topic has gets no entry.", "M36")
class UnknownTopicsAreLeftOut(MetadataRules):
    def error_of_unknown(self, fault_of_name: str | None) -> str | None:
        return None


@wrong("illegal-names-are-unknown", "An illegal name is merely unknown.", "M36")
class IllegalNamesAreUnknown(MetadataRules):
    def error_of_unknown(self, fault_of_name: str | None) -> str | None:
        return "UNKNOWN_TOPIC_OR_PARTITION"


@wrong("unknown-partitions-are-elsewhere", "A partition that never was is led elsewhere.", "B100")
class UnknownPartitionsAreElsewhere(MetadataRules):
    def error_of_no_partition(self) -> str:
        return "NOT_LEADER_OR_FOLLOWER"


@wrong("forgets-the-last-partition", "A topic is shown without its last partition.", "M07")
class ForgetsTheLastPartition(MetadataRules):
    def told_partitions(
        self, partitions: Sequence[PartitionRecord], version: int
    ) -> Sequence[PartitionRecord]:
        return partitions[:-1] or partitions


@wrong("old-metadata-hides-a-partition", "Versions before 5 hide a partition.", "B100")
class OldMetadataHidesAPartition(MetadataRules):
    def told_partitions(
        self, partitions: Sequence[PartitionRecord], version: int
    ) -> Sequence[PartitionRecord]:
        return partitions if version >= 5 else partitions[1:]


@wrong("leader-outside-the-isr", "The leader is not among the replicas in sync.", "M11")
class LeaderOutsideTheIsr(MetadataRules):
    def shows_isr(self, partition: PartitionRecord) -> Iterable[int]:
        return [node for node in partition.isr if node != partition.leader]


@wrong("names-no-controller", "No broker is the controller.", "M36")
class NamesNoController(MetadataRules):
    def told_controller(self, broker_id: int) -> int:
        return -1


@wrong("forgets-a-broker", "The last broker is not told.", "M07")
class ForgetsABroker(MetadataRules):
    def told_brokers(self, brokers: Sequence[BrokerState]) -> Sequence[BrokerState]:
        return brokers[:-1]


@wrong("describes-another-cluster-id", "DescribeCluster names another cluster.", "M36")
class DescribesAnotherClusterId(MetadataRules):
    def described_cluster_id(self, cluster_id: str) -> str:
        return cluster_id[::-1]


@wrong("ignores-the-endpoint-type", "DescribeCluster always tells of brokers.", "KIP-919")
class IgnoresTheEndpointType(MetadataRules):
    def answers_endpoint_type(self, asked: int, own: int) -> bool:
        return True


@wrong("ignores-an-illegal-cursor", "A page may begin anywhere.", "KIP-966")
class IgnoresAnIllegalCursor(MetadataRules):
    def cursor_is_legal(self, topic: str, index: int, asked: Collection[str]) -> bool:
        return True


@wrong("pages-skip-a-partition", "A page begins one partition late.", "M07")
class PagesSkipAPartition(MetadataRules):
    def next_page_begins(self, after: int) -> int:
        return after + 1


@wrong("pages-repeat-a-partition", "A page begins one partition early.", "M07")
class PagesRepeatAPartition(MetadataRules):
    def next_page_begins(self, after: int) -> int:
        return after - 1


@wrong("tells-other-ranges-to-old-clients", "Old ApiVersions tell one version less.", "B100")
class TellsOtherRangesToOldClients(VersionRules):
    def told_range(self, api: str, served: Range, version: int) -> Range:
        low, high = served
        return served if version >= 3 else (low, max(low, high - 1))


@wrong("advertises-removed-versions", "Fetch is offered from version 0 on.", "KIP-896")
class AdvertisesRemovedVersions(VersionRules):
    def told_range(self, api: str, served: Range, version: int) -> Range:
        return (0, served[1]) if api == "Fetch" else served


@wrong("advertises-produce-from-three", "Produce is offered from version 3.", "KAFKA-18659")
class AdvertisesProduceFromThree(VersionRules):
    def told_range(self, api: str, served: Range, version: int) -> Range:
        return (3, served[1]) if api == "Produce" else served


@wrong("tells-version-3-of-level-0", "Old clients hear of features at level 0.", "KAFKA-17011")
class TellsVersion3OfLevel0(VersionRules):
    def told_supported(self, supported: Mapping[str, Range], version: int) -> Mapping[str, Range]:
        return {**super().told_supported(supported, version), "kraft.version": (0, 1)}


@wrong("finalizes-an-unsupported-level", "A feature is at a level above all supported.", "M07")
class FinalizesAnUnsupportedLevel(VersionRules):
    def told_finalized(self, levels: Mapping[str, int]) -> Mapping[str, int]:
        return {name: level + 100 for name, level in super().told_finalized(levels).items()}
