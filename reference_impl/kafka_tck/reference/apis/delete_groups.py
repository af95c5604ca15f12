"""DeleteGroups: groups without members are gone, with all of their offsets.

v0-v2. A group that is named twice is answered once. What is pending goes too: the end of its
transaction leaves nothing.
Source: KafkaApis.handleDeleteGroupsRequest, GroupCoordinatorService.deleteGroups,
OffsetMetadataManager.deleteAllOffsets, 4.3.
"""

from typing import TYPE_CHECKING

from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def handle(broker: "Broker", request: Request) -> Steps:
    results = []
    for group in dict.fromkeys(request.body.groups_names):
        error = yield from _delete(broker, group)
        results.append({"group_id": group, "error_code": error_code(error)})
    return {"results": results}


def _delete(broker: "Broker", group_id: str) -> Waited[str]:
    """The error of one group."""
    try:
        shard = shard_of(broker, group_id)
        offsets = yield from shard.settled(stable=True)
        group = shard.groups.get(group_id)
        fault = "GROUP_ID_NOT_FOUND" if group is None else group.fault_of_delete()
        if group is None or fault is not None:
            raise Refusal(fault or "GROUP_ID_NOT_FOUND")
        keys = [key.encode() for key in offsets.all_keys() if key.group == group_id]
        yield from shard.forget([*keys, *group.tombstones()])
    except Refusal as refusal:
        return refusal.error
    return "NONE"
