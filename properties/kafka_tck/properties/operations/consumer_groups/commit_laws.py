"""Requirements on what members of consumer groups commit and ask for."""

from typing import Final

from kafka_tck.model.consumer_groups.commits import Reason
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.operations.consumer_groups.laws import FEATURE
from kafka_tck.properties.requirement import Requirement

present_epoch = Requirement(
    "consumer-groups.only-the-present-epoch-commits",
    "OffsetCommit of a member is accepted with its present epoch, also for partitions that it does "
    "not have; with another one it is STALE_MEMBER_EPOCH, in a transaction ILLEGAL_GENERATION.",
    KIP(848, "STALE_MEMBER_EPOCH"),
    covers=("F-43", "F-72"),
    needs=FEATURE,
    mutants=(
        "any-epoch-commits",
        "earlier-epochs-commit-anything",
    ),
)

owned_since = Requirement(
    "consumer-groups.an-older-epoch-commits-what-was-owned-since",
    "From 4.3 on a commit with an older epoch is accepted for a partition that the member had in "
    "that epoch and has still.",
    KIP(1251),
    covers=("F-72",),
    needs=FEATURE,
    since=(4, 3),
)

strangers = Requirement(
    "consumer-groups.strangers-commit-nothing",
    "While a consumer group has members, only they commit: all others are UNKNOWN_MEMBER_ID, also "
    "those who name no member.",
    Code("ConsumerGroup.validateOffsetCommit"),
    covers=("F-43",),
    needs=FEATURE,
)

old_versions = Requirement(
    "consumer-groups.members-commit-with-version-9",
    "OffsetCommit of a member below version 9 is UNSUPPORTED_VERSION.",
    Code("ConsumerGroup.validateOffsetCommit"),
    covers=("F-43",),
    needs=FEATURE,
)

empty_groups = Requirement(
    "consumer-groups.without-members-anybody-commits",
    "A commit with epoch -1 is accepted while a consumer group has no members.",
    Code("ConsumerGroup.validateOffsetCommit"),
    covers=("F-43",),
    needs=FEATURE,
)

questions = Requirement(
    "consumer-groups.who-asks-for-offsets-says-who-it-is",
    "OffsetFetch with a member id and an epoch is UNKNOWN_MEMBER_ID for a stranger and "
    "STALE_MEMBER_EPOCH with another epoch than the member's; without both it is answered.",
    Code("ConsumerGroup.validateOffsetFetch"),
    covers=("F-42",),
    needs=FEATURE,
    mutants=("any-epoch-fetches-offsets",),
)

kept = Requirement(
    "consumer-groups.refused-commits-leave-the-offset-as-it-was",
    "OffsetFetch answers the offset of the last commit that was accepted, whatever was refused "
    "since.",
    Code("OffsetMetadataManager.commitOffset"),
    covers=("F-43",),
    needs=FEATURE,
)

OF_REASON: Final = {
    Reason.EMPTY: empty_groups,
    Reason.STRANGER: strangers,
    Reason.OLD_VERSION: old_versions,
    Reason.PRESENT: present_epoch,
    Reason.OTHER: present_epoch,
    Reason.OWNED_SINCE: owned_since,
    Reason.UNSURE: present_epoch,
}
ALL: Final = (
    present_epoch,
    owned_since,
    strangers,
    old_versions,
    empty_groups,
    questions,
    kept,
)
