"""Offsets over time: of who commits instead of beating, of deleted topics, of nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kafka_tck.model.groups.group import Group
from kafka_tck.model.groups.verdicts import Case, Verdict
from kafka_tck.model.pending_offsets import NOTHING
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.classic_groups import member_laws, offset_laws
from kafka_tck.properties.operations.classic_groups.asking import Heartbeat, ask
from kafka_tck.properties.operations.classic_groups.believed import Known
from kafka_tck.properties.operations.classic_groups.committing import CommitAsMember
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.txn_offsets import believed
from kafka_tck.properties.world import World


def again_for(world: World, for_ms: int, perform: Callable[[World], Observation]) -> Observation:
    """Does it again and again until it is refused or the time is over; the last answer."""
    due = world.now_ms() + for_ms
    seen: dict[str, Any] = {}

    def over() -> bool | None:
        seen.update(perform(world))
        return True if world.now_ms() >= due or seen.get("errors") != ["NONE"] else None

    world.until(over, for_ms / 1000 + 5)
    return seen


@dataclass(frozen=True)
class KeepCommitting(CommitAsMember, kind="keep_committing"):
    """OffsetCommit again and again for a while, and no heartbeat."""

    for_ms: int = 0

    def waits_for(self) -> Collection[str]:
        return (self.name,)

    def starts_timers(self, span: tuple[int, int], waited_ms: int) -> int:
        return span[1]

    def perform(self, world: World) -> Observation:
        return again_for(world, self.for_ms, super().perform)

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        told, law = seen.get("errors"), offset_laws.commits_are_signs_of_life
        why = "it has committed all the time"
        yield claim(law.id, told, list(verdict.errors), because=why)


@dataclass(frozen=True)
class KeepBeating(Heartbeat, kind="keep_beating"):
    """Heartbeat again and again for a while."""

    for_ms: int = 0

    def waits_for(self) -> Collection[str]:
        return (self.name,)

    def starts_timers(self, span: tuple[int, int], waited_ms: int) -> int:
        return span[1]

    def perform(self, world: World) -> Observation:
        return again_for(world, self.for_ms, super().perform)

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        law, why = member_laws.who_beats_stays, "its heart has beaten all the time"
        yield claim(law.id, seen.get("errors"), list(verdict.errors), because=why)


@dataclass(frozen=True)
class PassTime(GroupStep, kind="pass_time"):
    """Nothing happens for a while."""

    for_s: int = 0

    def perform(self, world: World) -> Observation:
        due = world.now_ms() + 1000 * self.for_s
        world.until(lambda: True if world.now_ms() >= due else None, self.for_s + 1)
        return {"answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return [Verdict(Case.SHOWN, now)]


@dataclass(frozen=True)
class AwaitOffsetsGone(GroupStep, kind="await_offsets_gone"):
    """Asks for an offset until there is none: its topic was deleted, or nobody used it."""

    topic: str = "t"
    partition: int = 0
    within_s: int = 20
    expires: bool = False

    def perform(self, world: World) -> Observation:
        told: dict[str, Any] = {}
        partitions = [self.partition]
        topics = [{"name": world.real(self.topic), "partition_indexes": partitions}]
        fields = {"group_id": world.real(self.group), "topics": topics}

        def read(body: Any) -> dict[str, Any]:
            return {"offset": [p.committed_offset for t in body.topics for p in t.partitions]}

        def gone() -> bool | None:
            told.clear()
            told.update(ask(world, self.group, read, "OffsetFetch", 7, fields))
            return True if told.get("offset") == [NOTHING[0]] else None

        world.until(gone, self.within_s)
        return {**told, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        gone = [Verdict(Case.SHOWN, Group())] if self.expires and not now.is_active else []
        return [Verdict(Case.SHOWN, now), *gone]

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        law = offset_laws.offsets_expire if self.expires else offset_laws.deleted_topics
        why = "nobody uses it" if self.expires else "its topic was deleted"
        yield claim(law.id, seen.get("offset"), [NOTHING[0]], because=why)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        gone = believed.known_of(belief).offsets
        left = {
            key: made
            for key, made in gone.stored.items()
            if key[0] != self.group or (not self.expires and key[1] != self.topic)
        }
        keys = [key for key in gone.stored if key not in left]
        law = offset_laws.offsets_expire if self.expires else offset_laws.deleted_topics
        after = replace(gone, stored=left)
        return [
            replace(judged, belief=believed.having(judged.belief, after, keys, law))
            for judged in super().judge(world, belief, seen)
        ]
