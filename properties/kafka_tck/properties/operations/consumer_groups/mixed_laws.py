"""Requirements on groups whose members speak the classic protocol and the consumer protocol."""

from typing import Final

from kafka_tck.model.sources import KIP
from kafka_tck.properties.operations.consumer_groups.laws import FEATURE
from kafka_tck.properties.requirement import Requirement

upgrade = Requirement(
    "consumer-groups.classic-groups-become-consumer-groups",
    "The first heartbeat of epoch 0 makes a consumer group of a classic one of consumers: its "
    "members stay, with their generation as epoch and what they were assigned.",
    KIP(848, "Supporting Online Consumer Group Upgrade"),
    covers=("F-73", "F-07"),
    needs=FEATURE,
    mutants=(
        "classic-groups-stay-classic",
        "upgrades-begin-anew",
    ),
)

driven = Requirement(
    "consumer-groups.classic-members-are-made-to-rejoin",
    "Heartbeat of a classic member of a consumer group is REBALANCE_IN_PROGRESS while there is a "
    "target of a later epoch or the member must give something up; of another generation "
    "ILLEGAL_GENERATION, of a member that speaks the consumer protocol UNKNOWN_MEMBER_ID.",
    KIP(848, "Supporting Online Consumer Group Upgrade"),
    covers=("F-73",),
    needs=FEATURE,
    mutants=(
        "classic-members-miss-new-epochs",
        "classic-members-keep-what-they-must-give-up",
        "any-generation-of-a-classic-member-will-do",
        "consumers-may-speak-classic",
    ),
)

rejoins = Requirement(
    "consumer-groups.classic-members-are-assigned-by-the-coordinator",
    "JoinGroup and SyncGroup of a classic member of a consumer group are answered at once, with "
    "the member's epoch as generation, and with what the coordinator gives it.",
    KIP(848, "Supporting Online Consumer Group Upgrade"),
    covers=("F-73",),
    needs=FEATURE,
    mutants=(
        "classic-members-hear-the-epoch-of-the-target",
        "who-must-give-up-cannot-sync",
    ),
)

exclusive = Requirement(
    "consumer-groups.no-partition-has-two-owners-of-different-protocols",
    "A partition of a classic member is given to nobody before a JoinGroup of it shows that it "
    "gave it up, and none is given to it that a member of the consumer protocol still has.",
    KIP(848, "Supporting Online Consumer Group Upgrade"),
    covers=("F-74",),
    needs=FEATURE,
    mutants=(
        "upgraded-members-own-nothing",
        "upgrades-leave-members-behind",
        "joining-classic-members-own-nothing",
        "classic-members-are-told-their-targets",
    ),
)

downgrade = Requirement(
    "consumer-groups.without-consumer-members-groups-are-classic-again",
    "When the last member of the consumer protocol leaves, the others are members of a classic "
    "group in a later generation, and the group is no consumer group any more.",
    KIP(848, "Supporting Online Consumer Group Downgrade"),
    covers=("F-73",),
    needs=FEATURE,
    mutants=(
        "consumer-groups-stay-consumer-groups",
        "downgrades-begin-anew",
    ),
)

ALL: Final = (upgrade, driven, rejoins, exclusive, downgrade)
