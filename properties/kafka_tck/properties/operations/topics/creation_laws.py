"""Requirements on CreateTopics."""

from collections.abc import Mapping
from typing import Final

from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.requirement import Authority, Requirement

names_are_checked = Requirement(
    "topics.illegal-and-colliding-names-are-refused",
    "A name that is empty, ., .., longer than 249 characters, or has others than A-Z a-z 0-9 . _ -"
    ", or that differs from an existing one only in . against _, is INVALID_TOPIC_EXCEPTION.",
    Code("Topic.validate; ReplicationControlManager.validateNewTopicNames"),
    covers=("G-01",),
    mutants=("accepts-250-characters", "lets-names-collide"),
)

names_of_one_request_do_not_collide = Requirement(
    "topics.colliding-names-of-one-request-are-not-both-made",
    "Of two names of one request that differ only in . against _, at most one is created.",
    Docs("KAFKA-13743 and KAFKA-2337: topics with conflicting metric names are prevented"),
    covers=("G-01",),
    mutants=("lets-names-of-one-request-collide",),
)

topics_are_made_once = Requirement(
    "topics.an-existing-name-is-refused",
    "Creating a topic that exists is TOPIC_ALREADY_EXISTS, also when it is the repetition of a "
    "request whose answer was lost, and changes nothing.",
    Code("ReplicationControlManager.createTopics"),
    covers=("G-01", "G-44"),
    mutants=("creates-again",),
)

names_stand_once = Requirement(
    "topics.a-name-twice-in-a-request-is-refused",
    "A name that stands twice in one request is answered once, with INVALID_REQUEST, and is not "
    "created.",
    Code("ControllerApis.createTopics"),
    covers=("G-01",),
)

counts_are_checked = Requirement(
    "topics.illegal-counts-are-refused",
    "A partition count of 0 or below -1 is INVALID_PARTITIONS; a replication factor of 0, below "
    "-1, or above the number of brokers is INVALID_REPLICATION_FACTOR; -1 takes the default.",
    Code("ReplicationControlManager.createTopic; StripedReplicaPlacer"),
    covers=("G-02",),
    mutants=("accepts-zero-partitions", "ignores-the-replication-factor"),
)

assignments_are_checked = Requirement(
    "topics.illegal-assignments-are-refused",
    "A manual assignment whose partitions are not 0 to n-1, or whose lists are empty, of unequal "
    "length, or name a broker twice or an unknown one, is INVALID_REPLICA_ASSIGNMENT; one that "
    "comes with a count is INVALID_REQUEST.",
    Code("ReplicationControlManager.createTopic, validateManualPartitionAssignment"),
    covers=("G-03",),
    mutants=("accepts-unknown-brokers", "accepts-gaps-in-assignments"),
)

settings_are_checked = Requirement(
    "topics.illegal-settings-are-refused",
    "A setting without value, of unknown name, or whose value cannot be read is INVALID_CONFIG.",
    Code("ReplicationControlManager.computeConfigChanges; ConfigurationControlManager"),
    covers=("G-04",),
    mutants=("accepts-unknown-settings",),
)

creations_are_independent = Requirement(
    "topics.each-topic-of-a-request-is-decided-alone",
    "Each topic of a CreateTopics request gets one entry, and is created exactly if nothing is "
    "wrong with it, whatever is wrong with the others.",
    Code("ReplicationControlManager.createTopics"),
    covers=("G-42", "G-01"),
    mutants=("creates-duplicates",),
)

validating_makes_nothing = Requirement(
    "topics.validate-only-makes-nothing",
    "With validate_only all checks are made and no topic is created.",
    Code("ReplicationControlManager.createTopics"),
    covers=("G-42", "G-04"),
    mutants=("validate-only-creates",),
)

answers_tell_what_was_made = Requirement(
    "topics.the-answer-tells-what-was-made",
    "From version 5 on, the answer to a creation tells the topic's real partition count and "
    "replication factor.",
    KIP(525),
    covers=("G-42", "G-02"),
    mutants=("answers-a-wrong-count",),
)

errors_tell_nothing_else = Requirement(
    "topics.a-refused-creation-tells-no-facts",
    "The entry of a topic that was not created carries -1 as counts and no id.",
    Code("CreateTopicsResponse.json, defaults"),
    covers=("A-80",),
    authority=Authority.OBSERVED,
    mutants=("refused-creation-tells-an-id",),
)

every_life_has_its_id = Requirement(
    "topics.every-creation-gets-a-new-id",
    "Every creation gets an id that no topic had before, also under a name that was deleted; the "
    "answer (from version 7 on) and Metadata name the same one.",
    KIP(516),
    covers=("G-06", "G-42"),
    mutants=("keeps-the-id-of-a-name",),
)

new_topics_are_empty = Requirement(
    "topics.a-new-topic-is-empty",
    "The log start and the log end of a new topic's partitions are 0, also under a name that had "
    "records before.",
    KIP(516),
    covers=("G-06",),
    mutants=("recreated-topic-keeps-its-log",),
)

made_topics_become_usable = Requirement(
    "topics.a-created-topic-becomes-usable",
    "After a creation was answered with success, every broker shows the topic and its leaders "
    "serve it, eventually.",
    Code("BrokerMetadataPublisher; KRaftMetadataCache"),
    covers=("G-11",),
    mutants=(
        "never-serves-a-new-topic",
        "one-bad-topic-spoils-the-request",
    ),
)

OF_KIND: Final[Mapping[str, Requirement]] = {
    "name": names_are_checked,
    "exists": topics_are_made_once,
    "duplicate": names_stand_once,
    "count": counts_are_checked,
    "assignment": assignments_are_checked,
    "config": settings_are_checked,
}
"""The requirement that each kind of flaw in a creation falls under."""

CREATION: Final = (
    *OF_KIND.values(),
    creations_are_independent,
    validating_makes_nothing,
    answers_tell_what_was_made,
    errors_tell_nothing_else,
    every_life_has_its_id,
    new_topics_are_empty,
    made_topics_become_usable,
)
