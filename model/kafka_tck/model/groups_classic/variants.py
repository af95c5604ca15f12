"""Other consumers, and wrong coordinators, each of which breaks a claim or permits an anomaly."""

from kafka_tck.model.groups_classic.state import COOPERATIVE, Groups, groups_classic

groups_classic.variant(
    "cooperative",
    "Consumers keep what they own while they rejoin (KIP-429).",
    Groups(protocol=COOPERATIVE),
)
groups_classic.variant(
    "static",
    "Nodes 0 and 1 are two processes of one static member (KIP-345).",
    Groups(static=True),
)
groups_classic.variant(
    "static-cooperative",
    "A static member that missed a generation rejoins with what another one was given since.",
    Groups(static=True, protocol=COOPERATIVE),
    breaks=("a_partition_has_one_owner", "no_zombie_commits"),
)
groups_classic.variant(
    "static-cooperative-in-time",
    "Other than Kafka: who missed a generation gives up all, and each restart begins a rebalance.",
    Groups(static=True, protocol=COOPERATIVE, restarts_in_place=False, admits_late=False),
)
groups_classic.variant(
    "any-member-id",
    "Who joins is a member before it knows its id (before KIP-394).",
    Groups(member_id_required=False),
)
groups_classic.variant(
    "not-withheld",
    "Wrong: a cooperative group whose leader gives away what another member still owns.",
    Groups(protocol=COOPERATIVE, withholds=False),
    breaks=("a_partition_has_one_owner", "no_zombie_commits"),
)
groups_classic.variant(
    "one-generation",
    "Wrong: the join phase ends with the generation that was there.",
    Groups(raises_generation=False),
    breaks=("a_generation_has_one_assignment",),
)
groups_classic.variant(
    "any-generation",
    "Wrong: SyncGroup and commits of other generations are taken.",
    Groups(static=True, checks_generation=False),
    breaks=("no_zombie_commits",),
)
groups_classic.variant(
    "unfenced",
    "Wrong: SyncGroup and commits of a static member's former process are taken.",
    Groups(static=True, fences=False),
    breaks=("no_zombie_commits",),
)
groups_classic.variant(
    "no-new-rebalance",
    "Wrong: who restarts in CompletingRebalance is told the generation (KAFKA-9801).",
    Groups(static=True, restarts_rebalance=False),
)
groups_classic.variant(
    "swap-in-memory",
    "Wrong: the new id of a static member is not logged (KAFKA-10284).",
    Groups(static=True, logs_swaps=False),
    breaks=("what_is_told_is_logged",),
)
groups_classic.variant(
    "told-first",
    "Wrong: members are told their assignment before it is in the log.",
    Groups(logs_first=False),
    breaks=("a_generation_has_one_assignment", "generations_rise", "what_is_told_is_logged"),
)
groups_classic.variant(
    "no-sync-timeout",
    "Wrong: nobody waits for the SyncGroup of a member in vain (KAFKA-12890).",
    Groups(expires_syncs=False),
    breaks=("the_group_is_at_rest",),
)
