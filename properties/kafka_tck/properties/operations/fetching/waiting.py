"""Fetches that wait, and what happens meanwhile on another connection.

Waiting is judged by what is answered, not by how long it took, with one exception that is safe on
any machine: an answer that came back much sooner than the broker was allowed to give it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import PATIENCE
from kafka_tck.adapters.target import Silence
from kafka_tck.model.reading import NONE, Found, Limited, maybe_satisfied, surely_satisfied
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.fetching import waiting_rules as rules
from kafka_tck.properties.operations.fetching.asking import ALL, Part, by_id, seen_answer, topics_of
from kafka_tck.properties.operations.fetching.fetch_judging import (
    MISMATCHES,
    NOT_LEADER,
    Asking,
    Parts,
    SeenParts,
    found_in,
    judge_membership,
    judge_part,
    parts_of,
)
from kafka_tck.properties.operations.fetching.fetching import (
    claim_sessionless,
    client_for,
    elsewhere,
    parts_in,
    seen_parts,
    version_of,
)
from kafka_tck.properties.operations.operation import Operation, from_json
from kafka_tck.properties.operations.sessions.client_sessions import names_now
from kafka_tck.properties.operations.topics.remaking import RemakeTopic
from kafka_tck.properties.world import World

LONG = 2 * int(PATIENCE) * 1000
"""A wait in ms that nobody sits out: a fetch that may wait so long has to be answered earlier."""

GONE = (*MISMATCHES, NOT_LEADER)
"""What a waiting fetch may say of a topic that was deleted meanwhile."""

NEVER_KNOWN = "nothing came before the patience ended"


@dataclass(frozen=True)
class WaitingFetch(Operation, kind="waiting_fetch"):
    """Sends a Fetch that may wait, does the `meanwhile` steps, then takes its outcome.

    The steps are JSON text. With a `max_wait_ms` of LONG or more an outcome must come before
    the time is up, or the step says that none did.
    """

    parts: tuple[Part, ...]
    min_bytes: int = 1
    max_wait_ms: int = LONG
    meanwhile: tuple[str, ...] = ()
    version: int | None = None
    isolation: int = 0

    def perform(self, world: World) -> Observation:
        parts = parts_in(self.parts)
        version = version_of(world, self.version)
        client = client_for(world, parts, "waiting")
        away = elsewhere(world, parts, client, version)
        asked = topics_of(world, version, parts)
        names = names_now(world, version, parts)
        start = world.now_ms()
        pending = client.send(
            "Fetch",
            version,
            max_wait_ms=self.max_wait_ms,
            min_bytes=self.min_bytes,
            max_bytes=ALL,
            isolation_level=self.isolation,
            topics=asked,
            **({"session_epoch": -1} if version >= 7 else {}),
        )
        world.operations += 1
        # Connections are read in no promised order. A round trip on another one makes it likely
        # that the fetch was taken in before things change; no claim rests on that.
        world.call(world.client(node=client.node), "Metadata", topics=[])
        done = [from_json(json.loads(step)).perform(world) for step in self.meanwhile]
        outcome = pending.outcome()
        soon = world.now_ms() - start < self.max_wait_ms / 2
        seen = seen_answer(outcome, names)
        if "silence" in seen:
            world.drop(client)
        if outcome is Silence.TIMED_OUT and self.max_wait_ms >= LONG:
            seen = {"waits": True}
        return seen | {"meanwhile": done, "soon": soon, "elsewhere": away}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims: list[Claim] = []
        beliefs = [belief]
        for step, answer in zip(self.meanwhile, seen["meanwhile"], strict=True):
            after = from_json(json.loads(step)).judge(world, beliefs[-1], answer)
            if len(after) > 1:
                return [Judgement((*claims, *j.claims), j.belief) for j in after]
            claims += after[0].claims
            beliefs.append(after[0].belief)
        return [Judgement((*claims, *self._claims(beliefs, seen)), beliefs[-1])]

    def _claims(self, beliefs: Sequence[Belief], seen: Observation) -> list[Claim]:
        if "silence" in seen:
            return [claim_answered(seen)]
        away = frozenset((topic, partition) for topic, partition in seen["elsewhere"])
        version = seen.get("version", self.version or 13)
        asking = Asking(version, ALL, self.isolation, away, in_session=True)
        asked = parts_of(parts_in(self.parts), version)
        found = [found_in(b, asked, asking) for b in beliefs]
        claims = self._claims_on_waiting([limited(asked, f) for f in found], seen)
        if self._deletes_its_own():
            claims += self._claims_on_deletion(asked, found, seen, asking)
        if "waits" in seen:
            return claims
        claims += [claim_answered(seen), claim_sessionless(seen)]
        answered = [(topic, partition) for topic, partition, _ in seen["parts"]]
        complete = judge_membership(asked, answered)
        if not complete.holds:
            return [*claims, complete]
        told = seen_parts(seen)
        return [*claims, complete, *self._claims_on_parts(beliefs, asked, found, told, asking)]

    def _claims_on_waiting(
        self, moments: Sequence[Sequence[Limited]], seen: Observation
    ) -> list[Claim]:
        claims = []
        rule = self._rule_of_waking(moments)
        if rule is not None and self.max_wait_ms >= LONG:
            claims.append(_claim_woken(rule, seen, "what it waits for is there"))
        if self._may_not_come_soon(moments):
            waited = claim_that(
                rules.unsatisfied_fetches_wait.id,
                not seen["soon"],
                expected=f"no answer before {self.max_wait_ms} ms have passed",
                actual="an answer in less than half of that" if seen["soon"] else "none",
                because=f"{self.min_bytes} bytes were not there at any time",
            )
            claims.append(waited)
        return claims

    def _may_not_come_soon(self, moments: Sequence[Sequence[Limited]]) -> bool:
        early = any(maybe_satisfied(parts, self.min_bytes) for parts in moments)
        return self.max_wait_ms > 0 and not early and not self._deletes_its_own()

    def _deletes_its_own(self) -> bool:
        return bool(self._deleted() & {topic for topic, *_ in self.parts})

    def _rule_of_waking(self, moments: Sequence[Sequence[Limited]]) -> str | None:
        """Why an answer has to come before the time is up, if it has to."""
        if all(surely_satisfied(parts, self.min_bytes) for parts in moments):
            return rules.satisfied_fetches_do_not_wait.id
        readable = [(limit, part) for limit, part in moments[-1] if part.error == NONE]
        if readable and surely_satisfied(readable, self.min_bytes):
            return rules.appends_wake_fetches.id
        return None

    def _claims_on_deletion(
        self,
        asked: Parts,
        found: Sequence[Mapping[Place, Found]],
        seen: Observation,
        asking: Asking,
    ) -> list[Claim]:
        """Whether the deletion woke the fetch, where the answer tells.

        The broker may have taken in the fetch after the deletion. Then too it answers at once if
        it can read none of the partitions, so that silence shows a fetch that was not woken; and
        it waits if there are others, so that an answer shows a fetch that was.
        """
        deleted, rule = self._deleted(), rules.deletions_wake_fetches.id
        woken = _claim_woken(rule, seen, "one of its partitions was deleted")
        others = {place: part for place, part in asked.items() if place[0] not in deleted}
        if "waits" in seen:
            unreadable = not others and all(_is_lost(p, found[-1], asking) for p in asked)
            return [woken] if unreadable else []
        told = seen_parts(seen).items()
        lost = any(place[0] in deleted and part["error"] in GONE for place, part in told)
        idle = others and not any(
            maybe_satisfied(limited(others, f), self.min_bytes) for f in found
        )
        return [woken] if lost and idle else []

    def _deleted(self) -> set[str]:
        """The topics that are deleted meanwhile."""
        steps = [from_json(json.loads(step)) for step in self.meanwhile]
        return {step.topic for step in steps if isinstance(step, RemakeTopic)}

    def _claims_on_parts(
        self,
        beliefs: Sequence[Belief],
        asked: Parts,
        found: Sequence[Mapping[Place, Found]],
        told: SeenParts,
        asking: Asking,
    ) -> list[Claim]:
        """Each partition is answered as it is at one of the moments; the likeliest one counts."""
        claims, deleted = [], self._deleted()
        for place, part in asked.items():
            if place[0] in deleted and told[place]["error"] in GONE:
                continue
            moments = [
                judge_part(b, place, part, f[place], told[place], asking)
                for b, f in zip(beliefs, found, strict=True)
            ]
            best = min(reversed(moments), key=lambda claims: sum(not c.holds for c in claims))
            claims += best
        there = any(found[-1][place].batches for place in asked)
        if there and all(f[p].batches == found[-1][p].batches for f in found for p in asked):
            claims.append(_claim_what_is_there(told))
        return claims


def limited(parts: Parts, found: Mapping[Place, Found]) -> list[Limited]:
    """What was found in each partition, with its limit."""
    return [(part.limit, found[place]) for place, part in parts.items()]


def _is_lost(place: Place, found: Mapping[Place, Found], asking: Asking) -> bool:
    """Whether it cannot be read after its topic was made anew, under its name or its former id."""
    return by_id(asking.version) or found[place].error != NONE


def _claim_woken(rule: str, seen: Observation, because: str) -> Claim:
    return claim_that(
        rule,
        "waits" not in seen,
        expected="an answer before max_wait_ms have passed",
        actual=NEVER_KNOWN if "waits" in seen else "an answer",
        because=because,
    )


def _claim_what_is_there(told: SeenParts) -> Claim:
    sizes: list[Any] = [part["size"] for part in told.values()]
    return claim_that(
        rules.waiting_ends_with_what_is_there.id,
        any(sizes),
        expected="records of at least one partition",
        actual=sizes,
        because="records were there all the time",
    )
