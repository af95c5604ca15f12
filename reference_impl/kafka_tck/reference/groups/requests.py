"""What members of the classic protocol ask for, whatever the type of their group."""

from collections.abc import Mapping
from dataclasses import dataclass

Protocols = tuple[tuple[str, bytes], ...]
"""The protocols that a member supports, the best first, each with what it says of itself."""


@dataclass(frozen=True, slots=True)
class Joining:
    """One JoinGroup. An empty member id: the coordinator is to make one. Times are in ms."""

    version: int
    client_id: str
    member_id: str
    instance_id: str | None
    protocol_type: str
    protocols: Protocols
    rebalance_timeout_ms: int
    session_timeout_ms: int

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.protocols)


@dataclass(frozen=True, slots=True)
class Syncing:
    """One SyncGroup; None for a protocol that is not told (before v5)."""

    member_id: str
    instance_id: str | None
    generation: int
    protocol_type: str | None
    protocol: str | None
    assignments: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Leaving:
    """One member of a LeaveGroup; an empty id: whoever is this instance."""

    member_id: str
    instance_id: str | None
