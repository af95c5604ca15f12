"""One consumer group of KIP-848: who may own a partition while it goes from member to member?

Node n is a member. The coordinator has a group epoch, which rises when a member comes or goes, a
target assignment with its epoch, and of each member its epoch, the previous one, what is assigned
to it and what it still has to give up. A member has the epoch and the partitions that it was told.
It counts a partition as its own as soon as it is told so, and gives one up when it likes. Every
target is possible that gives each partition to one member; it is made before anybody is told of the
epoch, unless there is an `assignment_interval`. An answer may be lost, which is as good as late; a
member that is removed goes on with what it believes. With `late_requests` a copy of a request may
come once more, at any time.

Epochs have no bound but the number of joins. Left out: subscriptions and metadata that change,
static members, members of the classic protocol, heartbeats that do not say what is owned (they
confirm nothing), and a new coordinator: what is told is in the log before, so it finds all of this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from kafka_tck.model.shapes import (
    Given,
    Shape,
    Sizes,
    each,
    flag,
    node,
    number,
    sequence,
    setting,
    settled,
)
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, negate

JOIN: Final = 0
"""The member epoch of who wants to join, and the first previous epoch of who has."""

EXACT, ASSIGNED, ANY = "exact", "assigned", "any"
"""Which commits are accepted: of the member's epoch; of one since it has had the partition; or
of any that it had."""


@dataclass(frozen=True)
class ConsumerGroups(Given):
    """The rules of the coordinator, each of which may be dropped, and how late requests may be."""

    nodes: int = setting(2, "how many members there may be")
    partitions: int = setting(2, "how many partitions there are", among=(1, 2, 3))
    late_requests: int = setting(0, "how many copies of requests may be under way, to come late")
    late_within_epoch: bool = setting(True, "they may come while their epoch is still accepted")
    assignment_interval: bool = setting(
        False, "a target may come later than the epoch (group.consumer.assignment.interval.ms, 4.3)"
    )
    bumps_between: bool = setting(
        False, "who has to give up still more has the next epoch (up to 4.1; KAFKA-19974)"
    )
    commits: bool = setting(False, "members commit offsets, one commit at a time is under way")
    commit_epochs: str = setting(
        EXACT,
        "of which epochs: exact; assigned (KIP-1251); or any, which is wrong",
        among=(EXACT, ASSIGNED, ANY),
    )
    hands_over_free: bool = setting(True, "only a partition that nobody has is handed over")
    keeps_partition_epochs: bool = setting(
        True, "a partition that goes back to who is giving it up still counts as taken"
    )
    checks_epoch: bool = setting(True, "another epoch than the member's is fenced")
    checks_owned: bool = setting(
        True, "the previous epoch is accepted only with owned partitions that are assigned"
    )
    rejoins: bool = setting(True, "a known member may join again (4.0 fences it; 4.3 does not)")


def _highest(sizes: Sizes) -> int:
    """The highest epoch: it begins at 1, and rises whenever a member comes or goes."""
    return sizes["joins"] + sizes["joins"] + 1


class Member(Shape):
    """A member as the coordinator knows it, what it believes, and a late copy of a request."""

    epoch: Int = number(NONE, _highest)
    """NONE: it is not in the group."""
    previous: Int = number(NONE, _highest)
    heard: Int = number(JOIN, _highest)
    """The epoch that it was told last; 0: it has to join."""
    late: Int = number(NONE, _highest)
    """The epoch of a request of it that is still under way; NONE: there is none."""

    @property
    def is_known(self) -> Bool:
        """Whether the group has it; it may not have its first epoch yet."""
        return self.epoch != NONE


class Group(Shape):
    """The coordinator's state, and what the members believe."""

    ghosts: ClassVar[frozenset[str]] = frozenset({"overtaken", "took_stale", "zombies"})

    given: ConsumerGroups = settled()
    joins: Int = number(0, "joins")
    """How often a member came: what bounds a search, since each comes and goes with an epoch."""
    group_epoch: Int = number(1, _highest)
    target_epoch: Int = number(1, _highest)
    members: tuple[Member, ...] = each(Member)
    zombies: tuple[Bool, ...] = each(flag())
    """Who was removed, and goes on with what it believed before."""
    partitions: Seq = sequence(
        "partitions",
        target=node(),
        taken=flag(),
        assigned=each(flag()),
        revoking=each(flag()),
        owned=each(flag()),
        leaving=each(flag()),
        late=each(flag()),
        since=number(NONE, _highest),
    )
    """By partition: whom it is meant for; whether it has an epoch, so that it is not handed out;
    whose it is, and who has to give it up; who believes to own it, who of them was told to give it
    up; in whose late request it is among the owned ones; and the epoch in which it was assigned, as
    far as commits ask for that."""
    committer: Int = node()
    """Whose commit is under way; NONE: there is none."""
    committed: Int = number(NONE, lambda sizes: sizes["partitions"] - 1)
    """Of which partition it is, and of which epoch."""
    commit_epoch: Int = number(NONE, _highest)
    overtaken: Bool = flag()
    """The partition has been assigned to another member since the commit was sent."""
    took_stale: Bool = flag()
    """A commit was accepted that was overtaken."""

    @property
    def is_assigned(self) -> Bool:
        """Whether the target assignment is that of the group epoch."""
        return self.target_epoch == self.group_epoch

    def has(self, member: int, partition: int) -> Bool:
        """Whether the coordinator counts the partition as this member's."""
        cell = self.partitions.at(partition)
        return any_of([cell.assigned[member], cell.revoking[member]])

    def is_reconciled(self, member: int) -> Bool:
        """Whether a member of the group has exactly what the target gives it, at its epoch."""
        cells = [self.partitions.at(k) for k in range(self.given.partitions)]
        exact = [cell.assigned[member] == (cell.target == member) for cell in cells]
        none = [negate(cell.revoking[member]) for cell in cells]
        return all_of([self.members[member].epoch == self.target_epoch, *exact, *none])


def with_flag(flags: tuple[Bool, ...], member: int, value: bool | Bool) -> tuple[bool | Bool, ...]:
    """The flags of all members, with another one for this member."""
    return tuple(value if n == member else flag for n, flag in enumerate(flags))


def _beginning(given: ConsumerGroups) -> Mapping[str, object]:
    none = (False,) * given.nodes
    member = {"epoch": NONE, "previous": NONE, "heard": JOIN, "late": NONE}
    return {
        "joins": 0,
        "group_epoch": 1,
        "target_epoch": 1,
        "members": [member] * given.nodes,
        "zombies": none,
        "partitions": ((NONE, False, *(none * 5), NONE),) * given.partitions,
        "committer": NONE,
        "committed": NONE,
        "commit_epoch": NONE,
        "overtaken": False,
        "took_stale": False,
    }


groups_consumer = Module(
    "groups_consumer",
    Group,
    _beginning,
    given=ConsumerGroups(),
    bounds={"joins": 3},
    doc=__doc__,
)
