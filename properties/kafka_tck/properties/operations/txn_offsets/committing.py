"""Committing offsets at once, or within a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.pending_offsets import Key, Value, error_of_entry
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.isolation.producer import begin, live
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.txn_offsets import laws
from kafka_tck.properties.operations.txn_offsets.believed import having, known_of
from kafka_tck.properties.operations.txn_offsets.sending import (
    Entry,
    add_offsets,
    commit,
    entries_in,
    promise,
)
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

NO_GENERATION: Final = -1
NOT_ADDED: Final = {4: "TRANSACTION_ABORTABLE"}
"""The error for a group that was not added to the transaction, by version; else the older one."""
_FOREIGN: Final = ("ILLEGAL_GENERATION", "GROUP_ID_NOT_FOUND", "UNKNOWN_MEMBER_ID")


@dataclass(frozen=True)
class Committing(Operation):
    """What both kinds of commits have: a group, a topic and entries for its partitions."""

    group: str
    topic: str
    entries: tuple[Entry, ...]
    generation: int = NO_GENERATION

    @property
    def asked(self) -> list[Entry]:
        return entries_in(self.entries)

    def key(self, entry: Entry) -> Key:
        return (self.group, self.topic, entry.partition)

    def legal(self, belief: Belief) -> Mapping[str, str]:
        """What each entry must be answered, by partition."""
        partitions = belief.topics[self.topic].partitions
        return {
            str(e.partition): error_of_entry(e.partition, partitions, e.metadata)
            for e in self.asked
        }

    def refusing(self, belief: Belief, entries: Sequence[Entry], law: Requirement) -> Belief:
        """The belief after these entries were refused: nothing is other than it was."""
        return having(belief, known_of(belief).offsets, [self.key(e) for e in entries], law)

    def claim_foreign(self, seen: Observation) -> Claim:
        """The claim on a commit that names a generation, of a group that has none."""
        errors = sorted(set(seen["errors"].values()))
        return claim_that(
            laws.generations_need_members.id,
            bool(errors) and set(errors) <= set(_FOREIGN),
            expected=" or ".join(_FOREIGN),
            actual=errors,
            because=f"no member has generation {self.generation}",
        )


@dataclass(frozen=True)
class CommitOffsets(Committing, kind="commit_offsets"):
    """OffsetCommit of a group without members."""

    version: int | None = None

    def perform(self, world: World) -> Observation:
        return commit(world, self.group, self.topic, self.asked, self.generation, self.version)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        if self.generation >= 0:
            after = self.refusing(belief, self.asked, laws.generations_need_members)
            return [Judgement((claim_answered(seen), self.claim_foreign(seen)), after)]
        right = claim(
            laws.entries_are_judged_alone.id,
            seen["errors"],
            dict(self.legal(belief)),
            because="each entry is looked at alone",
        )
        for entry in self.asked:
            offsets, key = known_of(belief).offsets, self.key(entry)
            if seen["errors"].get(str(entry.partition)) == "NONE":
                stored = offsets.committing(key, value_of(entry, seen["version"], NO_EPOCH_BELOW))
                belief = having(belief, stored, [key], laws.the_last_commit_counts)
            else:
                belief = self.refusing(belief, [entry], laws.refused_entries_leave_nothing)
        return [Judgement((claim_answered(seen), right), belief)]


NO_EPOCH_BELOW: Final = 6
NO_TXN_EPOCH_BELOW: Final = 2
"""The first versions of OffsetCommit and TxnOffsetCommit that carry a leader epoch."""


def value_of(entry: Entry, version: int, epoch_since: int) -> Value:
    """What a commit of this version says."""
    epoch = entry.leader_epoch if version >= epoch_since else -1
    return (entry.offset, epoch, entry.text)


@dataclass(frozen=True)
class PromiseOffsets(Committing, kind="promise_offsets"):
    """TxnOffsetCommit in the open transaction of a producer, which it may begin."""

    producer: str = ""
    old: bool = False
    version: int | None = None
    """Of the older protocol; the newer one has version 5."""
    late: int = 0
    """How many epochs the sender is behind: then nothing is added before."""
    added: bool = True
    """Whether AddOffsetsToTxn was sent, where the protocol has it."""

    def perform(self, world: World) -> Observation:
        me = live(world, self.producer)
        if not self.late:
            begin(world, me, self.old)
        older = me.old if me.added or not self.late else self.old
        newest = world.profile.newest("TxnOffsetCommit")
        version = min(self.version or 4, 4, newest) if older else newest
        error = "NONE"
        adds = older and self.added and not self.late and self.group not in me.added
        if adds:
            error = add_offsets(world, me, self.group)
        if error != "NONE":
            return {"errors": {"added": error}, "version": version}
        entries, epoch = self.asked, me.epoch - self.late
        seen = promise(world, me, epoch, self.group, self.topic, entries, self.generation, version)
        if not self.late and (adds or self._took(seen, version)):
            me.added.add(self.group)
            me.promised |= {self.key(e) for e in entries}
        return {**seen, "version": version}

    def _took(self, seen: Observation, version: int) -> bool:
        """Whether the request has made the group part of the transaction.

        Version 5 does so before the group is asked, which may refuse it then (KIP-890).
        """
        errors = set(dict(seen.get("errors", {})).values())
        return bool(errors & ({"NONE"} | (OF_GROUP if version >= ADDS else set())))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        if self.late:
            return [self._judge_refusal(belief, seen, laws.fenced_producers_commit_nothing, FENCED)]
        if not self.added and seen["version"] < 5:
            error = NOT_ADDED.get(seen["version"], "INVALID_TXN_STATE")
            return [self._judge_refusal(belief, seen, laws.offsets_are_verified, error)]
        if self.generation >= 0:
            after = self.refusing(belief, self.asked, laws.generations_need_members)
            return [Judgement((claim_answered(seen), self.claim_foreign(seen)), after)]
        right = claim(
            laws.own_promises_are_accepted.id,
            seen["errors"],
            dict(self.legal(belief)),
            because="the producer is the last one of its id; each entry is looked at alone",
        )
        for entry in self.asked:
            offsets, key = known_of(belief).offsets, self.key(entry)
            if seen["errors"].get(str(entry.partition)) == "NONE":
                value = value_of(entry, seen["version"], NO_TXN_EPOCH_BELOW)
                waiting = offsets.promising(self.producer, key, value)
                belief = having(belief, waiting, [key], laws.pending_offsets_do_not_count)
            else:
                belief = self.refusing(belief, [entry], laws.refused_entries_leave_nothing)
        return [Judgement((claim_answered(seen), right), belief)]

    def _judge_refusal(
        self, belief: Belief, seen: Observation, law: Requirement, error: str
    ) -> Judgement:
        legal: dict[str, Any] = {str(entry.partition): error for entry in self.asked}
        why = "it is not the last one of its id" if self.late else "the group was not added"
        right = claim(law.id, seen["errors"], legal, because=why)
        return Judgement((claim_answered(seen), right), self.refusing(belief, self.asked, law))


ADDS: Final = 5
"""The version of TxnOffsetCommit that needs no AddOffsetsToTxn."""
OF_GROUP: Final = {"ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "OFFSET_METADATA_TOO_LARGE"}
"""Errors of the group, not of the transaction."""
FENCED: Final = "INVALID_PRODUCER_EPOCH"
