"""OffsetCommit of members and of others, and what becomes of offsets besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.model.groups.asking import Asking, fault_of_commit, fault_of_promise
from kafka_tck.model.groups.group import Group, State
from kafka_tck.model.groups.verdicts import Case, Verdict
from kafka_tck.model.pending_offsets import Key
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.classic_groups import offset_laws
from kafka_tck.properties.operations.classic_groups.asking import ask, version_of
from kafka_tck.properties.operations.classic_groups.believed import known_of
from kafka_tck.properties.operations.classic_groups.joining import CONSUMER
from kafka_tck.properties.operations.classic_groups.members import id_of
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.isolation.producer import begin, end, live, start
from kafka_tck.properties.operations.txn_offsets import believed
from kafka_tck.properties.operations.txn_offsets.ending import await_stable
from kafka_tck.properties.operations.txn_offsets.sending import add_offsets
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

NO_GENERATION: Final = -1
TOPIC_IDS: Final = 10
"""The first version of OffsetCommit and OffsetFetch that names topics by their ids."""


def _first_error(body: Any) -> dict[str, Any]:
    return {"errors": [error_name(body.topics[0].partitions[0].error_code)]}


@dataclass(frozen=True)
class CommitAsMember(GroupStep, kind="commit_in_classic_group"):
    """OffsetCommit of one partition; without a name and a generation nobody in particular."""

    name: str = ""
    generation: int = NO_GENERATION
    instance: str | None = None
    topic: str = "t"
    partition: int = 0
    offset: int = 0
    version: int | None = None

    @property
    def place(self) -> Key:
        return (self.group, self.topic, self.partition)

    def perform(self, world: World) -> Observation:
        version = version_of(world, "OffsetCommit", self.version)
        by_id = version >= TOPIC_IDS
        named = {"topic_id": world.ids[self.topic]} if by_id else {"name": world.real(self.topic)}
        entry = {
            "partition_index": self.partition,
            "committed_offset": self.offset,
            "committed_leader_epoch": -1,
            "committed_metadata": "",
        }
        fields = {
            "group_id": world.real(self.group),
            "generation_id_or_member_epoch": self.generation,
            "member_id": id_of(world, self.name),
            "topics": [{**named, "partitions": [entry]}],
            **({"group_instance_id": self.instance} if version >= 7 else {}),
        }
        seen = ask(world, self.group, _first_error, "OffsetCommit", version, fields)
        return {**seen, "answered": self.collected(world)}

    def fault(self, world: World, now: Group) -> tuple[Case, str] | None:
        version = version_of(world, "OffsetCommit", self.version)
        asked = Asking(self.name, self.generation, self.instance if version >= 7 else None)
        return fault_of_commit(now, asked, version)

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        fault = self.fault(world, now)
        if fault is not None:
            return [Verdict(fault[0], now, errors=(fault[1],))]
        after = now if now.exists else replace(now, state=State.EMPTY)
        return [Verdict(Case.ALIVE, after, errors=("NONE",))]

    def law_of_refusal(self, case: Case) -> Requirement:
        if not self.name:
            return offset_laws.strangers_wait
        fenced = case is Case.OTHER_INSTANCE
        return offset_laws.instances_are_fenced if fenced else offset_laws.members_commit

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = believed.known_of(belief).offsets
        taken = seen.get("errors") == ["NONE"]
        offsets = known.committing(self.place, (self.offset, -1, "")) if taken else known
        law = offset_laws.next_owner_resumes if taken else offset_laws.refused_commits
        return [
            replace(judged, belief=believed.having(judged.belief, offsets, [self.place], law))
            for judged in super().judge(world, belief, seen)
        ]


@dataclass(frozen=True)
class CommitInTransaction(CommitAsMember, kind="commit_in_transaction"):
    """A whole transaction of a producer in a new life: TxnOffsetCommit, and its end."""

    producer: str = "p"

    def perform(self, world: World) -> Observation:
        start(world, self.producer)
        me = live(world, self.producer)
        begin(world, me, True)
        error = add_offsets(world, me, self.group)
        if error != "NONE":
            return {"errors": [error], "answered": self.collected(world)}
        entry = {
            "partition_index": self.partition,
            "committed_offset": self.offset,
            "committed_leader_epoch": -1,
            "committed_metadata": "",
        }
        fields = {
            "transactional_id": me.name,
            "group_id": world.real(self.group),
            "producer_id": me.producer_id,
            "producer_epoch": me.epoch,
            "generation_id": self.generation,
            "member_id": id_of(world, self.name),
            "group_instance_id": self.instance,
            "topics": [{"name": world.real(self.topic), "partitions": [entry]}],
        }
        version = min(4, world.profile.newest("TxnOffsetCommit"))
        seen = ask(world, self.group, _first_error, "TxnOffsetCommit", version, fields)
        end(world, self.producer, True)
        await_stable(world, [self.place])
        return {**seen, "answered": self.collected(world)}

    def fault(self, world: World, now: Group) -> tuple[Case, str] | None:
        return fault_of_promise(now, Asking(self.name, self.generation, self.instance))

    def law_of_refusal(self, case: Case) -> Requirement:
        return offset_laws.members_promise


@dataclass(frozen=True)
class AskAllOffsets(GroupStep, kind="ask_all_offsets"):
    """OffsetFetch with null topics, of this group and from version 8 on of another one besides."""

    other: str = "h"
    version: int | None = None

    def perform(self, world: World) -> Observation:
        newest = version_of(world, "OffsetFetch", None)
        version = max(2, min(newest, newest if self.version is None else self.version))
        names = {world.real(group): group for group in (self.group, self.other)}
        fields: dict[str, Any] = {"group_id": world.real(self.group), "topics": None}
        if version >= 8:
            who = {"member_id": None, "member_epoch": -1} if version >= 9 else {}
            fields = {"groups": [{"group_id": name, "topics": None, **who} for name in names]}
        topics = {
            world.ids[topic] if version >= TOPIC_IDS else world.real(topic): topic
            for topic in world.ids
        }

        def read(body: Any) -> dict[str, Any]:
            groups = list(body.groups) if version >= 8 else [body]
            told = {
                (names[g.group_id] if version >= 8 else self.group): sorted(
                    [
                        topics.get(t.topic_id if version >= TOPIC_IDS else t.name, "another"),
                        p.partition_index,
                        p.committed_offset,
                    ]
                    for t in g.topics
                    for p in t.partitions
                )
                for g in groups
            }
            return {"errors": sorted({error_name(g.error_code) for g in groups}), "told": told}

        seen = ask(world, self.group, read, "OffsetFetch", version, fields)
        return {**seen, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return [Verdict(Case.SHOWN, now)]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if known_of(belief, self.group).lost or "silence" in seen:
            return super().judge(world, belief, seen)
        stored = believed.known_of(belief).offsets.stored
        wanted = {
            group: sorted(
                [topic, partition, made.value[0]]
                for (of, topic, partition), made in stored.items()
                if of == group
            )
            for group in seen["told"]
        }
        told = claim(
            offset_laws.all_offsets.id,
            [seen["errors"], dict(seen["told"])],
            [["NONE"], wanted],
            because="these were committed, and not deleted",
        )
        return [Judgement((told,), belief)]


@dataclass(frozen=True)
class DeleteOffset(GroupStep, kind="delete_offset"):
    """OffsetDelete of one partition."""

    topic: str = "t"
    partition: int = 0
    subscribed: bool = False
    """Whether the members, if there are any, subscribe to the topic."""

    def perform(self, world: World) -> Observation:
        topic = {
            "name": world.real(self.topic),
            "partitions": [{"partition_index": self.partition}],
        }
        fields = {"group_id": world.real(self.group), "topics": [topic]}

        def errors(body: Any) -> dict[str, Any]:
            whole = error_name(body.error_code)
            each = [error_name(p.error_code) for t in body.topics for p in t.partitions]
            return {"errors": each or [whole]}

        seen = ask(world, self.group, errors, "OffsetDelete", 0, fields)
        return {**seen, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        if not now.exists:
            return [Verdict(Case.NO_SUCH_GROUP, now, errors=("GROUP_ID_NOT_FOUND",))]
        if now.is_active and now.protocol_type != CONSUMER:
            return [Verdict(Case.HAS_MEMBERS, now, errors=("NON_EMPTY_GROUP",))]
        if now.is_active and self.subscribed:
            return [Verdict(Case.HAS_MEMBERS, now, errors=("GROUP_SUBSCRIBED_TO_TOPIC",))]
        return [Verdict(Case.DELETED, now, errors=("NONE",))]

    def law_of_refusal(self, case: Case) -> Requirement:
        return offset_laws.subscribed_offsets

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        key = (self.group, self.topic, self.partition)
        known = believed.known_of(belief).offsets
        if seen.get("errors") == ["NONE"]:
            left = {k: made for k, made in known.stored.items() if k != key}
            known = replace(known, stored=left)
        law = offset_laws.subscribed_offsets
        return [
            replace(judged, belief=believed.having(judged.belief, known, [key], law))
            for judged in super().judge(world, belief, seen)
        ]
