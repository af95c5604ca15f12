"""IncrementalAlterConfigs: sets, deletes, appends to and subtracts from configs.

v0-v1, alike. The broker refuses what is ill-formed and forwards the rest; the controller decides
each resource on its own, as a whole. Only topics, brokers and groups have configs here.
Source: ConfigAdminManager, ConfigurationControlManager.incrementalAlterConfigResource, 4.3.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.definitions import BadConfig, Definition
from kafka_tck.reference.group_configs import (
    GROUP_CONFIGS,
    GROUP_RESOURCE,
    check_group_configs,
)
from kafka_tck.reference.image import BROKER_RESOURCE, TOPIC_RESOURCE
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.records import ConfigRecord
from kafka_tck.reference.rules import ConfigRules
from kafka_tck.reference.settings import SETTINGS
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.reference.topic_configs import TOPIC_CONFIGS
from kafka_tck.reference.validation import check_topic_configs
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request, build

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]

SET, DELETE, APPEND, SUBTRACT = _KNOWN = range(4)
_NAMES = ("SET", "DELETE", "APPEND", "SUBTRACT")
PATIENCE_MS = 30_000

_DEFINITIONS: Final = {
    TOPIC_RESOURCE: TOPIC_CONFIGS,
    BROKER_RESOURCE: SETTINGS,
    GROUP_RESOURCE: GROUP_CONFIGS,
}


def handle(broker: "Broker", request: Request) -> Steps:
    resources = request.body.resources
    refused = _refused(broker, resources)
    rest = [r for index, r in enumerate(resources) if index not in refused]
    decided: dict[tuple[int, str], Fields] = {}
    if rest:
        fields = {"resources": rest, "validate_only": request.body.validate_only}
        body = build("IncrementalAlterConfigs", "Request", request.header.version, fields)
        question = Forwarded("IncrementalAlterConfigs", request.header.version, body)
        answer: Fields | None = yield Question(question, broker.now + PATIENCE_MS)
        if answer is None:
            return {"responses": [_result(r, "REQUEST_TIMED_OUT", None) for r in resources]}
        decided = {(r["resource_type"], r["resource_name"]): r for r in answer["responses"]}
    return {
        "responses": [
            refused.get(index) or decided[r.resource_type, r.resource_name]
            for index, r in enumerate(resources)
        ]
    }


def _refused(broker: "Broker", resources: Sequence[Message]) -> dict[int, Fields]:
    """The resources that the broker itself refuses, by their place in the request."""
    times = Counter((r.resource_type, r.resource_name) for r in resources)
    refused = {}
    for index, resource in enumerate(resources):
        try:
            if times[resource.resource_type, resource.resource_name] > 1:
                raise Refusal("INVALID_REQUEST", "Each resource must appear at most once.")
            _check_shape(resource)
            _check_own_settings(broker, resource)
        except Refusal as refusal:
            refused[index] = _result(resource, refusal.error, refusal.message)
    return refused


def _check_shape(resource: Message) -> None:
    names = [config.name for config in resource.configs]
    if len(set(names)) < len(names):
        raise Refusal("INVALID_REQUEST", "Error due to duplicate config keys")
    nulls = [c.name for c in resource.configs if c.value is None and c.config_operation != DELETE]
    if nulls:
        raise Refusal("INVALID_REQUEST", f"Null value not supported for : {', '.join(nulls)}")
    if resource.resource_type not in (TOPIC_RESOURCE, BROKER_RESOURCE, GROUP_RESOURCE):
        raise Refusal("INVALID_REQUEST", f"Unknown resource type {resource.resource_type}")


def _check_own_settings(broker: "Broker", resource: Message) -> None:
    """A broker's settings are changed through that broker, and only some while it runs."""
    if resource.resource_type != BROKER_RESOURCE:
        return
    name = resource.resource_name
    if name and not name.removeprefix("-").isdecimal():
        raise Refusal("INVALID_REQUEST", f"Node id must be an integer, but it is: {name}")
    if name and int(name) != broker.node:
        text = f"Unexpected broker id, expected {broker.node}, but received {name}"
        raise Refusal("INVALID_REQUEST", text)
    unknown = [c.config_operation for c in resource.configs if c.config_operation not in _KNOWN]
    if unknown:
        raise Refusal("INVALID_REQUEST", f"Unknown operations type {unknown[0]}")
    present = broker.image.broker_configs(name)
    given = {
        config.name: _changed(
            BROKER_RESOURCE, config, present.get(config.name), broker.rules.configs
        )
        for config in resource.configs
    }
    _check_settings({key: text for key, text in given.items() if text is not None})


def _check_settings(given: Mapping[str, str]) -> None:
    """Settings that this broker does not know are taken as they are."""
    known = {name: text for name, text in given.items() if name in SETTINGS}
    fixed = [name for name in known if not SETTINGS[name].dynamic]
    if fixed:
        text = f"Cannot update these configs dynamically: [{', '.join(fixed)}]"
        raise Refusal("INVALID_REQUEST", text)
    try:
        for name, text in known.items():
            SETTINGS[name].parse(text)
    except BadConfig as fault:
        raise Refusal("INVALID_REQUEST", str(fault)) from None


def _result(resource: Message, error: str, message: str | None) -> Fields:
    return {
        "error_code": error_code(error),
        "error_message": message,
        "resource_type": resource.resource_type,
        "resource_name": resource.resource_name,
    }


def decide(controller: "Controller", _version: int, body: Message) -> Fields:
    return {"responses": [_alter(controller, r, body.validate_only) for r in body.resources]}


def _alter(controller: "Controller", resource: Message, validate_only: bool) -> Fields:
    rules = controller.rules
    changes: dict[str, str | None] = {}
    applied: Mapping[str, str | None] = changes
    answer = _result(resource, "NONE", None)
    try:
        _find_changes(controller, resource, changes)
    except Refusal as refusal:
        answer = _result(resource, refusal.error, refusal.message)
        applied = rules.configs.kept_of_refused(changes)
    if not validate_only or rules.topics.applies_validate_only("IncrementalAlterConfigs"):
        kind, name = resource.resource_type, resource.resource_name
        controller.append(*(ConfigRecord(kind, name, key, text) for key, text in applied.items()))
    return answer


def _find_changes(
    controller: "Controller", resource: Message, changes: dict[str, str | None]
) -> None:
    """Notes in `changes` what is to be set, or removed (None). Raises `Refusal`."""
    kind, name = resource.resource_type, resource.resource_name
    if kind == TOPIC_RESOURCE and name == "":
        raise Refusal("INVALID_REQUEST", "Default topic resources are not allowed.")
    if kind == GROUP_RESOURCE and name == "":
        raise Refusal("INVALID_REQUEST", "Default group resources are not allowed.")
    present = controller.image.configs.get((kind, name), {})
    for config in resource.configs:
        before = present.get(config.name)
        text = _changed(kind, config, before, controller.rules.configs)
        if kind == BROKER_RESOURCE and config.name == "min.insync.replicas":
            _check_min_insync_replicas(name, text)
        if text != before or kind == BROKER_RESOURCE:
            changes[config.name] = text
    after = {key: text for key, text in {**present, **changes}.items() if text is not None}
    if kind == TOPIC_RESOURCE:
        _check_topic(controller, name, after)
    elif kind == GROUP_RESOURCE:
        check_group_configs(after, controller.settings)


def _changed(kind: int, config: Message, before: str | None, rules: ConfigRules) -> str | None:
    operation = config.config_operation
    if operation == SET:
        return str(config.value) if config.value is not None else None
    if operation == DELETE:
        return None
    if operation not in (APPEND, SUBTRACT):
        raise Refusal("UNKNOWN_SERVER_ERROR")
    definitions = _DEFINITIONS[kind]
    definition = _check_is_list(definitions, config, rules)
    start = before if before is not None else definition.default
    parts = [part for part in (start or "").split(",") if part]
    for value in (config.value or "").split(","):
        if operation == APPEND and value not in parts:
            parts.append(value)
        if operation == SUBTRACT and value in parts:
            parts.remove(value)
    return ",".join(parts)


def _check_is_list(
    definitions: Mapping[str, Definition], config: Message, rules: ConfigRules
) -> Definition:
    definition = definitions.get(config.name)
    if definition is None or not rules.may_append(definition):
        operation = _NAMES[config.config_operation]
        text = f"Can't {operation} to key {config.name} because its type is not LIST."
        raise Refusal("INVALID_CONFIG", text)
    return definition


def _check_min_insync_replicas(broker: str, after: str | None) -> None:
    """One default for all brokers: eligible leader replicas are counted by it (KIP-966)."""
    if broker:
        text = "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
        raise Refusal("INVALID_CONFIG", text)
    if after is None:
        text = "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."
        raise Refusal("INVALID_CONFIG", text)


def _check_topic(controller: "Controller", name: str, after: Mapping[str, str]) -> None:
    fault = controller.rules.topics.fault_of_name(name)
    if fault is not None:
        raise Refusal("INVALID_TOPIC_EXCEPTION", fault)
    check_topic_configs(after, controller.rules.configs)
    if name not in controller.image.topics and controller.rules.configs.needs_topic():
        raise Refusal("UNKNOWN_TOPIC_OR_PARTITION", f"The topic '{name}' does not exist.")
