"""What becomes of the markers that end transactions, and what is told of producers."""

from kafka_tck.reference.log.producers import ProducerEntry


class MarkerRules:
    """Source: KafkaApis.handleWriteTxnMarkersRequest, UnifiedLog.activeProducers."""

    def result_of(self, commit: bool, index: int) -> bool:
        """Whether the marker that a partition gets commits: as it is told, in each alike."""
        return commit

    def is_written(self, position: int, count: int) -> bool:
        """Whether a partition gets its marker, by its position in the request: each does."""
        return True

    def waits_for_replicas(self) -> bool:
        """Whether a marker is answered only when every replica in sync has it."""
        return True

    def told_start(self, entry: ProducerEntry) -> int:
        """Where the open transaction of a producer begins, as an operator is told; -1: nowhere."""
        return -1 if entry.transaction_start is None else entry.transaction_start
