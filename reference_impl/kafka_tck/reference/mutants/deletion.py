"""Brokers that delete records, or let them be read, where they must not."""

from kafka_tck.reference.log import Log, LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ListOffsetsRules


@wrong(
    "deletes-beyond-the-hw",
    "DeleteRecords to an offset above the high watermark deletes as far as it can.",
    "M07",
)
class DeletesBeyondTheHw(ListOffsetsRules):
    def delete_target(self, asked: int, log: Log) -> int:
        return min(super().delete_target(asked, log), log.hw)


@wrong("deletes-one-less", "DeleteRecords keeps the record below the offset.", "M07")
class DeletesOneLess(ListOffsetsRules):
    def delete_target(self, asked: int, log: Log) -> int:
        target = super().delete_target(asked, log)
        return target - 1 if target > 0 else target


@wrong("deletes-to-the-batch", "DeleteRecords keeps the whole batch that holds the offset.", "B94")
class DeletesToTheBatch(ListOffsetsRules):
    def delete_target(self, asked: int, log: Log) -> int:
        target = super().delete_target(asked, log)
        return next((batch.base_offset for batch in log.batches(target, target + 1)), target)


@wrong("refused-delete-moves-the-start", "A refused deletion deletes everything.", "M38")
class RefusedDeleteMovesTheStart(ListOffsetsRules):
    def start_after_refusal(self, log: Log) -> int:
        return log.hw


@wrong(
    "deletes-from-compacted-topics", "DeleteRecords works where records are only compacted.", "M36"
)
class DeletesFromCompactedTopics(ListOffsetsRules):
    def may_delete_from(self, deletes: bool) -> bool:
        return True


@wrong("deletes-from-internal-topics", "DeleteRecords works on internal topics.", "M36")
class DeletesFromInternalTopics(ListOffsetsRules):
    def protects(self, topic: str) -> bool:
        return False


@wrong("refusal-tells-a-low-watermark", "A refused deletion answers low watermark 0.", "M14")
class RefusalTellsALowWatermark(ListOffsetsRules):
    def low_watermark_of_refusal(self) -> int:
        return 0


@wrong("log-start-falls-again", "DeleteRecords below the log start moves it back.", "B94")
class LogStartFallsAgain(LogRules):
    def risen_log_start(self, log_start: int, to: int) -> int:
        return to


@wrong("reads-below-log-start", "Deleted records can be read while their bytes are there.", "B94")
class ReadsBelowLogStart(LogRules):
    def may_be_read(self, offset: int, log_start: int, leo: int) -> bool:
        return 0 <= offset <= leo
