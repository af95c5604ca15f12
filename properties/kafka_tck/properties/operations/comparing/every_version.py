"""One question in every version: an older version means the same as the newest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import Docs
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import spell
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.messages import plain

older_versions_mean_the_same = Requirement(
    "versions.older-versions-mean-the-same",
    "An older supported version of a metadata or administrative request is answered as the newest "
    "one: with the same values in all fields that both have.",
    Docs("protocol guide, versioning"),
    covers=("G-43",),
    mutants=("old-metadata-hides-a-partition",),
)

Fields = dict[str, Any]


def _metadata(names: Sequence[str], version: int) -> Fields:
    topics = [{"name": name} for name in names]
    return {"topics": topics, "allow_auto_topic_creation": False}


def _creation(names: Sequence[str], version: int) -> Fields:
    counts = {"num_partitions": 1, "replication_factor": 1}
    topics = [{"name": name, **counts} for name in names]
    return {"topics": topics, "timeout_ms": 30_000, "validate_only": True}


def _growth(names: Sequence[str], version: int) -> Fields:
    topics = [{"name": name, "count": 3, "assignments": None} for name in names]
    return {"topics": topics, "timeout_ms": 30_000, "validate_only": True}


def _deletion(names: Sequence[str], version: int) -> Fields:
    """Each name twice, which is refused, so that nothing is deleted."""
    twice = [name for name in names for _ in range(2)]
    topics = {"topics": [{"name": name} for name in twice]}
    return {**(topics if version >= 6 else {"topic_names": twice}), "timeout_ms": 30_000}


def _settings(names: Sequence[str], version: int) -> Fields:
    keys = ["retention.ms", "cleanup.policy"]
    asked = {"resource_type": 2, "configuration_keys": keys}
    return {"resources": [{**asked, "resource_name": name} for name in names]}


def _alteration(names: Sequence[str], version: int) -> Fields:
    change = {"name": "retention.ms", "config_operation": 0, "value": "60000"}
    asked = {"resource_type": 2, "configs": [change]}
    resources = [{**asked, "resource_name": name} for name in names]
    return {"resources": resources, "validate_only": True}


def _cluster(names: Sequence[str], version: int) -> Fields:
    return {}


ASKING: Final[Mapping[str, Callable[[Sequence[str], int], Fields]]] = {
    "Metadata": _metadata,
    "CreateTopics": _creation,
    "CreatePartitions": _growth,
    "DeleteTopics": _deletion,
    "DescribeConfigs": _settings,
    "IncrementalAlterConfigs": _alteration,
    "DescribeCluster": _cluster,
}
"""How each API is asked about some names so that nothing changes."""


@dataclass(frozen=True)
class AskInEveryVersion(Operation, kind="ask_in_every_version"):
    """The same question to one node in all versions that it supports."""

    api: str
    names: tuple[str, ...]

    def perform(self, world: World) -> Observation:
        told: dict[str, Any] = {}
        for version in world.profile.versions(self.api):
            fields = ASKING[self.api]([spell(world, name) for name in self.names], version)
            outcome = world.call(world.client(), self.api, version, **fields)
            if not isinstance(outcome, Answer):
                return silent(outcome)
            told[str(version)] = _symbolic(world, plain(outcome.body))
        return {"told": told}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        newest = max(seen["told"], key=int)
        differing = (
            (version, _difference(told, seen["told"][newest]))
            for version, told in seen["told"].items()
        )
        first = next(((version, found) for version, found in differing if found), None)
        same = claim_that(
            older_versions_mean_the_same.id,
            first is None,
            expected=f"in each version what version {newest} answers",
            actual="the same" if first is None else f"version {first[0]}: {first[1]}",
            because="the question is the same",
        )
        return [Judgement((claim_answered(seen), same), belief)]


def _symbolic(world: World, value: Any) -> Any:
    """The answer with names as symbols, in an order of its own, without what differs by nature."""
    if isinstance(value, dict):
        return {k: _symbolic(world, v) for k, v in value.items() if k not in _RANDOM}
    if isinstance(value, list):
        return sorted((_symbolic(world, item) for item in value), key=str)
    return world.symbol_of(value) if isinstance(value, str) else value


_RANDOM: Final = frozenset({"throttle_time_ms", "topic_id", "error_message", "controller_id"})
"""What may differ from answer to answer: any live broker may be named as controller."""


def _difference(old: Any, new: Any, where: str = "") -> str | None:
    """The first place where both have a value and it differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f"{where}.{key}", old[key], new[key]) for key in old if key in new]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(f"{where}[{i}]", old[i], new[i]) for i in range(len(old))]
    else:
        return None if old == new else f"{where.lstrip('.')} {old!r} instead of {new!r}"
    found = (_difference(before, after, place) for place, before, after in pairs)
    return next((text for text in found if text), None)
