"""What a group is to its coordinator, whichever protocol its members speak.

Source: Group.java of the group coordinator, 4.3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Joining, Leaving, Syncing
from kafka_tck.wire.batches import Record

NO_GENERATION: Final = -1


@dataclass(frozen=True, slots=True)
class Who:
    """Who commits or fetches offsets, as the request says it, and in which version of it.

    `generation` is the member epoch of consumer groups; -1 and an empty id: nobody in particular.
    """

    member_id: str = ""
    instance_id: str | None = None
    generation: int = NO_GENERATION
    version: int = 0
    transactional: bool = False


class Group(Protocol):
    """One group. A fault is the name of an error, or None where there is nothing to refuse."""

    group_id: str

    @property
    def type(self) -> str:
        """As ListGroups spells it: "classic" or "consumer"."""

    @property
    def state(self) -> str:
        """As ListGroups spells it: "Empty", "Stable" and so on."""

    @property
    def protocol_type(self) -> str | None:
        """ "consumer" for consumers of both protocols; None for a group that only keeps offsets."""

    @property
    def has_members(self) -> bool: ...

    def fault_of_commit(self, who: Who) -> str | None:
        """Of a whole OffsetCommit or TxnOffsetCommit."""

    def heard_of(self, who: Who) -> None:
        """An OffsetCommit was accepted: a sign of life, where the protocol has it so."""

    def fault_of_entry(self, who: Who, topic: str, partition: int) -> str | None:
        """Of one partition of a commit that is not refused as a whole (KIP-1251)."""

    def fault_of_fetch(self, who: Who) -> str | None:
        """Of an OffsetFetch; without a member (an empty id, epoch -1) there is none."""

    def fault_of_offset_delete(self) -> str | None: ...

    def fault_of_delete(self) -> str | None:
        """Of DeleteGroups."""

    def subscribes_to(self, topic: str) -> bool:
        """Whether OffsetDelete must leave the topic's offsets, and so must their expiry."""

    def offsets_age_from(self, committed_at: int) -> int | None:
        """From when on (ms since 1970) an offset that was committed then grows old; None: never."""

    # The classic protocol, which groups of both types speak.

    def join(self, asked: Joining, held: Held) -> None:
        """JoinGroup: the answer is given now or later (`answers.py` has its fields)."""

    def sync(self, asked: Syncing, held: Held) -> None:
        """SyncGroup: the answer is given now or later."""

    def heartbeat(self, who: Who) -> str:
        """The error that the member is told, or NONE."""

    def leave(self, members: Sequence[Leaving]) -> tuple[list[str], list[Record]]:
        """The error of each member, or NONE, and what is to be written before that is told."""

    # For the coordinator.

    def tombstones(self) -> Iterable[bytes]:
        """The keys of all records that describe the group."""

    def loaded(self) -> None:
        """The log has been read, and requests come from now on: timers start."""

    def unloaded(self) -> None:
        """Another broker leads: whoever is kept waiting is told so."""
