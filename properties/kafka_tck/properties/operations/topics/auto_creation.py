"""Creation of topics by asking for their metadata."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import Docs
from kafka_tck.properties.belief import Belief, TopicBelief
from kafka_tck.properties.claims import Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import born, spell
from kafka_tck.properties.operations.topics.settling import exists, once, usable
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

asking_creates_where_allowed = Requirement(
    "metadata.asking-creates-only-where-allowed",
    "Asking for an unknown topic creates it, with the defaults, exactly if both the request and "
    "auto.create.topics.enable allow it; until it is ready it is UNKNOWN_TOPIC_OR_PARTITION or "
    "LEADER_NOT_AVAILABLE.",
    Docs("broker configuration, auto.create.topics.enable"),
    covers=("G-14",),
    mutants=("creates-by-asking",),
)

SETTING = "auto.create.topics.enable"
READY = ("UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE", "NONE")


@dataclass(frozen=True)
class AskForUnknown(Operation, kind="ask_for_unknown"):
    """Metadata for a topic that may not exist, allowing its creation or not (version 4+)."""

    topic: str
    allow: bool

    def perform(self, world: World) -> Observation:
        setting = broker_setting(world, SETTING)
        outcome = world.call(
            world.client(),
            "Metadata",
            topics=[{"name": spell(world, self.topic)}],
            allow_auto_topic_creation=self.allow,
        )
        if not isinstance(outcome, Answer) or len(outcome.body.topics or []) != 1:
            return silent(outcome) if not isinstance(outcome, Answer) else {"silence": "no entry"}
        error = error_name(outcome.body.topics[0].error_code)
        creates = self.allow and setting == "true"
        there = creates or exists(world, self.topic)
        shown = once(world, lambda: usable(world, self.topic)) if there else None
        return {"setting": setting, "error": error, "shown": shown}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        known, creates = self.topic in belief.topics, self.allow and seen["setting"] == "true"
        legal = ("NONE",) if known else READY if creates else READY[:1]
        told = claim(
            asking_creates_where_allowed.id,
            seen["error"],
            *legal,
            because=f"{SETTING} is {seen['setting']}",
        )
        there = claim_that(
            asking_creates_where_allowed.id,
            (seen["shown"] is not None) == (known or creates),
            expected="the topic is usable" if known or creates else "no such topic",
            actual=seen["shown"] or "no such topic",
            because=f"{SETTING} is {seen['setting']}",
        )
        if seen["shown"] is not None and not known:
            facts = TopicBelief(seen["shown"]["partitions"])
            belief = born(belief.with_topic(self.topic, facts), self.topic)
        return [Judgement((claim_answered(seen), told, there), belief)]


def broker_setting(world: World, name: str) -> str | None:
    """A setting of the first node, as DescribeConfigs tells it; None if it does not."""
    found = world.call(
        world.client(),
        "DescribeConfigs",
        resources=[
            {
                "resource_type": 4,
                "resource_name": str(world.target.nodes()[0]),
                "configuration_keys": [name],
            }
        ],
    )
    if not isinstance(found, Answer):
        return None
    told: list[Any] = [entry for result in found.body.results for entry in result.configs or []]
    return next((str(entry.value) for entry in told if entry.name == name), None)
