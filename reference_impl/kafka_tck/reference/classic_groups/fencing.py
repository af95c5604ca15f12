"""Whether a member is who it says, in the generation that the group is in.

Source: ClassicGroup.validateMember, validateOffsetCommit, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.states import State

if TYPE_CHECKING:
    from kafka_tck.reference.classic_groups.group import ClassicGroup
    from kafka_tck.reference.groups.group import Who


def fault_of_member(
    group: "ClassicGroup", api: str, member_id: str, instance_id: str | None
) -> str | None:
    """UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID or COORDINATOR_NOT_AVAILABLE, or None."""
    if group.phase is State.DEAD:
        return "COORDINATOR_NOT_AVAILABLE"
    holder = None if instance_id is None else group.holder_of(instance_id)
    known = member_id in group.members
    return group.rules.fault_of_member(api, member_id, instance_id, holder, known)


def fault_of_act(
    group: "ClassicGroup", api: str, member_id: str, instance_id: str | None, generation: int
) -> str | None:
    """The same, or ILLEGAL_GENERATION."""
    fault = fault_of_member(group, api, member_id, instance_id)
    return fault or group.rules.fault_of_generation(api, generation, group.generation)


def fault_of_commit(group: "ClassicGroup", who: "Who") -> str | None:
    """Of OffsetCommit, and of TxnOffsetCommit, for which the state of the group says nothing."""
    rules, is_nobody = group.rules, not who.member_id and who.instance_id is None
    if group.phase is State.DEAD:
        return "COORDINATOR_NOT_AVAILABLE"
    if who.generation < 0 and group.phase is State.EMPTY:
        return None
    api = "TxnOffsetCommit" if who.transactional else "OffsetCommit"
    if who.generation >= 0 or not is_nobody:
        fault = fault_of_act(group, api, who.member_id, who.instance_id, who.generation)
    else:
        fault = None if who.transactional else rules.fault_of_nobody()
    if fault is None and not who.transactional:
        return rules.fault_of_commit_in(group.state)
    return fault


def acting(group: "ClassicGroup", member_id: str, instance_id: str | None) -> Member | None:
    """The member that a request which was let through is of; a wrong broker may know none."""
    found = group.members.get(member_id)
    if found is None and instance_id is not None:
        found = group.members.get(group.holder_of(instance_id) or "")
    return found
