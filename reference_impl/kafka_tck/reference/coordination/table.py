"""The kinds of coordinators that there are."""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.coordination.kinds import Kind
from kafka_tck.reference.groups.shard import GroupShard
from kafka_tck.reference.transactions.shard import TransactionShard
from kafka_tck.wire.batches import Batch, Record

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


class Nothing:
    """The state of a coordinator that keeps none."""

    def __init__(self, broker: "Broker", index: int, epoch: int) -> None:
        pass

    def replay(self, batch: Batch, record: Record) -> None:
        pass

    def loaded(self) -> None:
        pass

    def unloaded(self) -> None:
        pass


GROUP: Final = Kind(
    "group",
    0,
    "__consumer_offsets",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    {
        "cleanup.policy": "compact",
        "compression.type": "producer",
        "segment.bytes": "<offsets.topic.segment.bytes>",
    },
    GroupShard,
)

TRANSACTION: Final = Kind(
    "transaction",
    1,
    "__transaction_state",
    "transaction.state.log.num.partitions",
    "transaction.state.log.replication.factor",
    {
        "unclean.leader.election.enable": "false",
        "compression.type": "uncompressed",
        "cleanup.policy": "compact",
        "min.insync.replicas": "<transaction.state.log.min.isr>",
        "segment.bytes": "<transaction.state.log.segment.bytes>",
    },
    TransactionShard,
)

KINDS: Final = (GROUP, TRANSACTION)
