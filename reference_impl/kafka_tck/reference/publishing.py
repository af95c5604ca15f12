"""A broker follows the metadata log: each record changes its image and then its replicas."""

from typing import TYPE_CHECKING
from uuid import UUID

from kafka_tck.reference.groups.shard import shards_of
from kafka_tck.reference.messages import Published
from kafka_tck.reference.records import (
    ConfigRecord,
    MetadataRecord,
    PartitionRecord,
    RegisterBrokerRecord,
    RemoveTopicRecord,
)

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


Pending = dict[tuple[UUID, int], PartitionRecord]


def apply_records(broker: "Broker", published: Published) -> None:
    """Applies the records that are new to this broker, in order.

    A broker that starts gets all of them at once. It acts on what partitions have come to, not on
    what they were: it must not lead again under an epoch that is over, nor open the log of a topic
    that is deleted in the place of its namesake.
    """
    known = broker.image.offset + 1 - published.base_offset
    if known < 0:
        return  # some were lost on the way: the next heartbeat brings them all
    pending: Pending = {}
    for record in published.records[known:]:
        _apply(broker, record, pending)
    for partition in pending.values():
        broker.replicas.take_partition(partition, broker.now)


def _apply(broker: "Broker", record: MetadataRecord, pending: Pending) -> None:
    if isinstance(record, RemoveTopicRecord):
        _remove(broker, record, pending)
        return
    broker.image.apply(record)
    if isinstance(record, PartitionRecord):
        pending[record.topic_id, record.partition_id] = record
    elif isinstance(record, ConfigRecord):
        broker.replicas.take_config(record)
    elif isinstance(record, RegisterBrokerRecord) and record.broker_id == broker.node:
        broker.epoch = record.broker_epoch


def _remove(broker: "Broker", record: RemoveTopicRecord, pending: Pending) -> None:
    if not broker.rules.topics.forgets_deleted():
        broker.image.offset += 1
        return
    name = broker.image.by_id[record.topic_id].name
    broker.image.apply(record)
    broker.replicas.remove_topic(name)
    for shard in shards_of(broker):
        shard.topic_removed(name)
    for key in [key for key in pending if key[0] == record.topic_id]:
        broker.replicas.remove_stray(name, pending.pop(key))
