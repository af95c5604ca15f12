"""A consumer group: what its records add up to.

A group begins at epoch 1, with an assignment of nothing to nobody at the same epoch.
Source: ConsumerGroup, ModernGroup, TargetAssignmentMetadata, 4.3.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from kafka_tck.reference.consumer_groups.members import LEAVE, Member, MemberState, Partition
from kafka_tck.reference.consumer_groups.records import CurrentValue, RegexValue
from kafka_tck.reference.rules.consumer_groups import ConsumerGroupRules

FIRST_EPOCH: Final = 1


class ConsumerGroup:
    """Members by id; `target` and `resolved` by member id and by regular expression.

    `owners` has, for each partition that a member holds or has to give up, that member's epoch.
    """

    def __init__(self, group_id: str, rules: ConsumerGroupRules) -> None:
        self.group_id = group_id
        self.rules = rules
        self.epoch = FIRST_EPOCH
        self.metadata_hash = 0
        self.target_epoch = FIRST_EPOCH
        self.target_made_at = 0
        self.members: dict[str, Member] = {}
        self.target: dict[str, frozenset[Partition]] = {}
        self.owners: dict[Partition, int] = {}
        self.resolved: dict[str, RegexValue] = {}

    # What records say.

    def update(self, member: Member) -> None:
        """A member is new, or is not as it was."""
        before = self.members.get(member.member_id, Member(member.member_id))
        self._own(before, member)
        self.members[member.member_id] = member

    def describe(self, said: Member) -> None:
        """What a member says of itself; what it holds stays as it is."""
        known = self.members.get(said.member_id, said)
        self.update(
            replace(
                said,
                epoch=known.epoch,
                previous_epoch=known.previous_epoch,
                state=known.state,
                assigned=known.assigned,
                revoking=known.revoking,
            )
        )

    def hold(self, member_id: str, held: CurrentValue | None) -> None:
        """What a member holds; None: nothing any more."""
        known = self.members.get(member_id)
        if held is None:
            held = CurrentValue(LEAVE, LEAVE, MemberState.STABLE, {}, {})
            if known is None:
                return
            held = replace(held, assigned=self.rules.left_behind(known.assigned))
        self.update(
            replace(
                known or Member(member_id),
                epoch=held.epoch,
                previous_epoch=held.previous_epoch,
                state=held.state,
                assigned=held.assigned,
                revoking=held.revoking,
            )
        )

    def remove(self, member_id: str) -> None:
        known = self.members.pop(member_id, None)
        if known is not None:
            left = self.rules.left_behind(known.assigned)
            self._own(known, replace(known, assigned=left, revoking={}))

    def _own(self, before: Member, after: Member) -> None:
        self.owners = self.rules.owners_after(
            self.owners,
            (before.assigned.keys(), before.revoking.keys()),
            (after.assigned.keys(), after.revoking.keys()),
            after.epoch,
        )

    # What can be asked.

    def static(self, instance_id: str | None) -> Member | None:
        """The member that has an instance id."""
        if instance_id is None:
            return None
        found = (m for m in self.members.values() if m.instance_id == instance_id)
        return next(found, None)

    def target_of(self, member: Member) -> frozenset[Partition]:
        """The target of a member; a static one has that of its instance id."""
        holder = self.static(member.instance_id)
        return self.target.get(holder.member_id if holder else member.member_id, frozenset())

    @property
    def state(self) -> str:
        """The state's name."""
        reconciled = all(m.is_reconciled_to(self.target_epoch) for m in self.members.values())
        assigning = self.epoch > self.target_epoch
        return self.rules.state_of(len(self.members), assigning, reconciled)

    def topics_of(self, member: Member) -> frozenset[str]:
        """The names that a member subscribes to, also by what its regex matches."""
        resolved = self.resolved.get(member.regex) if member.regex else None
        return member.topics | resolved.topics if resolved else member.topics

    def topics_with(self, members: Iterable[Member]) -> frozenset[str]:
        return frozenset().union(*(self.topics_of(member) for member in members))

    def others(self, *member_ids: str | None) -> list[Member]:
        """The members but these."""
        return [member for key, member in self.members.items() if key not in member_ids]

    def assignor_with(self, members: Iterable[Member], default: str) -> str:
        """The assignor that these members vote for."""
        votes = Counter(member.assignor for member in members if member.assignor is not None)
        return self.rules.voted(votes, default)

    def is_served(self, member: Member) -> bool:
        """Whether a member waits for partitions, and all of them are free by now."""
        if member.state is not MemberState.UNRELEASED_PARTITIONS:
            return False
        wanted = self.target.get(member.member_id, frozenset()) - member.assigned.keys()
        return all(self.rules.is_free(self.owners.get(part)) for part in wanted)
