"""Brokers that answer fetches with too much, too little, or too late."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kafka_tck.reference.log import Aborted, Log, LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules, ProduceRules

if TYPE_CHECKING:
    from kafka_tck.reference.apis.fetching import Read


@wrong("respects-zero-max-bytes", "Nothing is returned where the limits leave no room.", "KIP-74")
class RespectsZeroMaxBytes(FetchRules):
    def must_return_one(self, found_so_far: int) -> bool:
        return False


@wrong("every-partition-is-exempt", "Every partition returns a whole batch at least.", "KIP-74")
class EveryPartitionIsExempt(FetchRules):
    def must_return_one(self, found_so_far: int) -> bool:
        return True


@wrong("ignores-max-bytes", "Only the limit of each partition counts.", "KIP-74")
class IgnoresMaxBytes(FetchRules):
    def room_for(self, partition_room: int, room: int) -> int:
        return partition_room


@wrong("only-the-first-partition-is-read", "One partition returns data, the rest wait.", "KIP-74")
class OnlyTheFirstPartitionIsRead(FetchRules):
    def room_left(self, room: int, taken: int) -> int:
        return 0 if taken else room


@wrong("refuses-a-read-at-the-end", "A read at the log end is out of range.", "M07")
class RefusesAReadAtTheEnd(LogRules):
    def may_be_read(self, offset: int, log_start: int, leo: int) -> bool:
        return log_start <= offset < leo


@wrong("reads-past-the-end", "A read one past the log end finds nothing instead of failing.", "M07")
class ReadsPastTheEnd(LogRules):
    def may_be_read(self, offset: int, log_start: int, leo: int) -> bool:
        return log_start <= offset <= leo + 1


@wrong("hw-lags-its-records", "The high watermark of an answer is that of before.", "B14, M07")
class HwLagsItsRecords(FetchRules):
    def shown_hw(self, log: Log) -> int:
        return max(log.hw - 1, log.log_start)


@wrong("lso-lags-without-transactions", "The last stable offset lags behind.", "M07")
class LsoLagsWithoutTransactions(FetchRules):
    def shown_lso(self, log: Log) -> int:
        return max(log.lso - 1, log.log_start)


@wrong("hides-the-last-record", "Committed reads end one before the last stable offset.", "M07")
class HidesTheLastRecord(FetchRules):
    def bound(self, log: Log, isolation: int) -> int:
        return max(log.lso - 1, 0) if isolation == 1 else log.hw


@wrong("forgets-the-log-start", "Fetch answers log start offset 0.", "B94")
class ForgetsTheLogStart(FetchRules):
    def shown_log_start(self, log: Log) -> int:
        return 0


@wrong("any-isolation-is-uncommitted", "An unknown isolation level reads everything.", "B59")
class AnyIsolationIsUncommitted(FetchRules):
    def isolation_exists(self, level: int) -> bool:
        return True


@wrong("always-lists-aborted", "Uncommitted reads get a list of aborted transactions.", "B61(c)")
class AlwaysListsAborted(FetchRules):
    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        return list(aborted)


@wrong("never-lists-aborted", "Committed reads get no list of aborted transactions.", "B59(b)")
class NeverListsAborted(FetchRules):
    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        return None


@wrong("unknown-ids-are-unknown-names", "An unknown topic id is an unknown partition.", "B98, B100")
class UnknownIdsAreUnknownNames(FetchRules):
    def error_of_unknown_id(self) -> str:
        return "UNKNOWN_TOPIC_OR_PARTITION"


@wrong("drops-partitions-with-errors", "Partitions that cannot be read have no answer.", "M36")
class DropsPartitionsWithErrors(FetchRules):
    def told(self, reads: list["Read"]) -> list["Read"]:
        return [read for read in reads if read.error == "NONE"]


@wrong("one-error-fails-the-fetch", "One partition's error is that of all.", "M36")
class OneErrorFailsTheFetch(FetchRules):
    def told(self, reads: list["Read"]) -> list["Read"]:
        error = next((read.error for read in reads if read.error != "NONE"), "NONE")
        return [replace(read, error=error) for read in reads]


@wrong("swaps-two-partitions", "The records of two partitions are mixed up.", "B98")
class SwapsTwoPartitions(FetchRules):
    def told(self, reads: list["Read"]) -> list["Read"]:
        back = [read.records for read in reversed(reads)]
        return [replace(read, records=data) for read, data in zip(reads, back, strict=True)]


@wrong("ignores-the-last-fetched-epoch", "No reader is told of a divergence.", "B03, KIP-595")
class IgnoresTheLastFetchedEpoch(FetchRules):
    def diverges(self, epoch: int, end: int, last_fetched_epoch: int, offset: int) -> bool:
        return False


@wrong("diverges-at-the-end-of-an-epoch", "A reader at the end of an epoch diverges.", "M07")
class DivergesAtTheEndOfAnEpoch(FetchRules):
    def diverges(self, epoch: int, end: int, last_fetched_epoch: int, offset: int) -> bool:
        return epoch < last_fetched_epoch or end <= offset


@wrong("forgets-the-current-leader", "A refusal does not say who leads.", "KIP-951")
class ForgetsTheCurrentLeader(FetchRules):
    def tells_leader(self) -> bool:
        return False


@wrong("every-fetch-waits", "A fetch waits though there is enough.", "M36")
class EveryFetchWaits(FetchRules):
    def answers_at_once(self, max_wait_ms: int, asked: int, found: int, min_bytes: int) -> bool:
        return max_wait_ms <= 0


@wrong("no-fetch-waits", "A fetch is answered at once though there is not enough.", "M36")
class NoFetchWaits(FetchRules):
    def answers_at_once(self, max_wait_ms: int, asked: int, found: int, min_bytes: int) -> bool:
        return True


@wrong("errors-wait", "A fetch with an error waits like one without.", "M36")
class ErrorsWait(FetchRules):
    def error_ends_wait(self) -> bool:
        return False


@wrong("appends-wake-nobody", "A fetch that waits does not hear of appends.", "M35")
class AppendsWakeNobody(ProduceRules):
    def wakes_waiting(self) -> bool:
        return False
