"""The assignors that leave partitions where they are: sticky, cooperative sticky and uniform.

One procedure serves all: claims that count stay; what has no owner goes to who has least; then one
partition at a time moves from who has most to who has at least two fewer, until none can.
Source: KIP-54, KIP-429, KIP-848.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka_tck.model.assignors.claims import claimants, owners
from kafka_tck.model.assignors.dealing import frozen
from kafka_tck.model.assignors.group import Assignment, Group, TopicPartition


def by_sticky(group: Group) -> Assignment:
    """Balanced, and then as much as can be where it was."""
    return _Keeping.of(group).balanced()


def by_uniform(group: Group) -> Assignment:
    """The default of KIP-848's coordinators: sticky, where what a member owns is its target.

    Targets are the coordinator's own, all of one epoch: no two members have one partition.
    """
    return by_sticky(group)


def by_cooperative_sticky(group: Group) -> Assignment:
    """The sticky assignment less what somebody else must first give up: that goes to nobody yet."""
    return {
        member: frozenset(p for p in partitions if not is_held_by_another(group, member, p))
        for member, partitions in by_sticky(group).items()
    }


def is_held_by_another(group: Group, member: str, partition: TopicPartition) -> bool:
    """Whether somebody else claims a partition in the newest generation in which it is claimed."""
    return any(other.id != member for other in claimants(group).get(partition, ()))


@dataclass
class _Keeping:
    """An assignment on its way to balance."""

    group: Group
    eligible: dict[TopicPartition, list[str]]
    """Those who may own each partition, in the order in which partitions are dealt."""
    held: dict[str, set[TopicPartition]]
    kept: set[TopicPartition]
    """Those that are still with whom they were."""

    @classmethod
    def of(cls, group: Group) -> "_Keeping":
        eligible = {p: [m.id for m in group.subscribers(p.topic)] for p in group.wanted}
        stay = owners(group)
        held: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
        for partition, member in stay.items():
            held[member].add(partition)
        return cls(group, eligible, held, set(stay))

    def balanced(self) -> Assignment:
        free = [partition for partition in self.group.wanted if partition not in self.kept]
        for partition in sorted(free, key=lambda p: (len(self.eligible[p]), p)):
            self.held[self._least(partition)].add(partition)
        while (move := next(self._moves(), None)) is not None:
            self._perform(*move)
        return frozen(self.held)

    def _least(self, partition: TopicPartition) -> str:
        """Who has the fewest partitions of those who may own this one."""
        return min(self.eligible[partition], key=lambda member: len(self.held[member]))

    def _moves(self) -> Iterator[tuple[str, TopicPartition, str]]:
        """Moves that make the assignment more even, those of the fullest members first."""
        for giver in sorted(self.held, key=lambda member: -len(self.held[member])):
            takers = {p: self._least(p) for p in self.held[giver]}
            chosen = min(
                takers, key=lambda p: (len(self.held[takers[p]]), p in self.kept, p), default=None
            )
            if chosen is not None and len(self.held[giver]) - len(self.held[takers[chosen]]) >= 2:
                yield giver, chosen, takers[chosen]

    def _perform(self, giver: str, partition: TopicPartition, taker: str) -> None:
        self.held[giver].remove(partition)
        self.held[taker].add(partition)
        self.kept.discard(partition)
