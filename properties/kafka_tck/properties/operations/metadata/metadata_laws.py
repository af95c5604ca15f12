"""Requirements on Metadata."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

null_lists_all = Requirement(
    "metadata.null-lists-all-and-empty-none",
    "Metadata without a list of topics (version 0: with an empty one) shows every topic, and "
    "with an empty list none.",
    Code("KafkaApis.handleTopicMetadataRequest; MetadataRequest.isAllTopics"),
    covers=("G-13",),
    mutants=("empty-metadata-lists-all", "null-metadata-lists-none"),
)

lookups_are_told_apart = Requirement(
    "metadata.each-name-and-id-is-answered",
    "Each name is answered: with its topic, with UNKNOWN_TOPIC_OR_PARTITION, or, if it is no "
    "legal name, with INVALID_TOPIC_EXCEPTION; from version 12 on each id with its topic or with "
    "UNKNOWN_TOPIC_ID.",
    Code("KafkaApis.handleTopicMetadataRequest, getTopicMetadata"),
    covers=("G-13",),
    mutants=("unknown-topics-are-left-out", "illegal-names-are-unknown"),
)

partitions_are_complete = Requirement(
    "metadata.every-partition-is-told-once",
    "A topic is shown with each of its partitions once; replicas are distinct brokers, the ISR is "
    "among them, and the leader is in the ISR.",
    Code("KRaftMetadataCache.getPartitionMetadata; StripedReplicaPlacer"),
    covers=("G-13", "G-07"),
    mutants=("forgets-the-last-partition", "leader-outside-the-isr"),
)

brokers_are_told = Requirement(
    "metadata.live-brokers-are-told-and-one-is-controller",
    "Metadata names every live broker once, from version 1 on one of them as the controller, and "
    "from version 2 on always the same cluster id.",
    Code("KRaftMetadataCache.getAliveBrokerNodes, getRandomAliveBrokerId"),
    covers=("G-18",),
    mutants=("names-no-controller", "forgets-a-broker"),
)

one_leader_per_epoch = Requirement(
    "metadata.an-epoch-has-one-leader",
    "For one partition and leader epoch all brokers, whenever they are asked, name one leader.",
    KIP(320),
    covers=("G-17",),
)

METADATA: Final = (
    null_lists_all,
    lookups_are_told_apart,
    partitions_are_complete,
    brokers_are_told,
    one_leader_per_epoch,
)
