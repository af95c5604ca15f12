"""Requirements on members that are there: their heartbeats, their ends, static ones, traces."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

heartbeats = Requirement(
    "classic-groups.heartbeats-tell-where-the-group-is",
    "Heartbeat is NONE for a member of the generation, REBALANCE_IN_PROGRESS while members join, "
    "UNKNOWN_MEMBER_ID for whom the group does not have, ILLEGAL_GENERATION for other generations.",
    Code("GroupMetadataManager.classicGroupHeartbeat"),
    covers=("F-28",),
    mutants=(
        "rebalances-are-not-told",
        "any-generation-beats",
        "anybody-beats",
    ),
)

sessions_end = Requirement(
    "classic-groups.a-silent-member-is-removed",
    "A member, or an id that was given and never joined, of which nothing was heard for its "
    "session timeout is removed, and the others rebalance or go on.",
    Code("GroupMetadataManager.expireClassicGroupMemberHeartbeat"),
    covers=("F-29", "F-09", "F-14"),
    mutants=(
        "silent-members-stay",
        "pending-members-stay-for-ever",
    ),
)

who_beats_stays = Requirement(
    "classic-groups.who-is-heard-of-stays",
    "A member that sends a Heartbeat more often than its session timeout is not removed.",
    Code("GroupMetadataManager.classicGroupHeartbeat, rescheduleClassicGroupMemberHeartbeat"),
    covers=("F-28", "F-29"),
    needs=frozenset({"time.virtual"}),
    mutants=("heartbeats-prolong-nothing",),
)

waiting_members_stay = Requirement(
    "classic-groups.who-waits-for-an-answer-does-not-expire",
    "A member whose JoinGroup or SyncGroup is held for longer than its session timeout is "
    "answered as if it had just come.",
    Code("ClassicGroupMember.hasSatisfiedHeartbeat"),
    covers=("F-29",),
    mutants=("waiting-members-expire",),
)

leaving = Requirement(
    "classic-groups.each-leaver-is-answered-alone",
    "LeaveGroup answers each member of its list: NONE for a member, for an id that never joined "
    "and for a static member by its instance id alone; UNKNOWN_MEMBER_ID for whom the group does "
    "not have; FENCED_INSTANCE_ID for another member's instance id.",
    KIP(345),
    covers=("F-30", "F-100"),
    mutants=("anybody-leaves", "replaced-members-leave"),
)

leaving_rebalances = Requirement(
    "classic-groups.who-leaves-is-not-waited-for",
    "When a member leaves the others rebalance without it, and a JoinGroup of its own is answered "
    "UNKNOWN_MEMBER_ID; when the last one leaves the group is empty.",
    Code("GroupMetadataManager.classicGroupLeave"),
    covers=("F-13", "F-14"),
    mutants=("leaving-moves-nothing",),
)

static_replaced = Requirement(
    "classic-groups.a-restarted-static-member-takes-its-own-place",
    "JoinGroup with a known instance id and no member id gives the instance a new member id; what "
    "its former life waits for is answered FENCED_INSTANCE_ID.",
    KIP(345),
    covers=("F-31",),
    mutants=("replacements-miss-the-rebalance",),
)

static_in_stable = Requirement(
    "classic-groups.a-static-restart-changes-nothing-in-a-stable-group",
    "A static member that restarts with the same choice of protocol is told the current "
    "generation at once and nobody rebalances; a leader is told from version 9 on that it need not "
    "assign, with the members.",
    KIP(814),
    covers=("F-32",),
    mutants=(
        "replacements-always-rebalance",
        "restarted-leaders-are-not-told",
        "replacements-own-nothing",
    ),
)

static_elects = Requirement(
    "classic-groups.a-static-restart-with-another-choice-rebalances",
    "A static member that restarts so that the members elect another protocol begins a rebalance.",
    Code("GroupMetadataManager.updateStaticMemberThenRebalanceOrCompleteJoin"),
    covers=("F-32",),
    mutants=("replacements-keep-the-protocol",),
)

instances_fence = Requirement(
    "classic-groups.an-instance-has-one-member",
    "Requests with an instance id are FENCED_INSTANCE_ID if another member id has it, and "
    "UNKNOWN_MEMBER_ID if the group does not know it.",
    Code("ClassicGroup.validateMember"),
    covers=("F-31", "F-34"),
    mutants=(
        "replaced-members-beat",
        "replaced-members-sync",
        "replaced-members-leave",
        "replaced-members-rejoin",
    ),
)

empty_ids = Requirement(
    "classic-groups.members-need-a-group-id",
    "JoinGroup, SyncGroup, Heartbeat and LeaveGroup with the empty group id are INVALID_GROUP_ID.",
    Code("GroupCoordinatorService.isGroupIdNotEmpty"),
    covers=("F-06",),
)

deleting = Requirement(
    "classic-groups.a-group-with-members-is-not-deleted",
    "DeleteGroups is NON_EMPTY_GROUP for a group with members, GROUP_ID_NOT_FOUND for one that "
    "does not exist; an empty one is gone with its offsets.",
    Code("GroupMetadataManager.validateDeleteGroup"),
    covers=("F-47", "F-100"),
    mutants=("groups-with-members-are-deleted",),
)

described = Requirement(
    "classic-groups.describegroups-shows-the-group",
    "DescribeGroups tells the state by name, the protocol type, the members with their instance "
    "ids, and once the group is stable the protocol, metadata and assignments.",
    Code("ClassicGroup.asDescribedGroup"),
    covers=("F-13", "F-35"),
    mutants=("replacements-miss-the-rebalance", "replacements-own-nothing"),
)

unknown_groups = Requirement(
    "classic-groups.an-unknown-group-is-dead",
    "DescribeGroups of a group that does not exist tells the state Dead, from version 6 on with "
    "GROUP_ID_NOT_FOUND.",
    KIP(1043),
    covers=("F-35", "F-10"),
)

listed = Requirement(
    "classic-groups.listgroups-tells-states-and-filters-them",
    "ListGroups names each group with its protocol type, and from version 4 on its state; with a "
    "filter only those in one of the states, or from version 5 on of one of the types.",
    KIP(518),
    covers=("F-35",),
)

no_trace = Requirement(
    "classic-groups.a-refused-request-leaves-no-trace",
    "After a refused JoinGroup, SyncGroup, Heartbeat, LeaveGroup, OffsetCommit or DeleteGroups the "
    "group has the state, members and assignments from before, and its members go on.",
    Code("GroupMetadataManager; a refusal appends nothing to __consumer_offsets"),
    covers=("F-99",),
)

after_restart = Requirement(
    "classic-groups.a-restart-forgets-no-member",
    "After a clean restart of the coordinator a stable group has its generation, members and "
    "assignments; a rebalance that was not over begins anew from the generation before.",
    Code("GroupMetadataManager.replay, onLoaded"),
    covers=("F-05", "F-27"),
    needs=frozenset({"fault.restart"}),
    mutants=(
        "replacements-are-not-stored",
        "new-coordinators-know-no-members",
        "assignments-are-not-stored",
    ),
)

coordinator = Requirement(
    "classic-groups.the-hash-of-the-id-names-the-coordinator",
    "FindCoordinator names the leader of the partition of __consumer_offsets that the hash of the "
    "group id names.",
    Code("GroupCoordinatorService.partitionFor"),
    covers=("F-01",),
)

elsewhere = Requirement(
    "classic-groups.other-nodes-refer-to-the-coordinator",
    "A node that does not coordinate a group answers NOT_COORDINATOR.",
    Code("GroupCoordinatorService; CoordinatorRuntime"),
    covers=("F-01",),
    needs=frozenset({"nodes.3"}),
)

MEMBERS: Final = (
    heartbeats,
    leaving,
    leaving_rebalances,
    static_replaced,
    static_in_stable,
    static_elects,
    instances_fence,
    empty_ids,
    deleting,
    described,
    unknown_groups,
    listed,
    no_trace,
    coordinator,
    elsewhere,
)
TIMED: Final = (sessions_end, who_beats_stays, waiting_members_stay)
