"""Laws of assignments: each tells, in words, where an assignment breaks it.

They hold or not of any assignment, whoever made it. Which laws an assignor promises is a table, for
none promises all: range and round robin do not care who owned what, and range not how many
partitions of other topics a member has.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from kafka_tck.model.assignors.claims import owners
from kafka_tck.model.assignors.dealing import by_range, by_round_robin, quotas
from kafka_tck.model.assignors.group import Assignment, Group, TopicPartition
from kafka_tck.model.assignors.keeping import is_held_by_another
from kafka_tck.model.assignors.optimum import optimum, worth

Law = Callable[[Group, Assignment], Iterator[str]]


def is_complete(group: Group, assignment: Assignment) -> Iterator[str]:
    """Every partition that somebody subscribes to has an owner."""
    for partition in _unassigned(group, assignment):
        yield f"{_name(partition)} has no owner"


def is_complete_but_for_moves(group: Group, assignment: Assignment) -> Iterator[str]:
    """Only what a member has to give up first has no owner. Of cooperative assignors."""
    for partition in _unassigned(group, assignment):
        if not is_held_by_another(group, "", partition):
            yield f"{_name(partition)} has no owner, though nobody has to give it up"


def is_disjoint(group: Group, assignment: Assignment) -> Iterator[str]:
    """No partition has two owners."""
    for partition, members in _holders(assignment).items():
        if len(members) > 1:
            yield f"{_name(partition)} has the owners {', '.join(members)}"


def is_of_subscribers(group: Group, assignment: Assignment) -> Iterator[str]:
    """Nobody is given a partition that does not exist or of a topic it does not subscribe to."""
    for member, partitions in sorted(assignment.items()):
        for partition in sorted(partitions):
            if not group.may_own(member, partition):
                yield f"{member} is given {_name(partition)}, to which it is not subscribed"


def has_quotas(group: Group, assignment: Assignment) -> Iterator[str]:
    """Of each topic's n partitions, n mod m of m subscribers have one more than the others."""
    for topic in _topics(group):
        members = group.subscribers(topic)
        sizes = sorted((len(_of(assignment, m.id, topic)) for m in members), reverse=True)
        due = quotas(group.partitions[topic], len(members))
        if sizes != due:
            yield f"the subscribers of {topic} have {sizes} of its partitions, not {due}"


def is_co_partitioned(group: Group, assignment: Assignment) -> Iterator[str]:
    """Of topics with the same subscribers and as many partitions, a member has the same ones."""
    first_of: dict[object, str] = {}
    for topic in _topics(group):
        members = group.subscribers(topic)
        first = first_of.setdefault((members, group.partitions[topic]), topic)
        for member in members:
            here, there = (_of(assignment, member.id, t) for t in (topic, first))
            if here != there:
                yield f"{member.id} has {sorted(here)} of {topic}, but {sorted(there)} of {first}"


def is_balanced(group: Group, assignment: Assignment) -> Iterator[str]:
    """No partition could go from its owner to another subscriber with at least two fewer.

    Where all subscribe to the same topics: sizes differ by at most one.
    """
    sizes = {member.id: len(assignment.get(member.id, ())) for member in group.members}
    for partition, holders in _holders(assignment).items():
        for taker in group.subscribers(partition.topic):
            for giver in holders:
                if sizes.get(giver, 0) - sizes[taker.id] >= 2:
                    counts = f"{sizes[giver]} partitions and {taker.id} {sizes[taker.id]}"
                    yield f"{giver} has {counts}, and {_name(partition)} could move"


def gives_up_only_what_is_over(group: Group, assignment: Assignment) -> Iterator[str]:
    """Where all subscribe to the same: who gets something new has lost nothing of its own."""
    if not group.has_equal_subscriptions:
        return
    for member in group.members:
        mine = frozenset(p for p, owner in owners(group).items() if owner == member.id)
        now = assignment.get(member.id, frozenset())
        if mine - now and now - mine:
            lost, new = min(mine - now), min(now - mine)
            yield f"{member.id} loses {_name(lost)} and is given {_name(new)}"


def moves_fewest(group: Group, assignment: Assignment) -> Iterator[str]:
    """Where all subscribe to the same: no assignment as even moves fewer partitions."""
    if group.has_equal_subscriptions:
        moves, least = worth(group, assignment).moves, optimum(group).moves
        if moves > least:
            yield f"{moves} partitions change their owner; {least} are enough"


def hands_over(group: Group, assignment: Assignment) -> Iterator[str]:
    """Nobody is given what somebody else has not yet given up. Of cooperative assignors."""
    for member, partitions in sorted(assignment.items()):
        for partition in sorted(partitions):
            if is_held_by_another(group, member, partition):
                yield f"{member} is given {_name(partition)} while another still owns it"


def is_as_range(group: Group, assignment: Assignment) -> Iterator[str]:
    """Exactly what range gives: it leaves no choice."""
    yield from _differences(by_range(group), assignment)


def is_as_round_robin(group: Group, assignment: Assignment) -> Iterator[str]:
    """Exactly what round robin gives: it leaves no choice."""
    yield from _differences(by_round_robin(group), assignment)


ALWAYS: Final[tuple[Law, ...]] = (is_complete, is_disjoint, is_of_subscribers)
"""What every assignor promises that gives out everything at once."""

PROMISES: Final[Mapping[str, tuple[Law, ...]]] = {
    "range": (*ALWAYS, has_quotas, is_co_partitioned, is_as_range),
    "range with racks": (*ALWAYS, has_quotas, is_co_partitioned),
    "roundrobin": (*ALWAYS, has_quotas, is_as_round_robin),
    "sticky": (*ALWAYS, is_balanced, gives_up_only_what_is_over, moves_fewest),
    "cooperative-sticky": (
        is_complete_but_for_moves,
        is_disjoint,
        is_of_subscribers,
        hands_over,
        gives_up_only_what_is_over,
        moves_fewest,
    ),
    "server range": (*ALWAYS, has_quotas, is_co_partitioned, is_as_range),
    "uniform": (*ALWAYS, is_balanced, gives_up_only_what_is_over),
}
"""The laws of each assignor, by Kafka's name of it.

That the server's `uniform` moves no more than it must is not promised; 4.0.1 and 4.3.1 do so.
"""


def breaches(group: Group, assignment: Assignment, laws: Collection[Law]) -> list[str]:
    """Where an assignment breaks these laws; none where it keeps them."""
    return [f"{law.__name__}: {said}" for law in laws for said in law(group, assignment)]


def _topics(group: Group) -> list[str]:
    return sorted({partition.topic for partition in group.wanted})


def _of(assignment: Assignment, member: str, topic: str) -> frozenset[int]:
    held = assignment.get(member, frozenset())
    return frozenset(p.partition for p in held if p.topic == topic)


def _holders(assignment: Assignment) -> dict[TopicPartition, list[str]]:
    holders: dict[TopicPartition, list[str]] = {}
    for member, partitions in sorted(assignment.items()):
        for partition in sorted(partitions):
            holders.setdefault(partition, []).append(member)
    return holders


def _unassigned(group: Group, assignment: Assignment) -> list[TopicPartition]:
    holders = _holders(assignment)
    return [partition for partition in group.wanted if partition not in holders]


def _differences(due: Assignment, assignment: Assignment) -> Iterator[str]:
    for member in sorted({*due, *assignment}):
        here, there = (sorted(a.get(member, ())) for a in (assignment, due))
        if here != there:
            given, wanted = (" ".join(map(_name, ps)) or "nothing" for ps in (here, there))
            yield f"{member} is given {given}, not {wanted}"


def _name(partition: TopicPartition) -> str:
    return f"{partition.topic}-{partition.partition}"
