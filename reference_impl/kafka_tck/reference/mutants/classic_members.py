"""Brokers that let the wrong member act in a classic group: one API each, one check each."""

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ClassicGroupRules

STABLE = "Stable"


class _NoGenerations(ClassicGroupRules):
    """One API takes any generation."""

    blind = ""

    def fault_of_generation(self, api: str, generation: int, current: int) -> str | None:
        return None if api == self.blind else super().fault_of_generation(api, generation, current)


@wrong(
    "any-generation-beats",
    "Heartbeat is NONE whatever the generation.",
    "M27",
)
class AnyGenerationBeats(_NoGenerations):
    blind = "Heartbeat"


@wrong(
    "any-generation-syncs",
    "SyncGroup of an older generation gets the assignment of the present one.",
    "M27",
)
class AnyGenerationSyncs(_NoGenerations):
    blind = "SyncGroup"


@wrong(
    "past-generations-commit",
    "A member commits offsets in whatever generation it says.",
    "M27",
)
class PastGenerationsCommit(_NoGenerations):
    blind = "OffsetCommit"


@wrong(
    "past-generations-commit-in-transactions",
    "A member's transaction commits offsets in whatever generation it says.",
    "M27",
)
class PastGenerationsCommitInTransactions(_NoGenerations):
    blind = "TxnOffsetCommit"


class _NoMembers(ClassicGroupRules):
    """One API takes any member id."""

    blind = ""

    def fault_of_member(
        self, api: str, member_id: str, instance_id: str | None, holder: str | None, known: bool
    ) -> str | None:
        known = known or (api == self.blind and bool(member_id))
        return super().fault_of_member(api, member_id, instance_id, holder, known)


@wrong("anybody-beats", "Heartbeat is NONE also for who is no member.", "M27")
class AnybodyBeats(_NoMembers):
    blind = "Heartbeat"


@wrong("anybody-syncs", "SyncGroup of who is no member gets an empty assignment.", "M27")
class AnybodySyncs(_NoMembers):
    blind = "SyncGroup"


@wrong("anybody-leaves", "LeaveGroup is NONE also for who is no member.", "M27")
class AnybodyLeaves(_NoMembers):
    blind = "LeaveGroup"


@wrong("any-id-joins", "JoinGroup with an id that nobody was given makes it a member's.", "M27")
class AnyIdJoins(_NoMembers):
    blind = "JoinGroup"


@wrong("anybody-commits", "Who is no member commits offsets in the group's generation.", "M27")
class AnybodyCommits(_NoMembers):
    blind = "OffsetCommit"


@wrong(
    "anybody-commits-in-transactions",
    "The transaction of who is no member commits offsets in the group's generation.",
    "M27",
)
class AnybodyCommitsInTransactions(_NoMembers):
    blind = "TxnOffsetCommit"


class _NoFences(ClassicGroupRules):
    """One API takes the former id of a static member for the present one."""

    blind = ""

    def fault_of_member(
        self, api: str, member_id: str, instance_id: str | None, holder: str | None, known: bool
    ) -> str | None:
        if api == self.blind and holder is not None:
            return None
        return super().fault_of_member(api, member_id, instance_id, holder, known)


@wrong("replaced-members-beat", "Heartbeat of a replaced static member is NONE.", "M27")
class ReplacedMembersBeat(_NoFences):
    blind = "Heartbeat"


@wrong("replaced-members-sync", "SyncGroup of a replaced static member gets its place's.", "M27")
class ReplacedMembersSync(_NoFences):
    blind = "SyncGroup"


@wrong(
    "replaced-members-leave",
    "LeaveGroup of a replaced static member removes who took its place.",
    "M27",
)
class ReplacedMembersLeave(_NoFences):
    blind = "LeaveGroup"


@wrong("replaced-members-rejoin", "JoinGroup of a replaced static member is its place's.", "B67")
class ReplacedMembersRejoin(_NoFences):
    blind = "JoinGroup"


@wrong("replaced-members-commit", "A static member commits after it was replaced.", "M27")
class ReplacedMembersCommit(_NoFences):
    blind = "OffsetCommit"


@wrong(
    "replaced-members-commit-in-transactions",
    "A static member's transaction commits after it was replaced.",
    "M27",
)
class ReplacedMembersCommitInTransactions(_NoFences):
    blind = "TxnOffsetCommit"


@wrong(
    "nobody-commits-beside-members",
    "Who names no member commits offsets though the group has members.",
    "M27",
)
class NobodyCommitsBesideMembers(ClassicGroupRules):
    def fault_of_nobody(self) -> str | None:
        return None


@wrong(
    "commits-before-the-assignment",
    "A member commits though it has no assignment in this generation yet.",
    "M36",
)
class CommitsBeforeTheAssignment(ClassicGroupRules):
    def fault_of_commit_in(self, state: str) -> str | None:
        return None


@wrong(
    "rebalances-refuse-commits",
    "While members rejoin, those that still own their partitions cannot commit.",
    "M36",
)
class RebalancesRefuseCommits(ClassicGroupRules):
    def fault_of_commit_in(self, state: str) -> str | None:
        return None if state == STABLE else "REBALANCE_IN_PROGRESS"


@wrong(
    "syncs-of-any-protocol",
    "SyncGroup may name another protocol, or type of protocols, than the group's.",
    "KIP-559",
)
class SyncsOfAnyProtocol(ClassicGroupRules):
    def means(self, said: str | None, known: str | None) -> bool:
        return True
