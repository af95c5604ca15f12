"""DescribeConfigs: the configs of topics and of this broker, with where each value comes from.

v1-v4. Synonyms on demand, types and documentation from v3 (documentation is left out). A topic's
configs that nobody set say what the broker's settings say. Only this broker's settings, and with
an empty name the dynamic defaults of all brokers, can be described; of the settings only those
that this broker honours are known.
Source: ConfigHelper, 4.3.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.definitions import Definition, shown
from kafka_tck.reference.image import BROKER_RESOURCE, TOPIC_RESOURCE
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.settings import SETTINGS
from kafka_tck.reference.topic_configs import (
    INTERNAL_TOPIC_CONFIGS,
    SYNONYMS_OF_SETTINGS,
    TOPIC_CONFIGS,
    Entry,
    Source,
    shown_entries,
    text_in_force,
)
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Fields = Mapping[str, Any]

KNOWN_TYPES = {2, 4, 8, 16, 32}
"""Topic, broker, broker logger, client metrics, group."""

_MALFORMED: Final = (
    "This most likely occurs because of a request being malformed by the client library or the "
    "message was sent to an incompatible broker. See the broker logs for more details."
)


def handle(broker: "Broker", request: Request) -> Fields:
    body = request.body
    unknown = [r for r in body.resources if r.resource_type not in KNOWN_TYPES]
    if unknown:
        return {"results": [_failed(r, "INVALID_REQUEST", _MALFORMED) for r in body.resources]}
    return {"results": [_describe(broker, r, body.include_synonyms) for r in body.resources]}


def _failed(resource: Message, error: str, message: str | None) -> Fields:
    return {
        "error_code": error_code(error),
        "error_message": message,
        "resource_type": resource.resource_type,
        "resource_name": resource.resource_name,
    }


def _describe(broker: "Broker", resource: Message, synonyms: bool) -> Fields:
    try:
        configs = list(_configs(broker, resource, synonyms))
    except Refusal as refusal:
        return _failed(resource, refusal.error, refusal.message)
    wanted = set(resource.configuration_keys or ())
    return {
        "error_code": 0,
        "error_message": "",
        "resource_type": resource.resource_type,
        "resource_name": resource.resource_name,
        "configs": [c for c in configs if not wanted or c["name"] in wanted],
    }


def _configs(broker: "Broker", resource: Message, synonyms: bool) -> Iterable[dict[str, Any]]:
    if resource.resource_type == TOPIC_RESOURCE:
        return _of_topic(broker, resource.resource_name, synonyms)
    if resource.resource_type == BROKER_RESOURCE:
        return _of_broker(broker, resource.resource_name, synonyms)
    return []


def _of_topic(broker: "Broker", name: str, synonyms: bool) -> list[dict[str, Any]]:
    fault = broker.rules.topics.fault_of_name(name)
    if fault is not None:
        raise Refusal("INVALID_TOPIC_EXCEPTION", fault)
    if not broker.rules.configs.describes(name in broker.image.topics):
        raise Refusal("UNKNOWN_TOPIC_OR_PARTITION", "")
    given = broker.image.topic_configs(name)
    hidden = [one for one in INTERNAL_TOPIC_CONFIGS.values() if one.name in given]
    every = [*TOPIC_CONFIGS.values(), *hidden]
    return [_topic_config(broker, name, one, synonyms) for one in every]


def _topic_config(
    broker: "Broker", topic: str, definition: Definition, synonyms: bool
) -> dict[str, Any]:
    given = broker.image.topic_configs(topic)
    text = text_in_force(definition, given, broker.settings, broker.image, broker.node)
    value = shown(definition.kind, definition.parse(text))
    entries: list[Entry] = []
    if definition.name in given:
        entries.append(Entry(definition.name, value, Source.TOPIC))
    if definition.server_default is not None:
        names = definition.synonyms
        entries += shown_entries(
            definition.server_default, names, broker.settings, broker.image, broker.node
        )
    entry = _entry(definition, value, entries, synonyms, read_only=False)
    return entry | {"config_source": broker.rules.configs.told_source(entry["config_source"])}


def _of_broker(broker: "Broker", name: str, synonyms: bool) -> list[dict[str, Any]]:
    if name == "":
        everyone = broker.image.broker_configs("")
        return [_setting(broker, n, synonyms, only_defaults=True) for n in everyone]
    if not name.removeprefix("-").isdecimal():
        raise Refusal("INVALID_REQUEST", f"Broker id must be an integer, but it is: {name}")
    if int(name) != broker.node:
        text = f"Unexpected broker id, expected {broker.node} or empty string, but received {name}"
        raise Refusal("INVALID_REQUEST", text)
    given = {**broker.image.broker_configs(""), **broker.image.broker_configs(name)}
    listed = [n for n, one in SETTINGS.items() if not one.hidden]
    every = dict.fromkeys([*listed, *given])
    return [_setting(broker, n, synonyms, only_defaults=False) for n in every]


def _setting(broker: "Broker", name: str, synonyms: bool, only_defaults: bool) -> dict[str, Any]:
    if name not in SETTINGS:
        return _unknown_setting(broker, name, synonyms, only_defaults)
    definition = SETTINGS[name]
    group = next(
        (names for names in SYNONYMS_OF_SETTINGS.values() if definition.name in names),
        (definition.name,),
    )
    entries = shown_entries(definition.name, group, broker.settings, broker.image, broker.node)
    if only_defaults:
        entries = [entry for entry in entries if entry.source is Source.DYNAMIC_DEFAULT_BROKER]
    own = next((entry.text for entry in entries if entry.name == definition.name), None)
    value = None if own is None else shown(definition.kind, definition.parse(own))
    return _entry(definition, value, entries, synonyms, read_only=not definition.dynamic)


def _unknown_setting(
    broker: "Broker", name: str, synonyms: bool, only_defaults: bool
) -> dict[str, Any]:
    """It may be a secret, so its values are not told."""
    sources = []
    if not only_defaults and name in broker.image.broker_configs(str(broker.node)):
        sources.append(Source.DYNAMIC_BROKER)
    if name in broker.image.broker_configs(""):
        sources.append(Source.DYNAMIC_DEFAULT_BROKER)
    return {
        "name": name,
        "value": None,
        "read_only": True,
        "config_source": sources[0],
        "is_sensitive": True,
        "synonyms": [
            {"name": name, "value": None, "source": source}
            for source in (sources if synonyms else ())
        ],
        "config_type": 0,
        "documentation": None,
    }


def _entry(
    definition: Definition,
    value: str | None,
    entries: list[Entry],
    synonyms: bool,
    read_only: bool,
) -> dict[str, Any]:
    return {
        "name": definition.name,
        "value": value,
        "read_only": read_only,
        "config_source": entries[0].source if entries else Source.DEFAULT,
        "is_sensitive": False,
        "synonyms": [
            {"name": entry.name, "value": entry.text, "source": entry.source}
            for entry in (entries if synonyms else ())
        ],
        "config_type": definition.kind,
        "documentation": None,
    }
