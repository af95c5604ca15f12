"""A member of a classic group, as its coordinator knows it.

Source: ClassicGroupMember, 4.3.
"""

from dataclasses import dataclass

from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Protocols


@dataclass(slots=True, eq=False)
class Member:
    """`joining` and `syncing` are the answers that it waits for; times are in ms."""

    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocol_type: str
    protocols: Protocols
    assignment: bytes = b""
    joining: Held | None = None
    syncing: Held | None = None
    is_new: bool = False
    """Whether it has not seen its first generation yet: until then it cannot be alive otherwise
    than by waiting, and waits for five minutes at most."""

    @property
    def is_static(self) -> bool:
        return self.instance_id is not None

    @property
    def names(self) -> list[str]:
        """Its protocols, the best first."""
        return [name for name, _ in self.protocols]

    def metadata(self, protocol: str | None) -> bytes:
        """What it says of itself in a protocol; nothing in one that it does not support."""
        return dict(self.protocols).get(protocol or "", b"")
