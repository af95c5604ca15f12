"""Every decision that matters, by area. A wrong broker replaces one method of one of these.

Handlers ask `broker.rules.fetch.bound(...)` and never know which broker they are part of.
"""

from dataclasses import dataclass, field

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.rules.classic_groups import ClassicGroupRules
from kafka_tck.reference.rules.configs import ConfigRules
from kafka_tck.reference.rules.consumer_groups import ConsumerGroupRules
from kafka_tck.reference.rules.elections import ElectionRules, ReassignmentRules
from kafka_tck.reference.rules.fetch import FetchRules
from kafka_tck.reference.rules.frames import FrameRules
from kafka_tck.reference.rules.group_offsets import GroupOffsetRules
from kafka_tck.reference.rules.markers import MarkerRules
from kafka_tck.reference.rules.metadata import MetadataRules
from kafka_tck.reference.rules.offsets import ListOffsetsRules
from kafka_tck.reference.rules.produce import ProduceRules
from kafka_tck.reference.rules.replication import ReplicationRules
from kafka_tck.reference.rules.sessions import SessionRules
from kafka_tck.reference.rules.topics import TopicRules
from kafka_tck.reference.rules.transactions import TransactionRules
from kafka_tck.reference.rules.versions import VersionRules

__all__ = [
    "ClassicGroupRules",
    "ConfigRules",
    "ConsumerGroupRules",
    "ElectionRules",
    "FetchRules",
    "FrameRules",
    "GroupOffsetRules",
    "ListOffsetsRules",
    "LogRules",
    "MarkerRules",
    "MetadataRules",
    "ProduceRules",
    "ReassignmentRules",
    "ReplicationRules",
    "Rules",
    "SessionRules",
    "TopicRules",
    "TransactionRules",
    "VersionRules",
]


@dataclass(frozen=True)
class Rules:
    """The rules of one cluster; the defaults are Kafka's."""

    frames: FrameRules = field(default_factory=FrameRules)
    versions: VersionRules = field(default_factory=VersionRules)
    metadata: MetadataRules = field(default_factory=MetadataRules)
    configs: ConfigRules = field(default_factory=ConfigRules)
    topics: TopicRules = field(default_factory=TopicRules)
    produce: ProduceRules = field(default_factory=ProduceRules)
    fetch: FetchRules = field(default_factory=FetchRules)
    sessions: SessionRules = field(default_factory=SessionRules)
    markers: MarkerRules = field(default_factory=MarkerRules)
    offsets: ListOffsetsRules = field(default_factory=ListOffsetsRules)
    group_offsets: GroupOffsetRules = field(default_factory=GroupOffsetRules)
    consumer_groups: ConsumerGroupRules = field(default_factory=ConsumerGroupRules)
    classic_groups: ClassicGroupRules = field(default_factory=ClassicGroupRules)
    transactions: TransactionRules = field(default_factory=TransactionRules)
    replication: ReplicationRules = field(default_factory=ReplicationRules)
    elections: ElectionRules = field(default_factory=ElectionRules)
    reassignments: ReassignmentRules = field(default_factory=ReassignmentRules)
    log: LogRules = field(default_factory=LogRules)
