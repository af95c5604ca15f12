"""Whose claim to a partition counts: of several members that say they own it, at most one.

Source: KIP-341, KIP-429; AbstractStickyAssignor (3.x): claims of one partition are told apart by
the generation of those who make them.
"""

from collections.abc import Mapping

from kafka_tck.model.assignors.group import Group, Member, TopicPartition


def claimants(group: Group) -> dict[TopicPartition, list[Member]]:
    """Those who claim each partition in the newest generation in which anybody claims it."""
    claims: dict[TopicPartition, list[Member]] = {}
    for member in group.ordered:
        for partition in member.owned:
            claims.setdefault(partition, []).append(member)
    return {partition: _newest(members) for partition, members in claims.items()}


def _newest(members: list[Member]) -> list[Member]:
    newest = max(member.generation for member in members)
    return [member for member in members if member.generation == newest]


def owners(group: Group) -> Mapping[TopicPartition, str]:
    """Whom each partition may stay with: its only newest claimant, if that one subscribes to it.

    Two claimants of one generation both lose the claim.
    """
    return {
        partition: members[0].id
        for partition, members in claimants(group).items()
        if len(members) == 1 and group.may_own(members[0].id, partition)
    }
