"""Brokers that forget, invent or ignore settings of topics."""

from collections.abc import Mapping

from kafka_tck.reference.definitions import BadConfig, Definition
from kafka_tck.reference.log import LogConfig
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ConfigRules
from kafka_tck.reference.rules.configs import Configs
from kafka_tck.reference.topic_configs import TOPIC_CONFIGS

TOPIC_SOURCE = 1


@wrong("accepts-unknown-settings", "A topic may have settings that mean nothing.", "M36")
class AcceptsUnknownSettings(ConfigRules):
    def is_known(self, name: str, known: Mapping[str, Definition]) -> bool:
        return True


@wrong("forgets-settings-of-new-topics", "A topic is made without its settings.", "M35")
class ForgetsSettingsOfNewTopics(ConfigRules):
    def of_new_topic(self, configs: Configs) -> Configs:
        return {}


@wrong("appends-to-a-number", "A setting that is no list can be appended to.", "M36")
class AppendsToANumber(ConfigRules):
    def may_append(self, definition: Definition | None) -> bool:
        return True


@wrong("half-applies-a-refused-change", "What is right of a refused change is made.", "M38")
class HalfAppliesARefusedChange(ConfigRules):
    def kept_of_refused(self, changes: Configs) -> Configs:
        return {name: text for name, text in changes.items() if _is_right(name, text)}


def _is_right(name: str, text: str | None) -> bool:
    try:
        TOPIC_CONFIGS[name].parse(text or "")
    except (KeyError, BadConfig):
        return False
    return True


@wrong("keeps-settings-of-no-topic", "A topic that is none may have settings.", "M36")
class KeepsSettingsOfNoTopic(ConfigRules):
    def needs_topic(self) -> bool:
        return False


@wrong("describes-unknown-topics", "A topic that is none has the default settings.", "M36")
class DescribesUnknownTopics(ConfigRules):
    def describes(self, exists: bool) -> bool:
        return True


@wrong("tells-a-default-as-the-topics-own", "Every setting is said to be the topic's.", "KIP-226")
class TellsADefaultAsTheTopicsOwn(ConfigRules):
    def told_source(self, source: int) -> int:
        return TOPIC_SOURCE


@wrong("settings-wait-for-a-restart", "A changed setting has no effect until a restart.", "M35")
class SettingsWaitForARestart(ConfigRules):
    def in_force(self, present: LogConfig, changed: LogConfig) -> LogConfig:
        return present
