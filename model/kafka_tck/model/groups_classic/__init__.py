"""One classic group: `state.py` says what it is about."""

from kafka_tck.model.groups_classic import (
    claims,
    coordinator,
    joining,
    members,
    syncing,
    variants,
)
from kafka_tck.model.groups_classic.state import Group, Groups, groups_classic

__all__ = [
    "Group",
    "Groups",
    "claims",
    "coordinator",
    "groups_classic",
    "joining",
    "members",
    "syncing",
    "variants",
]
