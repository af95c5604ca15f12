"""The assignors of the coordinator: who is to read what, from subscriptions and the target before.

Source: UniformAssignor, UniformHomogeneousAssignmentBuilder,
UniformHeterogeneousAssignmentBuilder, RangeAssignor, 4.3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kafka_tck.reference.consumer_groups.members import Partition
from kafka_tck.reference.rules.consumer_groups import ConsumerGroupRules

Assignment = dict[str, frozenset[Partition]]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One member: the topics it subscribes to that exist, and its target until now."""

    topics: frozenset[UUID]
    target: frozenset[Partition]
    instance_id: str | None = None


Subscribers = Mapping[str, Subscriber]
Assignor = Callable[[ConsumerGroupRules, Subscribers, Mapping[UUID, int]], Assignment]
"""The rules, the members by id, and the number of partitions of each topic."""


def assign_ranges(
    rules: ConsumerGroupRules, members: Subscribers, partitions: Mapping[UUID, int]
) -> Assignment:
    """Per topic, each subscriber gets a range of it; static members come first, by instance id."""
    ordered = sorted(members, key=lambda name: _place(name, members[name]))
    found: dict[str, set[Partition]] = {name: set() for name in ordered}
    for topic in sorted({topic for member in members.values() for topic in member.topics}):
        readers = [name for name in ordered if topic in members[name].topics]
        for index, name in enumerate(readers):
            given = rules.range_of(index, partitions[topic], len(readers))
            found[name] |= {(topic, number) for number in given}
    return _frozen(found)


def _place(name: str, member: Subscriber) -> tuple[bool, str]:
    return member.instance_id is None, member.instance_id or name


def assign_uniformly(
    rules: ConsumerGroupRules, members: Subscribers, partitions: Mapping[UUID, int]
) -> Assignment:
    """As even as may be, and within that as it was before."""
    topics = {member.topics for member in members.values()}
    return (_assign_alike if len(topics) <= 1 else _assign_unlike)(rules, members, partitions)


def _assign_alike(
    rules: ConsumerGroupRules, members: Subscribers, partitions: Mapping[UUID, int]
) -> Assignment:
    """All subscribe to the same: the quotas are known, and who has most gets the larger ones."""
    total = _all_partitions(frozenset().union(*(m.topics for m in members.values())), partitions)
    before = {name: _kept(rules, member, total) for name, member in members.items()}
    by_size = sorted(members, key=lambda name: (-len(before[name]), name))
    quotas = dict(zip(by_size, rules.quotas(len(total), len(members)), strict=True))
    found = {name: set(sorted(before[name])[: quotas[name]]) for name in by_size}
    rest = sorted(total - set().union(*found.values()))
    for name in sorted(members):
        missing = max(0, quotas[name] - len(found[name]))
        found[name] |= set(rest[:missing])
        rest = rest[missing:]
    return _frozen(found)


def _assign_unlike(
    rules: ConsumerGroupRules, members: Subscribers, partitions: Mapping[UUID, int]
) -> Assignment:
    """Each free partition goes to the least of its readers; then they even out among them."""
    found = {
        name: set(_kept(rules, member, _all_partitions(member.topics, partitions)))
        for name, member in members.items()
    }
    readers = _readers(members)
    taken = set().union(*found.values())
    for topic in sorted(readers, key=lambda topic: (len(readers[topic]), topic)):
        for index in range(partitions[topic]):
            if (topic, index) not in taken:
                found[min(readers[topic], key=lambda name: len(found[name]))].add((topic, index))
    while _evens_out(found, readers):
        pass
    return _frozen(found)


def _evens_out(found: dict[str, set[Partition]], readers: Mapping[UUID, list[str]]) -> bool:
    """Moves one partition to a reader that has two fewer at least; false if there is none."""
    for name in sorted(found, key=lambda name: -len(found[name])):
        for part in sorted(found[name]):
            least = min(readers[part[0]], key=lambda reader: len(found[reader]))
            if len(found[least]) + 2 <= len(found[name]):
                found[name].remove(part)
                found[least].add(part)
                return True
    return False


def _readers(members: Subscribers) -> dict[UUID, list[str]]:
    readers: dict[UUID, list[str]] = {}
    for name in sorted(members):
        for topic in members[name].topics:
            readers.setdefault(topic, []).append(name)
    return readers


def _kept(
    rules: ConsumerGroupRules, member: Subscriber, total: frozenset[Partition]
) -> frozenset[Partition]:
    return frozenset(rules.remembers(member.target)) & total


def _all_partitions(
    topics: frozenset[UUID], partitions: Mapping[UUID, int]
) -> frozenset[Partition]:
    return frozenset((topic, index) for topic in topics for index in range(partitions[topic]))


def _frozen(found: Mapping[str, set[Partition]]) -> Assignment:
    return {name: frozenset(parts) for name, parts in found.items()}


ASSIGNORS: Final[Mapping[str, Assignor]] = {"uniform": assign_uniformly, "range": assign_ranges}
"""By name; the first is the default (group.consumer.assignors)."""
