"""A classic group at its coordinator: who belongs to it, in which generation and state.

What happens to it is in the modules beside this one. Of all that, the log has only what a completed
generation was given, and that the group is empty: the rest is forgotten with the coordinator.
Source: ClassicGroup, 4.3.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.classic_groups.fencing import acting, fault_of_act, fault_of_commit
from kafka_tck.reference.classic_groups.joining import join
from kafka_tck.reference.classic_groups.leaving import leave
from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.rebalancing import answer_join, rebalance, restart_session
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.classic_groups.subscriptions import topics_of
from kafka_tck.reference.classic_groups.syncing import sync
from kafka_tck.reference.groups.answers import not_joined, not_synced
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.offset_records import GroupKey
from kafka_tck.reference.groups.requests import Joining, Leaving, Syncing
from kafka_tck.reference.rules.classic_groups import ClassicGroupRules
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.groups.shard import GroupShard

CONSUMER: Final = "consumer"
"""The protocol type of consumers: what they say of themselves can be read."""


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

    @property
    def rules(self) -> ClassicGroupRules:
        return self.shard.broker.rules.classic_groups

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

    def fault_of_commit(self, who: Who) -> str | None:
        return fault_of_commit(self, who)

    def heard_of(self, who: Who) -> None:
        member = acting(self, who.member_id, who.instance_id)
        is_joining = self.phase in (State.STABLE, State.PREPARING)
        if member is not None and is_joining and self.rules.is_alive("OffsetCommit"):
            restart_session(self, member)

    def fault_of_entry(self, who: Who, topic: str, partition: int) -> str | None:
        return None

    def fault_of_fetch(self, who: Who) -> str | None:
        return None

    def fault_of_offset_delete(self) -> str | None:
        return self.rules.fault_of_offset_delete(self.state, self.protocol_type == CONSUMER)

    def fault_of_delete(self) -> str | None:
        return self.rules.fault_of_delete(self.state)

    def subscribes_to(self, topic: str) -> bool:
        """Where subscriptions cannot be read, consumers may subscribe to anything."""
        if self.topics is None:
            return self.protocol_type == CONSUMER
        return topic in self.topics

    def offsets_age_from(self, committed_at: int) -> int | None:
        managed = self.protocol_type is not None
        known = self.protocol_type == CONSUMER and self.topics is not None
        return self.rules.offsets_age_from(self.state, managed, known, self.since, committed_at)

    # The classic protocol.

    def join(self, asked: Joining, held: Held) -> None:
        join(self, asked, held)

    def sync(self, asked: Syncing, held: Held) -> None:
        sync(self, asked, held)

    def heartbeat(self, who: Who) -> str:
        """REBALANCE_IN_PROGRESS too is said to a member that is alive."""
        fault = fault_of_act(self, "Heartbeat", who.member_id, who.instance_id, who.generation)
        if fault is not None:
            return fault
        member = acting(self, who.member_id, who.instance_id)
        if member is not None and self.rules.is_alive("Heartbeat"):
            restart_session(self, member)
        return self.rules.heartbeat(self.state)

    def leave(self, members: Sequence[Leaving]) -> tuple[list[str], list[Record]]:
        return leave(self, members)

    # For the coordinator.

    def tombstones(self) -> Iterable[bytes]:
        return [GroupKey(self.group_id).encode()]

    def loaded(self) -> None:
        """All members have their whole session again; a group that is too large now rebalances."""
        self.members = {k: m for k, m in self.members.items() if self.rules.remembers(k)}
        self.topics = self._subscribed()
        for member in self.members.values():
            restart_session(self, member)
        if len(self.members) > self.shard.broker.settings.number("group.max.size"):
            self.shard.write_later(rebalance(self))

    def unloaded(self) -> None:
        self.enter(State.DEAD)
        for member in self.members.values():
            answer_join(self, member, not_joined("NOT_COORDINATOR", member.member_id))
            if member.syncing is not None:
                member.syncing.give(not_synced("NOT_COORDINATOR"))

    # Its members.

    def holder_of(self, instance_id: str) -> str | None:
        """The id of the member that is this instance now."""
        found = (m.member_id for m in self.members.values() if m.instance_id == instance_id)
        return next(found, None)

    @property
    def joined(self) -> list[Member]:
        """Those whose JoinGroup is held back."""
        return [member for member in self.members.values() if member.joining is not None]

    def all_joined(self) -> bool:
        return self.rules.all_joined(len(self.members), len(self.joined), len(self.pending))

    @property
    def rebalance_timeout_ms(self) -> int:
        """The longest of all members'."""
        return max((m.rebalance_timeout_ms for m in self.members.values()), default=0)

    def common_protocols(self) -> frozenset[str]:
        """The protocols that all members support."""
        each = [frozenset(member.names) for member in self.members.values()]
        return frozenset.intersection(*each) if each else frozenset()

    def elected(self) -> str:
        """The protocol that members vote for among those that all support."""
        return self.rules.elected([member.names for member in self.members.values()])

    def add(self, member: Member) -> None:
        """The first member says what protocol type the group has, and leads."""
        if not self.members:
            self.protocol_type = member.protocol_type
        if self.leader is None:
            self.leader = member.member_id
        self.members[member.member_id] = member
        self.pending.discard(member.member_id)

    def remove(self, member_id: str) -> None:
        """Whoever has this id, as a member or pending, is gone; so is its session."""
        self.members.pop(member_id, None)
        self.pending.discard(member_id)
        self.stop(("session", member_id))
        self.unsynced.discard(member_id)
        if self.leader == member_id:
            self.leader = next(iter(self.members), None)

    def update(self, member: Member, asked: Joining, held: Held) -> None:
        """What a member says when it joins again; it waits for the answer."""
        member.protocols = asked.protocols
        member.rebalance_timeout_ms = asked.rebalance_timeout_ms
        member.session_timeout_ms = asked.session_timeout_ms
        member.joining = held

    def synced(self, member_id: str) -> None:
        """A member has asked for its assignment."""
        self.unsynced.discard(member_id)
        if not self.unsynced:
            self.stop("sync")

    # Its generations.

    def begin_generation(self) -> None:
        """The next one, with the members that there are; without any the group is empty."""
        self.generation = self.rules.next_generation(self.generation)
        self.protocol = self.elected() if self.members else None
        self.topics = self._subscribed()
        self.unsynced.clear()
        self.enter(State.COMPLETING if self.members else State.EMPTY)

    def _subscribed(self) -> frozenset[str] | None:
        if self.protocol_type != CONSUMER:
            return None
        each = [topics_of(m.metadata(self.protocol)) for m in self.members.values()]
        known = [topics for topics in each if topics is not None]
        return frozenset().union(*known) if len(known) == len(each) else None

    def enter(self, phase: State) -> None:
        self.phase_before, self.phase = self.phase, phase
        self.since = self.shard.now

    # Its timers.

    def start(self, name: Hashable, ms: int, do: Callable[[], list[Record]]) -> None:
        """Does something later, and writes what it returns."""
        self.shard.timers.start((self.group_id, name), ms, lambda: self.shard.write_later(do()))

    def stop(self, name: Hashable) -> None:
        self.shard.timers.stop((self.group_id, name))
