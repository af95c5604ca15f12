"""How a classic group comes to its next generation: all join, and one of them is to assign.

Each step returns the records that are to be written because of it: only a group that has become
empty says so at once. Everything else is written with the assignment.
Source: GroupMetadataManager.prepareRebalance, completeClassicGroupJoin,
tryCompleteInitialRebalanceElseSchedule, expirePendingSync, expireClassicGroupMemberHeartbeat, 4.3.
"""

from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.records import record_of
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.answers import joined, not_joined, not_synced
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup

NEW_MEMBER_MS: Final = 300_000
"""How long a member that has no generation yet is kept while it waits (Kafka's own constant)."""

_SETTLED: Final = (State.EMPTY, State.COMPLETING, State.STABLE)

# Beginning.


def rebalance_or_complete(group: "ClassicGroup") -> list[Record]:
    """Something has changed: members are to join again, or those that do are now complete."""
    return rebalance(group) if group.phase in _SETTLED else complete_if_all_joined(group)


def rebalance(group: "ClassicGroup") -> list[Record]:
    """All members are to join again. Who waits for an assignment will not get one."""
    if group.phase is State.COMPLETING:
        take_assignments_back(group, "REBALANCE_IN_PROGRESS")
    group.unsynced.clear()
    group.stop("sync")
    is_first = group.phase is State.EMPTY
    group.enter(State.PREPARING)
    if is_first:
        delay = group.shard.broker.settings.number("group.initial.rebalance.delay.ms")
        _wait_for_more(group, delay, max(group.rebalance_timeout_ms - delay, 0))
        return []
    if group.all_joined():
        return complete(group)
    group.start("join", group.rebalance_timeout_ms, lambda: complete(group))
    return []


def take_assignments_back(group: "ClassicGroup", error: str) -> None:
    """Nobody has an assignment in this generation; who waits for one is told this error."""
    for member in group.members.values():
        member.assignment = b""
        _release(group, member, not_synced(error))


def _release(group: "ClassicGroup", member: Member, fields: dict[str, Any]) -> None:
    if member.syncing is not None:
        member.syncing.give(fields)
        member.syncing = None
        restart_session(group, member)


def _wait_for_more(group: "ClassicGroup", delay: int, remaining: int) -> None:
    """The first generation of a group waits for others, longer while others come."""

    def end() -> list[Record]:
        if not group.grew or remaining == 0:
            return complete(group)
        group.grew = False
        most = group.shard.broker.settings.number("group.initial.rebalance.delay.ms")
        _wait_for_more(group, min(most, remaining), max(remaining - delay, 0))
        return []

    group.start("join", delay, end)


# Completing.


def complete_if_all_joined(group: "ClassicGroup") -> list[Record]:
    """Goes on if nobody is waited for any longer, but not before an initial delay is over."""
    if group.phase is not State.PREPARING or group.phase_before is State.EMPTY:
        return []
    return complete(group) if group.all_joined() else []


def complete(group: "ClassicGroup") -> list[Record]:
    """The next generation, of those that have joined and of static members."""
    group.stop("join")
    for member in list(group.members.values()):
        if member.joining is None and group.rules.is_dropped(member.is_static):
            group.remove(member.member_id)
    waiting = [member.member_id for member in group.joined]
    leader = group.rules.leader(group.leader, waiting)
    if group.members and leader is None:
        group.start("join", group.rebalance_timeout_ms, lambda: complete(group))
        return []
    group.leader = leader
    group.begin_generation()
    if group.phase is State.EMPTY:
        return [record_of(group, now=group.shard.now)]
    for member in group.members.values():
        group.unsynced.add(member.member_id)
        member.is_new = False
        answer_join(group, member, generation_of(group, member))
        restart_session(group, member)
    group.start("sync", group.rebalance_timeout_ms, lambda: _end_sync(group, group.generation))
    return []


def generation_of(
    group: "ClassicGroup", member: Member, *, tells_members: bool | None = None
) -> dict[str, Any]:
    """What a member is told of the generation; the leader also who else is in it."""
    is_leader = member.member_id == group.leader
    tells = is_leader if tells_members is None else tells_members
    return joined(
        member_id=member.member_id,
        generation=group.generation,
        protocol_type=group.protocol_type,
        protocol=group.protocol,
        leader=group.leader or "",
        members=[_told(group, other) for other in group.members.values()] if tells else [],
    )


def _told(group: "ClassicGroup", member: Member) -> dict[str, Any]:
    return {
        "member_id": member.member_id,
        "group_instance_id": member.instance_id,
        "metadata": member.metadata(group.protocol),
    }


def answer_join(group: "ClassicGroup", member: Member, fields: dict[str, Any]) -> None:
    """Answers a JoinGroup that is held back, if there is one."""
    if member.joining is not None:
        member.joining.give(fields)
        member.joining = None


def _end_sync(group: "ClassicGroup", generation: int) -> list[Record]:
    """Who has not synced in time goes."""
    settled = (State.COMPLETING, State.STABLE)
    if generation != group.generation or group.phase not in settled or not group.unsynced:
        return []
    if not group.rules.drops_unsynced():
        return []
    for member_id in list(group.unsynced):
        group.remove(member_id)
    return rebalance(group)


# Sessions.


def restart_session(group: "ClassicGroup", member: Member, ms: int | None = None) -> None:
    """A sign of life: the member has its whole session timeout again."""
    length = member.session_timeout_ms if ms is None else ms
    start_session(group, member.member_id, length)


def start_session(group: "ClassicGroup", member_id: str, ms: int) -> None:
    """Of a member, or of an id that nobody has joined with yet."""
    group.start(("session", member_id), ms, lambda: _end_session(group, member_id))


def _end_session(group: "ClassicGroup", member_id: str) -> list[Record]:
    if member_id in group.pending:
        if not group.rules.drops_pending():
            return []
        group.remove(member_id)
        return _complete_if_nobody_is_missing(group)
    member = group.members.get(member_id)
    waits = member is not None and (member.joining is not None or member.syncing is not None)
    if member is None or not group.rules.expires(waits, member.is_new):
        return []
    dismiss(group, member)
    if group.phase in (State.STABLE, State.COMPLETING):
        return rebalance(group)
    return _complete_if_nobody_is_missing(group)


def dismiss(group: "ClassicGroup", member: Member) -> None:
    """A member goes. If it waits to join it is told, so that it can come again."""
    answer_join(group, member, not_joined("UNKNOWN_MEMBER_ID"))
    group.remove(member.member_id)


def _complete_if_nobody_is_missing(group: "ClassicGroup") -> list[Record]:
    if group.phase is State.PREPARING and group.all_joined():
        return complete(group)
    return []
