"""Asking for committed offsets, and deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.pending_offsets import NOTHING, Key
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.txn_offsets import laws
from kafka_tck.properties.operations.txn_offsets.believed import having, known_of, law_of
from kafka_tck.properties.operations.txn_offsets.sending import (
    ask,
    asked_versions,
    delete_group,
)
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

UNSTABLE: Final = "UNSTABLE_OFFSET_COMMIT"
STABLE_SINCE: Final = 7
"""The first version of OffsetFetch that can ask for stable offsets."""


@dataclass(frozen=True)
class AskOffsets(Operation, kind="ask_offsets"):
    """OffsetFetch of some partitions of one topic; older versions cannot ask for stable ones."""

    group: str
    topic: str
    partitions: tuple[int, ...]
    stable: bool = True
    version: int | None = None

    def perform(self, world: World) -> Observation:
        version = asked_versions(world, self.version)
        seen = ask(world, self.group, self.topic, self.partitions, self.stable, version)
        return {**seen, "stable": self.stable and version >= STABLE_SINCE}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        claims = [c for p in self.partitions for c in self._claims(belief, p, seen)]
        return [Judgement((claim_answered(seen), *claims), belief)]

    def _claims(self, belief: Belief, partition: int, seen: Observation) -> list[Claim]:
        key = (self.group, self.topic, partition)
        told = [seen["error"], *seen["told"].get(str(partition), ["no entry", 0, 0, ""])]
        unstable = known_of(belief).offsets.is_unstable(key)
        offset, epoch, metadata = known_of(belief).offsets.told(key)
        if unstable and seen["stable"]:
            legal, why = ["NONE", UNSTABLE, *NOTHING], "a transaction would commit it"
        else:
            legal, why = ["NONE", "NONE", offset, epoch, metadata], "this was committed last"
        if told[3] is None:  # the version has no leader epoch
            legal[3] = None
        first, rest = _pair(told), _pair(legal)
        claims = [claim(law.id, first, rest, because=why) for law in _laws(belief, key, unstable)]
        whole = claim(laws.commits_come_back_whole.id, told[3:], legal[3:], because=why)
        return [*claims, *([whole] if first == rest else [])]


def _pair(told: Sequence[Any]) -> list[Any]:
    """Errors and offset of an answer."""
    return list(told[:3])


def _laws(belief: Belief, key: Key, unstable: bool) -> list[Requirement]:
    """What an answer is held to: the rule on pending ones, and the one that spoke last."""
    spoke = law_of(belief, key)
    held = not unstable or spoke in (laws.pending_offsets_do_not_count, laws.markers_decide_offsets)
    return [
        *([spoke] if held else []),
        laws.unstable_offsets_are_told,
        *([laws.after_restart] if known_of(belief).restarted else []),
    ]


@dataclass(frozen=True)
class DeleteGroup(Operation, kind="delete_group"):
    """DeleteGroups of a group that has committed something."""

    group: str

    def perform(self, world: World) -> Observation:
        return delete_group(world, self.group)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        law = laws.deleted_groups_wait_for_nothing
        right = claim(law.id, seen["error"], "NONE", because="the group exists, without members")
        offsets = known_of(belief).offsets
        keys = [key for key in known_of(belief).spoke if key[0] == self.group]
        if seen["error"] == "NONE":
            belief = having(belief, offsets.without(self.group), keys, law)
        return [Judgement((claim_answered(seen), right), belief)]
