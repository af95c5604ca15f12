"""DescribeGroups: classic groups, their state and members.

v0-v6. What members say of themselves is told of a stable group only. A group that is not there, or
is not a classic one, is "Dead", from v6 on with GROUP_ID_NOT_FOUND (KIP-1043).
Source: KafkaApis.handleDescribeGroupsRequest, GroupMetadataManager.describeGroups, 4.3.
"""

from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.classic_groups.group import ClassicGroup
from kafka_tck.reference.classic_groups.members import Member
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Outcome
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

TELLS_OPERATIONS: Final = 3
TELLS_ABSENT: Final = 6
OPERATIONS: Final = (3, 6, 8, 10, 11)
"""READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS: nobody is refused anything here."""

Fields = dict[str, Any]


def handle(broker: "Broker", request: Request) -> Outcome:
    body, version = request.body, request.header.version
    groups = [_described(broker, group_id, version) for group_id in body.groups]
    if version >= TELLS_OPERATIONS and body.include_authorized_operations:
        for group in groups:
            group["authorized_operations"] = None if group["error_code"] else set(OPERATIONS)
    return {"groups": groups}


def _described(broker: "Broker", group_id: str, version: int) -> Fields:
    try:
        found = shard_of(broker, group_id).told(group_id)
    except Refusal as refusal:
        return _group(group_id, error_code=error_code(refusal.error))
    if isinstance(found, ClassicGroup):
        return _told(found)
    if version < TELLS_ABSENT:
        return _group(group_id, group_state=State.DEAD.value)
    code = error_code("GROUP_ID_NOT_FOUND")
    why = "not found" if found is None else "is not a classic group"
    text = f"Group {group_id} {why}."
    return _group(group_id, group_state=State.DEAD.value, error_code=code, error_message=text)


def _told(group: ClassicGroup) -> Fields:
    is_stable = group.phase is State.STABLE
    return _group(
        group.group_id,
        group_state=group.state,
        protocol_type=group.protocol_type or "",
        protocol_data=(group.protocol or "") if is_stable else "",
        members=[_member(group, member, is_stable) for member in group.members.values()],
    )


def _member(group: ClassicGroup, member: Member, tells_metadata: bool) -> Fields:
    return {
        "member_id": member.member_id,
        "group_instance_id": member.instance_id,
        "client_id": member.client_id,
        "client_host": member.client_host,
        "member_metadata": member.metadata(group.protocol) if tells_metadata else b"",
        "member_assignment": member.assignment,
    }


def _group(group_id: str, **fields: Any) -> Fields:
    return {
        "error_code": 0,
        "error_message": None,
        "group_id": group_id,
        "group_state": "",
        "protocol_type": "",
        "protocol_data": "",
        "members": [],
    } | fields
