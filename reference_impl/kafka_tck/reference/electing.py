"""What the controller decides about one partition: its leader, its ISR, its epochs.

Source: PartitionChangeBuilder, ReplicationControlManager (alterPartition,
generateLeaderAndIsrUpdates), 4.3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kafka_tck.reference.controller import Controller
    from kafka_tck.reference.messages import AlterPartition
    from kafka_tck.reference.records import PartitionRecord

NOBODY: Final = -1
UNCLEAN: Final = "unclean.leader.election.enable"


def without_broker(
    controller: Controller, partition: PartitionRecord, node: int
) -> PartitionRecord | None:
    """After a broker is fenced: it leaves the ISR, unless it is the last, and does not lead."""
    if node not in partition.isr and node != partition.leader:
        return None
    isr = controller.rules.replication.isr_without(partition.isr, node)
    if node != partition.leader:
        return None if isr == partition.isr else _changed(partition, isr=isr)
    return _led_anew(controller, replace(partition, isr=isr))


def with_heir_among(
    controller: Controller, partition: PartitionRecord, node: int
) -> PartitionRecord | None:
    """After a broker is back: a partition without a leader may have one again."""
    if partition.leader != NOBODY or node not in partition.replicas:
        return None
    changed = _led_anew(controller, partition)
    return None if changed.leader == NOBODY else changed


def _led_anew(controller: Controller, partition: PartitionRecord) -> PartitionRecord:
    """Another leader: of the ISR, else anybody if unclean election is allowed, else none."""
    rules = controller.rules.replication
    alive = [broker.broker_id for broker in controller.image.alive()]
    leader = rules.elected(partition.replicas, partition.isr, alive)
    isr = partition.isr
    if leader == NOBODY and _may_be_unclean(controller, partition):
        leader = rules.elected_uncleanly(partition.replicas, alive)
        isr = partition.isr if leader == NOBODY else (leader,)
    epoch = rules.next_leader_epoch(partition.leader_epoch)
    return _changed(partition, isr=isr, leader=leader, leader_epoch=epoch)


def _may_be_unclean(controller: Controller, partition: PartitionRecord) -> bool:
    topic = controller.image.by_id[partition.topic_id].name
    default = str(controller.settings.value(UNCLEAN))
    everywhere = controller.image.broker_configs("").get(UNCLEAN, default)
    return controller.image.topic_configs(topic).get(UNCLEAN, everywhere).lower() == "true"


def _changed(partition: PartitionRecord, **changes: object) -> PartitionRecord:
    return replace(partition, **changes, partition_epoch=partition.partition_epoch + 1)  # type: ignore[arg-type]


def alter_isr(controller: Controller, sender: int, asked: AlterPartition) -> str:
    """A leader's wish for another ISR: NONE if it is granted, else the error."""
    registered = controller.image.brokers.get(sender)
    if registered is None or registered.epoch != asked.broker_epoch:
        return "STALE_BROKER_EPOCH"
    topic = controller.image.by_id.get(asked.topic_id)
    if topic is None or asked.partition_id not in topic.partitions:
        return "UNKNOWN_TOPIC_ID" if topic is None else "UNKNOWN_TOPIC_OR_PARTITION"
    partition = topic.partitions[asked.partition_id]
    fault = controller.rules.replication.fault_of_change(
        leads=partition.leader == sender,
        leader_epoch=(asked.leader_epoch, partition.leader_epoch),
        partition_epoch=(asked.partition_epoch, partition.partition_epoch),
    )
    if fault is not None:
        return fault
    isr = tuple(node for node, _ in asked.isr)
    if sender not in isr or not set(isr) <= set(partition.replicas):
        return "INVALID_REQUEST"
    if not all(_is_eligible(controller, node, epoch) for node, epoch in asked.isr):
        return "INELIGIBLE_REPLICA"
    controller.append(_changed(partition, isr=isr))
    return "NONE"


def _is_eligible(controller: Controller, node: int, epoch: int) -> bool:
    broker = controller.image.brokers.get(node)
    if broker is None:
        return False
    return controller.rules.replication.is_eligible(broker.fenced, epoch, broker.epoch)
