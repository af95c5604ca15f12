"""ConsumerGroupDescribe: state, epochs and members of consumer groups, as far as committed.

v0 and v1, which tells the protocol that each member speaks (KIP-1099). There is none of a classic
group, nor of one that does not exist.
Source: KafkaApis.handleConsumerGroupDescribe, GroupMetadataManager.consumerGroupDescribe,
ConsumerGroup.asDescribedGroup, ConsumerGroupMember.asConsumerGroupDescribeMember, 4.3.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kafka_tck.reference.consumer_groups.coordinated import CoordinatedGroup
from kafka_tck.reference.consumer_groups.members import Member, Partition, by_topic
from kafka_tck.reference.consumer_groups.topics import Topics
from kafka_tck.reference.features import GROUPS
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Waited
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Fields = dict[str, Any]

CLASSIC_TYPE: Final = 0
CONSUMER_TYPE: Final = 1
NOT_ASKED: Final = -(1 << 31)
"""In place of the operations that the client is authorized to."""
ALL_OPERATIONS: Final = sum(1 << bit for bit in (3, 6, 8, 10, 11))
"""READ, DELETE, DESCRIBE, and DESCRIBE and ALTER of configs: nobody is refused anything here."""


def handle(broker: "Broker", request: Request) -> Steps:
    groups = []
    for group_id in request.body.group_ids:
        try:
            told = yield from _described(broker, group_id)
        except Refusal as refusal:
            code = error_code(refusal.error)
            groups.append(
                {"group_id": group_id, "error_code": code, "error_message": refusal.message}
            )
            continue
        if request.body.include_authorized_operations:
            told["authorized_operations"] = ALL_OPERATIONS
        groups.append(told)
    return {"groups": groups}


def _described(broker: "Broker", group_id: str) -> Waited[Fields]:
    """Raises `Refusal`."""
    if not broker.image.features.get(GROUPS, 0):
        raise Refusal("UNSUPPORTED_VERSION")
    if not group_id:
        raise Refusal("INVALID_GROUP_ID")
    shard = shard_of(broker, group_id)
    yield from shard.settled()
    committed = broker.rules.consumer_groups.tells_committed()
    group = shard.told(group_id) if committed else shard.groups.get(group_id)
    if not isinstance(group, CoordinatedGroup):
        fault = "not found" if group is None else "is not a consumer group"
        raise Refusal("GROUP_ID_NOT_FOUND", f"Group {group_id} {fault}.")
    names, members = Topics.of(broker.image).names(), group.members.values()
    return {
        "error_code": 0,
        "group_id": group_id,
        "group_state": group.state,
        "group_epoch": group.epoch,
        "assignment_epoch": group.target_epoch,
        "assignor_name": group.assignor_with(members, group.decision().limits.assignors[0]),
        "members": [_member(group, member, names) for member in members],
        "authorized_operations": NOT_ASKED,
    }


def _member(group: CoordinatedGroup, member: Member, names: Mapping[UUID, str]) -> Fields:
    return {
        "member_id": member.member_id,
        "instance_id": member.instance_id,
        "rack_id": member.rack_id,
        "member_epoch": member.epoch,
        "client_id": member.client_id,
        "client_host": member.client_host,
        "subscribed_topic_names": sorted(member.topics),
        "subscribed_topic_regex": member.regex,
        "assignment": _assignment((*member.assigned, *member.revoking), names),
        "target_assignment": _assignment(group.target.get(member.member_id, ()), names),
        "member_type": CONSUMER_TYPE if member.classic is None else CLASSIC_TYPE,
    }


def _assignment(partitions: Iterable[Partition], names: Mapping[UUID, str]) -> Fields:
    """Those of topics that still exist."""
    return {
        "topic_partitions": [
            {"topic_id": topic, "topic_name": names[topic], "partitions": indexes}
            for topic, indexes in by_topic(partitions).items()
            if topic in names
        ]
    }
