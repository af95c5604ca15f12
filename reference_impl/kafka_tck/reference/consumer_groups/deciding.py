"""What a request makes of a group: the records to be written, while the group stays as it is.

The group is what it was until the records are written, so that a refusal leaves no trace.
Source: GroupMetadataManager (updateSubscriptionMetadata, maybeUpdateTargetAssignment,
maybeReconcile, consumerGroupFenceMembers), 4.3.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final

from kafka_tck.reference.consumer_groups.assigning import ASSIGNORS, Subscriber, assign_uniformly
from kafka_tck.reference.consumer_groups.group import ConsumerGroup
from kafka_tck.reference.consumer_groups.members import JOIN, LEAVE_FOR_A_WHILE, Member, Partition
from kafka_tck.reference.consumer_groups.reconciling import Reconciliation
from kafka_tck.reference.consumer_groups.records import (
    GroupValue,
    Key,
    KeyKind,
    TargetValue,
    current_of,
    metadata_of,
    target_of,
)
from kafka_tck.reference.consumer_groups.topics import Topics
from kafka_tck.reference.rules.consumer_groups import ConsumerGroupRules

Change = tuple[Key, bytes | None]
"""A record to be written; without a value it takes away what there was."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the broker's settings say of consumer groups; times in ms."""

    assignors: tuple[str, ...] = tuple(ASSIGNORS)
    max_size: int = (1 << 31) - 1
    session_timeout_ms: int = 45_000
    heartbeat_interval_ms: int = 5_000
    assignment_interval_ms: int = 1_000
    regex_interval_ms: int = 600_000


@dataclass(slots=True)
class Decision:
    """One decision about one group at one time, and the `changes` that it comes to."""

    rules: ConsumerGroupRules
    group: ConsumerGroup
    topics: Topics
    limits: Limits
    now: int
    changes: list[Change] = field(default_factory=list)

    def note(self, kind: KeyKind, value: bytes | None, name: str = "") -> None:
        self.changes.append((Key(kind, self.group.group_id, name), value))

    # A member goes on.

    def go_on(
        self,
        before: Member,
        after: Member,
        *,
        owned: Collection[Partition] | None,
        joins: bool = False,
        replaces: str | None = None,
        regex: tuple[bool, bool] = (False, False),
    ) -> Member:
        """A member that says what `after` is, and where it gets. `before` is what was known of it.

        `owned` is what it says that it owns; `joins`: whether it asks for epoch 0; `replaces` is
        the id that had its instance id before; `regex`: whether it has another one, and whether
        what that matches is known; if not, the group goes on when it is.
        """
        if after != before:
            self.note(KeyKind.MEMBER, metadata_of(after), after.member_id)
        changed = after.topics != before.topics
        members = [*self.group.others(after.member_id, replaces), after]
        epoch = self._epoch(members, self.rules.raises_epoch(changed or regex[1], joins))
        target_epoch, target = self._target(members, after, replaces, epoch)
        reconciliation = Reconciliation(
            self.rules,
            target_epoch,
            target,
            self.group.owners,
            owned,
            self.topics.ids(self.group.topics_of(after)),
            changed or regex[0],
        )
        reconciled = reconciliation.of(after)
        if reconciled != after:
            self.note(KeyKind.CURRENT, current_of(reconciled), after.member_id)
        return reconciled

    def _epoch(self, members: list[Member], raised: bool) -> int:
        """The group epoch, raised for a change of subscriptions or of the topics themselves."""
        found = self.topics.hash_of(self.group.topics_with(members))
        if not raised and not self.rules.metadata_changed(self.group.metadata_hash, found):
            return self.group.epoch
        self.note(KeyKind.GROUP, GroupValue(self.group.epoch + 1, found).encode())
        return self.group.epoch + 1

    def _target(
        self, members: list[Member], member: Member, replaces: str | None, epoch: int
    ) -> tuple[int, frozenset[Partition]]:
        """The target of a member and its epoch: a new one, if the group has gone on and may."""
        group, interval = self.group, self.limits.assignment_interval_ms
        known = group.target.get(replaces or member.member_id, frozenset())
        if epoch <= group.target_epoch or not self.rules.may_assign(
            group.target_made_at, interval, self.now
        ):
            return group.target_epoch, known
        before = {m.member_id: group.target.get(m.member_id, frozenset()) for m in members}
        before[member.member_id] = known
        found = self._assign(members, before)
        written = dict(group.target)
        if replaces is not None:
            written[member.member_id] = known
        for name, parts in found.items():
            if written.get(name) != parts:
                self.note(KeyKind.TARGET_OF_MEMBER, target_of(parts), name)
        made = self.rules.epoch_of_target(epoch, group.target_epoch)
        self.note(KeyKind.TARGET, TargetValue(made, self.now).encode())
        return made, found[member.member_id]

    def _assign(
        self, members: list[Member], before: dict[str, frozenset[Partition]]
    ) -> dict[str, frozenset[Partition]]:
        name = self.group.assignor_with(members, self.limits.assignors[0])
        subscribers = {
            member.member_id: Subscriber(
                self.topics.ids(self.group.topics_of(member)),
                before[member.member_id],
                member.instance_id,
            )
            for member in members
        }
        return ASSIGNORS.get(name, assign_uniformly)(
            self.rules, subscribers, self.topics.partitions()
        )

    # A member takes over, or goes.

    def take_over(self, holder: Member, member_id: str) -> Member:
        """A member with another id takes the place of a static one, with what that one held."""
        self.take_away(holder.member_id)
        heir = replace(
            holder,
            member_id=member_id,
            epoch=JOIN,
            previous_epoch=JOIN,
            assigned=self.rules.hands_down(holder.assigned),
        )
        self.note(KeyKind.MEMBER, metadata_of(heir), member_id)
        target = self.group.target.get(holder.member_id, frozenset())
        self.note(KeyKind.TARGET_OF_MEMBER, target_of(target), member_id)
        self.note(KeyKind.CURRENT, current_of(heir), member_id)
        return heir

    def take_away(self, member_id: str) -> None:
        for kind in (KeyKind.CURRENT, KeyKind.TARGET_OF_MEMBER, KeyKind.MEMBER):
            self.note(kind, None, member_id)

    def fence(self, *members: Member) -> None:
        """Members are gone: what they held is free, and the group goes on without them."""
        gone = [member.member_id for member in members]
        for member_id in gone:
            self.take_away(member_id)
        rest = self.group.others(*gone)
        used = {member.regex for member in rest}
        for regex in {member.regex for member in members} - used - {""}:
            self.note(KeyKind.REGEX, None, regex)
        epoch = self.rules.epoch_after_leave(self.group.epoch)
        found = self.topics.hash_of(self.group.topics_with(rest))
        self.note(KeyKind.GROUP, GroupValue(epoch, found).encode())

    def leave_for_a_while(self, member: Member) -> None:
        """A static member means to be back: it keeps what it has, and another may take over."""
        gone = replace(
            member,
            epoch=LEAVE_FOR_A_WHILE,
            assigned=dict.fromkeys(member.assigned, 0),
            revoking={},
        )
        self.note(KeyKind.CURRENT, current_of(gone), member.member_id)


TOMBSTONES: Final = (KeyKind.CURRENT, KeyKind.TARGET_OF_MEMBER)


def tombstones(group: ConsumerGroup) -> list[Key]:
    """All that there may be in the log about a group, for it to be gone."""
    name, members = group.group_id, sorted(group.members)
    keys = [Key(kind, name, member) for kind in TOMBSTONES for member in members]
    keys.append(Key(KeyKind.TARGET, name))
    keys += [Key(KeyKind.MEMBER, name, member) for member in members]
    keys += [Key(KeyKind.REGEX, name, regex) for regex in sorted(group.resolved)]
    return [*keys, Key(KeyKind.GROUP, name)]
