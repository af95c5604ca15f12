"""What the coordinator of consumer groups decides (KIP-848)."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

P = TypeVar("P")

FREE = None


class ConsumerGroupRules:
    """Source: GroupMetadataManager, ConsumerGroup, CurrentAssignmentBuilder, 4.3.

    Partitions are values that are only compared; epochs are numbers.
    """

    # Who may speak.

    def fault_of_epoch(
        self, sent: int, known: int, previous: int, owns_no_more: bool
    ) -> str | None:
        """Why a heartbeat is refused for its epoch, or None.

        The previous epoch is good enough for a member that owns (`owns_no_more`) nothing but what
        it is assigned: the answer with the new epoch was lost. 0 joins again.
        """
        if sent in (0, known):
            return None
        return None if sent < known and sent == previous and owns_no_more else "FENCED_MEMBER_EPOCH"

    def fault_of_instance(self, holder: str, member_id: str) -> str | None:
        """Whoever had the instance id before somebody took it over is fenced."""
        return None if holder == member_id else "FENCED_INSTANCE_ID"

    def is_released(self, epoch: int) -> bool:
        """Whether a static member has left for a while, so that another may take over."""
        return epoch == -2

    def hands_down(self, partitions: Mapping[P, int]) -> Mapping[P, int]:
        """What a static member that takes over gets of what the one before held."""
        return partitions

    def is_full(self, members: int, limit: int, known: bool) -> bool:
        """Whether there is no room for a member (group.consumer.max.size)."""
        return not known and members >= limit

    def knows_assignor(self, name: str, known: Collection[str]) -> bool:
        return name in known

    def is_same_member(self, known: bool) -> bool:
        """Whether a join with an id that is known is of the member that has it."""
        return known

    def needs_all(self, given: Sequence[bool]) -> bool:
        """Whether a join is refused that lacks one of what a join must have."""
        return not all(given)

    # Epochs.

    def raises_epoch(self, changed: bool, joins: bool) -> bool:
        """Whether a heartbeat that changes what the group subscribes to, or does not, raises it."""
        return changed

    def epoch_after_leave(self, epoch: int) -> int:
        return epoch + 1

    def metadata_changed(self, known: int, found: int) -> bool:
        """Whether the subscribed topics are not as they were, by their hashes."""
        return known != found

    def epoch_of_target(self, group_epoch: int, before: int) -> int:
        """The epoch of a target that is made for a group epoch."""
        return group_epoch

    def may_assign(self, last: int, interval_ms: int, now: int) -> bool:
        """Whether it is time for another target (group.consumer.assignment.interval.ms)."""
        return last == 0 or interval_ms == 0 or now >= last + interval_ms

    # From the present assignment to the target.

    def is_free(self, owner_epoch: int | None) -> bool:
        """Whether a partition may be given to a member: nobody holds it, or has to give it up."""
        return owner_epoch is FREE

    def still_owns(self, owned: Collection[P] | None, revoking: Collection[P]) -> bool:
        """Whether a member may still read what it was told to give up. None: it does not say."""
        return owned is None or any(partition in owned for partition in revoking)

    def taken_back(self, revoking: Collection[P], target: Collection[P]) -> set[P]:
        """What a member that is giving it up may keep, as it is in its target again."""
        return set()

    def epoch_of_unrevoked(self, epoch: int, target_epoch: int) -> int:
        """The epoch of a member that has something to give up first."""
        return epoch

    def owners_after(
        self,
        owners: Mapping[P, int],
        before: tuple[Collection[P], Collection[P]],
        after: tuple[Collection[P], Collection[P]],
        epoch: int,
    ) -> dict[P, int]:
        """The epochs of the owners of partitions, when one member goes on.

        `before` and `after` are what it is assigned and what it is to give up.
        """
        gone = {*before[0], *before[1]}
        kept = {p: e for p, e in owners.items() if p not in gone}
        return kept | dict.fromkeys((*after[0], *after[1]), epoch)

    def tells_assignment(self, full: bool, changed: bool) -> bool:
        """Whether an answer has the assignment: who asked for all gets it, others what is new."""
        return full or changed

    def told(self, assigned: Collection[P], target: Collection[P]) -> Collection[P]:
        """The partitions that a member may read now."""
        return assigned

    def told_nothing(self) -> bool:
        """Whether an assignment without partitions is told as such, and not as none at all."""
        return True

    # Time.

    def session_ms(self, timeout_ms: int) -> int | None:
        """After how long a member that says nothing is gone; None: it never is."""
        return timeout_ms

    def revocation_ms(self, timeout_ms: int) -> int | None:
        """After how long a member is gone that gives nothing up, whatever else it says."""
        return timeout_ms

    def refreshes_session(self, running: bool) -> bool:
        """Whether a heartbeat begins the session anew; `running`: there is one."""
        return True

    # Leaving.

    def left_behind(self, assigned: Mapping[P, int]) -> Mapping[P, int]:
        """What a member that leaves still holds."""
        return {}

    def stays_member(self, epoch: int) -> bool:
        """Whether who leaves with this epoch is still a member."""
        return epoch == -2

    # Assignors.

    def remembers(self, target: Collection[P]) -> Collection[P]:
        """What the uniform assignor knows of the target before, which it keeps where it can."""
        return target

    def quotas(self, partitions: int, members: int) -> list[int]:
        """How many partitions each of the members gets, where each may have any."""
        least, more = divmod(partitions, members)
        return [least + (index < more) for index in range(members)]

    def range_of(self, index: int, partitions: int, members: int) -> range:
        """The partitions of a topic that the range assignor gives to one of its subscribers."""
        least, more = divmod(partitions, members)
        start = index * least + min(index, more)
        return range(start, start + least + (index < more))

    def voted(self, votes: Mapping[str, int], default: str) -> str:
        """The assignor that most members prefer; the default if none prefers any. Of equal ones
        always the same, whoever counts."""
        return max(sorted(votes), key=lambda name: votes[name]) if votes else default

    # What others are told.

    def tells_committed(self) -> bool:
        """Whether a description says what is committed, and nothing that may still be lost."""
        return True

    def state_of(self, members: int, assigning: bool, reconciled: bool) -> str:
        """The name of a group's state; `assigning`: there is no target yet for its epoch."""
        if not members:
            return "Empty"
        if assigning:
            return "Assigning"
        return "Stable" if reconciled else "Reconciling"

    # Offsets.

    def fault_of_commit(self, sent: int, epoch: int, stale: str) -> str | None:
        """Why a member's commit is refused as a whole; `stale` is how it is told."""
        return stale if sent > epoch else None

    def fault_of_partition(
        self, sent: int, epoch: int, assigned_at: int | None, stale: str
    ) -> str | None:
        """Why a commit for one partition is refused, or None (KIP-1251).

        An older epoch is good for what the member has held ever since; `assigned_at` is the epoch
        in which it was given it, None if it does not hold it.
        """
        if sent == epoch:
            return None
        return stale if assigned_at is None or sent < assigned_at else None

    def fault_of_fetch(self, sent: int, epoch: int, stale: str) -> str | None:
        """Why a fetch of offsets is refused to a member that says its epoch."""
        return None if sent == epoch else stale

    # Another coordinator.

    def takes_over(self, kind: str) -> bool:
        """Whether a new coordinator reads the records of a kind (GROUP, MEMBER, CURRENT...)."""
        return True

    # Two protocols.

    def may_upgrade(self, policy: str) -> bool:
        """group.consumer.migration.policy."""
        return policy in ("bidirectional", "upgrade")

    def may_downgrade(self, policy: str) -> bool:
        return policy in ("bidirectional", "downgrade")

    def is_downgraded(self, classic: int, others: int) -> bool:
        """Whether a group of so many members of each protocol goes back to being classic."""
        return classic > 0 and others == 0

    def epoch_of_upgrade(self, generation: int) -> int:
        """The epoch that a classic group has when it becomes a consumer group."""
        return generation

    def generation_of_downgrade(self, epoch: int) -> int:
        """The generation that a consumer group has when it becomes a classic one."""
        return epoch

    def comes_along(self, member_id: str) -> bool:
        """Whether a member of a classic group is one of the consumer group that it becomes."""
        return True

    def classic_owns(self, assigned: Collection[P]) -> Collection[P]:
        """What a classic member holds when its group is upgraded: what it was assigned last."""
        return assigned

    def said_to_own(self, owned: Collection[P]) -> Collection[P]:
        """What a classic member holds that joins, by what it says of that."""
        return owned

    def speaks_classic(self, is_classic: bool) -> bool:
        """Whether a request of the classic protocol is one that this member may send."""
        return is_classic

    def fault_of_generation(self, sent: int, epoch: int) -> str | None:
        """Why a classic member's request is refused: its generation is the member's epoch."""
        return None if sent == epoch else "ILLEGAL_GENERATION"

    def generation_told(self, epoch: int, target_epoch: int) -> int:
        """The generation that a classic member hears when it has joined."""
        return epoch

    def told_at_sync(self, assigned: Collection[P], target: Collection[P]) -> Collection[P]:
        """The partitions that a classic member may read now."""
        return assigned

    def joins_before_sync(self, behind: bool, unrevoked: bool) -> bool:
        """Whether who syncs has to join again first. Who has something to give up has not: its
        assignment tells it what."""
        return behind and not unrevoked

    def must_rejoin(self, behind: bool, unrevoked: bool, released: bool) -> bool:
        """Whether a classic member is told that a rebalance is in progress: it is at an earlier
        epoch, has something to give up, or what it waits for is free now."""
        return behind or unrevoked or released
