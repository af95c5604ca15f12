"""Deleting records where it is refused, or on several partitions at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer, Outcome, RawClient
from kafka_tck.model.run import Refused
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.coordinators import INTERNAL, makes_internal_topic
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

every_partition_is_answered_once = Requirement(
    "deletion.every-named-partition-is-answered-once",
    "DeleteRecords on several partitions answers each of them once, each for itself; an entry "
    "with an error carries low watermark -1.",
    KIP(107),
    covers=("A-80", "A-51"),
    mutants=("refusal-tells-a-low-watermark",),
)

internal_topics_are_refused = Requirement(
    "deletion.internal-topics-keep-their-records",
    "DeleteRecords on an internal topic is INVALID_TOPIC_EXCEPTION.",
    Code("ReplicaManager.deleteRecordsOnLocalLog"),
    covers=("A-53",),
    mutants=("deletes-from-internal-topics",),
)

only_leaders_delete = Requirement(
    "deletion.only-the-leader-deletes",
    "DeleteRecords at a broker that does not lead the partition is NOT_LEADER_OR_FOLLOWER.",
    Code("Partition.deleteRecordsOnLeader"),
    covers=("A-53",),
    needs=frozenset({"nodes.3"}),
)


def ask_to_delete(
    world: World, client: RawClient, topic: str, wants: Sequence[tuple[int, int]]
) -> Outcome:
    """One DeleteRecords request for partitions of one topic by its real name."""
    parts = [{"partition_index": partition, "offset": before} for partition, before in wants]
    return world.call(
        client,
        "DeleteRecords",
        topics=[{"name": topic, "partitions": parts}],
        timeout_ms=10_000,
    )


def answers_by_partition(outcome: Answer) -> list[tuple[int, str, int]]:
    """Partition, error and low watermark of every entry, in the order of partitions."""
    return sorted(
        (entry.partition_index, error_name(entry.error_code), entry.low_watermark)
        for topic in outcome.body.topics
        for entry in topic.partitions
    )


@dataclass(frozen=True)
class DeleteFromSeveral(Operation, kind="delete_from_several"):
    """Deletes from several partitions of a topic in one request; `wants` pairs index and offset."""

    topic: str
    wants: tuple[tuple[int, int], ...]

    def perform(self, world: World) -> Observation:
        client = world.at_leader(self.topic, 0)
        outcome = ask_to_delete(world, client, world.real(self.topic), self.wants)
        if not isinstance(outcome, Answer):
            return silent(outcome)
        return {"answers": answers_by_partition(outcome)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        after, told = belief, []
        for partition, before in sorted(self.wants):
            after, error, low = self._one(world, after, partition, before)
            told.append((partition, error, low))
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), b) for b in (after, belief)]
        right = claim(
            every_partition_is_answered_once.id,
            seen["answers"],
            told,
            because="partition, error, low watermark: what each answers when it is asked alone",
        )
        return [Judgement((claim_answered(seen), right), after)]

    def _one(
        self, world: World, belief: Belief, partition: int, before: int
    ) -> tuple[Belief, str, int]:
        known = belief.partitions.get((self.topic, partition))
        if known is None:
            return belief, "UNKNOWN_TOPIC_OR_PARTITION", -1
        if world.leaders[self.topic, partition] != world.leaders[self.topic, 0]:
            return belief, "NOT_LEADER_OR_FOLLOWER", -1
        legal = known.attempt("client_deletes_records", before=before)
        if isinstance(legal, Refused):
            return belief, str(legal.error), -1
        moved = belief.with_partition(self.topic, partition, known.moved_to(legal.state))
        return moved, "NONE", int(legal.answer["low_watermark"])


@dataclass(frozen=True)
class DeleteFromInternal(Operation, kind="delete_from_internal"):
    """Deletes from the topic of committed offsets, which is made first where it is missing."""

    before: int

    def perform(self, world: World) -> Observation:
        world.until(lambda: self._exists(world), within=15.0)
        found = world.call(world.client(), "Metadata", topics=[{"name": INTERNAL}])
        outcome = self._delete(world, found)
        if not isinstance(outcome, Answer):
            return silent(outcome)
        return {"exists": _leader_of(found) is not None, "answers": answers_by_partition(outcome)}

    def _exists(self, world: World) -> bool | None:
        found = world.call(world.client(), "Metadata", topics=[{"name": INTERNAL}])
        if _leader_of(found) is not None:
            return True
        makes_internal_topic(world)
        return None

    def _delete(self, world: World, found: Outcome) -> Outcome:
        client = world.client("c1", _leader_of(found))
        return ask_to_delete(world, client, INTERNAL, [(0, self.before)])

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if seen.get("exists"):
            claims.append(
                claim(
                    internal_topics_are_refused.id,
                    seen["answers"],
                    [(0, "INVALID_TOPIC_EXCEPTION", -1)],
                    because=f"{INTERNAL} is internal, whatever the offset",
                )
            )
        return [Judgement(tuple(claims), belief)]


def _leader_of(found: Outcome) -> int | None:
    """The broker that leads partition 0 of the one topic in a Metadata answer."""
    if not isinstance(found, Answer) or not found.body.topics:
        return None
    parts: list[Any] = found.body.topics[0].partitions
    leaders = [part.leader_id for part in parts if part.partition_index == 0]
    return leaders[0] if leaders and leaders[0] >= 0 else None


@dataclass(frozen=True)
class DeleteAtAnother(Operation, kind="delete_at_another"):
    """Deletes at a node that does not lead the partition, `skip` nodes behind the leader."""

    topic: str
    partition: int
    before: int
    skip: int = 1

    def perform(self, world: World) -> Observation:
        nodes = world.target.nodes()
        leader = world.leaders[self.topic, self.partition]
        others = [node for node in nodes if node != leader]
        if not others:
            return {"skipped": "there is no other node"}
        client = world.client("c1", others[self.skip % len(others)])
        outcome = ask_to_delete(
            world, client, world.real(self.topic), [(self.partition, self.before)]
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        return {"answers": answers_by_partition(outcome)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "skipped" in seen:
            return [Judgement((), belief)]
        claims: list[Claim] = [claim_answered(seen)]
        if "silence" not in seen:
            claims.append(
                claim(
                    only_leaders_delete.id,
                    seen["answers"],
                    [(self.partition, "NOT_LEADER_OR_FOLLOWER", -1)],
                    because="the node leads another replica or none",
                )
            )
        return [Judgement(tuple(claims), belief)]
