"""ListGroups: the groups that this broker coordinates, of all types.

v0-v5: v4 chooses by state, v5 by type; names of either count whatever their case is.
Source: GroupMetadataManager.listGroups, GroupCoordinatorService.listGroups, 4.3.
"""

from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.groups.group import Group
from kafka_tck.reference.groups.shard import shards_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Outcome
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

BY_STATE: Final = 4
BY_TYPE: Final = 5


def handle(broker: "Broker", request: Request) -> Outcome:
    body, version = request.body, request.header.version
    states = _names(body.states_filter) if version >= BY_STATE else set()
    types = _names(body.types_filter) if version >= BY_TYPE else set()
    if broker.coordinators.is_loading("group"):
        return {"error_code": error_code("COORDINATOR_LOAD_IN_PROGRESS"), "groups": []}
    groups = [
        _told(group)
        for group in _all(broker)
        if (not states or group.state.lower() in states) and (not types or group.type in types)
    ]
    return {"error_code": 0, "groups": groups}


def _names(given: list[str]) -> set[str]:
    return {name.lower().strip() for name in given}


def _all(broker: "Broker") -> list[Group]:
    found: list[Group] = []
    for shard in shards_of(broker):
        try:
            found += shard.all_told()
        except Refusal:
            continue  # led by another broker by now
    return found


def _told(group: Group) -> dict[str, Any]:
    return {
        "group_id": group.group_id,
        "protocol_type": group.protocol_type or "",
        "group_state": group.state,
        "group_type": group.type,
    }
