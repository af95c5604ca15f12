"""Requirements on the settings of topics."""

from typing import Final

from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.requirement import Requirement

own_settings_are_told = Requirement(
    "configs.a-topics-own-settings-are-told",
    "DescribeConfigs tells the value of a setting that a topic was given, with the topic as its "
    "source, and of one that it was not given another source; only those that were asked for.",
    Docs("protocol guide, DescribeConfigs"),
    covers=("G-30", "G-42"),
    mutants=(
        "forgets-settings-of-new-topics",
        "tells-a-default-as-the-topics-own",
        "validate-only-changes-settings",
        "half-applies-a-refused-change",
    ),
)

lookups_of_settings_are_checked = Requirement(
    "configs.settings-of-unknown-topics-are-refused",
    "DescribeConfigs of a topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION, of an illegal "
    "name INVALID_TOPIC_EXCEPTION.",
    Code("ConfigHelper.describeConfigs"),
    covers=("G-30",),
    mutants=("describes-unknown-topics",),
)

changes_are_checked = Requirement(
    "configs.illegal-changes-are-refused",
    "A change to an unknown setting or to a value that cannot be read, and one that appends to "
    "what is no list, is INVALID_CONFIG; a key twice or a missing value is INVALID_REQUEST; and "
    "no setting of that topic is changed.",
    KIP(339),
    covers=("G-30", "G-44"),
    mutants=("appends-to-a-number",),
)

changed_topics_exist = Requirement(
    "configs.changes-to-unknown-topics-are-refused",
    "IncrementalAlterConfigs of a topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION, of an "
    "illegal name INVALID_TOPIC_EXCEPTION; of a topic that stands twice in the request "
    "INVALID_REQUEST.",
    Code("ControllerConfigurationValidator; ControllerApis.handleIncrementalAlterConfigs"),
    covers=("G-30",),
    mutants=("keeps-settings-of-no-topic",),
)

legal_changes_succeed = Requirement(
    "configs.each-topic-of-a-change-is-decided-alone",
    "Each topic of an IncrementalAlterConfigs request is answered, and is changed exactly if "
    "nothing is wrong with its own changes and the request is not to validate only.",
    KIP(339),
    covers=("G-30",),
)

changes_take_effect = Requirement(
    "configs.a-change-reaches-every-broker",
    "After a change was answered with success every broker tells it and acts by it, eventually, "
    "without a restart.",
    Code("ConfigHandler; LogManager.updateTopicConfig"),
    covers=("G-30",),
    mutants=("settings-wait-for-a-restart",),
)

stored_data_is_kept = Requirement(
    "configs.stored-records-are-not-judged-again",
    "A change applies to later requests only: what was stored before is read as before.",
    Code("LogManager.updateTopicConfig"),
    covers=("G-30",),
)

SETTINGS: Final = (
    own_settings_are_told,
    lookups_of_settings_are_checked,
    changes_are_checked,
    changed_topics_exist,
    legal_changes_succeed,
    changes_take_effect,
    stored_data_is_kept,
)
