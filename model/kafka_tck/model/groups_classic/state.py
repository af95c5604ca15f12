"""A classic group: does every partition have one owner, and can the group always become stable?

A coordinator, and consumers that join, sync and own partitions. Node n is a consumer, and there is
a partition n: it goes to consumer n if that one is in the group, else to the leader of the group,
which stands for any assignor that moves partitions between consumers that stay. Time-outs may end
at any time. Answers are heard at once or not at all; one SyncGroup that its sender gave up may be
handled late. Another coordinator knows what is in the log.

With `cooperative` consumers keep what they own while they rejoin, and the leader gives nobody what
another one still owns (KIP-429). With `static` nodes 0 and 1 are two processes with one
`group.instance.id` (KIP-345): a process that joins takes the place of the other one.

Left out: several protocol names, ids that were given and not used yet (they only delay), a consumer
that comes back before its former id is gone (another node stands for it), and that a leader which
restarts should assign anew.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from kafka_tck.model.shapes import Given, Shape, each, flag, node, number, setting, settled
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, lift

EMPTY, PREPARING, COMPLETING, STABLE = range(4)
"""States of the group: Empty, PreparingRebalance, CompletingRebalance, Stable."""

OUT, JOINING, SYNCING, OWNING, STUCK = range(5)
"""A consumer is in no group; it asks to join, or for its assignment; it has it; or nothing of it
goes on but its heartbeats."""

COOPERATIVE: Final = "cooperative"

Flags = tuple[Bool, ...]


@dataclass(frozen=True)
class Groups(Given):
    """The settings of consumers and of the coordinator."""

    nodes: int = setting(3, "how many consumers, and how many partitions")
    protocol: str = setting("eager", "eager or cooperative (KIP-429)", among=("eager", COOPERATIVE))
    static: bool = setting(False, "nodes 0 and 1 are processes of one static member (KIP-345)")
    member_id_required: bool = setting(True, "who joins is given an id first (KIP-394)")
    withholds: bool = setting(True, "cooperative: nobody is given what another one still owns")
    raises_generation: bool = setting(True, "each join phase ends with the next generation")
    checks_generation: bool = setting(
        True, "SyncGroup and commits of other generations are refused"
    )
    fences: bool = setting(True, "SyncGroup and commits of a replaced process are refused")
    restarts_rebalance: bool = setting(
        True, "a static member that restarts in CompletingRebalance begins another one (KAFKA-9801)"
    )
    restarts_in_place: bool = setting(
        True, "a static member that restarts in a stable group is told its assignment"
    )
    admits_late: bool = setting(
        True, "cooperative: a member that missed a generation rejoins with what it owned"
    )
    logs_swaps: bool = setting(True, "the new id of a static member is logged (KAFKA-10284)")
    logs_first: bool = setting(True, "assignments are in the log before they are told")
    expires_syncs: bool = setting(True, "who does not sync is removed in time (KAFKA-12890)")

    @property
    def is_cooperative(self) -> bool:
        return self.protocol == COOPERATIVE


class Consumer(Shape):
    """One process, with what it believes."""

    instance: Int = node()
    """Equal for processes of one static member; NONE if the consumer is dynamic."""
    phase: Int = number(OUT, STUCK)
    generation: Int = number(NONE, "generations")
    owns: Flags = each(flag())

    @property
    def is_static(self) -> Bool:
        return self.instance != NONE

    @property
    def owns_any(self) -> Bool:
        return any_of(self.owns)


class Group(Shape):
    """The group as its coordinator has it, its log, and the consumers.

    `members` are ids that the coordinator knows, by the node that has the id. `joined` are those of
    them whose JoinGroup is held; after the join phase, those that took part in it. `synced` are
    those that have asked for their assignment since. `listed` was told to the leader.
    """

    ghosts: ClassVar[frozenset[str]] = frozenset({"zombie_committed"})

    given: Groups = settled()
    state: Int = number(EMPTY, STABLE)
    generation: Int = number(0, "generations")
    leader: Int = node()
    members: Flags = each(flag())
    joined: Flags = each(flag())
    synced: Flags = each(flag())
    listed: Flags = each(flag())
    assignment: tuple[Int, ...] = each(node())
    """By partition: the id that has it; NONE if nobody is given it."""
    abandoned: Flags = each(flag())
    """Members whose id nobody was told, by the node whose first JoinGroup it was."""
    logged_generation: Int = number(0, "generations")
    logged_leader: Int = node()
    logged_members: Flags = each(flag())
    logged_assignment: tuple[Int, ...] = each(node())
    late_sender: Int = node()
    """Who gave up a SyncGroup that is still under way; NONE if there is no such request."""
    late_generation: Int = number(NONE, "generations")
    late_listed: Flags = each(flag())
    """Whom its sender would assign to."""
    fail_overs: Int = number(0, "fail_overs")
    consumers: tuple[Consumer, ...] = each(Consumer)
    zombie_committed: Bool = flag()
    """Whether a commit was taken for a partition that another consumer was given."""


def none_of(given: Given) -> tuple[bool, ...]:
    """No node."""
    return (False,) * given.nodes


def nobody(given: Given) -> tuple[int, ...]:
    """By partition: nobody."""
    return (NONE,) * given.nodes


def but_for(flags: Flags, node: int, value: bool | Bool) -> Flags:
    """The same flags but for one node."""
    return (*flags[:node], lift(value), *flags[node + 1 :])


def are_one_instance(p: Group, one: int, other: int) -> Bool:
    """Whether two processes belong to one static member."""
    mine, its = p.consumers[one], p.consumers[other]
    return all_of([mine.is_static, mine.instance == its.instance])


def _beginning(given: Groups) -> dict[str, object]:
    none, unassigned = none_of(given), nobody(given)
    consumers = [
        {
            "instance": 0 if given.static and n <= 1 else NONE,
            "phase": OUT,
            "generation": NONE,
            "owns": none,
        }
        for n in range(given.nodes)
    ]
    return {
        "state": EMPTY,
        "generation": 0,
        "leader": NONE,
        "members": none,
        "joined": none,
        "synced": none,
        "listed": none,
        "assignment": unassigned,
        "abandoned": none,
        "logged_generation": 0,
        "logged_leader": NONE,
        "logged_members": none,
        "logged_assignment": unassigned,
        "late_sender": NONE,
        "late_generation": NONE,
        "late_listed": none,
        "fail_overs": 0,
        "consumers": consumers,
        "zombie_committed": False,
    }


groups_classic = Module(
    "groups_classic",
    Group,
    _beginning,
    given=Groups(),
    bounds={"generations": 2, "fail_overs": 1},
    doc=__doc__,
)
