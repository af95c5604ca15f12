"""A classic group as its coordinator holds it. Members are named by symbols of a program.

Source: ClassicGroup, ClassicGroupMember, 4.3; KIP-62, KIP-345, KIP-394.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

Protocols = tuple[tuple[str, str], ...]
"""The names that a member would use, the best first, each with its metadata."""
NOBODY: Final = ""


class State(Enum):
    """States, as DescribeGroups names them."""

    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"


@dataclass(frozen=True)
class Member:
    """What the coordinator knows of one member."""

    instance: str | None
    protocols: Protocols
    session_ms: int
    rebalance_ms: int
    joins: bool = False
    """Whether its JoinGroup is held."""
    syncs: bool = False
    """Whether its SyncGroup is held."""
    synced: bool = False
    """Whether it has asked for its assignment since the join phase ended."""
    assignment: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.protocols)

    def metadata(self, protocol: str) -> str:
        return dict(self.protocols).get(protocol, "")


@dataclass(frozen=True)
class Group:
    """A group, from before it exists (Dead) on."""

    state: State = State.DEAD
    protocol_type: str = ""
    generation: int = 0
    protocol: str = ""
    leader: str = NOBODY
    members: Mapping[str, Member] = field(default_factory=dict)
    pending: frozenset[str] = frozenset()
    """Ids that were given by MEMBER_ID_REQUIRED, and have not joined."""
    awaits_former: bool = False
    """Whether an id is awaited that was replaced before it asked for its assignment: in vain."""
    stored: "Group | None" = None
    """What the log holds: the group as its next coordinator finds it."""

    @property
    def exists(self) -> bool:
        return self.state is not State.DEAD

    @property
    def is_active(self) -> bool:
        return self.state not in (State.DEAD, State.EMPTY)

    @property
    def instances(self) -> Mapping[str, str]:
        """The member that has each instance id."""
        return {m.instance: name for name, m in self.members.items() if m.instance is not None}

    @property
    def all_joined(self) -> bool:
        return not self.pending and all(m.joins for m in self.members.values())

    @property
    def rebalance_ms(self) -> int:
        return max((m.rebalance_ms for m in self.members.values()), default=0)

    def with_member(self, name: str, member: Member) -> "Group":
        members = {**self.members, name: member}
        return replace(self, members=members, pending=self.pending - {name})

    def without(self, names: frozenset[str]) -> "Group":
        """After some were removed; if their leader was, the next join phase names another."""
        members = {name: m for name, m in self.members.items() if name not in names}
        leader = NOBODY if self.leader in names else self.leader
        return replace(self, members=members, pending=self.pending - names, leader=leader)

    def changing_all(self, **changes: object) -> "Group":
        """With these values at every member."""
        members = {name: replace(m, **changes) for name, m in self.members.items()}  # type: ignore[arg-type]
        return replace(self, members=members)

    def saved(self) -> "Group":
        """After it was written to the log."""
        kept = replace(self, stored=None, pending=frozenset(), awaits_former=False)
        return replace(self, stored=kept)

    def fault_of_member(self, name: str, instance: str | None) -> str | None:
        """Why a request of this member and instance id is refused; None if it is not."""
        if instance is not None:
            if instance not in self.instances:
                return "UNKNOWN_MEMBER_ID"
            if self.instances[instance] != name:
                return "FENCED_INSTANCE_ID"
        return None if name in self.members else "UNKNOWN_MEMBER_ID"

    def supports(self, protocol_type: str, protocols: Protocols) -> bool:
        """Whether somebody who would use these may join."""
        if not self.members and self.state in (State.DEAD, State.EMPTY):
            return bool(protocol_type and protocols)
        common = self.common_protocols()
        return protocol_type == self.protocol_type and any(name in common for name, _ in protocols)

    def common_protocols(self) -> frozenset[str]:
        """The names that every member would use."""
        each = [frozenset(m.names) for m in self.members.values()]
        return frozenset.intersection(*each) if each else frozenset()

    def protocols_elected(self) -> frozenset[str]:
        """Those with the most votes: each member votes for its first one that all support."""
        common = self.common_protocols()
        votes = [next(n for n in m.names if n in common) for m in self.members.values() if common]
        most = max((votes.count(name) for name in votes), default=0)
        return frozenset(name for name in votes if votes.count(name) == most)


def reloaded(group: Group) -> list[Group]:
    """As the next coordinator finds it: of a member only what the chosen protocol needs.

    A group that never had a member may be stored (4.0) or not (3.9).
    """
    stored = group.stored
    if stored is None:
        return [Group()]
    state = State.STABLE if stored.members else State.EMPTY
    members = {
        name: replace(
            m,
            protocols=((stored.protocol, m.metadata(stored.protocol)),),
            joins=False,
            syncs=False,
            synced=True,
        )
        for name, m in stored.members.items()
    }
    found = replace(stored, state=state, members=members, stored=stored)
    return [found] if stored.generation else [found, Group()]


def leaders_possible(group: Group) -> Iterator[str]:
    """Who may lead the next generation: the leader as before if it rejoined, else any that did."""
    joined = [name for name, m in group.members.items() if m.joins]
    yield from [group.leader] if group.leader in joined else joined
