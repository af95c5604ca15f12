"""Whether topic configs are legal, and what a topic that has them is told.

Source: ControllerConfigurationValidator, LogConfig.validate, 4.3.
"""

from collections.abc import Mapping
from typing import Any

from kafka_tck.reference.definitions import BadConfig
from kafka_tck.reference.image import Image
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.rules import ConfigRules
from kafka_tck.reference.settings import Settings
from kafka_tck.reference.topic_configs import (
    INTERNAL_TOPIC_CONFIGS,
    TOPIC_CONFIGS,
    Source,
    entries,
    text_in_force,
)

CONTROLLER_NODE = 1
"""The broker that is the controller too: its own dynamic settings count for new topics."""


def check_topic_configs(configs: Mapping[str, str | None], rules: ConfigRules) -> None:
    """Raises `Refusal` INVALID_CONFIG with Kafka's words."""
    nulls = [name for name, text in configs.items() if text is None]
    if nulls:
        fault = f"Null value not supported for topic configs: {','.join(nulls)}"
        raise Refusal("INVALID_CONFIG", fault)
    try:
        known = {**TOPIC_CONFIGS, **INTERNAL_TOPIC_CONFIGS}
        for name in configs:
            if not rules.is_known(name, known):
                raise BadConfig(f"Unknown topic config name: {name}")
        for definition in (*TOPIC_CONFIGS.values(), *INTERNAL_TOPIC_CONFIGS.values()):
            if definition.name in configs:
                definition.parse(configs[definition.name] or "")
        _check_tiering(configs)
        _check_lags({name: text or "" for name, text in configs.items()})
    except BadConfig as fault:
        raise Refusal("INVALID_CONFIG", str(fault)) from None


def _check_tiering(configs: Mapping[str, str | None]) -> None:
    if (configs.get("remote.storage.enable") or "").strip().lower() == "true":
        raise BadConfig(
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured "
            "with remote log storage."
        )


def _check_lags(configs: Mapping[str, str]) -> None:
    low_name, high_name = "min.compaction.lag.ms", "max.compaction.lag.ms"
    low = int(configs.get(low_name, TOPIC_CONFIGS[low_name].default or 0))
    high = int(configs.get(high_name, TOPIC_CONFIGS[high_name].default or 0))
    if low > high:
        raise BadConfig(f"conflict topic config setting {low_name} ({low}) > {high_name} ({high})")


def effective_configs(
    configs: Mapping[str, str | None], settings: Settings, image: Image
) -> list[dict[str, Any]]:
    """What CreateTopics answers: every config of the new topic and where its value is from."""
    topic = {name: text for name, text in configs.items() if text is not None}
    answers = []
    hidden = {name: one for name, one in INTERNAL_TOPIC_CONFIGS.items() if name in topic}
    for name, definition in sorted({**TOPIC_CONFIGS, **hidden}.items()):
        first = next(entries(definition, topic, settings, image, CONTROLLER_NODE), None)
        answers.append(
            {
                "name": name,
                "value": text_in_force(definition, topic, settings, image, CONTROLLER_NODE),
                "read_only": False,
                "config_source": Source.DEFAULT if first is None else first.source,
                "is_sensitive": False,
            }
        )
    return answers
