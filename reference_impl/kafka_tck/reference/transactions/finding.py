"""Finding what a broker coordinates of a transactional id."""

from typing import TYPE_CHECKING

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.transactions.shard import TransactionShard

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


def shard_of(broker: "Broker", transactional_id: str | None) -> TransactionShard:
    """The partition's state that has the id. Raises `Refusal`: INVALID_REQUEST without an id."""
    if not transactional_id:
        raise Refusal("INVALID_REQUEST")
    shard = broker.coordinators.find("transaction", transactional_id)
    assert isinstance(shard, TransactionShard)
    return shard
