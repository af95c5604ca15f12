"""What a partition remembers of each producer.

Source: ProducerStateEntry, BatchMetadata.
"""

from dataclasses import dataclass, replace

from kafka_tck.reference.log.header import sequence_before


@dataclass(frozen=True, slots=True)
class BatchMark:
    """One batch as its producer's state keeps it."""

    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp: int

    @property
    def base_sequence(self) -> int:
        return sequence_before(self.last_sequence, self.offset_delta)

    @property
    def sequences(self) -> tuple[int, int]:
        """The first and the last sequence."""
        return self.base_sequence, self.last_sequence

    @property
    def base_offset(self) -> int:
        return self.last_offset - self.offset_delta


@dataclass(frozen=True, slots=True)
class ProducerEntry:
    """A producer's epoch, its last batches (oldest first), and its open transaction if any."""

    producer_id: int
    epoch: int = -1
    batches: tuple[BatchMark, ...] = ()
    last_timestamp: int = -1
    coordinator_epoch: int = -1
    transaction_start: int | None = None

    @property
    def last_sequence(self) -> int:
        """The sequence of the last record; -1 if no batch is known."""
        return self.batches[-1].last_sequence if self.batches else -1

    @property
    def last_data_offset(self) -> int:
        return self.batches[-1].last_offset if self.batches else -1

    def of_epoch(self, epoch: int) -> "ProducerEntry":
        """The entry in another epoch, which begins without batches."""
        return self if epoch == self.epoch else replace(self, epoch=epoch, batches=())
