"""The assignors that deal partitions anew every time, whoever owned them: range and round robin."""

from itertools import cycle

from kafka_tck.model.assignors.group import Assignment, Group, Member, TopicPartition


def quotas(partitions: int, members: int) -> list[int]:
    """How many of n partitions each of m members gets: the first n mod m get one more.

    >>> quotas(10, 3)
    [4, 3, 3]
    """
    each, more = divmod(partitions, members)
    return [each + (at < more) for at in range(members)]


def by_range(group: Group) -> Assignment:
    """Per topic, contiguous partitions in the order of its subscribers.

    Also the `range` of KIP-848's coordinators. Source: RangeAssignor of the clients and of the
    group coordinator. Racks are not looked at.
    """
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    for topic in {partition.topic for partition in group.wanted}:
        subscribers = group.subscribers(topic)
        start = 0
        for member, quota in zip(
            subscribers, quotas(group.partitions[topic], len(subscribers)), strict=True
        ):
            given[member.id] |= {TopicPartition(topic, start + at) for at in range(quota)}
            start += quota
    return frozen(given)


def by_round_robin(group: Group) -> Assignment:
    """All partitions, sorted, in turn to the members, past those who do not subscribe.

    Source: RoundRobinAssignor of the clients.
    """
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    turns = cycle(group.ordered)
    for partition in group.wanted:
        given[_next_subscriber(turns, partition.topic).id].add(partition)
    return frozen(given)


def _next_subscriber(turns: "cycle[Member]", topic: str) -> Member:
    return next(member for member in turns if topic in member.topics)


def frozen(given: dict[str, set[TopicPartition]]) -> Assignment:
    """An assignment that nobody changes any more."""
    return {member: frozenset(partitions) for member, partitions in given.items()}
