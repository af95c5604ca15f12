"""A classic group at its coordinator: who belongs to it, in which generation and state.

What happens to it is in the modules beside this one. Of all that, the log has only what a completed
generation was given, and that the group is empty: the rest is forgotten with the coordinator.
Source: ClassicGroup, 4.3.
"""

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.offset_records import GroupKey

if TYPE_CHECKING:
    from kafka_tck.reference.groups.shard import GroupShard

CONSUMER: Final = "consumer"
"""The protocol type of consumers: what they say of themselves can be read."""


class State(Enum):
    """The values are what clients are told."""

    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"


class ClassicGroup:
    """A group; new ones are empty and in generation 0."""

    def __init__(self, shard: "GroupShard", group_id: str) -> None:
        self.shard: Final = shard
        self.group_id = group_id
        self.phase = State.EMPTY
        self.phase_before = State.DEAD
        self.since: int | None = shard.now
        """Since when it is in this state (ms since 1970), if that is known."""
        self.generation = 0
        self.protocol_type: str | None = None
        self.protocol: str | None = None
        self.leader: str | None = None
        self.members: dict[str, Member] = {}
        """By member id, in the order in which they came."""
        self.pending: set[str] = set()
        """Ids that were given out, of members that have not joined yet."""
        self.unsynced: set[str] = set()
        """Members that have not asked for their assignment since the generation began."""
        self.grew = False
        """Whether somebody has joined since the initial delay was last extended."""
        self.topics: frozenset[str] | None = None
        """What its members subscribe to, as far as that can be read."""

    # As a group among others.

    @property
    def type(self) -> str:
        return "classic"

    @property
    def state(self) -> str:
        return self.phase.value

    @property
    def has_members(self) -> bool:
        return bool(self.members)

    @property
    def is_simple(self) -> bool:
        """Whether it is only there because offsets are."""
        return self.protocol_type is None and not self.members and not self.pending

    def fault_of_commit(self, who: Who) -> str | None:
        return None

    def fault_of_entry(self, who: Who, topic: str, partition: int) -> str | None:
        return None

    def fault_of_fetch(self, who: Who) -> str | None:
        return "GROUP_ID_NOT_FOUND" if self.phase is State.DEAD else None

    def fault_of_offset_delete(self) -> str | None:
        return None

    def fault_of_delete(self) -> str | None:
        return None

    def subscribes_to(self, topic: str) -> bool:
        return False

    def offsets_age_from(self, committed_at: int) -> int | None:
        return None

    def tombstones(self) -> Iterable[bytes]:
        return [GroupKey(self.group_id).encode()]

    def loaded(self) -> None:
        pass

    def unloaded(self) -> None:
        pass

    # Its members.

    def holder_of(self, instance_id: str) -> str | None:
        """The id of the member that is this instance now."""
        found = (m.member_id for m in self.members.values() if m.instance_id == instance_id)
        return next(found, None)

    @property
    def joined(self) -> list[Member]:
        """Those whose JoinGroup is held back."""
        return [member for member in self.members.values() if member.joining is not None]

    @property
    def rebalance_timeout_ms(self) -> int:
        """The longest of all members'."""
        return max((m.rebalance_timeout_ms for m in self.members.values()), default=0)

    def common_protocols(self) -> set[str]:
        """The protocols that all members support."""
        each = [set(member.names) for member in self.members.values()]
        return set.intersection(*each) if each else set()

    def enter(self, phase: State) -> None:
        self.phase_before, self.phase = self.phase, phase
        self.since = self.shard.now
