"""One member of a consumer group: what it was told, and what it has said that it gave up.

A member owns a partition from the answer that grants it until it says that it has it no more, or
until it leaves, expires, is replaced or joins anew. Source: KIP-848; CurrentAssignmentBuilder, 4.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

Partition = tuple[str, int]
"""A topic and an index."""
Partitions = frozenset[Partition]
NOTHING: Final[Partitions] = frozenset()

JOIN: Final = 0
LEAVE: Final = -1
LEAVE_FOR_A_WHILE: Final = -2
"""What a heartbeat says in place of an epoch."""


@dataclass(frozen=True)
class Heartbeat:
    """A request; None says that a thing is as it was."""

    member: str
    epoch: int
    owned: Partitions | None = None
    topics: frozenset[str] | None = None
    regex: str | None = None
    instance: str | None = None
    assignor: str | None = None
    rebalance_ms: int = -1
    makes_id: bool = False
    """Whether its version lets the coordinator make the id of who joins."""
    is_classic: bool = False
    """Whether it stands for a JoinGroup, and the SyncGroup after it."""

    @property
    def joins(self) -> bool:
        return self.epoch == JOIN

    @property
    def leaves(self) -> bool:
        return self.epoch in (LEAVE, LEAVE_FOR_A_WHILE)

    @property
    def is_full(self) -> bool:
        """Whether it tells everything, so that it must be told everything."""
        told = self.owned is not None and self.topics is not None and self.rebalance_ms >= 0
        return self.joins or told


@dataclass(frozen=True)
class Answer:
    """What came back; `assignment` None says that it is as it was."""

    error: str
    epoch: int = 0
    assignment: Partitions | None = None
    interval_ms: int = 0
    id: str | None = None


@dataclass(frozen=True)
class Member:
    """What a coordinator must know of a member, by the answers that it gave."""

    epoch: int
    told: Partitions = NOTHING
    """Its assignment."""
    giving: Partitions = NOTHING
    """What it must give up, and has not said that it did."""
    lingering: Partitions = NOTHING
    """What the coordinator may count as its own although the member gave it up: `giving` and more.

    A coordinator may wait until a member has given up all that it must.
    """
    topics: frozenset[str] = frozenset()
    regex: str = ""
    instance: str | None = None
    assignor: str | None = None
    before: int | None = None
    """The epoch before its last advance."""
    fresh: bool = False
    """Whether nothing was accepted of it since that advance."""
    is_classic: bool = False
    """Whether it speaks the classic protocol: its generation is its epoch."""
    granted: tuple[tuple[Partition, int], ...] = ()
    """The epoch under which each partition became its own."""

    @property
    def owned(self) -> Partitions:
        """What nobody else may have meanwhile."""
        return self.told | self.giving

    @property
    def is_away(self) -> bool:
        """Whether it left for a while, as a static member."""
        return self.epoch == LEAVE_FOR_A_WHILE

    def reporting(self, owned: Partitions | None) -> Member:
        """After it said what it owns."""
        if owned is None:
            return self
        giving = self.giving & owned
        return replace(self, giving=giving, lingering=self.lingering if giving else NOTHING)

    def subscribing(self, asked: Heartbeat) -> Member:
        """After it said what it wants."""
        return replace(
            self,
            topics=self.topics if asked.topics is None else asked.topics,
            regex=self.regex if asked.regex is None else asked.regex,
            instance=self.instance if asked.instance is None else asked.instance,
            assignor=self.assignor if asked.assignor is None else asked.assignor,
            is_classic=asked.is_classic,
        )

    def assigned_by(self, answer: Answer) -> Partitions:
        """Its assignment after this answer."""
        return self.told if answer.assignment is None else answer.assignment

    def must_give_up(self, told: Partitions, owned: Partitions | None) -> Partitions:
        """What it has to give up if it is told this assignment, and said that it owns this.

        Of what it does not own nothing is waited for, whether or not it was its own.
        """
        lost = self.owned - told
        return lost if owned is None else lost & owned

    def hearing(self, answer: Answer, owned: Partitions | None) -> Member:
        """After it was answered; `owned` is what it said that it owns."""
        told = self.assigned_by(answer)
        giving = self.must_give_up(told, owned)
        advances = answer.epoch != self.epoch
        return replace(
            self,
            epoch=answer.epoch,
            told=told,
            giving=giving,
            lingering=(self.told | self.lingering) - told if giving else NOTHING,
            before=self.epoch if advances else self.before,
            fresh=advances,
            granted=_granted(dict(self.granted), told, answer.epoch),
        )

    def leaving_for_a_while(self) -> Member:
        """After it left with the promise to come back."""
        return replace(
            self, epoch=LEAVE_FOR_A_WHILE, giving=NOTHING, lingering=NOTHING, before=None
        )

    def granted_in(self, partition: Partition) -> int | None:
        """The epoch since which it has a partition; None if it has it not."""
        return dict(self.granted).get(partition)


def _granted(
    known: dict[Partition, int], told: Iterable[Partition], epoch: int
) -> tuple[tuple[Partition, int], ...]:
    return tuple(sorted((partition, known.get(partition, epoch)) for partition in told))
