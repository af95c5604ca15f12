"""Every decision of the log that matters, each a small method.

A wrong broker is a subclass of `LogRules` that overrides one.
"""

from kafka_tck.reference.log.rules.batches import BatchRules
from kafka_tck.reference.log.rules.compaction import CompactionRules
from kafka_tck.reference.log.rules.epochs import EpochRules
from kafka_tck.reference.log.rules.offsets import OffsetRules
from kafka_tck.reference.log.rules.producers import ProducerRules
from kafka_tck.reference.log.rules.recovery import RecoveryRules
from kafka_tck.reference.log.rules.retention import RetentionRules
from kafka_tck.reference.log.rules.times import TimeRules
from kafka_tck.reference.log.rules.transactions import TransactionRules

__all__ = ["LogRules"]


class LogRules(
    BatchRules,
    OffsetRules,
    TimeRules,
    EpochRules,
    ProducerRules,
    TransactionRules,
    RetentionRules,
    CompactionRules,
    RecoveryRules,
):
    """The rules that the honest log follows."""
