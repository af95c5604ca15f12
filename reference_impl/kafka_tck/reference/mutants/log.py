"""Wrong logs: what an accepted batch becomes, where it stands, how it is found again."""

from collections.abc import Sequence

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ProduceRules
from kafka_tck.wire.batches import Batch, Record


@wrong("skips-an-offset", "Every accepted batch leaves one offset out.", "M07")
class SkipsAnOffset(LogRules):
    def first_offset_of(self, leo: int) -> int:
        return leo + 1


@wrong("answers-the-leo", "A produce answers the log end instead of the base offset.", "M14")
class AnswersTheLeo(ProduceRules):
    def answered_base_offset(self, base_offset: int, leo: int, duplicate: bool) -> int:
        return leo


@wrong("keeps-the-clients-epoch", "A batch is stored with the leader epoch it came with.", "B17")
class KeepsTheClientsEpoch(LogRules):
    def stamped_leader_epoch(self, batch: Batch, epoch: int) -> int:
        return batch.leader_epoch


@wrong(
    "keeps-a-wrong-max-timestamp",
    "The maximum timestamp of a batch is stored as the client says.",
    "B97, KAFKA-16342",
)
class KeepsAWrongMaxTimestamp(LogRules):
    def stored_max_timestamp(self, batch: Batch, true_maximum: int, append_time: int | None) -> int:
        return batch.max_timestamp if append_time is None else append_time


@wrong("refused-batch-takes-offsets", "A refused batch leaves a gap of one offset behind.", "M38")
class RefusedBatchTakesOffsets(LogRules):
    def leo_after_refusal(self, leo: int) -> int:
        return leo + 1


@wrong("reads-from-the-next-batch", "A read at a batch's last offset begins behind it.", "M07")
class ReadsFromTheNextBatch(LogRules):
    def batch_reaches(self, last_offset: int, target: int) -> bool:
        return last_offset > target


@wrong(
    "index-lookup-is-one-entry-late",
    "A lookup in an index of offsets or times takes the entry after the right one.",
    "M07",
)
class IndexLookupIsOneEntryLate(LogRules):
    def floor_slot(self, keys: Sequence[int], target: int) -> int:
        return min(super().floor_slot(keys, target) + 1, len(keys) - 1)


@wrong(
    "reads-stop-at-an-empty-segment",
    "A read finds nothing where the rest of its segment was compacted away.",
    "M32",
)
class ReadsStopAtAnEmptySegment(LogRules):
    def looks_in_next_segment(self) -> bool:
        return False


@wrong(
    "recompression-loses-headers",
    "Records that are compressed anew lose their headers.",
    "M32",
)
class RecompressionLosesHeaders(LogRules):
    def rewritten(self, record: Record, offset: int) -> Record:
        return super().rewritten(Record(record.key, record.value, (), record.timestamp), offset)


@wrong(
    "restart-forgets-the-log-start",
    "After a restart the log begins with its first segment again.",
    "M33, B94",
)
class RestartForgetsTheLogStart(LogRules):
    def recovered_log_start(self, checkpoint: int, first_base: int) -> int:
        return first_base


@wrong("restart-loses-the-log", "A restart believes no batch that was stored before.", "M34")
class RestartLosesTheLog(LogRules):
    def must_recover(self, clean: bool, segment_end: int | None, recovery_point: int) -> bool:
        return True

    def survives(self, batch: Batch, last_offset: int) -> bool:
        return False


@wrong("recovery-believes-nothing", "After a kill no batch that was not flushed is kept.", "M34")
class RecoveryBelievesNothing(LogRules):
    def survives(self, batch: Batch, last_offset: int) -> bool:
        return False
