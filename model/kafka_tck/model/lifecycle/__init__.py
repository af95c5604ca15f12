"""Life-cycle of brokers and of one partition's leadership, at the detail of KIP-966.

The module is `lifecycle`. Its parts register themselves when they are imported.
"""

from kafka_tck.model.lifecycle import brokers, claims, controller, enabling, faults, variants
from kafka_tck.model.lifecycle.state import Lifecycle, Partition, lifecycle

__all__ = [
    "Lifecycle",
    "Partition",
    "brokers",
    "claims",
    "controller",
    "enabling",
    "faults",
    "lifecycle",
    "variants",
]
