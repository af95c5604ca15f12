"""Members that do as they are told, one after the other, until their group is stable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.shown import is_covered
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.consumer_groups import laws, timing_laws
from kafka_tck.properties.operations.consumer_groups.believed import (
    counts_of,
    group_of,
    having,
    heard_of,
    known_of,
    losing,
)
from kafka_tck.properties.operations.consumer_groups.heartbeating import (
    REBALANCE_MS,
    HeartbeatAsMember,
    judged,
)
from kafka_tck.properties.operations.consumer_groups.lateness import late_members
from kafka_tck.properties.operations.consumer_groups.mixed import (
    BeatAsClassic,
    JoinAsClassic,
    judged_classic,
)
from kafka_tck.properties.operations.consumer_groups.showing import (
    describe,
    judged_view,
    shown_of,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

WITHIN: Final = 15.0
_LOST: Final = ("FENCED_MEMBER_EPOCH", "UNKNOWN_MEMBER_ID")
"""Errors upon which a member gives up everything and joins anew."""


@dataclass(frozen=True)
class Settle(Operation, kind="settle_consumer_group"):
    """Each of these members reports what it must have; until all have it, or time is up.

    Whoever is told that it is fenced or unknown joins anew, as KIP-848 has it.
    """

    group: str
    members: tuple[str, ...]
    topics: tuple[tuple[str, int], ...] = ()
    """Topics that somebody subscribes to, and how many partitions of them must be given."""

    def perform(self, world: World) -> Observation:
        told: list[Observation] = []
        last: dict[str, Any] = {}
        late: set[str] = set()

        def settled() -> bool | None:
            for member in self.members:
                late.update(late_members(world, self.group))
                self._go_on(world, member, told)
            last.clear()
            last.update(describe(world, self.group))
            late.update(late_members(world, self.group))
            return True if self._is_settled(world, last) else None

        done = world.until(settled, WITHIN)
        seen = {"told": told, "shown": last, "settled": done is True}
        is_real = "time.virtual" not in world.target.capabilities
        return {**seen, "late": sorted(late) if is_real else []}

    def _go_on(self, world: World, member: str, told: list[Observation]) -> None:
        heard = heard_of(world, self.group, member)
        before = (heard.epoch, heard.owned, heard.told)
        if heard.is_classic:
            self._go_on_as_classic(world, member, told)
            return
        seen = HeartbeatAsMember(self.group, member).perform(world)
        if seen.get("error") != "NONE" or (heard.epoch, heard.owned, heard.told) != before:
            told.append(seen)
        if seen.get("error") in _LOST:
            told.append(self._join_anew(world, member))

    def _go_on_as_classic(self, world: World, member: str, told: list[Observation]) -> None:
        beat = BeatAsClassic(self.group, member).perform(world)
        if beat.get("error") != "NONE":
            topics = heard_of(world, self.group, member).topics
            told.append(JoinAsClassic(self.group, member, topics).perform(world))

    def _join_anew(self, world: World, member: str) -> Observation:
        heard = heard_of(world, self.group, member)
        anew = HeartbeatAsMember(
            self.group,
            member,
            "join",
            topics=heard.topics,
            regex=heard.regex,
            rebalance_ms=REBALANCE_MS,
        )
        return anew.perform(world)

    def _is_settled(self, world: World, seen: Observation) -> bool:
        if seen.get("error") != "NONE":
            return False
        shown = shown_of(seen)
        has = all(
            heard_of(world, self.group, member).told == known.target
            for member, known in shown.members.items()
            if member in self.members
        )
        given = {place for target in shown.targets.values() for place in target}
        whole = all((t, index) in given for t, count in self.topics for index in range(count))
        return shown.is_settled and has and whole and len(given) == sum(n for _, n in self.topics)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if self.group in known_of(belief).lost:
            return [Judgement((), belief)]
        group = group_of(belief, self.group)
        if not group.members.keys().isdisjoint(seen["late"]):
            return [Judgement((), losing(belief, self.group))]
        claims: list[Claim] = []
        for heartbeat in seen["told"]:
            if "silence" in heartbeat:
                return [Judgement((claim_answered(heartbeat),), losing(belief, self.group))]
            by_classic = "met" in heartbeat
            judge = judged_classic if by_classic else judged
            more, group = judge(group, heartbeat)
            claims += more
        return [self._judged_end(belief, seen, claims, group)]

    def _judged_end(
        self, belief: Belief, seen: Observation, claims: list[Claim], group: Group
    ) -> Judgement:
        shown = seen["shown"]
        if "silence" in shown:
            return Judgement((*claims, claim_answered(shown)), losing(belief, self.group))
        counts = counts_of(belief)
        if not is_covered(group, counts):
            claims.append(self._claim_end(seen, laws.new_topics))
        if group.uses_regex:
            claims.append(self._claim_end(seen, laws.patterns))
        if group.restarted:
            claims.append(self._claim_end(seen, timing_laws.after_restart))
        claims.append(self._claim_end(seen, laws.converges))
        more, group = judged_view(group, shown, counts)
        claims += more
        if not all(c.holds for c in claims):
            return Judgement(tuple(claims), losing(belief, self.group))
        return Judgement(tuple(claims), having(belief, self.group, group))

    def _claim_end(self, seen: Observation, law: Requirement) -> Claim:
        given = ", ".join(f"{count} of {topic}" for topic, count in self.topics)
        return claim_that(
            law.id,
            seen["settled"],
            expected=f"Stable, every member at its target, with the partitions {given or 'none'}",
            actual=seen["shown"],
            because=f"each member confirmed what it was told for {WITHIN:.0f} s",
        )
