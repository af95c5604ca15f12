"""Topics: which names are legal, and what creating, deleting and growing topics may answer.

Pure functions over plain values. Where several things are wrong with one request, each of the
errors is a legal answer: no document promises an order of checks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

LONGEST_NAME: Final = 249
"""Characters; `Topic.MAX_NAME_LENGTH`."""

_LEGAL: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")

DEFAULT: Final = -1
"""As a partition count or a replication factor: the broker's default."""


class Flaw(NamedTuple):
    """What is wrong with a request about one topic: its kind and the error that tells so."""

    kind: str
    error: str


class Assignment(NamedTuple):
    """The brokers that shall hold the replicas of one partition."""

    partition: int
    brokers: tuple[int, ...]


@dataclass(frozen=True)
class NewTopic:
    """What a client asks to create."""

    name: str
    partitions: int = 1
    replication: int = 1
    assignments: tuple[Assignment, ...] = ()
    configs: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Cluster:
    """What decides about topics: the brokers, the defaults, and the topics with their counts."""

    brokers: frozenset[int]
    topics: Mapping[str, int] = field(default_factory=dict)
    """Partition counts by name."""


def is_legal_name(name: str) -> bool:
    """`Topic.validate`: 1 to 249 of the characters A-Z a-z 0-9 . _ -, and neither . nor .. ."""
    return name not in ("", ".", "..") and len(name) <= LONGEST_NAME and _LEGAL.issuperset(name)


def unified(name: str) -> str:
    """The form under which names collide: `.` and `_` are one in the names of metrics."""
    return name.replace(".", "_")


def collides(name: str, others: Sequence[str]) -> bool:
    """Whether a name differs from another one only in `.` against `_`."""
    return any(name != other and unified(name) == unified(other) for other in others)


def flaws_of_creation(asked: Sequence[NewTopic], new: NewTopic, cluster: Cluster) -> list[Flaw]:
    """What is wrong with creating this topic of a request. None of it: it is created."""
    if sum(other.name == new.name for other in asked) > 1:
        return [Flaw("duplicate", "INVALID_REQUEST")]
    if new.name in cluster.topics:
        return [Flaw("exists", "TOPIC_ALREADY_EXISTS"), *_flaws_of_contents(new, cluster)]
    return [*_flaws_of_name(new.name, cluster), *_flaws_of_contents(new, cluster)]


def _flaws_of_name(name: str, cluster: Cluster) -> list[Flaw]:
    if not is_legal_name(name) or collides(name, tuple(cluster.topics)):
        return [Flaw("name", "INVALID_TOPIC_EXCEPTION")]
    return []


def _flaws_of_contents(new: NewTopic, cluster: Cluster) -> list[Flaw]:
    counts = _flaws_of_assignments(new, cluster) if new.assignments else _of_counts(new, cluster)
    return [*flaws_of_configs(new.configs), *counts]


def _of_counts(new: NewTopic, cluster: Cluster) -> list[Flaw]:
    flaws = []
    if new.replication != DEFAULT and not 0 < new.replication <= len(cluster.brokers):
        flaws.append(Flaw("count", "INVALID_REPLICATION_FACTOR"))
    if new.partitions != DEFAULT and new.partitions <= 0:
        flaws.append(Flaw("count", "INVALID_PARTITIONS"))
    return flaws


def _flaws_of_assignments(new: NewTopic, cluster: Cluster) -> list[Flaw]:
    flaws = []
    if (new.partitions, new.replication) != (DEFAULT, DEFAULT):
        flaws.append(Flaw("assignment", "INVALID_REQUEST"))
    indexes = sorted(assignment.partition for assignment in new.assignments)
    lists = [assignment.brokers for assignment in new.assignments]
    if indexes != list(range(len(indexes))) or not are_legal_replicas(lists, cluster.brokers):
        flaws.append(Flaw("assignment", "INVALID_REPLICA_ASSIGNMENT"))
    return flaws


def are_legal_replicas(
    lists: Sequence[Sequence[int]], brokers: frozenset[int], replication: int | None = None
) -> bool:
    """Each list names distinct known brokers, at least one, and all lists are of one length."""
    lengths = {len(replicas) for replicas in lists} | ({replication} if replication else set())
    distinct = all(len(set(replicas)) == len(replicas) > 0 for replicas in lists)
    return distinct and len(lengths) <= 1 and all(brokers.issuperset(r) for r in lists)


def flaws_of_configs(configs: Sequence[tuple[str, str | None]]) -> list[Flaw]:
    """Settings that no topic can have: unknown names, no value, a value that cannot be read."""
    wrong = any(value is None or not is_legal_setting(name, value) for name, value in configs)
    return [Flaw("config", "INVALID_CONFIG")] if wrong else []


_WHOLE_NUMBERS: Final = {
    "retention.ms": -1,
    "max.message.bytes": 0,
    "min.insync.replicas": 1,
    "delete.retention.ms": 0,
}
"""The least value of the whole-number settings that the suite uses."""

_WORDS: Final = {
    "cleanup.policy": {"delete", "compact"},
    "message.timestamp.type": {"CreateTime", "LogAppendTime"},
}

LISTS: Final = frozenset({"cleanup.policy"})
"""Settings whose value is a list, to which words can be appended."""


def is_legal_setting(name: str, value: str) -> bool:
    """Whether a topic can have this setting, among those that the suite uses."""
    if name in _WHOLE_NUMBERS:
        digits = value.removeprefix("-")
        return digits.isascii() and digits.isdigit() and int(value) >= _WHOLE_NUMBERS[name]
    words = value.split(",") if name in LISTS else [value]
    return _WORDS.get(name, set()).issuperset(words)


class Doomed(NamedTuple):
    """A topic that a client asks to delete: by name, by id, or (wrongly) by both or neither."""

    name: str | None = None
    id: str | None = None


def flaws_of_deletion(asked: Sequence[Doomed], one: Doomed, names: Mapping[str, str]) -> list[Flaw]:
    """What is wrong with deleting one topic of a request. `names` are those of the live ids."""
    if (one.name is None) == (one.id is None):
        return [Flaw("reference", "INVALID_REQUEST")]
    if one.id is not None and one.id not in names:
        unknown = [Flaw("id", "UNKNOWN_TOPIC_ID")]
    elif one.name is not None and one.name not in names.values():
        unknown = [Flaw("absent", "UNKNOWN_TOPIC_OR_PARTITION")]
    else:
        unknown = []
    return [Flaw("reference", "INVALID_REQUEST")] if _is_repeated(asked, one, names) else unknown


def _is_repeated(asked: Sequence[Doomed], one: Doomed, names: Mapping[str, str]) -> bool:
    """The same name twice, the same id twice, or the name and the id of one topic."""
    whole = [other for other in asked if (other.name is None) != (other.id is None)]
    if Counter(whole)[one] > 1:
        return True
    meant = [names.get(other.id, other.id) if other.id else other.name for other in whole]
    return meant.count(names.get(one.id, one.id) if one.id else one.name) > 1


class Growth(NamedTuple):
    """What a client asks CreatePartitions: the new count, and brokers for the new ones."""

    name: str
    to: int
    assignments: tuple[tuple[int, ...], ...] | None = None


def flaws_of_growth(
    asked: Sequence[Growth], one: Growth, cluster: Cluster, replication: int = 1
) -> list[Flaw]:
    """What is wrong with giving one topic more partitions."""
    if sum(other.name == one.name for other in asked) > 1:
        return [Flaw("duplicate", "INVALID_REQUEST")]
    present = cluster.topics.get(one.name)
    if present is None:
        return [Flaw("absent", "UNKNOWN_TOPIC_OR_PARTITION")]
    flaws = [Flaw("count", "INVALID_PARTITIONS")] if one.to <= present else []
    if one.assignments is not None and not (
        len(one.assignments) == one.to - present
        and are_legal_replicas(one.assignments, cluster.brokers, replication)
    ):
        flaws.append(Flaw("assignment", "INVALID_REPLICA_ASSIGNMENT"))
    return flaws


def error_of_lookup(name: str, cluster: Cluster) -> str:
    """What a request about one name is answered, where topics are not created by asking."""
    if not is_legal_name(name):
        return "INVALID_TOPIC_EXCEPTION"
    return "NONE" if name in cluster.topics else "UNKNOWN_TOPIC_OR_PARTITION"
