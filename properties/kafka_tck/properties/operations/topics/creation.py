"""Creating topics, several in one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kafka_tck.adapters.client import Answer
from kafka_tck.model import topics as rules
from kafka_tck.properties.belief import Belief, TopicBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.creation_laws import (
    OF_KIND,
    answers_tell_what_was_made,
    creations_are_independent,
    errors_tell_nothing_else,
    every_life_has_its_id,
    made_topics_become_usable,
    names_of_one_request_do_not_collide,
    new_topics_are_empty,
    validating_makes_nothing,
)
from kafka_tck.properties.operations.topics.naming import (
    born,
    broker,
    cluster_of,
    learn_id,
    lives,
    spell,
)
from kafka_tck.properties.operations.topics.settling import exists, once, usable
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name


class New(NamedTuple):
    """One topic of a request; brokers are positions among the target's nodes, from 1 on."""

    name: str
    partitions: int = 1
    replication: int = 1
    assignments: tuple[tuple[int, tuple[int, ...]], ...] = ()
    configs: tuple[tuple[str, str | None], ...] = ()


SHORT = 100
"""A timeout in ms below which a controller may answer that the time is over."""


@dataclass(frozen=True)
class CreateTopics(Operation, kind="create_topics"):
    """Asks to create topics, and waits until those that were made can be used everywhere."""

    topics: tuple[New, ...]
    validate_only: bool = False
    timeout_ms: int = 30_000
    version: int | None = None

    def perform(self, world: World) -> Observation:
        outcome = world.call(
            world.client(),
            "CreateTopics",
            self.version,
            topics=[_request(world, New(*new)) for new in self.topics],
            timeout_ms=self.timeout_ms,
            validate_only=self.validate_only,
        )
        if not isinstance(outcome, Answer):
            return {**silent(outcome), "after": self._after(world, {})}
        entries = [self._seen(world, entry, outcome.version) for entry in outcome.body.topics or []]
        said = {str(entry["topic"]): str(entry["error"]) for entry in entries}
        return {"topics": entries, "after": self._after(world, said)}

    def _seen(self, world: World, entry: Any, version: int) -> dict[str, Any]:
        symbol = world.symbol_of(entry.name)
        seen: dict[str, Any] = {"topic": symbol, "error": error_name(entry.error_code)}
        if version >= 5:
            seen |= {"partitions": entry.num_partitions, "replication": entry.replication_factor}
        if version >= 7 and not self.validate_only:
            id_ = entry.topic_id
            seen["id"] = None if id_ is None else learn_id(world, symbol, id_)
        return seen

    def say(self) -> str:
        how = f"timeout={self.timeout_ms} version={self.version or 'newest'}"
        asked = " ".join(_said(New(*new)) for new in self.topics)
        return f"create_topics {'(validate only) ' if self.validate_only else ''}{how} {asked}"

    @property
    def names(self) -> list[str]:
        return sorted({new[0] for new in self.topics})

    def _after(self, world: World, said: dict[str, str]) -> dict[str, Any]:
        """The topics that are there afterwards, among those for which the answer matters."""
        made = [name for name in self.names if said.get(name) == "NONE"]
        doubtful = [n for n in self.names if said.get(n, "REQUEST_TIMED_OUT") in _INDEFINITE]
        if self.validate_only:
            made, doubtful = [], [*made, *doubtful]
        made += [name for name in doubtful if exists(world, name)]
        return {name: once(world, lambda n=name: usable(world, n)) for name in sorted(made)}  # type: ignore[misc]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen), *self._claims(world, belief, seen)]
        for name, shown in seen["after"].items():
            if name not in belief.topics and shown is not None:
                facts = TopicBelief(shown["partitions"], self._settings_of(name))
                belief = born(belief.with_topic(name, facts), name)
        return [Judgement(tuple(claims), belief)]

    def _settings_of(self, name: str) -> dict[str, str]:
        given = [setting for new in self.topics if new[0] == name for setting in New(*new).configs]
        return {key: value for key, value in given if value is not None}

    def _claims(self, world: World, belief: Belief, seen: Observation) -> list[Claim]:
        if "silence" in seen:
            return []
        one_each = claim(
            creations_are_independent.id,
            sorted(entry["topic"] for entry in seen["topics"]),
            self.names,
            because="each name of the request is answered once",
        )
        if not one_each.holds:
            return [one_each]
        claims = [one_each, *_claims_on_collisions(world, seen["topics"])]
        for entry in seen["topics"]:
            claims += self._claims_on(world, belief, entry, seen["after"])
        return claims

    def _claims_on(
        self, world: World, belief: Belief, entry: dict[str, Any], after: dict[str, Any]
    ) -> list[Claim]:
        asked = [_modelled(world, New(*new)) for new in self.topics]
        new = next(new for new in asked if new.name == spell(world, entry["topic"]))
        flaws = rules.flaws_of_creation(asked, new, cluster_of(world, belief))
        late = ("REQUEST_TIMED_OUT",) if self.timeout_ms < SHORT else ()
        told = [self._claim_on_error(asked, new, flaws, entry, late)]
        if entry["error"] != "NONE":
            told.append(_claim_on_refusal(entry))
        elif not flaws:
            told.append(_claim_on_success(new, entry))
            told += self._claims_after(belief, entry, after)
        return told

    def _claim_on_error(
        self,
        asked: Sequence[rules.NewTopic],
        new: rules.NewTopic,
        flaws: Sequence[rules.Flaw],
        entry: dict[str, Any],
        late: tuple[str, ...],
    ) -> Claim:
        if rules.collides(new.name, [other.name for other in asked]):
            # Which of them, if any, is not promised: see `_claims_on_collisions`.
            late = (*late, "INVALID_TOPIC_EXCEPTION")
        if flaws:
            kinds = " and ".join(sorted({flaw.kind for flaw in flaws}))
            errors = sorted({flaw.error for flaw in flaws})
            requirement = OF_KIND[flaws[0].kind].id
            return claim(requirement, entry["error"], *errors, *late, because=f"wrong: {kinds}")
        why = "nothing is wrong with this topic, whatever stands beside it in the request"
        return claim(creations_are_independent.id, entry["error"], "NONE", *late, because=why)

    def _claims_after(
        self, belief: Belief, entry: dict[str, Any], after: dict[str, Any]
    ) -> list[Claim]:
        name = entry["topic"]
        if self.validate_only:
            there = "exists" if name in after else "does not exist"
            why = "the request was to validate only"
            return [claim(validating_makes_nothing.id, there, "does not exist", because=why)]
        shown = after.get(name)
        served = claim_that(
            made_topics_become_usable.id,
            shown is not None,
            expected="every node shows the topic and its leaders serve it",
            actual=shown or "it is not served within 30 s",
            because="its creation was answered with success",
        )
        if shown is None:
            return [served]
        return [served, *_claims_on_newborn(belief, entry, shown)]


_INDEFINITE = ("REQUEST_TIMED_OUT", "NOT_CONTROLLER")


def _claims_on_collisions(world: World, entries: Sequence[dict[str, Any]]) -> list[Claim]:
    """Of the names of this answer that collide, at most one was made."""
    made = [spell(world, entry["topic"]) for entry in entries if entry["error"] == "NONE"]
    named = [spell(world, entry["topic"]) for entry in entries]
    meeting = {rules.unified(name) for name in named if rules.collides(name, named)}
    return [
        claim_that(
            names_of_one_request_do_not_collide.id,
            sum(rules.unified(name) == form for name in made) <= 1,
            expected="at most one of them is made",
            actual=[world.symbol_of(name) for name in made if rules.unified(name) == form],
            because="their names are one where . and _ are not told apart",
        )
        for form in sorted(meeting)
    ]


def _claim_on_refusal(entry: dict[str, Any]) -> Claim:
    facts = ("partitions", "replication", "id")
    told = {name: entry[name] for name in facts if name in entry}
    sentinels = {"partitions": -1, "replication": -1, "id": None}
    return claim(
        errors_tell_nothing_else.id,
        told,
        {name: sentinels[name] for name in told},
        because="no topic was made",
    )


def _claim_on_success(new: rules.NewTopic, entry: dict[str, Any]) -> Claim:
    lists = [len(assignment.brokers) for assignment in new.assignments]
    asked = {
        "partitions": len(lists) or new.partitions,
        "replication": lists[0] if lists else new.replication,
    }
    told = {name: entry[name] for name in asked if name in entry}
    legal = {name: _or_default(asked[name], told[name]) for name in told}
    return claim(answers_tell_what_was_made.id, told, legal, because="this is what was asked for")


def _or_default(asked: int, told: int) -> int:
    """What the answer must tell; of a default only that it is a count."""
    return max(told, 1) if asked == rules.DEFAULT else asked


def _claims_on_newborn(
    belief: Belief, entry: dict[str, Any], shown: Observation
) -> tuple[Claim, ...]:
    new_id = f"{entry['topic']}#{lives(belief, entry['topic']) + 1}"
    told = [entry.get("id", new_id), shown["id"]]
    return (
        claim(
            every_life_has_its_id.id,
            told,
            [new_id, new_id],
            because="the id in the answer and the one in Metadata, neither seen before",
        ),
        claim(
            answers_tell_what_was_made.id,
            shown["partitions"],
            entry.get("partitions", shown["partitions"]),
            because="Metadata shows as many partitions as the answer told",
        ),
        claim(
            new_topics_are_empty.id,
            shown["bounds"],
            [[0, 0]] * shown["partitions"],
            because="log start and log end of the partitions of a new topic",
        ),
    )


def _said(new: New) -> str:
    named = f"{new.name!r} partitions={new.partitions} replication={new.replication}"
    given = {"assignments": new.assignments, "configs": new.configs}
    return ", ".join([named, *(f"{name}={value}" for name, value in given.items() if value)])


def _request(world: World, new: New) -> dict[str, Any]:
    return {
        "name": spell(world, new.name),
        "num_partitions": new.partitions,
        "replication_factor": new.replication,
        "assignments": [
            {"partition_index": index, "broker_ids": [broker(world, b) for b in brokers]}
            for index, brokers in new.assignments
        ],
        "configs": [{"name": name, "value": value} for name, value in new.configs],
    }


def _modelled(world: World, new: New) -> rules.NewTopic:
    assignments = tuple(
        rules.Assignment(index, tuple(broker(world, b) for b in brokers))
        for index, brokers in new.assignments
    )
    name = spell(world, new.name)
    return rules.NewTopic(name, new.partitions, new.replication, assignments, new.configs)
