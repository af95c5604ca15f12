"""Sensible requests about configs and about the cluster itself."""

from typing import Any, Final

from tests.differential.sketch import Sketch
from tests.differential.topic_requests import CONFIGS, a_config

Fields = dict[str, Any]

TOPIC: Final = 2
BROKER: Final = 4

BROKER_CONFIGS: Final[dict[str, list[str]]] = {
    "message.max.bytes": ["1048588", "1000", "-1"],
    "log.message.timestamp.type": ["CreateTime", "LogAppendTime", "never"],
    "compression.type": ["producer", "lz4"],
    "log.segment.bytes": ["1073741824", "1048576", "5"],
    "log.cleanup.policy": ["delete", "compact", "nothing"],
    "log.retention.ms": ["-1", "86400000"],
    "min.insync.replicas": ["1", "2"],
    "unclean.leader.election.enable": ["false", "true"],
    "log.index.interval.bytes": ["4096", "0"],
    "auto.create.topics.enable": ["true"],
    "num.partitions": ["2"],
    "no.such.setting": ["1"],
}


def _resource(sketch: Sketch) -> Fields:
    if sketch.chance(0.75):
        return {"resource_type": TOPIC, "resource_name": sketch.a_topic()}
    return {"resource_type": BROKER, "resource_name": sketch.pick(["1", "1", "", "2"])}


def describe_configs(sketch: Sketch) -> Fields:
    resources = []
    for _ in range(sketch.pick([1, 1, 2])):
        resource = _resource(sketch)
        known = CONFIGS if resource["resource_type"] == TOPIC else BROKER_CONFIGS
        keys = sketch.rng.sample(sorted(known), 3) if sketch.chance(0.5) else None
        resources.append(resource | {"configuration_keys": keys})
    return {
        "resources": resources,
        "include_synonyms": sketch.chance(0.5),
        "include_documentation": sketch.chance(0.2),
    }


def incremental_alter_configs(sketch: Sketch) -> Fields:
    resources = []
    for _ in range(sketch.pick([1, 1, 1, 2])):
        resource = _resource(sketch)
        changes = [_change(sketch, resource) for _ in range(sketch.pick([1, 1, 2]))]
        resources.append(resource | {"configs": changes})
    return {"resources": resources, "validate_only": sketch.chance(0.15)}


def _change(sketch: Sketch, resource: Fields) -> Fields:
    if resource["resource_type"] == TOPIC:
        name, value = a_config(sketch)
    else:
        name = sketch.pick(sorted(BROKER_CONFIGS))
        value = sketch.pick(BROKER_CONFIGS[name])
    # 0 sets, 1 deletes, 2 appends to a list, 3 takes from it.
    operation = sketch.pick([0, 0, 0, 0, 0, 1, 1, 2, 3])
    given = None if operation == 1 and sketch.chance(0.7) else value
    return {"name": name, "config_operation": operation, "value": given}


def api_versions(sketch: Sketch) -> Fields:
    return {"client_software_name": "differential", "client_software_version": "1"}


def describe_cluster(sketch: Sketch) -> Fields:
    return {
        "include_cluster_authorized_operations": sketch.chance(0.5),
        "endpoint_type": sketch.pick([1, 1, 1, 2]),
        "include_fenced_brokers": sketch.chance(0.5),
    }
