"""Members of consumer groups that speak the classic protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.model.consumer_groups.answers import Law, held_against
from kafka_tck.model.consumer_groups.group import Group, after
from kafka_tck.model.consumer_groups.member import Answer, Heartbeat, Member, Partitions
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.consumer_groups import mixed_laws
from kafka_tck.properties.operations.consumer_groups.asking import ask, frozen
from kafka_tck.properties.operations.consumer_groups.believed import (
    Heard,
    group_of,
    having,
    heard_of,
    known_of,
    losing,
)
from kafka_tck.properties.operations.consumer_groups.embedded import (
    ByTopic,
    assignment,
    read_assignment,
    subscription,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

TIMEOUT_MS: Final = 30_000
PROTOCOL: Final = "range"
_JOIN, _SYNC, _BEAT = 7, 5, 4
"""Versions of JoinGroup, SyncGroup and Heartbeat."""


def join(
    world: World, group: str, member: str, topics: tuple[str, ...], owned: Partitions
) -> Observation:
    """JoinGroup, twice if an id is given first; the member knows its id afterwards."""
    heard = heard_of(world, group, member)
    if not heard.is_classic:
        heard.is_classic, heard.id = True, ""
    data = subscription([world.real(t) for t in topics], by_topic(world, owned))
    fields = {
        "group_id": world.real(group),
        "session_timeout_ms": TIMEOUT_MS,
        "rebalance_timeout_ms": TIMEOUT_MS,
        "group_instance_id": None,
        "protocol_type": "consumer",
        "protocols": [{"name": PROTOCOL, "metadata": data}],
    }
    heard.topics = topics
    seen = _join_with(world, group, heard, fields)
    if seen.get("error") == "MEMBER_ID_REQUIRED":
        seen = _join_with(world, group, heard, fields)
    return seen


def _join_with(world: World, group: str, heard: Heard, fields: dict[str, Any]) -> Observation:
    sent = fields | {"member_id": heard.id}
    seen = ask(world, group, _read_join, "JoinGroup", _JOIN, sent)
    heard.id = seen.get("id") or heard.id
    return seen


def _read_join(body: Message) -> dict[str, Any]:
    return {
        "error": error_name(body.error_code),
        "epoch": body.generation_id,
        "id": body.member_id,
        "leads": body.leader == body.member_id,
        "met": len(body.members),
    }


def sync(
    world: World, group: str, member: str, epoch: int, given: Partitions | None = None
) -> Observation:
    """SyncGroup; a leader that is alone gives itself what it is to have."""
    heard = heard_of(world, group, member)
    told = [] if given is None else [(heard.id, assignment(by_topic(world, given)))]
    fields = {
        "group_id": world.real(group),
        "generation_id": epoch,
        "member_id": heard.id,
        "protocol_type": "consumer",
        "protocol_name": PROTOCOL,
        "assignments": [{"member_id": id_, "assignment": data} for id_, data in told],
    }

    def read(body: Message) -> dict[str, Any]:
        found = read_assignment(bytes(body.assignment))
        places = [[world.symbol_of(t), n] for t, indexes in found.items() for n in indexes]
        return {"error": error_name(body.error_code), "assignment": sorted(places)}

    return ask(world, group, read, "SyncGroup", _SYNC, fields)


def by_topic(world: World, partitions: Partitions) -> ByTopic:
    """Partitions by the real names of their topics."""
    found: dict[str, list[int]] = {}
    for topic, index in sorted(partitions):
        found.setdefault(world.real(topic), []).append(index)
    return found


@dataclass(frozen=True)
class JoinAsClassic(Operation, kind="join_as_classic_member"):
    """JoinGroup and SyncGroup; reports what it was told, or `clings` to all that it ever had."""

    group: str
    member: str
    topics: tuple[str, ...] = ("t",)
    clings: bool = False

    def perform(self, world: World) -> Observation:
        heard = heard_of(world, self.group, self.member)
        owned = heard.owned if self.clings else heard.told
        joined = join(world, self.group, self.member, self.topics, owned)
        sent = {"member": self.member, "owned": [list(p) for p in sorted(owned)]}
        if joined.get("error") != "NONE":
            return {**sent, **joined, "assignment": None}
        told = sync(world, self.group, self.member, joined["epoch"])
        if told.get("error") == "NONE":
            heard.epoch, heard.told = joined["epoch"], frozen(told["assignment"])
            heard.owned = owned | heard.told
        return {**sent, **joined, **told, "topics": list(self.topics)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if self.group in known_of(belief).lost:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), losing(belief, self.group))]
        claims, now = judged_classic(group_of(belief, self.group), seen)
        if not all(c.holds for c in claims):
            return [Judgement(claims, losing(belief, self.group))]
        return [Judgement((claim_answered(seen), *claims), having(belief, self.group, now))]


def judged_classic(group: Group, seen: Observation) -> tuple[tuple[Claim, ...], Group]:
    """The claims on a join and what it was given, and the group after both."""
    right = claim(
        mixed_laws.rejoins.id, seen["error"], "NONE", because="it is a consumer, and may join"
    )
    if seen["error"] != "NONE":
        return (right,), group
    known = group.members.get(seen["member"])
    asked = Heartbeat(
        seen["member"],
        known.epoch if known else 0,
        frozen(seen["owned"]),
        frozenset(seen["topics"]),
        rebalance_ms=TIMEOUT_MS,
        is_classic=True,
    )
    answer = Answer("NONE", seen["epoch"], frozen(seen["assignment"]))
    return (right, *_held(group, asked, answer)), after(group, asked, answer)


def _held(group: Group, asked: Heartbeat, answer: Answer) -> Iterator[Claim]:
    for held in held_against(group, asked, answer):
        owners = held.law in (Law.EXCLUSIVE, Law.REVOKES_FIRST)
        law = mixed_laws.exclusive if owners else mixed_laws.rejoins
        yield claim_that(
            law.id, held.holds, expected=held.expected, actual=held.actual, because=held.because
        )


@dataclass(frozen=True)
class BeatAsClassic(Operation, kind="heartbeat_as_classic_member"):
    """The classic Heartbeat, in the member's generation or another one."""

    group: str
    member: str
    ahead: int = 0

    def perform(self, world: World) -> Observation:
        heard = heard_of(world, self.group, self.member)
        fields = {
            "group_id": world.real(self.group),
            "generation_id": heard.epoch + self.ahead,
            "member_id": heard.id,
            "group_instance_id": None,
        }
        seen = ask(world, self.group, _read_beat, "Heartbeat", _BEAT, fields)
        return {**seen, "sent": heard.epoch + self.ahead}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        group = group_of(belief, self.group)
        if self.group in known_of(belief).lost or not group.exists:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        legal, why = legal_beat(group, self.member, seen["sent"])
        right = claim(mixed_laws.driven.id, seen["error"], *legal, because=why)
        return [Judgement((claim_answered(seen), right), belief)]


def legal_beat(group: Group, member: str, epoch: int) -> tuple[tuple[str, ...], str]:
    """What a classic Heartbeat in a consumer group must be answered, and why.

    A group may be in an epoch that it has no target assignment for yet; then there is nothing to
    join for. Asked of 4.3.1 with group.consumer.assignment.interval.ms=5000.
    """
    known = group.members.get(member)
    if known is None or not known.is_classic:
        return ("UNKNOWN_MEMBER_ID",), "no classic member of the group has this id"
    if epoch != known.epoch:
        return ("ILLEGAL_GENERATION",), f"the member is in epoch {known.epoch}"
    if known.epoch < group.target_epoch or known.giving:
        return ("REBALANCE_IN_PROGRESS",), f"the target is of epoch {group.target_epoch}"
    return ("NONE", "REBALANCE_IN_PROGRESS"), "something may have come free for it"


def _read_beat(body: Message) -> dict[str, Any]:
    return {"error": error_name(body.error_code)}


@dataclass(frozen=True)
class LeadClassicGroup(Operation, kind="lead_classic_group"):
    """A member of a classic group that is alone there: it leads, and takes all partitions."""

    group: str
    member: str
    topics: tuple[tuple[str, int], ...]

    def perform(self, world: World) -> Observation:
        heard = heard_of(world, self.group, self.member)
        every = frozenset((t, n) for t, count in self.topics for n in range(count))
        names = tuple(topic for topic, _ in self.topics)
        joined = join(world, self.group, self.member, names, heard.told)
        if joined.get("error") != "NONE":
            return joined
        told = sync(world, self.group, self.member, joined["epoch"], every)
        if told.get("error") == "NONE":
            heard.epoch, heard.told = joined["epoch"], frozen(told["assignment"])
            heard.owned = heard.told
        return {**joined, **told}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        group = group_of(belief, self.group)
        if self.group in known_of(belief).lost:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), losing(belief, self.group))]
        before = max((m.epoch for m in group.members.values()), default=0)
        leads = claim_that(
            mixed_laws.downgrade.id if group.members else mixed_laws.upgrade.id,
            seen["error"] == "NONE"
            and seen["leads"]
            and seen["met"] == 1
            and seen["epoch"] > before,
            expected=f"the only member of a classic group, in a generation above {before}",
            actual=dict(seen),
            because="nobody else is there",
        )
        if not leads.holds:
            return [Judgement((leads,), losing(belief, self.group))]
        told = frozen(seen["assignment"])
        topics = frozenset(topic for topic, _ in self.topics)
        me = Member(seen["epoch"], told, topics=topics, is_classic=True)
        now = replace(Group(), members={self.member: me}, epoch=seen["epoch"])
        return [Judgement((claim_answered(seen), leads), having(belief, self.group, now))]
