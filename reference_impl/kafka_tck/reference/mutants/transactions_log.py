"""Brokers whose partitions lose sight of transactions, or show what is not decided."""

from collections.abc import Sequence
from dataclasses import replace

from kafka_tck.reference.log import Aborted, Log, LogRules
from kafka_tck.reference.log.markers import Marker
from kafka_tck.reference.log.producers import ProducerEntry
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules, ListOffsetsRules, MarkerRules

# How far readers of committed records may read.


@wrong("the-lso-is-the-high-watermark", "The last stable offset is the high watermark.", "M23(a)")
class TheLsoIsTheHighWatermark(LogRules):
    def lso(self, hw: int, first_unstable: int | None, log_start: int) -> int:
        return hw


@wrong(
    "shows-the-first-undecided-record",
    "Committed reads go one past the last stable offset.",
    "B58, M07",
)
class ShowsTheFirstUndecidedRecord(FetchRules):
    def bound(self, log: Log, isolation: int) -> int:
        return min(log.lso + 1, log.hw) if isolation == 1 else log.hw


@wrong(
    "a-later-epoch-ends-no-transaction",
    "A marker of a later epoch leaves the transaction open.",
    "M23(b)",
)
class ALaterEpochEndsNoTransaction(LogRules):
    def after_marker(self, entry: ProducerEntry, marker: Marker) -> ProducerEntry:
        after = super().after_marker(entry, marker)
        is_same = marker.epoch == entry.epoch
        return after if is_same else replace(after, transaction_start=entry.transaction_start)


@wrong(
    "transactions-begin-with-their-last-batch",
    "The last stable offset is that of the last batch of an open transaction.",
    "M23(c)",
)
class TransactionsBeginWithTheirLastBatch(LogRules):
    def begins_at(self, entry: ProducerEntry, transactional: bool, offset: int) -> int | None:
        return offset if transactional else entry.transaction_start


@wrong(
    "a-marker-counts-before-it-is-replicated",
    "A transaction is decided with a marker that may get lost.",
    "M23(d)",
)
class AMarkerCountsBeforeItIsReplicated(LogRules):
    def holds_back(self, marker_offset: int, hw: int) -> bool:
        return False


@wrong("latest-ignores-the-lso", "The latest offset is the HW for everyone.", "B59(c)")
class LatestIgnoresTheLso(ListOffsetsRules):
    def latest(self, log: Log, isolation: int) -> int:
        return log.hw

    def bound_of_lookup(self, log: Log, isolation: int) -> int:
        return super().latest(log, isolation)


@wrong("times-ignore-the-lso", "A time names records that are not decided.", "B59(c)")
class TimesIgnoreTheLso(ListOffsetsRules):
    def bound_of_lookup(self, log: Log, isolation: int) -> int:
        return log.hw


@wrong("a-wait-uncommits-a-fetch", "A fetch that waits reads what is not decided.", "B59(a)")
class AWaitUncommitsAFetch(FetchRules):
    def isolation_after_wait(self, isolation: int) -> int:
        return 0


# The list of aborted transactions.


@wrong("lists-no-aborted", "The list of aborted transactions is empty.", "M24, B61")
class ListsNoAborted(FetchRules):
    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        return super().listed_aborted(isolation, (), waited)


@wrong("lists-no-aborted-after-a-wait", "A fetch that waits is told of none.", "B59(b)")
class ListsNoAbortedAfterAWait(FetchRules):
    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        return super().listed_aborted(isolation, () if waited else aborted, waited)


@wrong("leaves-out-the-last-aborted", "The list of aborted transactions lacks the last.", "M24")
class LeavesOutTheLastAborted(FetchRules):
    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        return super().listed_aborted(isolation, aborted[:-1], waited)


@wrong("lists-one-aborted", "The list of aborted transactions has one entry at most.", "M24")
class ListsOneAborted(FetchRules):
    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        return super().listed_aborted(isolation, aborted[:1], waited)


@wrong(
    "forgets-aborted-that-began-before",
    "Only aborted transactions that begin in what is read are listed.",
    "M24",
)
class ForgetsAbortedThatBeganBefore(LogRules):
    def overlaps(self, entry: Aborted, start: int, end: int) -> bool:
        return start <= entry.first_offset < end


@wrong(
    "asks-one-segment-for-aborted",
    "Aborted transactions with their markers in later segments are not listed.",
    "M24, B61(a)",
)
class AsksOneSegmentForAborted(LogRules):
    def looks_for_aborted_further(self) -> bool:
        return False


@wrong("lists-committed-as-aborted", "Committed transactions are listed as aborted.", "B61")
class ListsCommittedAsAborted(LogRules):
    def notes_abort(self, marker: Marker) -> bool:
        return True


# What is known after a restart.


@wrong(
    "forgets-open-transactions",
    "Snapshots of producers do not say that a transaction is open.",
    "M15",
)
class ForgetsOpenTransactions(LogRules):
    def reloaded(self, entries: Sequence[ProducerEntry]) -> Sequence[ProducerEntry]:
        return [replace(entry, transaction_start=None) for entry in entries]


@wrong("forgets-aborted-on-restart", "The index of aborted ones is lost in a restart.", "M34")
class ForgetsAbortedOnRestart(LogRules):
    def reloaded_aborted(self, entries: Sequence[Aborted]) -> Sequence[Aborted]:
        return ()


# Markers.


@wrong("takes-markers-of-older-epochs", "A marker of an older epoch is written.", "M17")
class TakesMarkersOfOlderEpochs(LogRules):
    def marker_epoch_is_allowed(self, entry: ProducerEntry, epoch: int, version: int) -> bool:
        return epoch >= entry.epoch or version < 2


@wrong(
    "takes-markers-of-former-coordinators",
    "A marker of a coordinator that has been replaced is written.",
    "M17",
)
class TakesMarkersOfFormerCoordinators(LogRules):
    def coordinator_is_present(self, entry: ProducerEntry, coordinator_epoch: int) -> bool:
        return True


@wrong(
    "takes-markers-of-the-transaction-before",
    "A marker of the newer protocol ends a transaction of its own epoch.",
    "B52(a)",
)
class TakesMarkersOfTheTransactionBefore(LogRules):
    def marker_epoch_is_allowed(self, entry: ProducerEntry, epoch: int, version: int) -> bool:
        return epoch >= entry.epoch


@wrong(
    "refuses-repeated-markers",
    "A marker of the newer protocol is refused when it comes again.",
    "B52(b)",
)
class RefusesRepeatedMarkers(LogRules):
    def marker_epoch_is_allowed(self, entry: ProducerEntry, epoch: int, version: int) -> bool:
        return epoch > entry.epoch or (epoch == entry.epoch and version < 2)


@wrong("markers-do-not-fence", "A marker of a later epoch does not raise the epoch.", "M17")
class MarkersDoNotFence(LogRules):
    def after_marker(self, entry: ProducerEntry, marker: Marker) -> ProducerEntry:
        after = super().after_marker(entry, marker)
        if entry.epoch < 0:
            return after
        return replace(after, epoch=entry.epoch, batches=entry.batches)


@wrong("markers-forget-batches", "A marker ends the memory of its producer's batches.", "M15")
class MarkersForgetBatches(LogRules):
    def after_marker(self, entry: ProducerEntry, marker: Marker) -> ProducerEntry:
        return replace(super().after_marker(entry, marker), batches=())


@wrong(
    "markers-need-a-transaction",
    "A marker is refused where no transaction is open.",
    "M37",
)
class MarkersNeedATransaction(LogRules):
    def marker_needs_transaction(self) -> bool:
        return True


@wrong(
    "markers-open-transactions",
    "A marker where no transaction is open opens one.",
    "M23(e)",
)
class MarkersOpenTransactions(LogRules):
    def after_marker(self, entry: ProducerEntry, marker: Marker) -> ProducerEntry:
        after = super().after_marker(entry, marker)
        is_open = entry.transaction_start is not None
        return after if is_open else replace(after, transaction_start=marker.offset)


@wrong("commits-what-is-aborted", "All partitions but the first get markers that commit.", "M20")
class CommitsWhatIsAborted(MarkerRules):
    def result_of(self, commit: bool, index: int) -> bool:
        return commit or index > 0


@wrong(
    "leaves-out-the-last-marker",
    "Of several partitions the last gets no marker, and is answered as if.",
    "M19",
)
class LeavesOutTheLastMarker(MarkerRules):
    def is_written(self, position: int, count: int) -> bool:
        return count == 1 or position < count - 1


@wrong("hides-open-transactions", "Operators are told of no open transaction.", "M14")
class HidesOpenTransactions(MarkerRules):
    def told_start(self, entry: ProducerEntry) -> int:
        return -1


# Batches.


@wrong(
    "takes-plain-batches-in-a-transaction",
    "A batch may come outside of its producer's open transaction.",
    "M36",
)
class TakesPlainBatchesInATransaction(LogRules):
    def may_write_plain(self, entry: ProducerEntry) -> bool:
        return True


@wrong(
    "transactions-resume-anywhere",
    "A transaction of the newer protocol begins with any sequence.",
    "KAFKA-18202, M13",
)
class TransactionsResumeAnywhere(LogRules):
    def may_resume_anywhere(self, entry: ProducerEntry, version: int) -> bool:
        return True
