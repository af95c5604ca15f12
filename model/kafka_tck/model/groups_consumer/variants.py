"""Wrong coordinators, and a network that brings requests late."""

from kafka_tck.model.groups_consumer.state import ConsumerGroups, groups_consumer

groups_consumer.variant(
    "no-hand-over-guard",
    "Wrong: a member gets all of its target at once, whoever still has it.",
    ConsumerGroups(hands_over_free=False),
    breaks=(
        "a_partition_is_one_members",
        "a_partition_has_one_owner",
        "what_is_taken_is_a_members",
    ),
)
groups_consumer.variant(
    "lost-partition-epoch",
    "Wrong: a partition that goes back to who is giving it up looks free (KAFKA-16147).",
    ConsumerGroups(keeps_partition_epochs=False),
    breaks=(
        "a_partition_is_one_members",
        "a_partition_has_one_owner",
        "what_is_taken_is_a_members",
    ),
)
groups_consumer.variant(
    "late-requests",
    "A copy of a request may come late, on an older connection.",
    ConsumerGroups(late_requests=1),
)
