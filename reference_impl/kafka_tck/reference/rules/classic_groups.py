"""Who belongs to a classic group, who is fenced, when it rebalances, and who gets what."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

KNOWN_ID_FIRST: Final = 4
"""The version of JoinGroup from which on a new member is told its id first (KIP-394)."""
MAY_SKIP: Final = 9
"""The version of JoinGroup that can tell a leader that nothing is to be assigned (KIP-814)."""

EMPTY, PREPARING, COMPLETING, STABLE = (
    "Empty",
    "PreparingRebalance",
    "CompletingRebalance",
    "Stable",
)


class ClassicGroupRules:
    """States by the names that clients are told. `api` is the request that is judged.

    Source: GroupMetadataManager (classicGroup*), ClassicGroup, 4.3.
    """

    # Who is let in.

    def takes_timeout(self, session_timeout_ms: int, least: int, most: int) -> bool:
        """group.min.session.timeout.ms, group.max.session.timeout.ms."""
        return least <= session_timeout_ms <= most

    def gives_id_first(self, version: int) -> bool:
        """Whether a new member has to come again with the id that it is given (KIP-394)."""
        return version >= KNOWN_ID_FIRST

    def has_room(self, known: bool, others: int, limit: int) -> bool:
        """group.max.size: who is known has its place."""
        return known or others < limit

    def suits(self, type_agrees: bool, shared: AbstractSet[str]) -> bool:
        """Whether a member fits in; `shared` are its protocols that all members support."""
        return type_agrees and bool(shared)

    # Who may act.

    def fault_of_member(
        self, api: str, member_id: str, instance_id: str | None, holder: str | None, known: bool
    ) -> str | None:
        """`holder` is the member that is this instance now, `known` whether the id is a member."""
        if instance_id is not None and holder is None:
            return "UNKNOWN_MEMBER_ID"
        if instance_id is not None and holder != member_id:
            return "FENCED_INSTANCE_ID"
        return None if known else "UNKNOWN_MEMBER_ID"

    def fault_of_generation(self, api: str, generation: int, current: int) -> str | None:
        return None if generation == current else "ILLEGAL_GENERATION"

    def fault_of_commit_in(self, state: str) -> str | None:
        """Whoever knows the generation but has no assignment in it yet has nothing to commit."""
        return "REBALANCE_IN_PROGRESS" if state == COMPLETING else None

    def fault_of_nobody(self) -> str | None:
        """Why a commit without a member is refused where there are members."""
        return "UNKNOWN_MEMBER_ID"

    def means(self, said: str | None, known: str | None) -> bool:
        """Whether SyncGroup means the protocol, or type of protocols, of its group (KIP-559)."""
        return said is None or known is None or said == known

    # Joining.

    def rejoin_rebalances(self, state: str, is_leader: bool, changed: bool) -> bool:
        """Whether a member that joins again in a completed or stable generation begins another."""
        return changed or (state == STABLE and is_leader)

    def all_joined(self, members: int, joined: int, pending: int) -> bool:
        """Pending are those that have an id and have not joined with it."""
        return members == joined and pending == 0

    def is_dropped(self, static: bool) -> bool:
        """Whether a member that has not rejoined in time goes."""
        return not static

    def next_generation(self, generation: int) -> int:
        return generation + 1

    def leader(self, leader: str | None, joined: Sequence[str]) -> str | None:
        """The leader stays if it has joined, else the first that has; None: nobody has."""
        return leader if leader in joined else next(iter(joined), None)

    def elected(self, protocols: Sequence[Sequence[str]]) -> str:
        """`protocols` are those of each member, the best first. Each votes for its best among those
        that all support, and most votes win; the first of them if there are several."""
        common = set.intersection(*(set(names) for names in protocols))
        votes = [next(name for name in names if name in common) for names in protocols]
        return max(dict.fromkeys(votes), key=votes.count)

    # Static members.

    def replacement_rebalances(self, state: str, elected: str | None, protocol: str | None) -> bool:
        """Whether a new process in an instance's place begins another generation."""
        return state == COMPLETING or (state == STABLE and elected != protocol)

    def stores_replacement(self) -> bool:
        """Whether the log is told who the instance is now, before it is answered."""
        return True

    def inherits(self, assignment: bytes) -> bytes:
        """What the new process has of the old one's assignment."""
        return assignment

    def knows_skipping(self, version: int) -> bool:
        """Whether a leader that was replaced can be told that it leads (KIP-814)."""
        return version >= MAY_SKIP

    def skips_assignment(self, is_leader: bool) -> bool:
        """Whether a member that came back is told that nothing is to be assigned."""
        return is_leader

    # Assignments.

    def may_assign(self, is_leader: bool) -> bool:
        return is_leader

    def assigned(self, given: Mapping[str, bytes], member_id: str, order: Sequence[str]) -> bytes:
        """A member's part of what the leader has given; `order` are all members."""
        return given.get(member_id, b"")

    def stores_assignment(self) -> bool:
        """Whether an assignment is committed, before anybody gets it."""
        return True

    # Time.

    def expires(self, waits: bool, is_new: bool) -> bool:
        """Whether a member goes at the end of its session; who waits for an answer is alive."""
        return is_new or not waits

    def drops_pending(self) -> bool:
        """Whether an id that nobody joins with is forgotten after its session timeout."""
        return True

    def drops_unsynced(self) -> bool:
        """Whether members that do not sync in time go."""
        return True

    def is_alive(self, api: str) -> bool:
        """Whether a request of a member counts as a sign of life."""
        return True

    def heartbeat(self, state: str) -> str:
        """What a rightful member is told."""
        return "REBALANCE_IN_PROGRESS" if state == PREPARING else "NONE"

    # Leaving, and the end of groups and offsets.

    def leave_rebalances(self, left: int) -> bool:
        """Whether those that remain begin another generation; `left` have gone."""
        return left > 0

    def fault_of_delete(self, state: str) -> str | None:
        return None if state == EMPTY else "NON_EMPTY_GROUP"

    def fault_of_offset_delete(self, state: str, of_consumers: bool) -> str | None:
        return None if state == EMPTY or of_consumers else "NON_EMPTY_GROUP"

    def keeps_offsets(self, subscribed: bool) -> bool:
        """Whether OffsetDelete leaves the offsets of a topic."""
        return subscribed

    def offsets_age_from(
        self, state: str, managed: bool, known_topics: bool, since: int | None, committed_at: int
    ) -> int | None:
        """KIP-211. `managed` are groups that have, or had, members; None: not while it is so."""
        if not managed:
            return committed_at
        if state == EMPTY:
            return committed_at if since is None else since
        return committed_at if state == STABLE and known_topics else None

    def expires_in(self, subscribed: bool) -> bool:
        """Whether offsets of a topic grow old; `subscribed` says whether members read it."""
        return not subscribed

    def is_removed(self, empty: bool, pending: bool) -> bool:
        """Whether a group goes with its last offset: `empty` has neither offsets nor members."""
        return empty and not pending

    def expired(self, now: int, age_from: int, retention_ms: int, expires_at: int | None) -> bool:
        """`expires_at` is what the client has said itself, if it is so old."""
        return now >= expires_at if expires_at is not None else now - age_from >= retention_ms

    # A new coordinator.

    def remembers(self, member_id: str) -> bool:
        """Whether a member that the log tells of is one."""
        return True
