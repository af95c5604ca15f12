"""Requirements on joining and on the two phases of a rebalance."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

_JOIN: Final = Code("GroupMetadataManager.classicGroupJoin, classicGroupJoinExistingMember")
_COMPLETE: Final = Code("GroupMetadataManager.completeClassicGroupJoin")

session_bounds = Requirement(
    "classic-groups.a-session-timeout-has-bounds",
    "JoinGroup with a session timeout below group.min.session.timeout.ms or above "
    "group.max.session.timeout.ms is INVALID_SESSION_TIMEOUT; the bounds themselves are taken.",
    Code("GroupCoordinatorService.joinGroup"),
    covers=("F-08",),
    mutants=("session-timeouts-have-no-bounds",),
)

ids_first = Requirement(
    "classic-groups.a-member-needs-its-id-before-it-joins",
    "From version 4 on JoinGroup without a member id and an instance id is MEMBER_ID_REQUIRED and "
    "names a new id; with it the member joins.",
    KIP(394),
    covers=("F-09",),
)

unknown_ids = Requirement(
    "classic-groups.an-unknown-member-id-does-not-join",
    "JoinGroup with a member id that the group does not have is UNKNOWN_MEMBER_ID; a group that "
    "does not exist is not made by it.",
    _JOIN,
    covers=("F-09", "F-10"),
    mutants=("any-id-joins",),
)

protocols_in_common = Requirement(
    "classic-groups.members-have-a-protocol-in-common",
    "JoinGroup with another protocol type than the group's, or without a protocol that all its "
    "members support, is INCONSISTENT_GROUP_PROTOCOL.",
    Code("ClassicGroup.supportsProtocols"),
    covers=("F-11",),
    mutants=("protocols-of-strangers",),
)

sizes = Requirement(
    "classic-groups.a-group-has-a-maximal-size",
    "JoinGroup of one more member than group.max.size is GROUP_MAX_SIZE_REACHED, and members "
    "rejoin.",
    KIP(389),
    covers=("F-12",),
    mutants=("groups-have-no-limit",),
)

joining_rebalances = Requirement(
    "classic-groups.who-comes-or-changes-begins-a-rebalance",
    "A new member, a member that rejoins with other protocols or metadata, and a leader that "
    "rejoins a stable group begin a rebalance.",
    _JOIN,
    covers=("F-13", "F-14"),
    mutants=(
        "leaders-do-not-rebalance",
        "changed-members-do-not-rebalance",
        "joins-do-not-wait",
    ),
)

nothing_new = Requirement(
    "classic-groups.a-follower-with-nothing-new-is-told-what-is",
    "A follower that rejoins a stable group with the same protocols and metadata is told its "
    "generation, and nobody rebalances.",
    _JOIN,
    covers=("F-14",),
    mutants=("followers-rebalance",),
)

lost_answers = Requirement(
    "classic-groups.a-repeated-join-is-answered-as-the-first",
    "While the leader has not assigned yet, a member that repeats its JoinGroup is told the same "
    "generation, protocol, leader, and if it leads the same members.",
    _JOIN,
    covers=("F-21", "F-100"),
    mutants=("repeated-joins-rebalance",),
)

joins_are_held = Requirement(
    "classic-groups.a-join-is-held-until-all-have-rejoined",
    "JoinGroup is not answered before all known members have rejoined, and those that were given "
    "an id have joined; then all are answered.",
    Code("ClassicGroup.hasAllMembersJoined"),
    covers=("F-15",),
    mutants=(
        "joins-do-not-wait",
        "pending-members-are-not-awaited",
    ),
)

phase_has_an_end = Requirement(
    "classic-groups.the-join-phase-ends-with-the-rebalance-timeout",
    "Members that wait for others are answered once the largest rebalance timeout of the members "
    "is over, not before; dynamic members that did not rejoin are removed, static members stay.",
    _COMPLETE,
    covers=("F-15", "F-17"),
    mutants=(
        "late-members-stay",
        "late-static-members-go",
    ),
)

generations_rise = Requirement(
    "classic-groups.the-generation-rises-by-one",
    "Each completed join phase has the generation after the one before; all members are told the "
    "same one, also after the coordinator was restarted.",
    Code("ClassicGroup.initNextGeneration"),
    covers=("F-17", "F-27"),
    mutants=(
        "generations-stand-still",
        "leaders-do-not-rebalance",
    ),
)

protocols_are_elected = Requirement(
    "classic-groups.the-members-elect-the-protocol",
    "The protocol of a generation is one that all members support, the one that most of them list "
    "first among those; all are told the same type and name.",
    Code("ClassicGroup.selectProtocol"),
    covers=("F-18", "F-17"),
    mutants=("last-choice-is-elected",),
)

one_leader = Requirement(
    "classic-groups.one-member-that-joined-leads",
    "The first member of a group leads it for as long as it rejoins; then another that rejoined "
    "does. All members are told the same leader.",
    Code("ClassicGroup.maybeElectNewJoinedLeader"),
    covers=("F-19", "F-17"),
    mutants=("last-to-join-leads",),
)

leaders_see_members = Requirement(
    "classic-groups.only-the-leader-is-told-the-members",
    "The answer to the leader lists all members with their instance ids and their metadata of the "
    "elected protocol; the others get no list.",
    _COMPLETE,
    covers=("F-17",),
)

own_ids = Requirement(
    "classic-groups.a-member-keeps-its-id",
    "A member is told the id that it was given, and no two are given the same.",
    Code("ClassicGroup.generateMemberId"),
    covers=("F-09", "F-31"),
)

nobody_rejoined = Requirement(
    "classic-groups.a-phase-that-nobody-joined-goes-on",
    "If only static members are left and none of them has rejoined, the group goes on preparing.",
    _COMPLETE,
    covers=("F-20",),
)

fresh_assignments = Requirement(
    "classic-groups.members-get-what-the-leader-assigned",
    "Every SyncGroup of a generation is answered with the bytes that its leader sent for the "
    "member, at whatever time it asks; whom the leader left out gets none.",
    Code("GroupMetadataManager.classicGroupSync, setAndPropagateAssignment"),
    covers=("F-23", "F-26", "F-100"),
    mutants=(
        "assignments-are-mixed-up",
        "replacements-own-nothing",
    ),
)

syncs_are_held = Requirement(
    "classic-groups.followers-wait-for-the-assignment",
    "SyncGroup of a follower is not answered before the leader has sent its assignments; what a "
    "follower sends as assignments is ignored.",
    Code("GroupMetadataManager.classicGroupSync"),
    covers=("F-22", "F-23", "F-24"),
    mutants=("followers-assign",),
)

syncs_are_let_go = Requirement(
    "classic-groups.a-rebalance-ends-the-waiting-for-assignments",
    "When a rebalance begins, members that wait for their assignment are answered "
    "REBALANCE_IN_PROGRESS.",
    Code("GroupMetadataManager.prepareRebalance, resetAndPropagateAssignmentWithError"),
    covers=("F-22",),
    mutants=("replacements-miss-the-rebalance",),
)

syncs_are_of_members = Requirement(
    "classic-groups.syncgroup-is-for-members-of-the-generation",
    "SyncGroup is UNKNOWN_MEMBER_ID for an unknown member, ILLEGAL_GENERATION for another "
    "generation, REBALANCE_IN_PROGRESS while members join.",
    Code("GroupMetadataManager.classicGroupSync, validateSyncGroup"),
    covers=("F-22",),
    mutants=(
        "any-generation-syncs",
        "anybody-syncs",
    ),
)

syncs_name_the_protocol = Requirement(
    "classic-groups.syncgroup-names-the-protocol-of-the-group",
    "SyncGroup from version 5 on with another protocol type or name than the group's is "
    "INCONSISTENT_GROUP_PROTOCOL.",
    KIP(559),
    covers=("F-22",),
    mutants=("syncs-of-any-protocol",),
)

syncs_are_awaited = Requirement(
    "classic-groups.who-never-asks-for-its-assignment-is-removed",
    "A member that did not send SyncGroup within the rebalance timeout after the join phase is "
    "removed, and the others rebalance.",
    Code("GroupMetadataManager.expirePendingSync"),
    covers=("F-25",),
    since=(3, 0),
    mutants=("who-never-syncs-stays",),
)

JOINING: Final = (
    session_bounds,
    ids_first,
    protocols_in_common,
    sizes,
    joining_rebalances,
    nothing_new,
    lost_answers,
    joins_are_held,
    generations_rise,
    protocols_are_elected,
    one_leader,
    leaders_see_members,
    own_ids,
)
SYNCING: Final = (
    fresh_assignments,
    syncs_are_held,
    syncs_are_let_go,
    syncs_name_the_protocol,
)
INTRUDED: Final = (unknown_ids, syncs_are_of_members)
TIMED: Final = (phase_has_an_end, syncs_are_awaited, nobody_rejoined)
