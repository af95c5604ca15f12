"""A static member comes back without its id: a new process takes the place of the old (KIP-345).

The old one's id is fenced from now on. In a stable group nothing else happens, if the protocol
stays: the log is told who the instance is now, and then the new process is answered.
Source: GroupMetadataManager.updateStaticMemberThenRebalanceOrCompleteJoin,
ClassicGroup.replaceStaticMember, 4.3.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.rebalancing import (
    answer_join,
    complete_if_all_joined,
    generation_of,
    rebalance,
    restart_session,
)
from kafka_tck.reference.classic_groups.records import record_of
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.answers import joined, not_joined, not_synced
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Joining
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Work

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup


def replace_static(
    group: "ClassicGroup", asked: Joining, old_id: str, new_id: str, held: Held
) -> None:
    """The new process is answered when that is stored, or with the next generation."""
    old, leader_before = group.members[old_id], group.leader
    _fence(old)
    before = replace(old)
    member = replace(old, member_id=new_id, assignment=group.rules.inherits(old.assignment))
    _swap(group, old_id, member)
    group.update(member, asked, held)
    restart_session(group, member)
    if group.rules.replacement_rebalances(group.state, group.elected(), group.protocol):
        group.shard.write_later(rebalance(group))
    elif group.phase is State.STABLE:
        stored = _Stored(asked, before, leader_before, held)
        group.shard.broker.run(_store(group, member, stored))
    else:
        group.shard.write_later(complete_if_all_joined(group))


def _fence(member: Member) -> None:
    """Who waits in the old process's name has lost."""
    if member.joining is not None:
        member.joining.give(not_joined("FENCED_INSTANCE_ID", member.member_id))
    if member.syncing is not None:
        member.syncing.give(not_synced("FENCED_INSTANCE_ID"))
    member.joining = member.syncing = None


def _swap(group: "ClassicGroup", member_id: str, by: Member) -> None:
    """Another member in the place of one, also as the leader."""
    group.members = {
        (by.member_id if known == member_id else known): (by if known == member_id else member)
        for known, member in group.members.items()
    }
    group.stop(("session", member_id))
    if group.leader == member_id:
        group.leader = by.member_id


class _Stored:
    """What is needed when a replacement is stored, or when it cannot be."""

    def __init__(self, asked: Joining, old: Member, leader: str | None, held: Held) -> None:
        self.asked = asked
        self.old = old
        self.leader_before = leader
        self.held = held


def _store(group: "ClassicGroup", member: Member, stored: _Stored) -> Work:
    try:
        if group.rules.stores_replacement():
            yield from group.shard.write([record_of(group, now=group.shard.now)])
    except Refusal as refusal:
        _undo(group, member, stored, refusal.error)
        return
    answer_join(group, member, _answer(group, member, stored))


def _answer(group: "ClassicGroup", member: Member, stored: _Stored) -> dict[str, Any]:
    """Older leaders are told that another leads, so that they do not assign anew."""
    if group.rules.knows_skipping(stored.asked.version):
        skips = group.rules.skips_assignment(member.member_id == group.leader)
        return generation_of(group, member) | {"skip_assignment": skips}
    fields = generation_of(group, member, tells_members=False)
    return fields | {"leader": stored.leader_before or ""}


def _undo(group: "ClassicGroup", member: Member, stored: _Stored, error: str) -> None:
    if group.members.get(member.member_id) is member:
        _swap(group, member.member_id, stored.old)
        restart_session(group, stored.old)
    stored.held.give(
        joined(
            member_id="",
            generation=group.generation,
            protocol_type=group.protocol_type,
            protocol=group.protocol,
            leader=stored.leader_before or "",
            error=error,
        )
    )
