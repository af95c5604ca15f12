"""Heartbeat: a member of the classic protocol is alive, and asks whether it has to join again.

v0-v4; v3 has instance ids. While the coordinator loads, members are told that all is well.
Source: GroupCoordinatorService.heartbeat, 4.3.
"""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

NAMES_INSTANCE: Final = 3


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    instance_id = body.group_instance_id if version >= NAMES_INSTANCE else None
    who = Who(body.member_id, instance_id, body.generation_id, version)
    try:
        if not body.group_id:
            raise Refusal("INVALID_GROUP_ID")
        shard = shard_of(broker, body.group_id)
        group = shard.groups.get(body.group_id)
        error = "UNKNOWN_MEMBER_ID" if group is None else group.heartbeat(who)
        if error in ("NONE", "REBALANCE_IN_PROGRESS"):
            yield from shard.flushed()
    except Refusal as refusal:
        error = "NONE" if refusal.error == "COORDINATOR_LOAD_IN_PROGRESS" else refusal.error
    return {"error_code": error_code(error)}
