"""Giving topics more partitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.topics import Flaw, Growth, flaws_of_growth
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import broker, cluster_of, spell
from kafka_tck.properties.operations.topics.settling import once, usable
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

topics_only_grow = Requirement(
    "topics.partitions-only-increase",
    "CreatePartitions to a count that is not above the present one is INVALID_PARTITIONS, also "
    "when it is the repetition of a request whose answer was lost.",
    KIP(195),
    covers=("G-10", "G-44"),
    mutants=(
        "partitions-can-decrease",
        "growth-can-be-repeated",
    ),
)

growth_assignments_are_checked = Requirement(
    "topics.new-partitions-need-legal-assignments",
    "Assignments of new partitions that are not one list of known, distinct brokers for each new "
    "partition, as long as the topic's others, are INVALID_REPLICA_ASSIGNMENT.",
    Code("ReplicationControlManager.createPartitions, validateManualPartitionAssignment"),
    covers=("G-10",),
    mutants=("ignores-assignments-of-new-partitions",),
)

growth_needs_a_topic = Requirement(
    "topics.unknown-topics-do-not-grow",
    "CreatePartitions of a topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION; of one that "
    "stands twice in the request INVALID_REQUEST.",
    Code("ReplicationControlManager.createPartitions; ControllerApis.createPartitions"),
    covers=("G-10",),
)

legal_growth_succeeds = Requirement(
    "topics.each-growth-of-a-request-is-decided-alone",
    "Each topic of a CreatePartitions request is answered, and grows exactly if nothing is wrong "
    "with its own entry and the request is not to validate only.",
    Code("ReplicationControlManager.createPartitions"),
    covers=("G-10",),
    mutants=(
        "validate-only-grows",
        "grows-a-topic-named-twice",
    ),
)

growth_touches_nothing = Requirement(
    "topics.growth-leaves-present-partitions-alone",
    "New partitions are empty, and every broker shows them, eventually; those that were there "
    "keep their records.",
    Code("ReplicationControlManager.createPartitions"),
    covers=("G-10",),
)

_OF_KIND: Final[Mapping[str, Requirement]] = {
    "count": topics_only_grow,
    "assignment": growth_assignments_are_checked,
    "absent": growth_needs_a_topic,
    "duplicate": growth_needs_a_topic,
}

GROWTH: Final = (
    topics_only_grow,
    growth_assignments_are_checked,
    growth_needs_a_topic,
    legal_growth_succeeds,
    growth_touches_nothing,
)


@dataclass(frozen=True)
class CreatePartitions(Operation, kind="create_partitions"):
    """Asks for more partitions, and waits until they can be used everywhere."""

    topics: tuple[Growth, ...]
    validate_only: bool = False
    version: int | None = None

    def perform(self, world: World) -> Observation:
        outcome = world.call(
            world.client(),
            "CreatePartitions",
            self.version,
            topics=[_request(world, Growth(*growth)) for growth in self.topics],
            timeout_ms=30_000,
            validate_only=self.validate_only,
        )
        if not isinstance(outcome, Answer):
            return {**silent(outcome), "after": self._after(world, {})}
        said = [
            {"topic": world.symbol_of(entry.name), "error": error_name(entry.error_code)}
            for entry in outcome.body.results
        ]
        return {"topics": said, "after": self._after(world, _by_topic(said))}

    def _after(self, world: World, said: Mapping[str, str]) -> dict[str, Any]:
        """What is shown of each topic: of one that grew, once it is shown so."""
        grew = {Growth(*g).name: Growth(*g).to for g in self.topics if said.get(g[0]) == "NONE"}
        shown: dict[str, Any] = {}
        for name in sorted(grew):
            count = None if self.validate_only else grew[name]
            shown[name] = once(world, lambda n=name, c=count: usable(world, n, count=c))  # type: ignore[misc]
        return shown

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            answered = (claim_answered(seen),)
            return [Judgement(answered, b) for b in (belief, self._all_grown(world, belief))]
        claims = [claim_answered(seen), *self._claims(world, belief, seen)]
        for name, shown in seen["after"].items():
            if shown is not None and name in belief.topics:
                belief = _grown(belief, name, shown["partitions"])
        return [Judgement(tuple(claims), belief)]

    def _all_grown(self, world: World, belief: Belief) -> Belief:
        """The belief after a request of which nothing is known but that it was carried out."""
        asked = [_modelled(world, Growth(*growth)) for growth in self.topics]
        for (name, to, _), one in zip(self.topics, asked, strict=True):
            if not self.validate_only and not flaws_of_growth(
                asked, one, cluster_of(world, belief)
            ):
                belief = _grown(belief, name, to)
        return belief

    def _claims(self, world: World, belief: Belief, seen: Observation) -> list[Claim]:
        names = sorted({growth[0] for growth in self.topics})
        one_each = claim(
            legal_growth_succeeds.id,
            sorted(entry["topic"] for entry in seen["topics"]),
            names,
            because="each name of the request is answered once",
        )
        claims = [one_each]
        if one_each.holds:
            for entry in seen["topics"]:
                claims += self._claims_on(world, belief, entry, seen["after"])
        return claims

    def _claims_on(
        self, world: World, belief: Belief, entry: dict[str, Any], after: dict[str, Any]
    ) -> list[Claim]:
        asked = [_modelled(world, Growth(*growth)) for growth in self.topics]
        one = next(growth for growth in asked if growth.name == spell(world, entry["topic"]))
        flaws = flaws_of_growth(asked, one, cluster_of(world, belief))
        told = [_claim_on_error(flaws, entry)]
        if entry["error"] == "NONE" and not flaws:
            told += self._claims_after(belief, entry["topic"], one.to, after)
        return told

    def _claims_after(
        self, belief: Belief, topic: str, to: int, after: dict[str, Any]
    ) -> list[Claim]:
        shown = after[topic]
        if self.validate_only:
            count = None if shown is None else shown["partitions"]
            present = belief.topics[topic].partitions
            why = "the request was to validate only"
            return [claim(legal_growth_succeeds.id, count, present, because=why)]
        served = claim_that(
            growth_touches_nothing.id,
            shown is not None,
            expected=f"{to} partitions that are served",
            actual=shown or "they are not served within 30 s",
            because="the growth was answered with success",
        )
        if shown is None:
            return [served]
        bounds = [[known["log_start"], known["leo"]] for known in _partitions(belief, topic)]
        legal = bounds + [[0, 0]] * (to - len(bounds))
        why = "log start and log end of the partitions, the new ones last"
        return [served, claim(growth_touches_nothing.id, shown["bounds"], legal, because=why)]


def _claim_on_error(flaws: Sequence[Flaw], entry: dict[str, Any]) -> Claim:
    requirement = _OF_KIND[flaws[0].kind] if flaws else legal_growth_succeeds
    kinds = " and ".join(sorted({flaw.kind for flaw in flaws})) or "nothing"
    legal = sorted({flaw.error for flaw in flaws}) or ["NONE"]
    return claim(requirement.id, entry["error"], *legal, because=f"wrong: {kinds}")


def _partitions(belief: Belief, topic: str) -> list[PartitionBelief]:
    return [belief.at(topic, p) for p in range(belief.topics[topic].partitions)]


def _grown(belief: Belief, topic: str, to: int) -> Belief:
    """The belief with new, empty partitions beside the present ones."""
    facts = replace(belief.topics[topic], partitions=to)
    fresh = Belief().with_topic(topic, facts).partitions
    grown = {**fresh, **{k: v for k, v in belief.partitions.items() if k[0] == topic}}
    return replace(
        belief,
        topics={**belief.topics, topic: facts},
        partitions={**belief.partitions, **grown},
    )


def _by_topic(said: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {entry["topic"]: entry["error"] for entry in said}


def _request(world: World, growth: Growth) -> dict[str, Any]:
    lists = growth.assignments
    given = None if lists is None else [{"broker_ids": _ids(world, b)} for b in lists]
    return {"name": spell(world, growth.name), "count": growth.to, "assignments": given}


def _ids(world: World, brokers: Sequence[int]) -> list[int]:
    return [broker(world, position) for position in brokers]


def _modelled(world: World, growth: Growth) -> Growth:
    lists = growth.assignments
    real = None if lists is None else tuple(tuple(_ids(world, brokers)) for brokers in lists)
    return Growth(spell(world, growth.name), growth.to, real)
