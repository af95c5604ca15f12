"""Fetching from several partitions at once, without a session and without waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Outcome, RawClient
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.fetching import fetch_rules as rules
from kafka_tck.properties.operations.fetching.asking import (
    ALL,
    Part,
    by_id,
    names_of,
    seen_answer,
    topics_of,
)
from kafka_tck.properties.operations.fetching.fetch_judging import (
    Asking,
    SeenParts,
    found_in,
    judge_independence,
    judge_limits,
    judge_membership,
    judge_part,
    judge_progress,
    parts_of,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World

ISOLATIONS = (0, 1)


@dataclass(frozen=True)
class FetchMany(Operation, kind="fetch_many"):
    """Reads several partitions once; each part is (topic, partition, offset, limit, epochs)."""

    parts: tuple[Part, ...]
    max_bytes: int = ALL
    version: int | None = None
    isolation: int = 0

    def perform(self, world: World) -> Observation:
        parts = parts_in(self.parts)
        version = version_of(world, self.version)
        client = client_for(world, parts)
        outcome = call_fetch(
            world,
            client,
            version,
            max_bytes=self.max_bytes,
            isolation_level=self.isolation,
            topics=topics_of(world, version, parts),
            **({"session_epoch": -1} if version >= 7 else {}),
        )
        seen = seen_answer(outcome, names_of(world, version, {part.topic for part in parts}))
        return seen | {"elsewhere": elsewhere(world, parts, client, version)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        answered = claim_answered(seen)
        if "silence" in seen:
            return [Judgement((answered,), belief)]
        if self.isolation not in ISOLATIONS:
            return [Judgement((answered, claim_isolation_refused(seen)), belief)]
        asking = self.asking(world, seen)
        claims = judge_full(belief, parts_in(self.parts), seen, asking)
        return [Judgement((answered, claim_sessionless(seen), *claims), belief)]

    def asking(self, world: World, seen: Observation) -> Asking:
        away = frozenset((topic, partition) for topic, partition in seen["elsewhere"])
        release = world.profile.release
        return Asking(seen["version"], self.max_bytes, self.isolation, away, release=release)


def parts_in(parts: Sequence[Sequence[Any]]) -> list[Part]:
    """The parts of a step; a replayed one has them as plain tuples."""
    return [Part(*part) for part in parts]


def version_of(world: World, version: int | None) -> int:
    return world.profile.newest("Fetch") if version is None else version


def client_for(world: World, parts: Sequence[Part], name: str = "c1") -> RawClient:
    """A connection to the leader of the first part; to the first node if nobody leads it."""
    places = [(part.topic, part.partition) for part in parts]
    leaders = [world.leaders[place] for place in places if place in world.leaders]
    return world.client(name, leaders[0] if leaders else None)


def elsewhere(
    world: World, parts: Sequence[Part], client: RawClient, version: int
) -> list[list[Any]]:
    """The asked partitions that another node leads."""
    places = {part.place(by_id(version)) for part in parts}
    return [
        [*place] for place in sorted(places) if world.leaders.get(place) not in (None, client.node)
    ]


def call_fetch(world: World, client: RawClient, version: int, **fields: Any) -> Outcome:
    """A Fetch that does not wait, unless the fields say so."""
    return world.call(client, "Fetch", version, **{"max_wait_ms": 0, "min_bytes": 0, **fields})


def judge_full(
    belief: Belief, parts: Sequence[Part], seen: Observation, asking: Asking
) -> list[Claim]:
    """The claims on an answer that has to have every asked partition."""
    asked = parts_of(parts, asking.version)
    answered = [(topic, partition) for topic, partition, _ in seen["parts"]]
    complete = judge_membership(asked, answered)
    if not complete.holds:
        return [complete]
    found, told = found_in(belief, asked, asking), seen_parts(seen)
    claims = [complete, *judge_independence(found, told)]
    for place, part in asked.items():
        claims += judge_part(belief, place, part, found[place], told[place], asking)
    return [
        *claims,
        *judge_limits(asked, found, told, asking),
        *judge_progress(asked, found, told),
    ]


def seen_parts(seen: Observation) -> SeenParts:
    """An answer's partitions by place, each with the endpoints that the whole answer names."""
    return {
        (topic, partition): {**part, "endpoints": seen["endpoints"]}
        for topic, partition, part in seen["parts"]
    }


def claim_sessionless(seen: Observation) -> Claim:
    return claim(
        rules.full_fetches_have_no_session.id,
        {"error": seen["error"], "session": seen["session"]},
        {"error": "NONE", "session": 0},
        because="the request has session epoch -1, or is of a version without sessions",
    )


def claim_isolation_refused(seen: Observation) -> Claim:
    errors = [part["error"] for _, _, part in seen["parts"]]
    refused = seen["error"] != "NONE" or (bool(errors) and "NONE" not in errors)
    return claim_that(
        rules.unknown_isolation_is_refused.id,
        refused,
        expected="an error for the whole request, or for each of its partitions",
        actual={"error": seen["error"], "parts": errors},
        because="there are the isolation levels 0 and 1 only",
    )
