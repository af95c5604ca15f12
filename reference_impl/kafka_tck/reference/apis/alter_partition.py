"""AlterPartition: leaders ask the controller for other ISRs. Only the controller answers it.

v2-v3. v3 has the broker epoch of each member (KIP-903). No partition recovers from an unclean
election here, and a leader that says so is refused. The answer has what the partition has come to.
Source: ReplicationControlManager (alterPartition, validateAlterPartitionData), 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.electing import Change, active
from kafka_tck.reference.image import TopicState
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, decode_request, encode_response

if TYPE_CHECKING:
    from kafka_tck.reference.controller import Controller
    from kafka_tck.reference.records import PartitionRecord

Fields = Mapping[str, Any]


def decide(controller: Controller, sender: int, frame: bytes) -> bytes:
    """The frame of the answer to a leader's frame. `sender` is the broker that has sent it."""
    request = decode_request(frame)
    header = request.header
    fields = _decided(controller, sender, header.version, request.body)
    correlation_id = header.correlation_id
    return encode_response("AlterPartition", header.version, fields, correlation_id=correlation_id)


def _decided(controller: Controller, sender: int, version: int, body: Message) -> Fields:
    registered = controller.image.brokers.get(sender)
    if registered is None or registered.epoch != body.broker_epoch:
        return {"error_code": error_code("STALE_BROKER_EPOCH")}
    topics = []
    for topic in body.topics:
        known = controller.image.by_id.get(topic.topic_id)
        parts = [_altered(controller, sender, version, known, part) for part in topic.partitions]
        topics.append({"topic_id": topic.topic_id, "partitions": parts})
    return {"error_code": 0, "topics": topics}


def _altered(
    controller: Controller, sender: int, version: int, topic: TopicState | None, asked: Message
) -> Fields:
    """Decides one partition."""
    index = asked.partition_index
    members = _members(version, asked)
    error = _fault(controller, sender, topic, asked, members)
    if error is not None or topic is None:
        return {"partition_index": index, "error_code": error_code(error or "UNKNOWN_TOPIC_ID")}
    isr = tuple(node for node, _ in members)
    changed = Change(controller, topic.partitions[index], isr, active(controller)).build()
    if changed is not None:
        controller.append(changed)
    now = topic.partitions[index]
    if now.leader != sender:
        return {"partition_index": index, "error_code": error_code("NEW_LEADER_ELECTED")}
    return _state(now)


def _members(version: int, asked: Message) -> list[tuple[int, int]]:
    """The members of the ISR that is asked for, and their broker epochs; -1 where v2 has none."""
    if version < 3:
        return [(node, -1) for node in asked.new_isr]
    return [(member.broker_id, member.broker_epoch) for member in asked.new_isr_with_epochs]


def _state(partition: PartitionRecord) -> Fields:
    return {
        "partition_index": partition.partition_id,
        "error_code": 0,
        "leader_id": partition.leader,
        "leader_epoch": partition.leader_epoch,
        "isr": list(partition.isr),
        "leader_recovery_state": 0,
        "partition_epoch": partition.partition_epoch,
    }


def _fault(
    controller: Controller,
    sender: int,
    topic: TopicState | None,
    asked: Message,
    members: list[tuple[int, int]],
) -> str | None:
    """The error for what is asked; None if it is granted."""
    if topic is None or asked.partition_index not in topic.partitions:
        return "UNKNOWN_TOPIC_ID" if topic is None else "UNKNOWN_TOPIC_OR_PARTITION"
    partition = topic.partitions[asked.partition_index]
    fault = controller.rules.replication.fault_of_change(
        leads=partition.leader == sender,
        leader_epoch=(asked.leader_epoch, partition.leader_epoch),
        partition_epoch=(asked.partition_epoch, partition.partition_epoch),
    )
    if fault is not None:
        return fault
    isr = {node for node, _ in members}
    if len(isr) < len(members) or sender not in isr or not isr <= set(partition.replicas):
        return "INVALID_REQUEST"
    if asked.leader_recovery_state != 0:
        return "INVALID_REQUEST"
    if not all(_is_eligible(controller, node, epoch) for node, epoch in members):
        return "INELIGIBLE_REPLICA"
    return None


def _is_eligible(controller: Controller, node: int, epoch: int) -> bool:
    broker = controller.image.brokers.get(node)
    if broker is None:
        return False
    stays = controller.image.is_active(node)
    return controller.rules.replication.is_eligible(not stays, epoch, broker.epoch)
