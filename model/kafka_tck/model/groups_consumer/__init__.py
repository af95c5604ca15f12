"""Consumer groups of KIP-848: `state.py` says what it is about."""

from kafka_tck.model.groups_consumer import claims, commits, coordinator, members, variants
from kafka_tck.model.groups_consumer.state import ConsumerGroups, Group, groups_consumer

__all__ = [
    "ConsumerGroups",
    "Group",
    "claims",
    "commits",
    "coordinator",
    "groups_consumer",
    "members",
    "variants",
]
