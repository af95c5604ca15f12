"""JoinGroup to a classic group: new members, pending ones, and members that come again.

Source: GroupMetadataManager.classicGroupJoinToClassicGroup, classicGroupJoinNewMember,
classicGroupJoinExistingMember, acceptJoiningMember, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.classic_groups.fencing import acting, fault_of_member
from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.rebalancing import (
    NEW_MEMBER_MS,
    generation_of,
    rebalance_or_complete,
    restart_session,
    start_session,
)
from kafka_tck.reference.classic_groups.replacing import replace_static
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.answers import not_joined
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Joining

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup

CLIENT_HOST = "/127.0.0.1"
"""Where members are said to be: the bundled cluster listens on this address only."""


def join(group: "ClassicGroup", asked: Joining, held: Held) -> None:
    """The answer is given at once, or when the next generation is there."""
    if not _has_room(group, asked.member_id):
        group.remove(asked.member_id)
        held.give(not_joined("GROUP_MAX_SIZE_REACHED"))
    elif group.phase is State.DEAD:
        held.give(not_joined("COORDINATOR_NOT_AVAILABLE", asked.member_id))
    elif not _suits(group, asked):
        held.give(not_joined("INCONSISTENT_GROUP_PROTOCOL", asked.member_id))
    elif not asked.member_id:
        _join_anew(group, asked, held)
    else:
        _join_as(group, asked, held)


def _has_room(group: "ClassicGroup", member_id: str) -> bool:
    """In a rebalance those count that have joined: the last ones have to go."""
    limit = group.shard.broker.settings.number("group.max.size")
    if group.phase in (State.EMPTY, State.DEAD):
        return True
    member = group.members.get(member_id)
    if group.phase is State.PREPARING:
        waits = member is not None and member.joining is not None
        return group.rules.has_room(waits, len(group.joined), limit)
    return group.rules.has_room(member is not None, len(group.members), limit)


def _suits(group: "ClassicGroup", asked: Joining) -> bool:
    if group.phase is State.EMPTY:
        return group.rules.suits(bool(asked.protocol_type), asked.names)
    common = group.common_protocols() if group.members else asked.names
    return group.rules.suits(asked.protocol_type == group.protocol_type, asked.names & common)


# Without an id.


def _join_anew(group: "ClassicGroup", asked: Joining, held: Held) -> None:
    name = asked.client_id if asked.instance_id is None else asked.instance_id
    member_id = f"{name}-{group.shard.broker.ids.uuid()}"
    if asked.instance_id is not None:
        holder = group.holder_of(asked.instance_id)
        if holder is None:
            _add(group, asked, member_id, held)
        else:
            replace_static(group, asked, holder, member_id, held)
    elif group.rules.gives_id_first(asked.version):
        group.pending.add(member_id)
        start_session(group, member_id, asked.session_timeout_ms)
        held.give(not_joined("MEMBER_ID_REQUIRED", member_id))
    else:
        _add(group, asked, member_id, held)


def _add(group: "ClassicGroup", asked: Joining, member_id: str, held: Held) -> None:
    """A new member, with which the group rebalances."""
    member = Member(
        member_id,
        asked.instance_id,
        asked.client_id,
        CLIENT_HOST,
        asked.rebalance_timeout_ms,
        asked.session_timeout_ms,
        asked.protocol_type,
        asked.protocols,
        joining=held,
        is_new=True,
    )
    if group.phase is State.PREPARING and group.phase_before is State.EMPTY:
        group.grew = True
    group.add(member)
    restart_session(group, member, NEW_MEMBER_MS)
    group.shard.write_later(rebalance_or_complete(group))


# With an id.


def _join_as(group: "ClassicGroup", asked: Joining, held: Held) -> None:
    if asked.member_id in group.pending:
        # Kafka's coordinator stumbles here: no pending member is static.
        if asked.instance_id is not None:
            held.give(not_joined("UNKNOWN_SERVER_ERROR"))
            return
        _add(group, asked, asked.member_id, held)
        return
    fault = fault_of_member(group, "JoinGroup", asked.member_id, asked.instance_id)
    if fault is not None:
        held.give(not_joined(fault, asked.member_id))
        return
    member = acting(group, asked.member_id, asked.instance_id)
    if member is None:
        _add(group, asked, asked.member_id, held)
    elif group.phase is State.PREPARING or _rebalances(group, member, asked):
        group.update(member, asked, held)
        group.shard.write_later(rebalance_or_complete(group))
    else:
        # Perhaps it has not heard of the generation yet; in a stable one only a follower is here.
        held.give(generation_of(group, member))


def _rebalances(group: "ClassicGroup", member: Member, asked: Joining) -> bool:
    is_leader, changed = member.member_id == group.leader, member.protocols != asked.protocols
    return group.rules.rejoin_rebalances(group.state, is_leader, changed)
