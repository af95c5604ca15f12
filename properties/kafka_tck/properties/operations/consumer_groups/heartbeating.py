"""ConsumerGroupHeartbeat, by members that do as they are told and by others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.consumer_groups.answers import Law, held_against
from kafka_tck.model.consumer_groups.group import Group, after
from kafka_tck.model.consumer_groups.member import NOTHING, Answer, Heartbeat
from kafka_tck.model.consumer_groups.refusals import BAD_REGEX, Case, Verdict, verdict_on
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.consumer_groups import laws, mixed_laws, timing_laws
from kafka_tck.properties.operations.consumer_groups.asking import (
    ask,
    frozen,
    partitions_on_wire,
    partitions_seen,
)
from kafka_tck.properties.operations.consumer_groups.believed import (
    Heard,
    group_of,
    having,
    heard_of,
    known_of,
    losing,
    symbol_of,
)
from kafka_tck.properties.operations.consumer_groups.lateness import (
    late_members,
    time_giving_up,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.auto_creation import broker_setting
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

API: Final = "ConsumerGroupHeartbeat"
REBALANCE_MS: Final = 600_000
"""No program lasts so long that a member must give something up in haste."""
INTERVAL_MS: Final = 5_000
"""group.consumer.heartbeat.interval.ms by default."""
EPOCHS: Final = {"join": 0, "leave": -1, "leave for a while": -2, "below all": -3}
"""Words for what stands in place of an epoch; others are relative to what the member heard."""


@dataclass(frozen=True)
class HeartbeatAsMember(Operation, kind="consumer_heartbeat"):
    """One heartbeat. What the member heard decides what the words mean.

    `epoch`: "now", "before", "next" or a word of `EPOCHS`. `owned`: "told" what it must have,
    "kept" all that it ever had, "fewer" one less than told, "none", "more" what it never had, or
    "unsaid". A lost answer is one that the member does not hear: somebody else may have asked.
    """

    group: str
    member: str
    epoch: str = "now"
    owned: str = "told"
    topics: tuple[str, ...] | None = None
    regex: str | None = None
    instance: str | None = None
    assignor: str | None = None
    rebalance_ms: int = -1
    lost: bool = False
    nameless: bool = False
    """Whether it brings no id: then version 0 makes one for who joins."""
    version: int | None = None

    def perform(self, world: World) -> Observation:
        heard = heard_of(world, self.group, self.member)
        version = self._version(world)
        asked = self._asked(world, heard, version)
        fields = _fields(world, self.group, "" if self.nameless else heard.id, asked, version)
        name = "c2" if self.lost else "c1"
        start_ms = world.now_ms()
        seen = ask(world, self.group, lambda b: _read(world, b), API, version, fields, name)
        sent = {**_sent(asked), "due_ms": interval_of(world, self.group)}
        sent["late"] = sorted(late_members(world, self.group))
        sent["most"] = most_members(world)
        if seen.get("error") == "NONE":
            heard.asked_ms = start_ms
        if "silence" in seen:
            return {**sent, **seen}
        given_id = seen.get("id")
        if self._is_given_id(asked) and given_id:
            heard.id = given_id
        if seen["error"] == "NONE" and not self.lost:
            hear(heard, asked, seen)
            time_giving_up(heard, asked, start_ms)
        return {**sent, **seen, "id": symbol_of(world, self.group, given_id) if given_id else None}

    def _is_given_id(self, asked: Heartbeat) -> bool:
        return self.nameless and asked.joins and asked.makes_id

    def _version(self, world: World) -> int:
        newest = world.profile.newest(API)
        return newest if self.version is None else min(self.version, newest)

    def _asked(self, world: World, heard: Heard, version: int) -> Heartbeat:
        epoch = self._epoch(heard)
        joins = epoch == 0
        owned = self._owned(world, heard)
        if joins and self.owned == "told":
            owned = NOTHING
        unsaid = self.owned == "unsaid" and not joins
        return Heartbeat(
            member="" if self.nameless and not (joins and version == 0) else self.member,
            epoch=epoch,
            owned=None if unsaid or self.owned == "null" else owned,
            topics=None if self.topics is None else frozenset(self.topics),
            regex=self.regex if version >= 1 else None,
            instance=self.instance,
            assignor=self.assignor,
            rebalance_ms=self.rebalance_ms,
            makes_id=version == 0,
        )

    def _epoch(self, heard: Heard) -> int:
        if self.epoch in EPOCHS:
            return EPOCHS[self.epoch]
        return {"now": heard.epoch, "before": heard.before, "next": heard.epoch + 1}[self.epoch]

    def _owned(self, world: World, heard: Heard) -> frozenset[tuple[str, int]]:
        told = sorted(heard.told)
        every = {place for place in world.leaders if place[0] in world.ids}
        return {
            "told": heard.told,
            "kept": heard.owned,
            "fewer": frozenset(told[1:]),
            "none": NOTHING,
            "more": frozenset(every),
            "unsaid": NOTHING,
            "null": NOTHING,
        }[self.owned]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if self.group in known_of(belief).lost:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), losing(belief, self.group))]
        if not group_of(belief, self.group).members.keys().isdisjoint(seen["late"]):
            return [Judgement((), losing(belief, self.group))]
        claims, now = judged(group_of(belief, self.group), seen)
        if not all(c.holds for c in claims):
            return [Judgement(claims, losing(belief, self.group))]
        return [Judgement((claim_answered(seen), *claims), having(belief, self.group, now))]


def judged(group: Group, seen: Observation) -> tuple[tuple[Claim, ...], Group]:
    """The claims on one heartbeat's answer, and the group after it."""
    asked, answer = heartbeat_of(seen), answer_of(seen)
    verdict = verdict_on(group, asked, seen["most"])
    claims = tuple(_claims(group, asked, answer, verdict, seen))
    if "NONE" not in verdict.errors:
        return claims, group.refusing()
    return claims, after(group, asked, answer)


def _claims(
    group: Group, asked: Heartbeat, answer: Answer, verdict: Verdict, seen: Observation
) -> Iterator[Claim]:
    law, why = laws.OF_CASE[verdict.case], verdict.case.value
    if group.restarted:
        yield claim(timing_laws.after_restart.id, answer.error, *verdict.errors, because=why)
    if group.refused and verdict.case is Case.GOES_ON:
        yield claim(
            laws.trace.id, answer.error, *verdict.errors, because="only others were refused"
        )
    if group.is_classic and verdict.errors == ("NONE",):
        yield claim(
            mixed_laws.upgrade.id, answer.error, "NONE", because="its members are consumers"
        )
    yield claim(law.id, answer.error, *verdict.errors, because=why)
    if answer.error != "NONE" or "NONE" not in verdict.errors:
        return
    for held in held_against(group, asked, answer):
        told = {"expected": held.expected, "actual": held.actual, "because": held.because}
        if group.restarted:
            yield claim_that(timing_laws.after_restart.id, held.holds, **told)  # type: ignore[arg-type]
        if held.law is Law.EXCLUSIVE and group.has_classic:
            yield claim_that(mixed_laws.exclusive.id, held.holds, **told)  # type: ignore[arg-type]
        yield claim_that(laws.OF_ANSWER[held.law].id, held.holds, **told)  # type: ignore[arg-type]
    if not asked.leaves:
        yield claim(laws.interval.id, answer.interval_ms, seen["due_ms"], because="it is set so")
    yield claim(laws.ids.id, seen["id"], asked.member, because="the member joined with this id")


def heartbeat_of(seen: Observation) -> Heartbeat:
    """What was sent, from an observation."""
    topics, owned = seen["topics"], seen["owned"]
    return Heartbeat(
        seen["member"],
        seen["sent"],
        None if owned is None else frozen(owned),
        None if topics is None else frozenset(topics),
        seen["regex"],
        seen["instance"],
        seen["assignor"],
        seen["rebalance_ms"],
        seen["makes_id"],
    )


def answer_of(seen: Observation) -> Answer:
    """What came back, from an observation."""
    told = seen["assignment"]
    return Answer(
        seen["error"],
        seen["epoch"],
        None if told is None else frozen(told),
        seen["interval_ms"],
        seen["id"],
    )


def _sent(asked: Heartbeat) -> dict[str, Any]:
    return {
        "member": asked.member,
        "sent": asked.epoch,
        "owned": None if asked.owned is None else [list(p) for p in sorted(asked.owned)],
        "topics": None if asked.topics is None else sorted(asked.topics),
        "regex": asked.regex,
        "instance": asked.instance,
        "assignor": asked.assignor,
        "rebalance_ms": asked.rebalance_ms,
        "makes_id": asked.makes_id,
    }


def _fields(
    world: World, group: str, member_id: str, asked: Heartbeat, version: int
) -> dict[str, Any]:
    topics, owned = asked.topics, asked.owned
    return {
        "group_id": world.real(group),
        "member_id": member_id,
        "member_epoch": asked.epoch,
        "instance_id": asked.instance,
        "rebalance_timeout_ms": asked.rebalance_ms,
        "subscribed_topic_names": None if topics is None else sorted(map(world.real, topics)),
        "server_assignor": asked.assignor,
        "topic_partitions": None if owned is None else partitions_on_wire(world, owned),
        **({"subscribed_topic_regex": pattern_of(world, asked.regex)} if version >= 1 else {}),
    }


def _read(world: World, body: Message) -> dict[str, Any]:
    told = body.assignment
    return {
        "error": error_name(body.error_code),
        "epoch": body.member_epoch,
        "assignment": None if told is None else partitions_seen(world, told.topic_partitions),
        "interval_ms": body.heartbeat_interval_ms,
        "id": body.member_id,
    }


def pattern_of(world: World, regex: str | None) -> str | None:
    """Symbols with bars between them as a pattern of real names; what is no such thing stays."""
    if not regex or regex == BAD_REGEX:
        return regex
    return "|".join(world.real(symbol) for symbol in regex.split("|"))


def interval_of(world: World, group: str) -> int:
    """What the group's members are told to wait between heartbeats, in ms."""
    return int(world.handles.get(f"interval of {group}", INTERVAL_MS))


def most_members(world: World) -> int | None:
    """group.consumer.max.size, as the first node tells it."""
    if _LIMIT not in world.handles:
        told = broker_setting(world, _LIMIT)
        world.handles[_LIMIT] = None if told is None else int(told)
    found = world.handles[_LIMIT]
    return None if found is None else int(found)


_LIMIT: Final = "group.consumer.max.size"


def hear(heard: Heard, asked: Heartbeat, seen: Observation) -> None:
    """The member takes in its answer, and does as it is told at its next heartbeat."""
    if seen["epoch"] != heard.epoch:
        heard.before = heard.epoch
    heard.epoch = seen["epoch"]
    if asked.leaves or asked.joins:
        heard.told = heard.owned = NOTHING
    if asked.topics is not None:
        heard.topics = tuple(sorted(asked.topics))
    heard.regex = heard.regex if asked.regex is None else asked.regex
    if asked.owned is not None:
        heard.owned &= asked.owned | heard.told
    if seen["assignment"] is not None:
        heard.told = frozen(seen["assignment"])
    heard.owned |= heard.told
