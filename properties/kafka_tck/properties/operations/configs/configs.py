"""Reading the settings of topics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.settings import OF_THE_TOPIC
from kafka_tck.model.topics import error_of_lookup
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.configs.configs_laws import (
    lookups_of_settings_are_checked,
    own_settings_are_told,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import broker, cluster_of, spell
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

TOPIC: Final = 2
"""The type of the resource (`ConfigResource.Type.TOPIC`)."""


@dataclass(frozen=True)
class DescribeConfigs(Operation, kind="describe_configs"):
    """Asks one node, by its position, for some settings of one topic (None: all of them)."""

    topic: str
    keys: tuple[str, ...] | None = None
    version: int | None = None
    node: int = 1

    def perform(self, world: World) -> Observation:
        version = self.version
        if version is None:
            version = world.profile.newest("DescribeConfigs")
        resource = {
            "resource_type": TOPIC,
            "resource_name": spell(world, self.topic),
            "configuration_keys": self.keys and list(self.keys),
        }
        client = world.client(node=broker(world, self.node))
        outcome = world.call(client, "DescribeConfigs", version, resources=[resource])
        if not isinstance(outcome, Answer):
            return silent(outcome)
        if len(outcome.body.results) != 1:
            return {"silence": "the answer has no entry for the topic"}
        result = outcome.body.results[0]
        told = {c.name: [c.value, _is_own(c, version)] for c in result.configs or []}
        return {"error": error_name(result.error_code), "settings": told}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            claims += self._claims(world, belief, seen)
        return [Judgement(tuple(claims), belief)]

    def _claims(self, world: World, belief: Belief, seen: Observation) -> list[Claim]:
        error = error_of_lookup(spell(world, self.topic), cluster_of(world, belief))
        why = f"the topic {'exists' if error == 'NONE' else 'does not exist'}"
        found = claim(lookups_of_settings_are_checked.id, seen["error"], error, because=why)
        if error != "NONE" or not found.holds:
            return [found]
        own = belief.topics[self.topic].settings
        return [found, *self._claims_on_own(own, seen["settings"]), self._claim_on_keys(seen)]

    def _claims_on_own(self, own: Any, told: dict[str, Any]) -> list[Claim]:
        asked = [key for key in own if self.keys is None or key in self.keys]
        expected = {key: [own[key], True] for key in asked}
        others = sorted(key for key, (_, is_own) in told.items() if is_own and key not in own)
        return [
            claim(
                own_settings_are_told.id,
                {key: told.get(key) for key in asked},
                expected,
                because="the topic was given these settings",
            ),
            claim(own_settings_are_told.id, others, [], because="the topic was given no others"),
        ]

    def _claim_on_keys(self, seen: Observation) -> Claim:
        known = set(seen["settings"])
        beyond = sorted(known - set(self.keys)) if self.keys is not None else []
        missing = sorted(set(self.keys or ()) - known - {UNKNOWN_KEY})
        why = f"asked for {self.keys}"
        return claim(own_settings_are_told.id, [beyond, missing], [[], []], because=why)


UNKNOWN_KEY: Final = "no.such.setting"


def _is_own(config: Any, version: int) -> bool:
    """Whether the topic itself is the source. Version 0 only tells whether it is the default."""
    return bool(config.config_source == OF_THE_TOPIC if version >= 1 else not config.is_default)
