"""Members that fall silent, and members that never give up what they must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.consumer_groups import timing_laws
from kafka_tck.properties.operations.consumer_groups.believed import (
    counts_of,
    group_of,
    having,
    heard_of,
    known_of,
    losing,
)
from kafka_tck.properties.operations.consumer_groups.heartbeating import (
    HeartbeatAsMember,
    judged,
)
from kafka_tck.properties.operations.consumer_groups.lateness import late_members, session_of
from kafka_tck.properties.operations.consumer_groups.showing import describe, judged_view
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

GROUP_RESOURCE: Final = 32
"""The type of groups in IncrementalAlterConfigs."""
_LONGEST_MS: Final = 5_000
"""Nobody waits longer than this where time passes only by waiting."""
_SLACK: Final = 10.0
"""Seconds that a busy coordinator may be late."""


@dataclass(frozen=True)
class SetTimes(Operation, kind="set_times_of_consumer_group"):
    """The session timeout and the heartbeat interval of a group, in ms: a fixture, not a claim."""

    group: str
    session_ms: int
    interval_ms: int

    def perform(self, world: World) -> Observation:
        wanted = {
            "consumer.session.timeout.ms": self.session_ms,
            "consumer.heartbeat.interval.ms": self.interval_ms,
        }
        configs = [
            {"name": name, "config_operation": 0, "value": str(value)}
            for name, value in wanted.items()
        ]
        resource = {"resource_type": GROUP_RESOURCE, "resource_name": world.real(self.group)}
        done = world.call(
            world.client(),
            "IncrementalAlterConfigs",
            resources=[{**resource, "configs": configs}],
            validate_only=False,
        )
        if not isinstance(done, Answer):
            return silent(done)
        error = error_name(done.body.responses[0].error_code)
        if error == "NONE":
            world.handles[f"interval of {self.group}"] = self.interval_ms
            world.handles[f"session of {self.group}"] = self.session_ms
        return {"error": error}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((claim_answered(seen),), belief)]


@dataclass(frozen=True)
class AwaitEnd(Operation, kind="await_end_of_consumer"):
    """Others go on, until the coordinator shows one member no more, or far too much time is gone.

    That member is silent, or goes on reporting all that it ever had if `clings`. The others must
    not be removed, nor who is silent before its time. `slow` says that we ourselves were.
    """

    group: str
    member: str
    others: tuple[str, ...]
    rebalance_ms: int = 0
    clings: bool = False

    def perform(self, world: World) -> Observation:
        told: list[Observation] = []
        timeout_ms = self._timeout_ms(world)
        if timeout_ms > _LONGEST_MS and "time.virtual" not in world.target.capabilities:
            return {"skipped": "a target without configs of groups, and nobody waits so long"}
        silent_ms = heard_of(world, self.group, self.member).asked_ms
        slow = [False]
        last: dict[str, Any] = {}

        def ended() -> bool | None:
            for other in self.others:
                heard = heard_of(world, self.group, other)
                if not told or world.now_ms() - heard.asked_ms >= timeout_ms // 8:
                    slow[0] |= self._go_on(world, other, told)
            if self.clings:
                seen = HeartbeatAsMember(self.group, self.member, owned="kept").perform(world)
                if seen.get("error") == "UNKNOWN_MEMBER_ID":
                    return True
            last.clear()
            last.update(describe(world, self.group))
            return None if self.member in last.get("members", {self.member: {}}) else True

        done = world.until(ended, timeout_ms / 1000 + _SLACK)
        seen = {
            "timeout_ms": timeout_ms,
            "ended": done is True,
            "after_ms": world.now_ms() - silent_ms,
        }
        shown = describe(world, self.group)
        slow[0] |= not late_members(world, self.group).isdisjoint(self.others)
        return {"told": told, "shown": shown, **seen, "slow": slow[0]}

    def _timeout_ms(self, world: World) -> int:
        if self.clings:
            return self.rebalance_ms
        return session_of(world, self.group)

    def _go_on(self, world: World, member: str, told: list[Observation]) -> bool:
        """One heartbeat, kept if it says anything new; whether it may have come too late."""
        heard = heard_of(world, self.group, member)
        before = (heard.epoch, heard.owned, heard.told)
        seen = HeartbeatAsMember(self.group, member).perform(world)
        if seen.get("error") != "NONE" or (heard.epoch, heard.owned, heard.told) != before:
            told.append(seen)
        return member in seen["late"]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        group = group_of(belief, self.group)
        if self.group in known_of(belief).lost or self.member not in group.members:
            return [Judgement((), belief)]
        if "skipped" in seen:
            return [Judgement((), belief)]
        if seen["slow"]:
            return [Judgement((), losing(belief, self.group))]
        if "silence" in seen["shown"]:
            return [Judgement((claim_answered(seen["shown"]),), losing(belief, self.group))]
        claims = [self._claim(seen), self._claim_others(seen)]
        now, more = self._after(group, seen)
        claims += more
        found, now = judged_view(now, seen["shown"], counts_of(belief))
        claims += found
        if not all(c.holds for c in claims):
            return [Judgement(tuple(claims), losing(belief, self.group))]
        return [Judgement(tuple(claims), having(belief, self.group, now))]

    def _claim(self, seen: Observation) -> Claim:
        law = timing_laws.rebalance_timeout if self.clings else timing_laws.session_timeout
        why = "it does not give up what it must" if self.clings else "it is silent"
        early = not self.clings and seen["after_ms"] < seen["timeout_ms"]
        return claim_that(
            law.id,
            seen["ended"] and not early,
            expected=f"its end {seen['timeout_ms']} ms after it was last heard, or somewhat later",
            actual=seen["after_ms"],
            because=why,
        )

    def _claim_others(self, seen: Observation) -> Claim:
        shown = seen["shown"].get("members", {})
        return claim_that(
            timing_laws.session_timeout.id,
            set(self.others) <= set(shown),
            expected=f"the members {', '.join(self.others)}",
            actual=sorted(shown),
            because="these went on all the time",
        )

    def _after(self, group: Group, seen: Observation) -> tuple[Group, list[Claim]]:
        """What others were told when the member had come to its end, in this order or before."""
        now = group.without(self.member) if seen["ended"] else group
        claims: list[Claim] = []
        for heartbeat in seen["told"]:
            if "silence" in heartbeat:
                claims.append(claim_answered(heartbeat))
                continue
            more, now = judged(now, heartbeat)
            claims += more
        return now, claims
