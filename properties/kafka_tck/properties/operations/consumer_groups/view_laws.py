"""Requirements on what ConsumerGroupDescribe shows: members, epochs, states, assignments."""

from typing import Final

from kafka_tck.model.consumer_groups.shown import View
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.operations.consumer_groups.laws import FEATURE
from kafka_tck.properties.requirement import Requirement

shown_as_told = Requirement(
    "consumer-groups.members-are-shown-as-they-were-told",
    "ConsumerGroupDescribe shows exactly the members, with the epochs, subscriptions and "
    "partitions that they were told; a group that does not exist is GROUP_ID_NOT_FOUND.",
    KIP(848, "ConsumerGroupDescribe API"),
    covers=("F-70", "F-63", "F-67"),
    needs=FEATURE,
    mutants=(
        "who-means-to-be-back-is-gone",
        "targets-are-told",
        "a-repeated-join-makes-a-member",
    ),
)

epochs_in_order = Requirement(
    "consumer-groups.members-follow-the-target-and-the-target-the-group",
    "No member is shown with an epoch above that of the target assignment, nor the target with one "
    "above the group's.",
    KIP(848, "Group Epoch, Assignment Epoch, Member Epoch"),
    covers=("F-59",),
    needs=FEATURE,
)

states = Requirement(
    "consumer-groups.the-state-is-what-epochs-and-members-make-it",
    "Empty without members, Assigning while the target is behind the group, Reconciling while a "
    "member is behind the target, else Stable.",
    KIP(848, "Consumer Group States"),
    covers=("F-71", "F-70"),
    needs=FEATURE,
    mutants=("stable-is-all-there-is",),
)

epoch_begins = Requirement(
    "consumer-groups.what-changes-a-group-begins-an-epoch",
    "When a member joins, leaves, is removed, or subscribes to other topics, the epoch of the "
    "group rises; it never falls.",
    KIP(848, "Group Epoch"),
    covers=("F-58", "F-67"),
    needs=FEATURE,
    mutants=(
        "group-epochs-stay",
        "subscriptions-stay-as-they-were",
        "target-epochs-stay",
    ),
)

epoch_stays = Requirement(
    "consumer-groups.without-a-reason-no-epoch-begins",
    "A group whose members and topics stay keeps its epoch, also when a static member leaves for a "
    "while and comes back.",
    KIP(848, "Group Epoch; Static Membership"),
    covers=("F-56", "F-58"),
    needs=FEATURE,
    mutants=("a-repeated-join-begins-an-epoch",),
)

preferred = Requirement(
    "consumer-groups.most-members-choose-the-assignor",
    "The assignor of a group is the one that most of its members want, and uniform if none wants "
    "any.",
    Code("ConsumerGroup.computePreferredServerAssignor"),
    covers=("F-53",),
    needs=FEATURE,
    mutants=("the-first-vote-counts",),
)

complete = Requirement(
    "consumer-groups.each-partition-has-one-member-that-subscribes-to-it",
    "The target assignment gives each partition of each subscribed topic to exactly one member, "
    "which subscribes to it, and nothing else.",
    KIP(848, "Assignment"),
    covers=("F-75",),
    needs=FEATURE,
    mutants=("the-remainder-is-nobodys",),
)

uniform = Requirement(
    "consumer-groups.uniform-is-even-and-moves-only-what-it-must",
    "Of members with equal subscriptions none has two partitions more than another, and none loses "
    "a partition to be given another one.",
    Code("UniformHomogeneousAssignmentBuilder"),
    covers=("F-86",),
    needs=FEATURE,
    mutants=(
        "the-remainder-is-one-members",
        "uniform-begins-anew",
    ),
)

uneven = Requirement(
    "consumer-groups.uniform-is-as-even-as-subscriptions-let-it-be",
    "Of members with different subscriptions none has a partition that another subscriber with two "
    "fewer could have.",
    Code("UniformHeterogeneousAssignmentBuilder"),
    covers=("F-87",),
    needs=FEATURE,
)

range_ = Requirement(
    "consumer-groups.range-deals-each-topic-in-order",
    "Of each topic with n partitions the first n mod m of m subscribers get one more than the "
    "others, contiguous, static members by instance id before others by member id.",
    Code("RangeAssignor of the group coordinator"),
    covers=("F-85",),
    needs=FEATURE,
    mutants=(
        "ranges-overlap",
        "ranges-leave-gaps",
        "the-last-ranges-are-larger",
    ),
)

idle = Requirement(
    "consumer-groups.who-is-left-over-has-nothing-until-somebody-fails",
    "With more members than partitions the others have empty assignments, and are members as any "
    "other: they take over.",
    KIP(848, "Assignment"),
    covers=("F-89",),
    needs=FEATURE,
)

OF_VIEW: Final = {
    View.MEMBERS: shown_as_told,
    View.ORDERED: epochs_in_order,
    View.STATE: states,
    View.RISES: epoch_begins,
    View.STAYS: epoch_stays,
    View.ASSIGNOR: preferred,
    View.COMPLETE: complete,
    View.UNIFORM: uniform,
    View.UNEVEN: uneven,
    View.RANGE: range_,
    View.IDLE: idle,
}
