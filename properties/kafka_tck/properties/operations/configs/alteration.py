"""Changing the settings of topics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kafka_tck.adapters.client import Answer
from kafka_tck.model.settings import DELETE, Change, after_changes, flaws_of_changes
from kafka_tck.model.topics import Flaw, error_of_lookup
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.configs.configs import TOPIC, DescribeConfigs
from kafka_tck.properties.operations.configs.configs_laws import (
    changed_topics_exist,
    changes_are_checked,
    changes_take_effect,
    legal_changes_succeed,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import cluster_of, spell
from kafka_tck.properties.operations.topics.settling import once
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name


class Altered(NamedTuple):
    """The changes to one topic; each is a key, an operation and a value."""

    topic: str
    changes: tuple[tuple[str, int, str | None], ...]


@dataclass(frozen=True)
class AlterConfigs(Operation, kind="alter_configs"):
    """IncrementalAlterConfigs, awaited until every node tells the values that were set."""

    topics: tuple[Altered, ...]
    validate_only: bool = False
    version: int | None = None

    def perform(self, world: World) -> Observation:
        outcome = world.call(
            world.client(),
            "IncrementalAlterConfigs",
            self.version,
            resources=[_request(world, Altered(*altered)) for altered in self.topics],
            validate_only=self.validate_only,
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        said = [
            [world.symbol_of(entry.resource_name), error_name(entry.error_code)]
            for entry in outcome.body.responses
        ]
        return {"topics": said, "told": self._awaited(world, said)}

    def _awaited(self, world: World, said: Sequence[Sequence[str]]) -> dict[str, Any]:
        """For each topic that was changed: that every node tells so."""
        if self.validate_only:
            return {}
        changed = {topic for topic, error in said if error == "NONE"}
        return {
            topic: once(world, lambda t=topic, c=changes: _is_told(world, t, c))  # type: ignore[misc]
            for topic, changes in self.topics
            if topic in changed
        }

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        answered = claim_answered(seen)
        legal = [
            altered for altered in map(_of, self.topics) if not self._flaws(world, belief, altered)
        ]
        changed = belief if self.validate_only else _changed(belief, legal)
        if "silence" in seen:
            return [Judgement((answered,), b) for b in (belief, changed)]
        claims = [answered, self._claim_on_names(seen)]
        if claims[-1].holds:
            claims += [self._claim_on(world, belief, t, e) for t, e in seen["topics"]]
        claims += [_claim_on_effect(topic, told) for topic, told in seen["told"].items()]
        return [Judgement(tuple(claims), changed)]

    def _claim_on_names(self, seen: Observation) -> Claim:
        return claim(
            legal_changes_succeed.id,
            sorted({topic for topic, _ in seen["topics"]}),
            sorted({altered[0] for altered in self.topics}),
            because="each topic of the request is answered",
        )

    def _claim_on(self, world: World, belief: Belief, topic: str, error: str) -> Claim:
        given = next(altered for altered in map(_of, self.topics) if altered.topic == topic)
        flaws = self._flaws(world, belief, given)
        legal = sorted({flaw.error for flaw in flaws}) or ["NONE"]
        kinds = " and ".join(sorted({flaw.kind for flaw in flaws})) or "nothing"
        if any(flaw.kind == "topic" for flaw in flaws):
            requirement = changed_topics_exist
        else:
            requirement = changes_are_checked if flaws else legal_changes_succeed
        return claim(requirement.id, error, *legal, because=f"wrong: {kinds}")

    def _flaws(self, world: World, belief: Belief, altered: Altered) -> list[Flaw]:
        changes = [Change(*change) for change in altered.changes]
        if sum(other[0] == altered.topic for other in self.topics) > 1:
            return [Flaw("topic", "INVALID_REQUEST")]
        if altered.topic not in belief.topics:
            error = error_of_lookup(spell(world, altered.topic), cluster_of(world, belief))
            return [Flaw("topic", error), *flaws_of_changes(changes, {})]
        return flaws_of_changes(changes, belief.topics[altered.topic].settings)


def _of(altered: Sequence[Any]) -> Altered:
    return Altered(*altered)


def _changed(belief: Belief, legal: Sequence[Altered]) -> Belief:
    topics = dict(belief.topics)
    for topic, changes in legal:
        settings = after_changes([Change(*c) for c in changes], topics[topic].settings)
        topics[topic] = replace(topics[topic], settings=settings)
    return replace(belief, topics=topics)


def _claim_on_effect(topic: str, told: Any) -> Claim:
    return claim_that(
        changes_take_effect.id,
        told is not None,
        expected="every node tells what was set",
        actual=told or "some node does not within 30 s",
        because=f"the change of {topic} was answered with success",
    )


def _is_told(world: World, topic: str, changes: Sequence[Sequence[Any]]) -> Observation | None:
    """That all nodes tell the new state of each changed key that is set or deleted."""
    for position in range(1, len(world.target.nodes()) + 1):
        keys = tuple(key for key, _, _ in changes)
        seen = DescribeConfigs(topic, keys, node=position).perform(world)
        told = seen.get("settings", {})
        if not all(_agrees(Change(*change), told.get(change[0])) for change in changes):
            return None
    return {"told": True}


def _agrees(change: Change, told: Sequence[Any] | None) -> bool:
    if change.operation == DELETE:
        return told is None or not told[1]
    if told is None or not told[1]:
        return False
    value = str(told[0])
    words = set(value.split(",")), set(str(change.value).split(","))
    return {0: value == change.value, 2: words[1] <= words[0], 3: not words[1] & words[0]}[
        change.operation
    ]


def _request(world: World, altered: Altered) -> dict[str, Any]:
    return {
        "resource_type": TOPIC,
        "resource_name": spell(world, altered.topic),
        "configs": [
            {"name": key, "config_operation": operation, "value": value}
            for key, operation, value in altered.changes
        ],
    }
