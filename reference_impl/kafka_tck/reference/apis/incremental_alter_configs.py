"""IncrementalAlterConfigs: sets, deletes, appends to and subtracts from configs.

v0-v1, alike. The broker forwards, the controller decides each resource on its own; a resource is
changed as a whole or not at all. Only topics and brokers have configs here.
Source: ControllerApis, ConfigurationControlManager.incrementalAlterConfigResource, 4.3.
"""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.definitions import BadConfig, Kind
from kafka_tck.reference.image import BROKER_RESOURCE, TOPIC_RESOURCE
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.records import ConfigRecord
from kafka_tck.reference.settings import SETTINGS
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.reference.topic_configs import TOPIC_CONFIGS
from kafka_tck.reference.validation import check_topic_configs
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]

SET, DELETE, APPEND, SUBTRACT = range(4)
_NAMES = ("SET", "DELETE", "APPEND", "SUBTRACT")
PATIENCE_MS = 30_000


def handle(broker: "Broker", request: Request) -> Steps:
    question = Forwarded("IncrementalAlterConfigs", request.header.version, request.body)
    answer: Fields | None = yield Question(question, broker.now + PATIENCE_MS)
    if answer is not None:
        return answer
    return {"responses": [_result(r, "REQUEST_TIMED_OUT", None) for r in request.body.resources]}


def _result(resource: Message, error: str, message: str | None) -> Fields:
    return {
        "error_code": error_code(error),
        "error_message": message,
        "resource_type": resource.resource_type,
        "resource_name": resource.resource_name,
    }


def decide(controller: "Controller", _version: int, body: Message) -> Fields:
    times = Counter((r.resource_type, r.resource_name) for r in body.resources)
    answers = []
    for resource in body.resources:
        key = (resource.resource_type, resource.resource_name)
        if times[key] == 1:
            answers.append(_alter(controller, resource, body.validate_only))
        elif times.pop(key):
            answers.append(_result(resource, "INVALID_REQUEST", "Duplicate resource."))
    return {"responses": answers}


def _alter(controller: "Controller", resource: Message, validate_only: bool) -> Fields:
    try:
        changes = _changes(controller, resource)
    except Refusal as refusal:
        return _result(resource, refusal.error, refusal.message)
    if not validate_only or controller.rules.topics.applies_validate_only():
        kind, name = resource.resource_type, resource.resource_name
        for key, text in changes.items():
            controller.append(ConfigRecord(kind, name, key, text))
    return _result(resource, "NONE", None)


def _changes(controller: "Controller", resource: Message) -> dict[str, str | None]:
    """What is to be set, or removed (None)."""
    kind, name = resource.resource_type, resource.resource_name
    if kind not in (TOPIC_RESOURCE, BROKER_RESOURCE):
        raise Refusal("UNSUPPORTED_VERSION", f"Unknown resource type {kind}.")
    present = controller.image.configs.get((kind, name), {})
    changes = {}
    for config in resource.configs:
        before = present.get(config.name)
        text = _changed(kind, config, before)
        if text != before or kind == BROKER_RESOURCE:
            changes[config.name] = text
    after: dict[str, str | None] = {**present, **changes}
    after = {key: text for key, text in after.items() if text is not None}
    if kind == TOPIC_RESOURCE:
        _check_topic(controller, name, after)
    else:
        _check_broker(name, after)
    return changes


def _changed(kind: int, config: Message, before: str | None) -> str | None:
    operation = config.config_operation
    if operation == SET:
        return str(config.value) if config.value is not None else None
    if operation == DELETE:
        return None
    if operation not in (APPEND, SUBTRACT):
        raise Refusal("INVALID_REQUEST", f"Unknown operation {operation}")
    definitions = TOPIC_CONFIGS if kind == TOPIC_RESOURCE else SETTINGS
    definition = definitions.get(config.name)
    if definition is None or definition.kind is not Kind.LIST:
        text = f"Can't {_NAMES[operation]} to key {config.name} because its type is not LIST."
        raise Refusal("INVALID_CONFIG", text)
    start = before if before is not None else definition.default
    parts = [part for part in (start or "").split(",") if part]
    for value in (config.value or "").split(","):
        if operation == APPEND and value not in parts:
            parts.append(value)
        if operation == SUBTRACT and value in parts:
            parts.remove(value)
    return ",".join(parts)


def _check_topic(controller: "Controller", name: str, after: Mapping[str, str | None]) -> None:
    fault = controller.rules.topics.fault_of_name(name)
    if fault is not None:
        raise Refusal("INVALID_TOPIC_EXCEPTION", fault)
    check_topic_configs(after)
    if name not in controller.image.topics:
        raise Refusal("UNKNOWN_TOPIC_OR_PARTITION", f"The topic '{name}' does not exist.")


def _check_broker(name: str, after: Mapping[str, str | None]) -> None:
    if name and not name.isdecimal():
        raise Refusal("INVALID_REQUEST", f"Unable to parse broker name as a base 10 number: {name}")
    try:
        for key, text in after.items():
            if key in SETTINGS:
                SETTINGS[key].parse(text or "")
    except BadConfig as fault:
        raise Refusal("INVALID_CONFIG", str(fault)) from None
