"""Named settings, and what is known to go wrong with them."""

from kafka_tck.model.lifecycle.state import Lifecycle, lifecycle

HELD, AGREED = "who_may_lead_holds_what_is_committed", "leaders_agree_on_what_is_committed"
ACTIVE = "the_isr_is_active"

lifecycle.variant(
    "two-brokers",
    "The same with two replicas on two brokers, and nothing to reassign.",
    Lifecycle(nodes=2, reassigns=False),
)
lifecycle.variant(
    "three-replicas",
    "Three replicas on three brokers, and nothing to reassign.",
    Lifecycle(replicas=3, reassigns=False),
)
lifecycle.variant(
    "elr-off",
    "The last member stays in the ISR, whatever its log has lost.",
    Lifecycle(nodes=2, reassigns=False, elr=False),
)
lifecycle.variant(
    "elr-off-without-power-failures",
    "ELR off, on machines that never lose what they have not flushed.",
    Lifecycle(nodes=2, reassigns=False, elr=False, power_fails=False),
)
lifecycle.variant(
    "unclean",
    "With unclean.leader.election.enable.",
    Lifecycle(nodes=2, reassigns=False, unclean=True),
)
lifecycle.variant(
    "one-is-enough",
    "min.insync.replicas is 1.",
    Lifecycle(nodes=2, reassigns=False, min_isr=1),
)
lifecycle.variant(
    "before-kip-903",
    "AlterPartition names members without their broker epochs.",
    Lifecycle(nodes=2, reassigns=False, min_isr=1, checks_broker_epochs=False),
    breaks=("nobody_joins_under_an_old_broker_epoch", HELD, AGREED),
)
lifecycle.variant(
    "takes-in-the-fenced",
    "The controller does not ask whether a proposed member is fenced, as before KIP-841.",
    Lifecycle(nodes=2, reassigns=False, checks_fencing=False),
    breaks=(ACTIVE,),
)
lifecycle.variant(
    "takes-in-who-shuts-down",
    "The controller does not ask whether a proposed member is shutting down, as before KIP-841.",
    Lifecycle(nodes=2, reassigns=False, checks_shutdown=False),
    breaks=(ACTIVE,),
)
lifecycle.variant(
    "hw-over-the-known-isr",
    "The HW does not wait for members that the leader has asked to add.",
    Lifecycle(nodes=2, reassigns=False, min_isr=1, waits_for_maximal_isr=False),
    breaks=(HELD, AGREED),
)
lifecycle.variant(
    "hw-under-min-isr",
    "The HW advances also while the ISR is smaller than min.insync.replicas.",
    Lifecycle(nodes=2, reassigns=False, waits_for_min_isr=False),
    breaks=(HELD, AGREED),
)
lifecycle.variant(
    "unclean-shutdown-unnoticed",
    "A broker that crashed stays eligible when it registers again.",
    Lifecycle(nodes=2, reassigns=False, notices_unclean_shutdown=False),
    breaks=(HELD, AGREED),
)
lifecycle.variant(
    "last-known-leader-may-be-fenced",
    "PartitionChangeBuilder.canElectLastKnownLeader as in trunk of Oct 2024: it asks whether the "
    "last known leader is acceptable, and elects it either way.",
    Lifecycle(nodes=2, reassigns=False, checks_last_known_leader=False),
    breaks=("the_leader_is_active_and_in_the_isr", ACTIVE),
)
lifecycle.variant(
    "election-without-a-new-epoch",
    "An election does not raise the leader epoch.",
    Lifecycle(nodes=2, reassigns=False, raises_leader_epoch=False),
    breaks=("a_leader_epoch_has_one_leader",),
)
lifecycle.variant(
    "cancelled-reassignment",
    "Reassignments may be cancelled, as in trunk of Oct 2024: a replica that was being added moves "
    "from the ISR to the ELR, though it is no replica any more.",
    Lifecycle(cancels=True),
    breaks=("isr_and_elr_are_replicas", HELD),
)
