"""Brokers whose consumer groups assign, tell, keep time or remember wrongly."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ConsumerGroupRules

P = TypeVar("P")

# Assignors.


@wrong(
    "the-remainder-is-nobodys",
    "The uniform assignor gives all members the same number of partitions, and the rest to nobody.",
    "M31",
)
class TheRemainderIsNobodys(ConsumerGroupRules):
    def quotas(self, partitions: int, members: int) -> list[int]:
        return [partitions // members] * members


@wrong(
    "the-remainder-is-one-members",
    "The uniform assignor gives all that does not divide to one member.",
    "M31",
)
class TheRemainderIsOneMembers(ConsumerGroupRules):
    def quotas(self, partitions: int, members: int) -> list[int]:
        least, more = divmod(partitions, members)
        return [least + more] + [least] * (members - 1)


@wrong("uniform-begins-anew", "The uniform assignor knows nothing of the target before.", "KIP-848")
class UniformBeginsAnew(ConsumerGroupRules):
    def remembers(self, target: Collection[P]) -> Collection[P]:
        return ()


@wrong("ranges-overlap", "A range begins with the last partition of the one before.", "M31")
class RangesOverlap(ConsumerGroupRules):
    def range_of(self, index: int, partitions: int, members: int) -> range:
        found = super().range_of(index, partitions, members)
        return range(max(0, found.start - 1), found.stop) if found else found


@wrong("ranges-leave-gaps", "The larger ranges lack their last partition.", "M31")
class RangesLeaveGaps(ConsumerGroupRules):
    def range_of(self, index: int, partitions: int, members: int) -> range:
        found = super().range_of(index, partitions, members)
        return found[:-1] if len(found) > partitions // members else found


@wrong("the-last-ranges-are-larger", "The last ranges are the larger ones, not the first.", "M31")
class TheLastRangesAreLarger(ConsumerGroupRules):
    def range_of(self, index: int, partitions: int, members: int) -> range:
        found = super().range_of(members - 1 - index, partitions, members)
        return range(partitions - found.stop, partitions - found.start)


@wrong("the-first-vote-counts", "The assignor is what the first member prefers.", "M36")
class TheFirstVoteCounts(ConsumerGroupRules):
    def voted(self, votes: Mapping[str, int], default: str) -> str:
        return next(iter(votes), default)


@wrong("any-assignor-will-do", "An assignor that does not exist may be asked for.", "M36")
class AnyAssignorWillDo(ConsumerGroupRules):
    def knows_assignor(self, name: str, known: Collection[str]) -> bool:
        return True


# What is told.


@wrong(
    "nothing-is-told-as-unchanged",
    "An assignment of no partitions is told as if it were as before.",
    "M36",
)
class NothingIsToldAsUnchanged(ConsumerGroupRules):
    def told_nothing(self) -> bool:
        return False


@wrong("assignments-are-always-told", "Each answer has the assignment, changed or not.", "M36")
class AssignmentsAreAlwaysTold(ConsumerGroupRules):
    def tells_assignment(self, full: bool, changed: bool) -> bool:
        return True


@wrong(
    "who-asks-for-all-is-told-news",
    "Who tells everything, as its answer was lost, is told the assignment only if it changes.",
    "M37",
)
class WhoAsksForAllIsToldNews(ConsumerGroupRules):
    def tells_assignment(self, full: bool, changed: bool) -> bool:
        return changed


@wrong("stable-is-all-there-is", "A group is Stable while its members are behind.", "M36")
class StableIsAllThereIs(ConsumerGroupRules):
    def state_of(self, members: int, assigning: bool, reconciled: bool) -> str:
        return super().state_of(members, assigning, True)


@wrong("joins-may-lack-anything", "A join without a subscription or timeout is accepted.", "M36")
class JoinsMayLackAnything(ConsumerGroupRules):
    def needs_all(self, given: Sequence[bool]) -> bool:
        return False


# Time.


@wrong("silent-consumers-stay", "A member that says nothing for its session timeout stays.", "M30")
class SilentConsumersStay(ConsumerGroupRules):
    def session_ms(self, timeout_ms: int) -> int | None:
        return None


@wrong(
    "heartbeats-renew-nothing",
    "A member is gone when its first session is over, whatever it says meanwhile.",
    "M30",
)
class HeartbeatsRenewNothing(ConsumerGroupRules):
    def refreshes_session(self, running: bool) -> bool:
        return not running


@wrong(
    "revocations-may-take-for-ever",
    "A member that gives nothing up stays as long as it says anything.",
    "M30",
)
class RevocationsMayTakeForEver(ConsumerGroupRules):
    def revocation_ms(self, timeout_ms: int) -> int | None:
        return None


# Offsets.


@wrong("any-epoch-commits", "Offsets are committed for a member of any epoch.", "M27")
class AnyEpochCommits(ConsumerGroupRules):
    def fault_of_commit(self, sent: int, epoch: int, stale: str) -> str | None:
        return None

    def fault_of_partition(
        self, sent: int, epoch: int, assigned_at: int | None, stale: str
    ) -> str | None:
        return None


@wrong(
    "earlier-epochs-commit-anything",
    "An earlier epoch commits offsets also of what the member did not hold in it.",
    "KIP-1251",
)
class EarlierEpochsCommitAnything(ConsumerGroupRules):
    def fault_of_partition(
        self, sent: int, epoch: int, assigned_at: int | None, stale: str
    ) -> str | None:
        return None


@wrong("any-epoch-fetches-offsets", "Offsets are told to a member of any epoch.", "M27")
class AnyEpochFetchesOffsets(ConsumerGroupRules):
    def fault_of_fetch(self, sent: int, epoch: int, stale: str) -> str | None:
        return None


# Another coordinator.


@wrong("consumer-members-are-forgotten", "A new coordinator does not know the members.", "B74")
class ConsumerMembersAreForgotten(ConsumerGroupRules):
    def takes_over(self, kind: str) -> bool:
        return kind != "MEMBER"


@wrong(
    "owners-are-forgotten",
    "A new coordinator does not know who holds which partition.",
    "B74",
)
class OwnersAreForgotten(ConsumerGroupRules):
    def takes_over(self, kind: str) -> bool:
        return kind != "CURRENT"


@wrong("targets-are-forgotten", "A new coordinator does not know the target.", "B74")
class TargetsAreForgotten(ConsumerGroupRules):
    def takes_over(self, kind: str) -> bool:
        return kind != "TARGET_OF_MEMBER"
