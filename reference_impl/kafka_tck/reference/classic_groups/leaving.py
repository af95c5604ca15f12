"""LeaveGroup to a classic group: members go, by their ids or by who they are (KIP-345).

Source: GroupMetadataManager.classicGroupLeaveToClassicGroup, 4.3.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kafka_tck.reference.classic_groups.fencing import acting, fault_of_member
from kafka_tck.reference.classic_groups.rebalancing import dismiss, rebalance_or_complete
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.requests import Leaving
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup

_ACTIVE = (State.STABLE, State.COMPLETING, State.PREPARING)


def leave(group: "ClassicGroup", members: Sequence[Leaving]) -> tuple[list[str], list[Record]]:
    """The error of each member, or NONE, and what is to be written before that is told."""
    errors = [_leave(group, leaving) for leaving in members]
    goes_on = group.rules.leave_rebalances(errors.count("NONE")) and group.phase in _ACTIVE
    return errors, rebalance_or_complete(group) if goes_on else []


def _leave(group: "ClassicGroup", leaving: Leaving) -> str:
    if leaving.member_id in group.pending:
        group.remove(leaving.member_id)
        return "NONE"
    member_id = leaving.member_id
    if not member_id and leaving.instance_id is not None:
        member_id = group.holder_of(leaving.instance_id) or ""
    fault = fault_of_member(group, "LeaveGroup", member_id, leaving.instance_id)
    if fault is not None:
        return fault
    member = acting(group, member_id, leaving.instance_id)
    if member is not None:
        dismiss(group, member)
    return "NONE"
