"""How configs of topics are checked, changed, told, and put into force."""

from collections.abc import Mapping

from kafka_tck.reference.definitions import Definition, Kind
from kafka_tck.reference.log import LogConfig

Configs = Mapping[str, str | None]


class ConfigRules:
    """Source: ConfigurationControlManager, ControllerConfigurationValidator, ConfigHelper."""

    def is_known(self, name: str, known: Mapping[str, Definition]) -> bool:
        """A topic takes no config of a name that means nothing."""
        return name in known

    def of_new_topic(self, configs: Configs) -> Configs:
        """The configs that a new topic has: those it was given."""
        return configs

    def may_append(self, definition: Definition | None) -> bool:
        """Only a list can be appended to, or subtracted from."""
        return definition is not None and definition.kind is Kind.LIST

    def kept_of_refused(self, changes: Configs) -> Configs:
        """What is changed though the resource's changes are refused: nothing."""
        return {}

    def needs_topic(self) -> bool:
        """Whether only a topic that exists can have configs."""
        return True

    def describes(self, exists: bool) -> bool:
        """Whether a topic is described; one that does not exist is not."""
        return exists

    def told_source(self, source: int) -> int:
        """Where the value in force comes from: topic, broker or default."""
        return source

    def in_force(self, present: LogConfig, changed: LogConfig) -> LogConfig:
        """The config of a log after a change: it holds for all that comes later."""
        return changed
