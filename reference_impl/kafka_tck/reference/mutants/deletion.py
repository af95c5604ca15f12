"""Brokers that delete records, or let them be read, where they must not."""

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules, ListOffsetsRules


@wrong(
    "deletes-beyond-the-hw",
    "DeleteRecords up to an offset above the high watermark deletes up to the high watermark.",
    "M07",
)
class DeletesBeyondTheHw(ListOffsetsRules):
    def delete_target(self, asked: int, hw: int) -> int:
        return hw if asked == -1 else min(asked, hw)


@wrong("deletes-from-compacted-topics", "DeleteRecords works on a topic that only compacts.", "M36")
class DeletesFromCompactedTopics(ListOffsetsRules):
    def may_delete_from(self, deletes: bool) -> bool:
        return True


@wrong("reads-below-log-start", "Deleted records can be read while their bytes are there.", "B94")
class ReadsBelowLogStart(FetchRules, LogRules):
    def is_in_range(self, offset: int, log_start: int, leo: int) -> bool:
        return 0 <= offset <= leo

    def may_be_read(self, offset: int, log_start: int, leo: int) -> bool:
        return 0 <= offset <= leo
