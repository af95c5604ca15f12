"""Consumers of one group: `state.py` says what it is about. The parts register themselves."""

from kafka_tck.model.consumer import claims, commits, group, processing, variants
from kafka_tck.model.consumer.state import Consumption, Partition, consumer

__all__ = [
    "Consumption",
    "Partition",
    "claims",
    "commits",
    "consumer",
    "group",
    "processing",
    "variants",
]
