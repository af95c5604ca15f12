"""ConsumerGroupDescribe, and members that go on until their group is stable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.shown import (
    Shown,
    ShownMember,
    after_a_look,
    compared,
)
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.consumer_groups import laws, mixed_laws, view_laws
from kafka_tck.properties.operations.consumer_groups.asking import ask, frozen, partitions_seen
from kafka_tck.properties.operations.consumer_groups.believed import (
    counts_of,
    group_of,
    having,
    known_of,
    losing,
    symbol_of,
)
from kafka_tck.properties.operations.consumer_groups.lateness import late_members
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

API: Final = "ConsumerGroupDescribe"


def describe(world: World, group: str, version: int | None = None) -> Observation:
    """What is shown of one group, by symbols."""
    newest = world.profile.newest(API)
    fields = {"group_ids": [world.real(group)], "include_authorized_operations": False}
    version = newest if version is None else min(version, newest)
    return ask(world, group, lambda body: _read(world, group, body), API, version, fields)


def _read(world: World, group: str, body: Message) -> dict[str, Any]:
    shown = body.groups[0]
    if shown.error_code:
        return {"error": error_name(shown.error_code)}
    return {
        "error": "NONE",
        "state": shown.group_state,
        "epoch": shown.group_epoch,
        "target_epoch": shown.assignment_epoch,
        "assignor": shown.assignor_name,
        "members": {
            symbol_of(world, group, m.member_id): _read_member(world, m) for m in shown.members
        },
    }


def _read_member(world: World, member: Any) -> dict[str, Any]:
    return {
        "epoch": member.member_epoch,
        "topics": sorted(world.symbol_of(name) for name in member.subscribed_topic_names),
        "current": partitions_seen(world, member.assignment.topic_partitions),
        "target": partitions_seen(world, member.target_assignment.topic_partitions),
        "instance": member.instance_id,
        "regex": _symbols_in(world, member.subscribed_topic_regex),
    }


def _symbols_in(world: World, pattern: str | None) -> str | None:
    return pattern and "|".join(world.symbol_of(name) for name in pattern.split("|"))


def shown_of(seen: Observation) -> Shown:
    """A group, from an observation."""
    members = {
        name: ShownMember(
            found["epoch"],
            frozenset(found["topics"]),
            frozen(found["current"]),
            frozen(found["target"]),
            found["instance"],
            found["regex"],
        )
        for name, found in seen["members"].items()
    }
    return Shown(seen["state"], seen["epoch"], seen["target_epoch"], seen["assignor"], members)


@dataclass(frozen=True)
class DescribeConsumerGroup(Operation, kind="describe_consumer_group"):
    """What the coordinator shows of a group."""

    group: str
    version: int | None = None

    def perform(self, world: World) -> Observation:
        seen = describe(world, self.group, self.version)
        return {**seen, "late": sorted(late_members(world, self.group))}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if self.group in known_of(belief).lost:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        if not group_of(belief, self.group).members.keys().isdisjoint(seen.get("late", ())):
            return [Judgement((), losing(belief, self.group))]
        claims, now = judged_view(group_of(belief, self.group), seen, counts_of(belief))
        if not all(c.holds for c in claims):
            return [Judgement(claims, losing(belief, self.group))]
        return [Judgement((claim_answered(seen), *claims), having(belief, self.group, now))]


def judged_view(
    group: Group, seen: Observation, counts: Mapping[str, int]
) -> tuple[tuple[Claim, ...], Group]:
    """The claims on what is shown, and the group after that look."""
    claims = tuple(_claims(group, seen, counts))
    if seen["error"] != "NONE":
        return claims, group
    return claims, after_a_look(group, shown_of(seen), counts)


_IS_CLASSIC: Final = "all its members speak the classic protocol"


def _claims(group: Group, seen: Observation, counts: Mapping[str, int]) -> Iterator[Claim]:
    legal = "NONE" if group.exists else "GROUP_ID_NOT_FOUND"
    why = "somebody joined it" if group.exists else "nobody ever joined it"
    if group.refused:
        yield claim(laws.trace.id, seen["error"], legal, because=why)
    if group.is_classic and not group.exists:
        yield claim(mixed_laws.downgrade.id, seen["error"], legal, because=_IS_CLASSIC)
    yield claim(view_laws.shown_as_told.id, seen["error"], legal, because=why)
    if seen["error"] != "NONE" or not group.exists:
        return
    for found in compared(group, shown_of(seen), counts):
        law = view_laws.OF_VIEW[found.view]
        told = {"expected": found.expected, "actual": found.actual, "because": found.because}
        if group.refused and law in (view_laws.shown_as_told, view_laws.epoch_stays):
            yield claim_that(laws.trace.id, found.holds, **told)  # type: ignore[arg-type]
        if group.is_upgraded and law is view_laws.shown_as_told:
            yield claim_that(mixed_laws.upgrade.id, found.holds, **told)  # type: ignore[arg-type]
        yield claim_that(law.id, found.holds, **told)  # type: ignore[arg-type]
