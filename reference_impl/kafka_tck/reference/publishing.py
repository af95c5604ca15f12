"""A broker follows the metadata log: each record changes its image and then its replicas."""

from typing import TYPE_CHECKING

from kafka_tck.reference.messages import Published
from kafka_tck.reference.records import (
    ConfigRecord,
    MetadataRecord,
    PartitionRecord,
    RemoveTopicRecord,
)

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def apply_records(broker: "Broker", published: Published) -> None:
    """Applies the records that are new to this broker, in order."""
    known = broker.image.offset + 1 - published.base_offset
    for record in published.records[max(known, 0) :]:
        _apply(broker, record)


def _apply(broker: "Broker", record: MetadataRecord) -> None:
    if isinstance(record, RemoveTopicRecord):
        if not broker.rules.topics.forgets_deleted():
            broker.image.offset += 1
            return
        name = broker.image.by_id[record.topic_id].name
        broker.image.apply(record)
        broker.replicas.remove_topic(name)
        return
    broker.image.apply(record)
    if isinstance(record, PartitionRecord):
        broker.replicas.take_partition(record, broker.now)
    elif isinstance(record, ConfigRecord):
        broker.replicas.take_config(record)
