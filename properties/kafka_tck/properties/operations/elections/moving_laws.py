"""Requirements on partitions that go over to other replicas, as clients see them."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

THREE: Final = frozenset({"nodes.3", "fault.cut"})

running_ones_are_listed = Requirement(
    "reassignment.running-ones-are-listed",
    "While a reassignment runs the replicas are those of the target, then those to be removed; "
    "ListPartitionReassignments tells of these and of those to be added, and of nothing else.",
    KIP(455),
    covers=("G-23",),
    needs=THREE,
    mutants=("lists-no-reassignments", "forgets-who-is-removed"),
)

complete_in_sync = Requirement(
    "reassignment.complete-only-with-the-added-in-sync",
    "No replica is removed before all those that are added are in sync.",
    Code("PartitionReassignmentReplicas.maybeCompleteReassignment"),
    covers=("G-24",),
    needs=THREE,
    mutants=("completes-before-all-are-in-sync",),
)

targets_are_reached = Requirement(
    "reassignment.targets-are-reached",
    "A reassignment that nothing hinders ends with the replicas of the target, in its order, and "
    "one of them leads.",
    KIP(455),
    covers=("G-23", "G-27"),
    needs=THREE,
    mutants=("starts-no-reassignment",),
)

removal_makes_an_epoch = Requirement(
    "reassignment.removals-make-a-new-leader-epoch",
    "When replicas are removed the leader epoch is higher than before, whoever leads.",
    Code("PartitionChangeBuilder.triggerLeaderEpochBumpForReplicaReassignmentIfNeeded"),
    covers=("B-48",),
    needs=THREE,
    mutants=("removes-replicas-without-an-epoch",),
)

the_removed_serve_nothing = Requirement(
    "reassignment.the-removed-serve-nothing",
    "A broker that is no replica any more answers NOT_LEADER_OR_FOLLOWER to readers.",
    KIP(455),
    covers=("G-26",),
    needs=THREE,
    mutants=("the-removed-go-on",),
)

nothing_is_lost = Requirement(
    "reassignment.nothing-is-lost",
    "A record that was acknowledged with acks=all is at its offset during and after reassignments.",
    KIP(455),
    covers=("G-26",),
    needs=THREE,
    mutants=("completes-before-all-are-in-sync",),
)

illegal_targets = Requirement(
    "reassignment.illegal-targets-are-refused",
    "A target without brokers, with one twice, or with one that is not registered is "
    "INVALID_REPLICA_ASSIGNMENT, and changes nothing.",
    KIP(455),
    covers=("G-23", "G-44"),
    needs=THREE,
    mutants=("takes-an-empty-target", "takes-a-broker-twice", "takes-unknown-brokers"),
)

unknown_partitions = Requirement(
    "reassignment.unknown-partitions-are-not-reassigned",
    "A reassignment of a topic or a partition that is none is UNKNOWN_TOPIC_OR_PARTITION.",
    KIP(455),
    covers=("G-23",),
    needs=THREE,
    mutants=("reassigns-the-unknown",),
)

cancelled_ones_go_back = Requirement(
    "reassignment.cancelled-ones-go-back",
    "A null target ends a reassignment that runs: the replicas are those from before it.",
    KIP(455),
    covers=("G-25",),
    needs=THREE,
    mutants=("cancelling-keeps-the-added",),
)

nothing_to_cancel = Requirement(
    "reassignment.there-must-be-one-to-cancel",
    "A null target where no reassignment runs is NO_REASSIGNMENT_IN_PROGRESS.",
    KIP(455),
    covers=("G-25",),
    needs=THREE,
    mutants=("cancels-nothing-with-none",),
)

later_targets = Requirement(
    "reassignment.a-later-target-takes-the-place-of-an-earlier",
    "A target that is given while a reassignment runs is the target from then on: its brokers "
    "stay, all others are removed, and nobody is both added and removed.",
    KIP(455),
    covers=("G-28",),
    needs=THREE,
    mutants=("later-targets-keep-the-removed",),
)

the_factor_may_be_kept = Requirement(
    "reassignment.the-replication-factor-may-be-kept",
    "With allow_replication_factor_change=false a target of another size is "
    "INVALID_REPLICATION_FACTOR, and changes nothing.",
    KIP(860),
    covers=("G-28",),
    needs=THREE,
    since=(4, 1),
    mutants=("changes-the-factor-unasked",),
)

elr_are_replicas = Requirement(
    "elr.members-are-replicas",
    "Only replicas of the partition are eligible to lead it: who is removed is not.",
    KIP(966),
    covers=("B-57", "B-62"),
    needs=THREE,
    since=(4, 1),
    mutants=("the-removed-stay-eligible",),
)

REASSIGNMENTS: Final = (
    running_ones_are_listed,
    complete_in_sync,
    targets_are_reached,
    removal_makes_an_epoch,
    the_removed_serve_nothing,
    nothing_is_lost,
    illegal_targets,
    unknown_partitions,
    cancelled_ones_go_back,
    nothing_to_cancel,
    the_factor_may_be_kept,
)
