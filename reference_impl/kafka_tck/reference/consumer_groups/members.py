"""A member of a consumer group, as the coordinator knows it. Source: ConsumerGroupMember, 4.3."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final
from uuid import UUID

JOIN: Final = 0
LEAVE: Final = -1
LEAVE_FOR_A_WHILE: Final = -2
"""Epochs that a member sends: it joins, it leaves, it leaves and means to be back (static)."""

Partition = tuple[UUID, int]
"""A partition by the id of its topic."""


class MemberState(IntEnum):
    """How far a member is on the way to its target, with the codes that the log has."""

    STABLE = 0
    UNREVOKED_PARTITIONS = 1
    UNRELEASED_PARTITIONS = 2


@dataclass(frozen=True, slots=True)
class ClassicMember:
    """What is kept of a member that speaks the classic protocol: its session timeout in ms, and
    its protocols with their metadata, in its order of preference."""

    session_timeout_ms: int
    protocols: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`topics` and `regex` are what it subscribes to ("" for no regex), `assignor` what it prefers.

    `assigned` has the epoch in which the member was given each partition, and so has `revoking`,
    which are the partitions that it was told to give up and may still read.
    """

    member_id: str
    epoch: int = JOIN
    previous_epoch: int = -1
    state: MemberState = MemberState.STABLE
    instance_id: str | None = None
    rack_id: str | None = None
    rebalance_timeout_ms: int = -1
    client_id: str = ""
    client_host: str = ""
    topics: frozenset[str] = frozenset()
    regex: str = ""
    assignor: str | None = None
    assigned: Mapping[Partition, int] = field(default_factory=dict)
    revoking: Mapping[Partition, int] = field(default_factory=dict)
    classic: ClassicMember | None = None

    def is_reconciled_to(self, target_epoch: int) -> bool:
        return self.state is MemberState.STABLE and self.epoch == target_epoch


def by_topic(partitions: Iterable[Partition]) -> dict[UUID, list[int]]:
    """The partitions of each topic, in order."""
    found: dict[UUID, list[int]] = {}
    for topic, index in sorted(partitions):
        found.setdefault(topic, []).append(index)
    return found
