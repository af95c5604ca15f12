"""Coordinators: state machines over the partitions of internal topics (groups, transactions)."""

from kafka_tck.reference.coordination.apart import apart
from kafka_tck.reference.coordination.coordinators import Coordinators
from kafka_tck.reference.coordination.kinds import Kind, Shard, partition_of_key
from kafka_tck.reference.coordination.writing import write

__all__ = ["Coordinators", "Kind", "Shard", "apart", "partition_of_key", "write"]
