"""LeaveGroup: members go, and those that remain rebalance.

v0-v5; up to v2 one member, whose error is the answer's. From v3 on a list, each with its own error;
an instance id alone names whoever is that instance (KIP-345).
Source: KafkaApis.handleLeaveGroupRequest, GroupCoordinatorService.leaveGroup, 4.3.
"""

from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.groups.requests import Leaving
from kafka_tck.reference.groups.shard import GroupShard, shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

NAMES_SEVERAL: Final = 3


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    members = _members(body, version)
    try:
        if not body.group_id:
            raise Refusal("INVALID_GROUP_ID")
        errors = yield from _leave(shard_of(broker, body.group_id), body.group_id, members)
    except Refusal as refusal:
        return {"error_code": error_code(refusal.error), "members": []}
    if version < NAMES_SEVERAL:
        return {"error_code": error_code(errors[0])}
    told = [_told(member, error) for member, error in zip(members, errors, strict=True)]
    return {"error_code": 0, "members": told}


def _members(body: Message, version: int) -> list[Leaving]:
    if version < NAMES_SEVERAL:
        return [Leaving(body.member_id, None)]
    return [Leaving(member.member_id, member.group_instance_id) for member in body.members]


def _leave(shard: GroupShard, group_id: str, members: list[Leaving]) -> Waited[list[str]]:
    """The error of each. Raises `Refusal` if what has come of it is not stored in time."""
    group = shard.groups.get(group_id)
    if group is None:
        return ["UNKNOWN_MEMBER_ID"] * len(members)
    errors, records = group.leave(members)
    if records:
        yield from shard.write(records)
    return errors


def _told(member: Leaving, error: str) -> dict[str, Any]:
    return {
        "member_id": member.member_id,
        "group_instance_id": member.instance_id,
        "error_code": error_code(error),
    }
