"""OffsetCommit, TxnOffsetCommit and OffsetFetch of members, and of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.consumer_groups.commits import (
    NOBODY,
    WITH_MEMBERS,
    Commit,
    error_of_question,
    ruling_on,
)
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.consumer_groups import commit_laws, laws
from kafka_tck.properties.operations.consumer_groups.asking import ask
from kafka_tck.properties.operations.consumer_groups.believed import (
    Heard,
    group_of,
    having,
    heard_of,
    known_of,
)
from kafka_tck.properties.operations.isolation.producer import live, start
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.txn_offsets.sending import add_offsets
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

NOTE: Final = "offsets of members"
BY_ID: Final = 10
"""The first version of OffsetCommit and OffsetFetch that names topics by id."""
RELAXED_SINCE: Final = (4, 3)
_TRANSACTIONAL: Final = 4
"""The version of TxnOffsetCommit that is asked with: the newest of the older protocol."""

Offsets = Mapping[tuple[str, str, int], int]


def offsets_of(belief: Belief) -> Offsets:
    """What was committed last, by group, topic and partition."""
    found = belief.notes.get(NOTE, {})
    assert isinstance(found, dict)
    return found


def epoch_of(heard: Heard, word: str) -> int:
    """An epoch in words, as the member knows it."""
    now = heard.epoch
    return {"now": now, "before": heard.before, "next": now + 1, "nobody's": -1}[word]


@dataclass(frozen=True)
class CommitAsMember(Operation, kind="commit_as_member"):
    """One offset; with a producer, in its transaction, which stays open and commits nothing."""

    group: str
    member: str
    epoch: str
    topic: str
    partition: int
    offset: int
    version: int = BY_ID
    producer: str = ""

    def perform(self, world: World) -> Observation:
        heard = heard_of(world, self.group, self.member)
        epoch = epoch_of(heard, self.epoch)
        if self.producer:
            api, version, fields = self._in_transaction(world)
        else:
            api = "OffsetCommit"
            version = max(world.profile.oldest(api), min(self.version, world.profile.newest(api)))
            fields = {"generation_id_or_member_epoch": epoch}
        named = self._named(world, by_id=version >= BY_ID)
        entry = {"partition_index": self.partition, "committed_offset": self.offset}
        fields |= {
            "group_id": world.real(self.group),
            "member_id": heard.id,
            "topics": [{**named, "partitions": [entry]}],
        }
        if self.producer:
            fields["generation_id"] = epoch
        return {
            **ask(world, self.group, _read, api, version, fields),
            "sent": epoch,
            "version": version,
        }

    def _in_transaction(self, world: World) -> tuple[str, int, dict[str, Any]]:
        me = live(world, self.producer)
        if me.producer_id < 0:
            start(world, self.producer)
        add_offsets(world, me, self.group)
        who = {
            "transactional_id": me.name,
            "producer_id": me.producer_id,
            "producer_epoch": me.epoch,
        }
        return "TxnOffsetCommit", min(_TRANSACTIONAL, world.profile.newest("TxnOffsetCommit")), who

    def _named(self, world: World, *, by_id: bool) -> dict[str, Any]:
        if by_id and not self.producer:
            return {"topic_id": world.ids[self.topic]}
        return {"name": world.real(self.topic)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        group = group_of(belief, self.group)
        if self.group in known_of(belief).lost or not group.exists:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        place = (self.topic, self.partition)
        asked = Commit(self.member, seen["sent"], place, seen["version"], bool(self.producer))
        relaxed = world.profile.release >= RELAXED_SINCE
        ruling = ruling_on(group, asked, relaxed=relaxed)
        law = commit_laws.OF_REASON[ruling.reason]
        right = claim(law.id, seen["error"], *ruling.errors, because=ruling.reason.value)
        if seen["error"] != "NONE":
            belief = having(belief, self.group, group.refusing())
        elif not self.producer:
            key = (self.group, *place)
            belief = belief.noting(NOTE, {**offsets_of(belief), key: self.offset})
        return [Judgement((claim_answered(seen), right), belief)]


def _read(body: Message) -> dict[str, Any]:
    return {"error": error_name(body.topics[0].partitions[0].error_code)}


@dataclass(frozen=True)
class FetchAsMember(Operation, kind="fetch_offset_as_member"):
    """OffsetFetch of one partition, without pending offsets; nobody asks with epoch -1."""

    group: str
    member: str
    epoch: str
    topic: str
    partition: int
    version: int = BY_ID

    def perform(self, world: World) -> Observation:
        version = max(WITH_MEMBERS, min(self.version, world.profile.newest("OffsetFetch")))
        heard = heard_of(world, self.group, self.member)
        epoch = epoch_of(heard, self.epoch) if self.member != NOBODY else -1
        by_id = version >= BY_ID
        named = {"topic_id": world.ids[self.topic]} if by_id else {"name": world.real(self.topic)}
        group = {
            "group_id": world.real(self.group),
            "member_id": heard.id if self.member != NOBODY else None,
            "member_epoch": epoch,
            "topics": [{**named, "partition_indexes": [self.partition]}],
        }
        fields = {"groups": [group], "require_stable": False}
        seen = ask(world, self.group, _read_offset, "OffsetFetch", version, fields)
        return {**seen, "sent": epoch}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        group = group_of(belief, self.group)
        if self.group in known_of(belief).lost or not group.exists:
            return [Judgement((), belief)]
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        return [Judgement((claim_answered(seen), *self._claims(belief, seen)), belief)]

    def _claims(self, belief: Belief, seen: Observation) -> list[Claim]:
        group = group_of(belief, self.group)
        ruling = error_of_question(group, self.member, seen["sent"])
        law, why = commit_laws.questions, ruling.reason.value
        claims = [claim(law.id, seen["error"], *ruling.errors, because=why)]
        if seen["error"] == "NONE":
            due = offsets_of(belief).get((self.group, self.topic, self.partition), -1)
            said = "this was committed last"
            if group.refused:
                claims.append(claim(laws.trace.id, seen["offset"], due, because=said))
            claims.append(claim(commit_laws.kept.id, seen["offset"], due, because=said))
        return claims


def _read_offset(body: Message) -> dict[str, Any]:
    group = body.groups[0]
    if group.error_code:
        return {"error": error_name(group.error_code)}
    entry = group.topics[0].partitions[0]
    return {"error": error_name(entry.error_code), "offset": entry.committed_offset}
