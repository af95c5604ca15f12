"""How a member comes from what it holds to its target, one heartbeat at a time.

What is to go must be given up first, at the old epoch; then the member is at the epoch of the
target, and gets what nobody holds any more; the rest follows when others have let go of it.
Source: CurrentAssignmentBuilder, 4.3.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from kafka_tck.reference.consumer_groups.members import Member, MemberState, Partition
from kafka_tck.reference.rules.consumer_groups import ConsumerGroupRules


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Where a member is to get, and what stands in its way.

    `owners` has the epoch of whoever holds a partition; `owned` is what the member says that it
    owns, None if it does not say; `subscribed` are the topics that it subscribes to; `changed` is
    whether these have just changed.
    """

    rules: ConsumerGroupRules
    target_epoch: int
    target: Collection[Partition]
    owners: Mapping[Partition, int]
    owned: Collection[Partition] | None
    subscribed: Collection[UUID]
    changed: bool = False

    def of(self, member: Member) -> Member:
        """The member as it goes on; the same one if it has to wait."""
        if member.is_reconciled_to(self.target_epoch):
            return self._unsubscribed(member) if self.changed else member
        waits = member.state is MemberState.UNREVOKED_PARTITIONS
        if waits and self.rules.still_owns(self.owned, member.revoking):
            return self._unsubscribed(member) if self.changed else self._taking_back(member)
        return self._next(member)

    def _next(self, member: Member) -> Member:
        target = {part for part in self.target if part[0] in self.subscribed}
        kept = {part: at for part, at in member.assigned.items() if part in target}
        revoking = {part: at for part, at in member.assigned.items() if part not in target}
        if revoking and self.rules.still_owns(self.owned, revoking):
            return self._unrevoked(member, kept, revoking)
        wanted = target - kept.keys()
        free = {part for part in wanted if self.rules.is_free(self.owners.get(part))}
        waits = wanted != free
        return replace(
            member,
            state=MemberState.UNRELEASED_PARTITIONS if waits else MemberState.STABLE,
            epoch=self.target_epoch,
            previous_epoch=member.epoch,
            assigned=kept | dict.fromkeys(sorted(free), self.target_epoch),
            revoking={},
        )

    def _unrevoked(
        self, member: Member, kept: dict[Partition, int], revoking: dict[Partition, int]
    ) -> Member:
        return replace(
            member,
            state=MemberState.UNREVOKED_PARTITIONS,
            epoch=self.rules.epoch_of_unrevoked(member.epoch, self.target_epoch),
            previous_epoch=member.epoch,
            assigned=kept,
            revoking=revoking,
        )

    def _taking_back(self, member: Member) -> Member:
        back = self.rules.taken_back(member.revoking, self.target)
        if not back:
            return member
        return replace(
            member,
            assigned={**member.assigned, **{p: member.revoking[p] for p in back}},
            revoking={p: at for p, at in member.revoking.items() if p not in back},
        )

    def _unsubscribed(self, member: Member) -> Member:
        """What it subscribes to no more goes at once, whether or not there is a new target."""
        kept = {part: at for part, at in member.assigned.items() if part[0] in self.subscribed}
        revoking = {**member.revoking}
        revoking |= {part: at for part, at in member.assigned.items() if part not in kept}
        if len(kept) == len(member.assigned):
            return member
        if self.rules.still_owns(self.owned, revoking):
            return self._unrevoked(member, kept, revoking)
        return replace(member, previous_epoch=member.epoch, assigned=kept)
