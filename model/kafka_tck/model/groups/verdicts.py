"""Which rule decides about a request to a classic group, and what it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from kafka_tck.model.groups.group import Group


class Case(Enum):
    """The rule that decides; each has a requirement of its own."""

    SESSION_BOUNDS = "the session timeout is not within the bounds of the broker"
    NEEDS_ID = "who joins has no member id yet"
    NO_SUCH_GROUP = "the group does not exist"
    NO_SUCH_MEMBER = "the group has no such member"
    OTHER_INSTANCE = "the instance id belongs to another member"
    PROTOCOLS = "no protocol that all members support is among those of the request"
    TOO_MANY = "the group has as many members as it may have"
    NEW_MEMBER = "a new member begins a rebalance"
    REJOINS = "the group rebalances: who rejoins waits for the others"
    CHANGES = "a member that changes its metadata begins a rebalance"
    LEADER_JOINS = "a leader that joins begins a rebalance"
    NOTHING_NEW = "a follower with nothing new is told what is"
    ANSWER_LOST = "the join phase is over, and the member has nothing new"
    REPLACES = "a known instance id gets a new member id"
    REPLACES_STABLE = "a restarted static member changes nothing in a stable group"
    REPLACES_PROTOCOL = "a restarted static member changes the choice of the protocol"
    OTHER_GENERATION = "the generation is not that of the group"
    OTHER_PROTOCOL = "the protocol is not the one of the group"
    REBALANCES = "the group is rebalancing"
    WAITS = "the leader has not assigned yet"
    ASSIGNS = "the leader assigns"
    ASSIGNED = "the leader has assigned before"
    ALIVE = "the member and its generation are known"
    LEAVES = "the member leaves"
    PENDING_LEAVES = "the id was given and never used"
    HAS_MEMBERS = "the group has members, or is about to"
    DELETED = "the group has no members"
    SHOWN = "nothing happens"
    JOIN_PHASE_OVER = "the rebalance timeout is over, and some have not rejoined"
    SYNC_PHASE_OVER = "the rebalance timeout is over, and some have not asked for an assignment"
    SESSION_OVER = "nothing was heard of the member for its session timeout"


JOIN: Final = "join"
SYNC: Final = "sync"
Key = tuple[str, str]
"""A member, and which of its requests: a JoinGroup or a SyncGroup may be held."""


@dataclass(frozen=True)
class Owed:
    """What a request that was accepted must be answered, at once or after it was held.

    `told` has what stands in the answer besides the error, where it is NONE.
    """

    error: str
    because: Case
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The rule, the group afterwards, and the answers that are due.

    A request that was accepted becomes the one that its member has; it is held as long as no
    answer is due to it. Where several verdicts are legal, each stands with its consequences.
    """

    case: Case
    after: Group
    owed: Mapping[Key, Owed] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    """Of a request that is answered at once and on its own: a refusal, or one never held."""
