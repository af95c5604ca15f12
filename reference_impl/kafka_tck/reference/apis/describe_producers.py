"""DescribeProducers: what the leader of a partition knows of its producers (KIP-664).

v0. For operators who look for transactions that hang. The producers come by their ids; Apache
Kafka's order is that of a hash table. A sequence, a timestamp, a coordinator epoch and the start of
a transaction are -1 where there is none.
Source: KafkaApis.handleDescribeProducersRequest, Partition.activeProducerState, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.leading import led
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.log.producers import ProducerEntry
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

_UNKNOWN: Final = "This server does not host this topic-partition."


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    return {
        "topics": [
            {
                "name": topic.name,
                "partitions": [
                    _partition(broker, topic.name, index) for index in topic.partition_indexes
                ],
            }
            for topic in request.body.topics
        ]
    }


def _partition(broker: "Broker", topic: str, index: int) -> dict[str, Any]:
    try:
        entries = _entries(broker, topic, index)
    except Refusal as refusal:
        return {
            "partition_index": index,
            "error_code": error_code(refusal.error),
            "error_message": refusal.message,
        }
    producers = [_producer(broker, entry) for entry in entries]
    return {"partition_index": index, "error_code": 0, "active_producers": producers}


def _entries(broker: "Broker", topic: str, index: int) -> list[ProducerEntry]:
    """Raises `Refusal`."""
    fault = broker.rules.topics.fault_of_name(topic)
    if fault is not None:
        raise Refusal("INVALID_TOPIC_EXCEPTION", fault)
    if topic not in broker.image.topics:
        raise Refusal("UNKNOWN_TOPIC_OR_PARTITION", _UNKNOWN)
    known = led(broker, topic, index).log.producers.entries
    return [known[producer_id] for producer_id in sorted(known)]


def _producer(broker: "Broker", entry: ProducerEntry) -> dict[str, Any]:
    return {
        "producer_id": entry.producer_id,
        "producer_epoch": entry.epoch,
        "last_sequence": entry.last_sequence,
        "last_timestamp": entry.last_timestamp,
        "coordinator_epoch": entry.coordinator_epoch,
        "current_txn_start_offset": broker.rules.markers.told_start(entry),
    }
