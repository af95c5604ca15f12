"""Wrong assignors, each with the kind of mistake that was made before, and who finds it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from typing import NamedTuple

from kafka_tck.model.assignors.claims import owners
from kafka_tck.model.assignors.dealing import by_range, frozen, quotas
from kafka_tck.model.assignors.group import Assignment, Group, Member, TopicPartition
from kafka_tck.model.assignors.keeping import by_cooperative_sticky, by_sticky, by_uniform

Assignor = Callable[[Group], Assignment]


class Wrong(NamedTuple):
    """A wrong assignor: what it poses as, and the law that it breaks first of all."""

    assignor: Assignor
    name: str
    law: str


def _in_ranges(
    group: Group,
    bounds: Callable[[int, int, int], tuple[int, int]],
    order: Callable[[tuple[Member, ...]], tuple[Member, ...]] = lambda members: members,
) -> Assignment:
    """Per topic, from where to where of `n` partitions the subscriber `at` of `m` has."""
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    for topic in {partition.topic for partition in group.wanted}:
        members = order(group.subscribers(topic))
        n = group.partitions[topic]
        for at, member in enumerate(members):
            first, end = bounds(at, n, len(members))
            given[member.id] |= {TopicPartition(topic, k) for k in range(first, min(end, n))}
    return frozen(given)


def _bounds(at: int, n: int, m: int) -> tuple[int, int]:
    return sum(quotas(n, m)[:at]), sum(quotas(n, m)[: at + 1])


def one_too_few_has_one_more(group: Group) -> Assignment:
    """The last partition is left over (M31)."""

    def bounds(at: int, n: int, m: int) -> tuple[int, int]:
        each, more = divmod(n, m)
        first = each * at + min(at, max(more - 1, 0))
        return first, first + each + (at < more - 1)

    return _in_ranges(group, bounds)


def one_too_many_has_one_more(group: Group) -> Assignment:
    """Where one range ends, the next has already begun (M31)."""

    def bounds(at: int, n: int, m: int) -> tuple[int, int]:
        first, end = _bounds(at, n, m)
        return first, end + (at == n % m)

    return _in_ranges(group, bounds)


def starts_forget_who_has_one_more(group: Group) -> Assignment:
    """Ranges begin as if all were of one length (M31)."""

    def bounds(at: int, n: int, m: int) -> tuple[int, int]:
        return n // m * at, n // m * at + n // m + (at < n % m)

    return _in_ranges(group, bounds)


def rounded_up(group: Group) -> Assignment:
    """Everyone takes n / m rounded up as long as there are any."""
    return _in_ranges(group, lambda at, n, m: (-(-n // m) * at, -(-n // m) * (at + 1)))


def last_ones_have_more(group: Group) -> Assignment:
    """The remainder goes to the last members, not to the first."""
    return _in_ranges(group, lambda at, n, m: (n * at // m, n * (at + 1) // m))


def instances_do_not_count(group: Group) -> Assignment:
    """Static members are ordered by their member ids, which change when they return."""
    return _in_ranges(group, _bounds, lambda ms: tuple(sorted(ms, key=lambda m: m.id)))


def everyone_counts(group: Group) -> Assignment:
    """Members that do not subscribe take their share of the division (KAFKA-16930)."""
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    for partition in group.wanted:
        sizes = quotas(group.partitions[partition.topic], len(group.members))
        at = next(k for k in range(len(sizes)) if partition.partition < sum(sizes[: k + 1]))
        member = group.ordered[at]
        if partition.topic in member.topics:
            given[member.id].add(partition)
    return frozen(given)


def topics_begin_with_different_members(group: Group) -> Assignment:
    """Even over the topics, but partition i of two topics goes to two members (KAFKA-14891)."""
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    topics = sorted({partition.topic for partition in group.wanted})
    for turn, topic in enumerate(topics):
        members = group.subscribers(topic)
        for at in range(len(members)):
            first, end = _bounds(at, group.partitions[topic], len(members))
            taker = members[(at + turn) % len(members)]
            given[taker.id] |= {TopicPartition(topic, k) for k in range(first, end)}
    return frozen(given)


def who_is_skipped_takes_the_partition_along(group: Group) -> Assignment:
    """Round robin where a turn that is not used is the partition's, too."""
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    for partition, member in zip(group.wanted, cycle(group.ordered), strict=False):
        if partition.topic in member.topics:
            given[member.id].add(partition)
    return frozen(given)


def turns_begin_again(group: Group) -> Assignment:
    """Round robin that begins with the first member for every topic (librdkafka #3159)."""
    given: dict[str, set[TopicPartition]] = {member.id: set() for member in group.members}
    for partition in group.wanted:
        members = group.subscribers(partition.topic)
        given[members[partition.partition % len(members)].id].add(partition)
    return frozen(given)


def stale_claims_count(group: Group) -> Assignment:
    """What a member owned before it dropped out is still its own when it returns (KAFKA-7026)."""
    assignment = by_sticky(group)
    return {m.id: assignment[m.id] | _valid(group, m) for m in group.members}


def _valid(group: Group, member: Member) -> frozenset[TopicPartition]:
    return frozenset(p for p in member.owned if group.may_own(member.id, p))


def older_claims_win(group: Group) -> Assignment:
    """The generations of claims are compared the wrong way round."""
    turned = (replace(member, generation=-member.generation) for member in group.members)
    return by_sticky(replace(group, members=tuple(turned)))


def departed_topics_stay(group: Group) -> Assignment:
    """A member keeps what it owned of topics that it left."""
    assignment = by_sticky(group)
    stale = {m.id: frozenset(p for p in m.owned if p.topic not in m.topics) for m in group.members}
    return {member: held | stale[member] for member, held in assignment.items()}


def nothing_is_kept(group: Group) -> Assignment:
    """Balanced, as if nobody had owned anything."""
    return by_sticky(
        replace(group, members=tuple(replace(m, owned=frozenset()) for m in group.members))
    )


def everything_is_kept(group: Group) -> Assignment:
    """Stickiness before balance: only what has no owner is given out."""
    stay = owners(group)
    given = {m.id: {p for p, owner in stay.items() if owner == m.id} for m in group.members}
    for partition in group.wanted:
        if partition not in stay:
            takers = group.subscribers(partition.topic)
            given[min(takers, key=lambda m: len(given[m.id])).id].add(partition)
    return frozen(given)


def the_rest_goes_topic_by_topic(group: Group) -> Assignment:
    """One member collects what is over of every topic (KAFKA-16277)."""
    return by_range(group)


def one_member_trades(group: Group) -> Assignment:
    """Even, but the first two members exchange a partition for nothing."""
    assignment = dict(by_uniform(group))
    one, other = ([m.id for m in group.ordered] * 2)[:2]
    if assignment[one] and assignment[other] and group.has_equal_subscriptions:
        mine, yours = min(assignment[one]), min(assignment[other])
        assignment[one] = assignment[one] - {mine} | {yours}
        assignment[other] = assignment[other] - {yours} | {mine}
    return assignment


def moves_are_given_at_once(group: Group) -> Assignment:
    """What another member must first give up is given to its next owner now (KAFKA-15170)."""
    return by_sticky(group)


def contested_partitions_are_given_at_once(group: Group) -> Assignment:
    """Two claims of one generation are both dropped, and the partition counts as free."""
    assignment, stay = by_sticky(group), owners(group)
    sure = by_cooperative_sticky(group)
    return {
        member: sure[member] | {p for p in held if p not in stay}
        for member, held in assignment.items()
    }


def whatever_is_new_waits(group: Group) -> Assignment:
    """Partitions that nobody owns are left out of the first assignment, too."""
    assignment = by_cooperative_sticky(group)
    return {m.id: assignment[m.id] & m.owned for m in group.members}


WRONG = (
    Wrong(one_too_few_has_one_more, "range", "is_complete"),
    Wrong(one_too_many_has_one_more, "range", "is_disjoint"),
    Wrong(starts_forget_who_has_one_more, "range", "is_disjoint"),
    Wrong(rounded_up, "range", "has_quotas"),
    Wrong(last_ones_have_more, "range", "is_as_range"),
    Wrong(instances_do_not_count, "range", "is_as_range"),
    Wrong(everyone_counts, "server range", "is_complete"),
    Wrong(topics_begin_with_different_members, "range with racks", "is_co_partitioned"),
    Wrong(who_is_skipped_takes_the_partition_along, "roundrobin", "is_complete"),
    Wrong(turns_begin_again, "roundrobin", "is_as_round_robin"),
    Wrong(stale_claims_count, "sticky", "is_disjoint"),
    Wrong(older_claims_win, "sticky", "moves_fewest"),
    Wrong(departed_topics_stay, "sticky", "is_of_subscribers"),
    Wrong(nothing_is_kept, "sticky", "moves_fewest"),
    Wrong(everything_is_kept, "sticky", "is_balanced"),
    Wrong(the_rest_goes_topic_by_topic, "uniform", "is_balanced"),
    Wrong(one_member_trades, "uniform", "gives_up_only_what_is_over"),
    Wrong(moves_are_given_at_once, "cooperative-sticky", "hands_over"),
    Wrong(contested_partitions_are_given_at_once, "cooperative-sticky", "hands_over"),
    Wrong(whatever_is_new_waits, "cooperative-sticky", "is_complete_but_for_moves"),
)
