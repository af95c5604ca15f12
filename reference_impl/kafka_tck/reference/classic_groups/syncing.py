"""SyncGroup to a classic group: the leader's assignment is stored, and all get their part of it.

Source: GroupMetadataManager.classicGroupSyncToClassicGroup, setAndPropagateAssignment, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.classic_groups.fencing import acting, fault_of_act
from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.rebalancing import (
    rebalance_or_complete,
    restart_session,
    take_assignments_back,
)
from kafka_tck.reference.classic_groups.records import record_of
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.answers import not_synced, synced
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Syncing
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Work

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup


def sync(group: "ClassicGroup", asked: Syncing, held: Held) -> None:
    """The answer is given at once, or when the leader's assignment is stored."""
    fault = _fault(group, asked)
    if fault is not None:
        held.give(not_synced(fault))
        return
    member = acting(group, asked.member_id, asked.instance_id)
    group.synced(asked.member_id if member is None else member.member_id)
    if member is None:
        held.give(synced(group.protocol_type, group.protocol, b""))
    elif group.phase is State.STABLE:
        held.give(synced(group.protocol_type, group.protocol, member.assignment))
    else:
        member.syncing = held
        if group.rules.may_assign(member.member_id == group.leader):
            _assign(group, asked)


def _fault(group: "ClassicGroup", asked: Syncing) -> str | None:
    if group.phase is State.EMPTY:
        return "UNKNOWN_MEMBER_ID"
    fault = fault_of_act(group, "SyncGroup", asked.member_id, asked.instance_id, asked.generation)
    if fault is not None:
        return fault
    for told, known in (
        (asked.protocol_type, group.protocol_type),
        (asked.protocol, group.protocol),
    ):
        if not group.rules.means(told, known):
            return "INCONSISTENT_GROUP_PROTOCOL"
    return "REBALANCE_IN_PROGRESS" if group.phase is State.PREPARING else None


def _assign(group: "ClassicGroup", asked: Syncing) -> None:
    order = list(group.members)
    parts = {
        member_id: group.rules.assigned(asked.assignments, member_id, order) for member_id in order
    }
    if group.rules.stores_assignment():
        group.shard.broker.run(_store(group, parts))
    else:
        _hand_out(group, parts)


def _store(group: "ClassicGroup", parts: dict[str, bytes]) -> Work:
    """Unless the group has gone on meanwhile, all are answered: with their parts or an error."""
    generation, error = group.generation, None
    try:
        yield from group.shard.write([record_of(group, parts, now=group.shard.now)])
    except Refusal as refusal:
        error = refusal.error
    if group.phase is not State.COMPLETING or group.generation != generation:
        return
    if error is None:
        _hand_out(group, parts)
    else:
        take_assignments_back(group, error)
        group.shard.write_later(rebalance_or_complete(group))


def _hand_out(group: "ClassicGroup", parts: dict[str, bytes]) -> None:
    for member in group.members.values():
        member.assignment = parts.get(member.member_id, b"")
        _answer(group, member)
    group.enter(State.STABLE)


def _answer(group: "ClassicGroup", member: Member) -> None:
    if member.syncing is not None:
        member.syncing.give(synced(group.protocol_type, group.protocol, member.assignment))
        member.syncing = None
        restart_session(group, member)
