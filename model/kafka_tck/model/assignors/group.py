"""What an assignor is given (the members of a group and the topics there are) and what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple

NO_GENERATION: Final = -1
"""Of a member that tells none."""


class TopicPartition(NamedTuple):
    """One partition. A topic is named as whoever asks names it: by its name or by its id."""

    topic: str
    partition: int


Assignment = Mapping[str, frozenset[TopicPartition]]
"""The partitions of each member, by member id. A member that it does not name has none."""


@dataclass(frozen=True)
class Member:
    """A member's subscription, and what it says that it owns."""

    id: str
    topics: frozenset[str]
    instance: str | None = None
    """The `group.instance.id` of a static member."""
    owned: frozenset[TopicPartition] = frozenset()
    generation: int = NO_GENERATION
    """The one in which it was given what it owns."""
    rack: str | None = None

    @property
    def place(self) -> tuple[bool, str]:
        """What members are ordered by: static ones by instance first, then dynamic ones by id."""
        return (True, self.id) if self.instance is None else (False, self.instance)


@dataclass(frozen=True)
class Group:
    """The members, the number of partitions of each topic that exists, the racks of replicas."""

    members: tuple[Member, ...]
    partitions: Mapping[str, int]
    racks: Mapping[TopicPartition, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def ordered(self) -> tuple[Member, ...]:
        """The members in the order in which partitions are dealt."""
        return tuple(sorted(self.members, key=lambda member: member.place))

    @cached_property
    def wanted(self) -> tuple[TopicPartition, ...]:
        """Every partition of an existing topic that somebody subscribes to, sorted."""
        topics = sorted({t for m in self.members for t in m.topics if t in self.partitions})
        return tuple(TopicPartition(t, n) for t in topics for n in range(self.partitions[t]))

    @property
    def has_equal_subscriptions(self) -> bool:
        """Whether all members subscribe to the same topics."""
        return len({member.topics for member in self.members}) <= 1

    def subscribers(self, topic: str) -> tuple[Member, ...]:
        """Those who subscribe to a topic, in order."""
        return tuple(member for member in self.ordered if topic in member.topics)

    def may_own(self, member: str, partition: TopicPartition) -> bool:
        """Whether a member subscribes to a partition that exists."""
        exists = 0 <= partition.partition < self.partitions.get(partition.topic, 0)
        return exists and any(m.id == member and partition.topic in m.topics for m in self.members)


def after(group: Group, assignment: Assignment) -> Group:
    """The group that rejoins when everybody has what it was assigned."""
    newest = max((member.generation for member in group.members), default=NO_GENERATION)
    members = (
        replace(member, owned=assignment.get(member.id, frozenset()), generation=newest + 1)
        for member in group.members
    )
    return replace(group, members=tuple(members))
