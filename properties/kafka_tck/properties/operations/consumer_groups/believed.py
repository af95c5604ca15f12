"""What the suite believes of consumer groups, and what each member has heard itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.member import NOTHING, Partitions
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.world import World

NOTE: Final = "consumer groups"


@dataclass(frozen=True)
class Known:
    """All groups of a run. Of a lost one nothing is claimed any more: it answered wrongly."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


def known_of(belief: Belief) -> Known:
    found = belief.notes.get(NOTE, Known())
    assert isinstance(found, Known)
    return found


def group_of(belief: Belief, group: str) -> Group:
    """What is believed of one group."""
    return known_of(belief).groups.get(group, Group())


def having(belief: Belief, group: str, now: Group) -> Belief:
    known = known_of(belief)
    return belief.noting(NOTE, replace(known, groups={**known.groups, group: now}))


def losing(belief: Belief, group: str) -> Belief:
    """After an answer that cannot be: what holds of the group now nobody knows."""
    known = known_of(belief)
    return belief.noting(NOTE, replace(known, lost=known.lost | {group}))


def counts_of(belief: Belief) -> dict[str, int]:
    """How many partitions each topic has."""
    return {name: topic.partitions for name, topic in belief.topics.items()}


@dataclass
class Heard:
    """What a member knows of itself: it may have missed answers that the group counts as given."""

    id: str
    epoch: int = 0
    before: int = 0
    told: Partitions = NOTHING
    owned: Partitions = NOTHING
    """What it was given and did not report as given up."""
    topics: tuple[str, ...] = ()
    regex: str | None = None
    is_classic: bool = False
    asked_ms: int = 0
    """When it last asked and was answered that it goes on: its session began anew after that."""
    rebalance_ms: int = -1
    """Its rebalance timeout, in ms; -1 if it never said one."""
    revokes_ms: int | None = None
    """When it asked and was told to give something up that it has not given up yet."""


def heard_of(world: World, group: str, member: str) -> Heard:
    """What this member has heard; its id is one that it made itself."""
    made = Heard(f"{world.real(group)}-{member}" if member else "")
    found = world.handles.setdefault(f"member {member} of {group}", made)
    assert isinstance(found, Heard)
    return found


def symbol_of(world: World, group: str, real: str) -> str:
    """The symbol of a member id; the id itself if it is none of ours."""
    start, end = "member ", f" of {group}"
    for handle, heard in world.handles.items():
        if isinstance(heard, Heard) and handle.endswith(end) and heard.id == real:
            return handle.removeprefix(start).removesuffix(end)
    return real
