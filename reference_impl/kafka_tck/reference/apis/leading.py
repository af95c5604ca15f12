"""Finding the partition that a request names, or the error that says why not."""

from typing import TYPE_CHECKING
from uuid import UUID

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.partition import Partition
from kafka_tck.wire.errors import error_code

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

NONE = error_code("NONE")
NO_EPOCH = -1


def hosted(broker: "Broker", topic: str, index: int) -> Partition:
    """The replica on this broker. `ReplicaManager.getPartitionOrError`."""
    partition = broker.replicas.get(topic, index)
    if partition is None:
        known = broker.image.partition(topic, index) is not None
        unknown = broker.rules.metadata.error_of_no_partition()
        raise Refusal("NOT_LEADER_OR_FOLLOWER" if known else unknown)
    return partition


def check_epoch(broker: "Broker", partition: Partition, asked: int) -> None:
    """`Partition.checkCurrentLeaderEpoch`: -1 asks for no check."""
    fault = broker.rules.fetch.epoch_fault(asked, partition.leader_epoch)
    if fault is not None:
        raise Refusal(fault)


def led(
    broker: "Broker", topic: str, index: int, epoch: int = NO_EPOCH, *, api: str = ""
) -> Partition:
    """The partition, if this broker leads it in the leader epoch that the request names."""
    partition = hosted(broker, topic, index)
    check_epoch(broker, partition, epoch)
    if not broker.rules.replication.answers(api, partition.leads):
        raise Refusal("NOT_LEADER_OR_FOLLOWER")
    return partition


def name_of(broker: "Broker", topic_id: UUID | None, api: str) -> str | None:
    """The name of the topic with this id, as far as this broker knows."""
    if topic_id is None:
        return None
    topic = broker.rules.topics.topic_of_id(api, topic_id, broker.image)
    return None if topic is None else topic.name
