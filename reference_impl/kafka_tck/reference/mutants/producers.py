"""Brokers that lose count of numbered batches."""

from collections.abc import Sequence

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.log.header import last_sequence
from kafka_tck.reference.log.producers import BatchMark, ProducerEntry
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.producer_ids import ProducerIds
from kafka_tck.reference.rules import ProduceRules
from kafka_tck.wire.batches import Batch


@wrong("gives-one-producer-id-to-all", "Every producer gets the same id.", "M38")
class GivesOneProducerIdToAll(ProduceRules):
    def producer_id(self, ids: ProducerIds) -> int:
        return 0


@wrong("forgets-what-it-took", "No batch is recognised when it comes again.", "M13")
class ForgetsWhatItTook(LogRules):
    def duplicate_of(self, entry: ProducerEntry, batch: Batch) -> BatchMark | None:
        return None


@wrong("remembers-one-batch", "Only the last batch is recognised when it comes again.", "M15")
class RemembersOneBatch(LogRules):
    def remembered(self, marks: Sequence[BatchMark]) -> tuple[BatchMark, ...]:
        return tuple(marks[-1:])


@wrong("remembers-too-much", "Batches before the last five are recognised too.", "M07")
class RemembersTooMuch(LogRules):
    def remembered(self, marks: Sequence[BatchMark]) -> tuple[BatchMark, ...]:
        return tuple(marks)


@wrong("takes-overlapping-batches", "A batch that ends like a remembered one repeats it.", "M13")
class TakesOverlappingBatches(LogRules):
    def duplicate_of(self, entry: ProducerEntry, batch: Batch) -> BatchMark | None:
        if batch.producer_epoch != entry.epoch:
            return None
        last = last_sequence(batch.base_sequence, batch.last_offset_delta)
        return next((mark for mark in entry.batches if mark.last_sequence == last), None)


@wrong("answers-a-repetition-with-the-log-end", "A repetition is told the log end.", "M14")
class AnswersARepetitionWithTheLogEnd(ProduceRules):
    def answered_base_offset(self, base_offset: int, leo: int, duplicate: bool) -> int:
        return leo if duplicate else base_offset


@wrong("takes-a-gap", "A batch may leave sequences out.", "M13")
class TakesAGap(LogRules):
    def follows(self, last_sequence: int, sequence: int) -> bool:
        return sequence > last_sequence or super().follows(last_sequence, sequence)


@wrong("does-not-begin-again-at-zero", "After 2^31-1 nothing follows.", "M07")
class DoesNotBeginAgainAtZero(LogRules):
    def follows(self, last_sequence: int, sequence: int) -> bool:
        return sequence == last_sequence + 1


@wrong("takes-any-sequence-of-a-later-epoch", "A later epoch begins anywhere.", "M13")
class TakesAnySequenceOfALaterEpoch(LogRules):
    def starts_new_epoch(self, sequence: int) -> bool:
        return True


@wrong("refuses-unknown-producers", "An unknown producer has to begin at sequence 0.", "KIP-360")
class RefusesUnknownProducers(LogRules):
    def may_start_anywhere(self, entry: ProducerEntry) -> bool:
        return False


@wrong("takes-older-epochs", "A batch of an older epoch is taken.", "M17")
class TakesOlderEpochs(LogRules):
    def epoch_is_allowed(self, entry: ProducerEntry, epoch: int) -> bool:
        return True


@wrong("takes-the-epoch-before", "A batch of the epoch before the present one is taken.", "M17")
class TakesTheEpochBefore(LogRules):
    def epoch_is_allowed(self, entry: ProducerEntry, epoch: int) -> bool:
        return epoch >= entry.epoch - 1


@wrong("counts-what-it-refuses", "A batch out of sequence counts as the last one.", "M38")
class CountsWhatItRefuses(LogRules):
    def counts_refused_batches(self) -> bool:
        return True


@wrong("forgets-producers-on-restart", "A snapshot of producers is not believed.", "M15")
class ForgetsProducersOnRestart(LogRules):
    def reloaded(self, entries: Sequence[ProducerEntry]) -> Sequence[ProducerEntry]:
        return ()
