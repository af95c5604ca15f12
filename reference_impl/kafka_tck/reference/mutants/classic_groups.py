"""Brokers that rebalance a classic group when they should not, or give it what is not its own."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ClassicGroupRules

STABLE, COMPLETING = "Stable", "CompletingRebalance"


@wrong("silent-members-stay", "A member of which nothing is heard is never removed.", "M30")
class SilentMembersStay(ClassicGroupRules):
    def expires(self, waits: bool, is_new: bool) -> bool:
        return False


@wrong(
    "waiting-members-expire",
    "A member goes at the end of its session though it waits for an answer.",
    "B70",
)
class WaitingMembersExpire(ClassicGroupRules):
    def expires(self, waits: bool, is_new: bool) -> bool:
        return True


@wrong(
    "heartbeats-prolong-nothing",
    "A member is removed after its session timeout though it sends heartbeats.",
    "M30",
)
class HeartbeatsProlongNothing(ClassicGroupRules):
    def is_alive(self, api: str) -> bool:
        return api != "Heartbeat"


@wrong(
    "pending-members-stay-for-ever",
    "An id that nobody joins with is waited for in every rebalance.",
    "B70",
)
class PendingMembersStayForEver(ClassicGroupRules):
    def drops_pending(self) -> bool:
        return False


@wrong(
    "pending-members-are-not-awaited",
    "A rebalance is complete without those that were given an id and are on their way.",
    "B70",
)
class PendingMembersAreNotAwaited(ClassicGroupRules):
    def all_joined(self, members: int, joined: int, pending: int) -> bool:
        return members == joined


@wrong(
    "who-never-syncs-stays",
    "Members that never ask for their assignment hold the group up for ever.",
    "B70",
)
class WhoNeverSyncsStays(ClassicGroupRules):
    def drops_unsynced(self) -> bool:
        return False


# Generations.


@wrong("generations-stand-still", "A rebalance does not raise the generation.", "M29")
class GenerationsStandStill(ClassicGroupRules):
    def next_generation(self, generation: int) -> int:
        return max(generation, 1)


@wrong(
    "followers-rebalance",
    "A follower that joins again as it was makes everybody rebalance.",
    "M37",
)
class FollowersRebalance(ClassicGroupRules):
    def rejoin_rebalances(self, state: str, is_leader: bool, changed: bool) -> bool:
        return changed or state == STABLE


@wrong(
    "repeated-joins-rebalance",
    "A member that has not heard of the generation and asks again begins another.",
    "M37",
)
class RepeatedJoinsRebalance(ClassicGroupRules):
    def rejoin_rebalances(self, state: str, is_leader: bool, changed: bool) -> bool:
        return super().rejoin_rebalances(state, is_leader, changed) or state == COMPLETING


@wrong(
    "leaders-do-not-rebalance",
    "A leader that joins again is told the generation that there is.",
    "M35",
)
class LeadersDoNotRebalance(ClassicGroupRules):
    def rejoin_rebalances(self, state: str, is_leader: bool, changed: bool) -> bool:
        return changed


@wrong(
    "changed-members-do-not-rebalance",
    "What a member says anew of itself begins no rebalance.",
    "M35",
)
class ChangedMembersDoNotRebalance(ClassicGroupRules):
    def rejoin_rebalances(self, state: str, is_leader: bool, changed: bool) -> bool:
        return state == STABLE and is_leader


@wrong("joins-do-not-wait", "JoinGroup is answered before all members have rejoined.", "B70")
class JoinsDoNotWait(ClassicGroupRules):
    def all_joined(self, members: int, joined: int, pending: int) -> bool:
        return joined > 0


@wrong(
    "late-members-stay",
    "Who has not rejoined in time is in the next generation all the same.",
    "M30",
)
class LateMembersStay(ClassicGroupRules):
    def is_dropped(self, static: bool) -> bool:
        return False


@wrong(
    "late-static-members-go",
    "A static member that has not rejoined in time is removed.",
    "B67",
)
class LateStaticMembersGo(ClassicGroupRules):
    def is_dropped(self, static: bool) -> bool:
        return True


@wrong("last-to-join-leads", "The leader changes though it has rejoined.", "M36")
class LastToJoinLeads(ClassicGroupRules):
    def leader(self, leader: str | None, joined: Sequence[str]) -> str | None:
        return joined[-1] if joined else None


@wrong(
    "last-choice-is-elected",
    "The protocol that members support and want least is chosen.",
    "M36",
)
class LastChoiceIsElected(ClassicGroupRules):
    def elected(self, protocols: Sequence[Sequence[str]]) -> str:
        return super().elected([list(reversed(names)) for names in protocols])


@wrong(
    "protocols-of-strangers",
    "A member may join that shares no protocol with the others.",
    "M36",
)
class ProtocolsOfStrangers(ClassicGroupRules):
    def suits(self, type_agrees: bool, shared: AbstractSet[str]) -> bool:
        return type_agrees

    def elected(self, protocols: Sequence[Sequence[str]]) -> str:
        return protocols[0][0] if protocols[0] else ""


@wrong("groups-have-no-limit", "group.max.size limits nothing.", "M36")
class GroupsHaveNoLimit(ClassicGroupRules):
    def has_room(self, known: bool, others: int, limit: int) -> bool:
        return True


@wrong("session-timeouts-have-no-bounds", "Any session timeout is taken.", "M36")
class SessionTimeoutsHaveNoBounds(ClassicGroupRules):
    def takes_timeout(self, session_timeout_ms: int, least: int, most: int) -> bool:
        return True


# Assignments.


@wrong(
    "followers-assign",
    "What a member that does not lead sends as assignments is everybody's.",
    "M27",
)
class FollowersAssign(ClassicGroupRules):
    def may_assign(self, is_leader: bool) -> bool:
        return True


@wrong(
    "assignments-are-mixed-up",
    "A member gets what the leader has given to another.",
    "M29",
)
class AssignmentsAreMixedUp(ClassicGroupRules):
    def assigned(self, given: Mapping[str, bytes], member_id: str, order: Sequence[str]) -> bytes:
        return given.get(order[order.index(member_id) - 1], b"")


@wrong(
    "assignments-are-not-stored",
    "Members get their assignments, and the log is not told of them.",
    "M28",
)
class AssignmentsAreNotStored(ClassicGroupRules):
    def stores_assignment(self) -> bool:
        return False


# Static members.


@wrong(
    "replacements-are-not-stored",
    "A new coordinator knows a static member by the id from before its restart.",
    "B66",
)
class ReplacementsAreNotStored(ClassicGroupRules):
    def stores_replacement(self) -> bool:
        return False


@wrong(
    "replacements-miss-the-rebalance",
    "A static member restarts between join and assignment, and gets nothing.",
    "B68",
)
class ReplacementsMissTheRebalance(ClassicGroupRules):
    def replacement_rebalances(self, state: str, elected: str | None, protocol: str | None) -> bool:
        return state == STABLE and elected != protocol


@wrong(
    "replacements-keep-the-protocol",
    "A static member that restarts with another choice of protocol changes nothing.",
    "B68",
)
class ReplacementsKeepTheProtocol(ClassicGroupRules):
    def replacement_rebalances(self, state: str, elected: str | None, protocol: str | None) -> bool:
        return state == COMPLETING


@wrong(
    "replacements-always-rebalance",
    "A static member that restarts makes everybody rebalance.",
    "KIP-345",
)
class ReplacementsAlwaysRebalance(ClassicGroupRules):
    def replacement_rebalances(self, state: str, elected: str | None, protocol: str | None) -> bool:
        return state in (STABLE, COMPLETING)


@wrong(
    "replacements-own-nothing",
    "A static member that restarts loses its assignment, and nobody rebalances.",
    "B68",
)
class ReplacementsOwnNothing(ClassicGroupRules):
    def inherits(self, assignment: bytes) -> bytes:
        return b""


@wrong(
    "restarted-leaders-are-not-told",
    "A static leader that restarts is not told that there is nothing to assign.",
    "KIP-814",
)
class RestartedLeadersAreNotTold(ClassicGroupRules):
    def skips_assignment(self, is_leader: bool) -> bool:
        return False


# Heartbeats, the end, and a new coordinator.


@wrong("rebalances-are-not-told", "Heartbeat is NONE while members have to rejoin.", "M36")
class RebalancesAreNotTold(ClassicGroupRules):
    def heartbeat(self, state: str) -> str:
        return "NONE"


@wrong(
    "leaving-moves-nothing",
    "When a member leaves the others do not rebalance.",
    "M29",
)
class LeavingMovesNothing(ClassicGroupRules):
    def leave_rebalances(self, left: int) -> bool:
        return False


@wrong("groups-with-members-are-deleted", "DeleteGroups takes a group with members.", "M36")
class GroupsWithMembersAreDeleted(ClassicGroupRules):
    def fault_of_delete(self, state: str) -> str | None:
        return None


@wrong(
    "new-coordinators-know-no-members",
    "A new coordinator knows the group's generation, and none of its members.",
    "B86",
)
class NewCoordinatorsKnowNoMembers(ClassicGroupRules):
    def remembers(self, member_id: str) -> bool:
        return False


@wrong("any-offset-is-deleted", "OffsetDelete takes offsets of topics that are read.", "M36")
class AnyOffsetIsDeleted(ClassicGroupRules):
    def keeps_offsets(self, subscribed: bool) -> bool:
        return False


@wrong(
    "offsets-never-expire",
    "Offsets that nobody has committed anew for the retention time are kept.",
    "M33",
)
class OffsetsNeverExpire(ClassicGroupRules):
    def expired(self, now: int, age_from: int, retention_ms: int, expires_at: int | None) -> bool:
        return False


@wrong(
    "offsets-expire-under-readers",
    "Offsets of a topic that members read expire by the time of their commit.",
    "KIP-211",
)
class OffsetsExpireUnderReaders(ClassicGroupRules):
    def expires_in(self, subscribed: bool) -> bool:
        return True


@wrong(
    "offsets-age-from-their-commit",
    "Offsets of a group that has just become empty expire by the time of their commit.",
    "KIP-211",
)
class OffsetsAgeFromTheirCommit(ClassicGroupRules):
    def offsets_age_from(
        self, state: str, managed: bool, known_topics: bool, since: int | None, committed_at: int
    ) -> int | None:
        return committed_at
