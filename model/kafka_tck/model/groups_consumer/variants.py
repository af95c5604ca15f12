"""Wrong coordinators, an older rule and newer ones, and a network that brings requests late."""

from kafka_tck.model.groups_consumer.state import ANY, ASSIGNED, ConsumerGroups, groups_consumer

_TWICE = ("a_partition_is_one_members", "a_partition_has_one_owner")

groups_consumer.variant(
    "no-hand-over-guard",
    "Wrong: a member gets all of its target at once, whoever still has it.",
    ConsumerGroups(hands_over_free=False),
    breaks=_TWICE,
)
groups_consumer.variant(
    "lost-partition-epoch",
    "Wrong: a partition that goes back to who is giving it up looks free (KAFKA-16147).",
    ConsumerGroups(keeps_partition_epochs=False),
    breaks=_TWICE,
)
groups_consumer.variant(
    "late-requests",
    "A copy of a request comes late, on an older connection: nothing tells it from a newer one.",
    ConsumerGroups(late_requests=1),
    breaks=("a_partition_has_one_owner",),
)
groups_consumer.variant(
    "late-join",
    "A copy of a join comes when the member has gone on: as if it had given everything up.",
    ConsumerGroups(late_requests=1, late_within_epoch=False),
    breaks=("a_partition_has_one_owner",),
)
groups_consumer.variant(
    "late-but-fenced",
    "Copies come when the member has gone on, and a known member cannot join again (4.0).",
    ConsumerGroups(late_requests=1, late_within_epoch=False, rejoins=False),
)
groups_consumer.variant(
    "no-epoch-check",
    "Wrong: the same, and the epoch of a request does not matter.",
    ConsumerGroups(late_requests=1, late_within_epoch=False, rejoins=False, checks_epoch=False),
    breaks=("a_partition_has_one_owner",),
)
groups_consumer.variant(
    "assignment-interval",
    "A target may be made later than the group epoch that it is for (4.3).",
    ConsumerGroups(assignment_interval=True),
)
groups_consumer.variant(
    "relaxed-commits",
    "Commits of older epochs are accepted for what the member has had since (KIP-1251).",
    ConsumerGroups(commits=True, commit_epochs=ASSIGNED, bumps_between=True),
)
groups_consumer.variant(
    "epochs-that-stay",
    "Who has to give up more in between keeps its epoch, and with it accepted commits (from 4.2).",
    ConsumerGroups(commits=True),
    breaks=("no_stale_commit_is_accepted",),
)
groups_consumer.variant(
    "epochs-come-back",
    "With an assignment interval who leaves and joins again has the epoch it had before (4.3).",
    ConsumerGroups(assignment_interval=True, commits=True, bumps_between=True),
    breaks=("no_stale_commit_is_accepted",),
)
groups_consumer.variant(
    "any-commits",
    "Wrong: commits of all older epochs are accepted.",
    ConsumerGroups(commits=True, commit_epochs=ANY, bumps_between=True),
    breaks=("no_stale_commit_is_accepted",),
)
