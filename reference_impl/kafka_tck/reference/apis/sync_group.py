"""SyncGroup: a member asks for its assignment, and the leader brings all of them.

v0-v5: v3 has instance ids, v5 the protocol's type and name, which have to be there (KIP-559).
Source: KafkaApis.handleSyncGroupRequest, GroupCoordinatorService.syncGroup, 4.3.
"""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.groups.answers import not_synced
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Syncing
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

NAMES_INSTANCE: Final = 3
NAMES_PROTOCOL: Final = 5


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    asked = _asked(body, version)
    try:
        if version >= NAMES_PROTOCOL and None in (asked.protocol_type, asked.protocol):
            raise Refusal("INCONSISTENT_GROUP_PROTOCOL")
        if not body.group_id:
            raise Refusal("INVALID_GROUP_ID")
        group = shard_of(broker, body.group_id).groups.get(body.group_id)
        if group is None:
            raise Refusal("UNKNOWN_MEMBER_ID")
    except Refusal as refusal:
        return not_synced(refusal.error)
    held = Held(broker)
    group.sync(asked, held)
    return (yield from held.wait())


def _asked(body: Message, version: int) -> Syncing:
    return Syncing(
        body.member_id,
        body.group_instance_id if version >= NAMES_INSTANCE else None,
        body.generation_id,
        body.protocol_type if version >= NAMES_PROTOCOL else None,
        body.protocol_name if version >= NAMES_PROTOCOL else None,
        {part.member_id: bytes(part.assignment) for part in body.assignments},
    )
