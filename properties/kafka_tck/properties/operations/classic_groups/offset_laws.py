"""Requirements on offsets that members commit."""

from typing import Final

from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.requirement import Requirement

_VALIDATE: Final = Code("ClassicGroup.validateOffsetCommit")

members_commit = Requirement(
    "member-offsets.members-of-the-generation-commit",
    "OffsetCommit of a member is accepted in its generation while the group is stable or members "
    "join; UNKNOWN_MEMBER_ID for whom the group does not have, ILLEGAL_GENERATION for another "
    "generation, REBALANCE_IN_PROGRESS between the join phase and the assignment.",
    _VALIDATE,
    covers=("F-38", "F-43", "F-100"),
    mutants=(
        "past-generations-commit",
        "anybody-commits",
        "commits-before-the-assignment",
        "rebalances-refuse-commits",
    ),
)

instances_are_fenced = Requirement(
    "member-offsets.replaced-instances-do-not-commit",
    "OffsetCommit with an instance id that another member has is FENCED_INSTANCE_ID.",
    KIP(345),
    covers=("F-38", "F-34"),
    mutants=("replaced-members-commit",),
)

strangers_wait = Requirement(
    "member-offsets.nobody-commits-beside-members",
    "OffsetCommit without a member is accepted by a group without members, and UNKNOWN_MEMBER_ID "
    "where there are some; with a generation of a group that does not exist it is "
    "ILLEGAL_GENERATION, from version 9 on GROUP_ID_NOT_FOUND.",
    _VALIDATE,
    covers=("F-37",),
    since=(4, 0),
    mutants=("nobody-commits-beside-members",),
)

members_promise = Requirement(
    "member-offsets.members-of-the-generation-commit-in-transactions",
    "TxnOffsetCommit from version 3 on with a member id, an instance id or a generation is refused "
    "as OffsetCommit is; while the group rebalances it is accepted.",
    KIP(447),
    covers=("E-62", "F-98"),
    mutants=(
        "past-generations-commit-in-transactions",
        "anybody-commits-in-transactions",
        "replaced-members-commit-in-transactions",
    ),
)

next_owner_resumes = Requirement(
    "member-offsets.the-next-owner-resumes-where-commits-end",
    "What a member committed is told to whoever asks next: after rebalances, when it left or was "
    "silent, and after a restart of the coordinator.",
    Docs("design, consumer position and at-least-once delivery"),
    covers=("F-36", "F-50"),
    mutants=("offsets-expire-under-readers", "offsets-age-from-their-commit"),
)

refused_commits = Requirement(
    "member-offsets.a-refused-commit-leaves-nothing",
    "After a refused OffsetCommit the offset from before is told.",
    _VALIDATE,
    covers=("F-98", "F-99"),
)

commits_are_signs_of_life = Requirement(
    "member-offsets.who-commits-is-alive",
    "A member that commits offsets more often than its session timeout is not removed.",
    Code("GroupMetadataManager.validateOffsetCommit, rescheduleClassicGroupMemberHeartbeat"),
    covers=("F-38",),
    needs=frozenset({"time.virtual"}),
)

all_offsets = Requirement(
    "member-offsets.offsetfetch-without-topics-tells-all",
    "OffsetFetch with null for the topics tells every offset of the group and no other; from "
    "version 8 on it takes several groups, each with its own answer.",
    KIP(709),
    covers=("F-40",),
)

subscribed_offsets = Requirement(
    "member-offsets.offsets-of-subscribed-topics-are-not-deleted",
    "OffsetDelete is GROUP_SUBSCRIBED_TO_TOPIC for topics that members of a consumer group "
    "subscribe to, NON_EMPTY_GROUP for another active group, GROUP_ID_NOT_FOUND without a group; "
    "else the offset is gone.",
    KIP(496),
    covers=("F-48", "F-100"),
    mutants=("any-offset-is-deleted",),
)

deleted_with_group = Requirement(
    "member-offsets.a-deleted-group-has-no-offsets",
    "After a group was deleted nothing that it had committed is told.",
    Code("OffsetMetadataManager.deleteAllOffsets"),
    covers=("F-47",),
)

deleted_topics = Requirement(
    "member-offsets.a-deleted-topic-has-no-offsets",
    "Some time after a topic was deleted its offsets are gone, and a new topic of its name has "
    "none.",
    Code("GroupCoordinatorService.onPartitionsDeleted"),
    covers=("F-49",),
)

offsets_expire = Requirement(
    "member-offsets.offsets-expire-where-nobody-uses-them",
    "Offsets of a group without members are gone some time after offsets.retention.minutes: from "
    "the commit on if the group never had members, else from when it became empty; not those of "
    "a group with members.",
    KIP(211),
    covers=("F-45", "F-46"),
    needs=frozenset({"time.virtual"}),
    mutants=(
        "offsets-never-expire",
        "offsets-expire-under-readers",
        "offsets-age-from-their-commit",
    ),
)

ALL: Final = (
    members_commit,
    instances_are_fenced,
    strangers_wait,
    members_promise,
    next_owner_resumes,
    refused_commits,
    all_offsets,
    subscribed_offsets,
    deleted_with_group,
)
TIMED: Final = (deleted_topics, commits_are_signs_of_life, offsets_expire)
