"""What an idempotent producer may send next, and how long it is remembered."""

from collections.abc import Sequence
from typing import Final

from kafka_tck.reference.log.config import INT_MAX, LogConfig
from kafka_tck.reference.log.header import last_sequence
from kafka_tck.reference.log.producers import BatchMark, ProducerEntry
from kafka_tck.wire.batches import Batch

REMEMBERED: Final = 5
NO_EPOCH: Final = -1

BEGINS_AT_ZERO_SINCE: Final = 12
"""From this version of Produce on, a transaction adds its partitions by itself (KIP-890)."""


class ProducerRules:
    """Source: ProducerStateManager, ProducerStateEntry, ProducerAppendInfo."""

    def duplicate_of(self, entry: ProducerEntry, batch: Batch) -> BatchMark | None:
        """The remembered batch with the same epoch and the same two sequences."""
        if batch.producer_epoch != entry.epoch:
            return None
        last = last_sequence(batch.base_sequence, batch.last_offset_delta)
        bounds = (batch.base_sequence, last)
        same = (
            mark for mark in entry.batches if (mark.base_sequence, mark.last_sequence) == bounds
        )
        return next(same, None)

    def remembered(self, marks: Sequence[BatchMark]) -> tuple[BatchMark, ...]:
        """The batches whose repetition will be recognised."""
        return tuple(marks[-REMEMBERED:])

    def epoch_is_allowed(self, entry: ProducerEntry, epoch: int) -> bool:
        return epoch >= entry.epoch

    def may_start_anywhere(self, entry: ProducerEntry) -> bool:
        """A producer that the partition does not know may begin with any sequence (KIP-360)."""
        return entry.epoch == NO_EPOCH

    def may_resume_anywhere(self, entry: ProducerEntry, version: int) -> bool:
        """Whether a transaction may go on with any sequence where none of its producer is known.

        By the version of Produce. Apache Kafka has been stricter since 4.1.
        """
        return bool(entry.batches) or version < BEGINS_AT_ZERO_SINCE

    def starts_new_epoch(self, sequence: int) -> bool:
        return sequence == 0

    def follows(self, last_sequence: int, sequence: int) -> bool:
        """After the last sequence comes the next; after 2^31-1 comes 0."""
        return sequence == last_sequence + 1 or (sequence == 0 and last_sequence == INT_MAX)

    def counts_refused_batches(self) -> bool:
        """Whether a batch that is out of sequence leaves a trace."""
        return False

    def reloaded(self, entries: Sequence[ProducerEntry]) -> Sequence[ProducerEntry]:
        """What a snapshot says of producers is what is known after a start."""
        return entries

    def producer_is_expired(self, entry: ProducerEntry, now: int, config: LogConfig) -> bool:
        """An open transaction keeps its producer alive."""
        return (
            entry.transaction_start is None
            and now - entry.last_timestamp >= config.producer_id_expiration_ms
        )
