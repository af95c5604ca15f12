"""JoinGroup: a member wants to be part of the group's next generation.

v0-v9: v1 has a rebalance timeout of its own, v4 demands that new members come again with the id
that they are given (KIP-394), v5 has instance ids (KIP-345), v7 the protocol type, v9 tells a
leader that it need not assign (KIP-814).
Source: KafkaApis.handleJoinGroupRequest, GroupCoordinatorService.joinGroup, JoinGroupResponse, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.classic_groups.group import ClassicGroup
from kafka_tck.reference.classic_groups.records import record_of_new
from kafka_tck.reference.groups.answers import not_joined
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Joining
from kafka_tck.reference.groups.shard import GroupShard, shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Steps, Work
from kafka_tck.wire.batches import Record
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

HAS_REBALANCE_TIMEOUT: Final = 1
NAMES_INSTANCE: Final = 5
NULLABLE_PROTOCOL: Final = 7


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    try:
        shard = _shard(broker, body)
    except Refusal as refusal:
        told_id = body.member_id if refusal.error.startswith("INVALID_") else ""
        return _told(not_joined(refusal.error, told_id), version)
    held = Held(broker)
    _join(shard, body.group_id, _asked(request), held)
    return _told((yield from held.wait()), version)


def _shard(broker: "Broker", body: Message) -> GroupShard:
    """Raises `Refusal`."""
    if not body.group_id:
        raise Refusal("INVALID_GROUP_ID")
    least = broker.settings.number("group.min.session.timeout.ms")
    most = broker.settings.number("group.max.session.timeout.ms")
    if not broker.rules.classic_groups.takes_timeout(body.session_timeout_ms, least, most):
        raise Refusal("INVALID_SESSION_TIMEOUT")
    return shard_of(broker, body.group_id)


def _asked(request: Request) -> Joining:
    body, version = request.body, request.header.version
    session = body.session_timeout_ms
    return Joining(
        version,
        request.header.client_id or "",
        body.member_id,
        body.group_instance_id if version >= NAMES_INSTANCE else None,
        body.protocol_type,
        tuple((protocol.name, bytes(protocol.metadata)) for protocol in body.protocols),
        body.rebalance_timeout_ms if version >= HAS_REBALANCE_TIMEOUT else session,
        session,
    )


def _join(shard: GroupShard, group_id: str, asked: Joining, held: Held) -> None:
    """A member without an id makes the group exist."""
    group = shard.groups.get(group_id)
    if group is not None and group.type != "classic" and not group.has_members:
        tombstones = [Record(key, None, timestamp=shard.now) for key in group.tombstones()]
        shard.write_later(tombstones)
        shard.groups.remove(group_id)
        group = None
    if group is not None:
        group.join(asked, held)
    elif asked.member_id:
        held.give(not_joined("UNKNOWN_MEMBER_ID", asked.member_id))
    else:
        new = shard.groups.begin(group_id)
        assert isinstance(new, ClassicGroup)
        new.join(asked, held)
        shard.broker.run(_note(shard, new, held))


def _note(shard: GroupShard, group: ClassicGroup, held: Held) -> Work:
    """That the group exists is written, though nobody has to wait for that."""
    try:
        yield from shard.write([record_of_new(group, now=shard.now)])
    except Refusal as refusal:
        held.give(not_joined(refusal.error))


def _told(fields: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """A protocol that there is not is an empty name, or null from v7 on."""
    protocol = fields["protocol_name"] or (None if version >= NULLABLE_PROTOCOL else "")
    return {**fields, "protocol_name": protocol}
