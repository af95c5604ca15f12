"""Transaction coordinators that lose track of who may do what, and of what was decided."""

from collections.abc import Collection
from dataclasses import replace

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import TransactionRules
from kafka_tck.reference.transactions.states import (
    NO_EPOCH,
    State,
    TopicPartition,
    Transaction,
)

# InitProducerId.


@wrong("init-keeps-the-epoch", "InitProducerId does not raise the epoch.", "M18(a)")
class InitKeepsTheEpoch(TransactionRules):
    def epochs_after_init(self, known: Transaction, expected: int | None) -> tuple[int, int] | None:
        told = super().epochs_after_init(known, expected)
        return told if told is None else (max(known.epoch, 0), NO_EPOCH)


@wrong("init-forgets-the-open-transaction", "InitProducerId aborts nothing.", "M18(b)")
class InitForgetsTheOpenTransaction(TransactionRules):
    def aborts_open_transaction(self) -> bool:
        return False


@wrong("init-does-not-wait", "InitProducerId goes on before the abort is complete.", "M18(c)")
class InitDoesNotWait(TransactionRules):
    def init_waits_for_end(self, is_prepared: bool) -> bool:
        return False


@wrong("init-bumps-for-who-asks-again", "A repeated InitProducerId raises the epoch too.", "M37")
class InitBumpsForWhoAsksAgain(TransactionRules):
    def epochs_after_init(self, known: Transaction, expected: int | None) -> tuple[int, int] | None:
        if expected is not None and expected == known.last_epoch:
            return known.epoch + 1, known.epoch
        return super().epochs_after_init(known, expected)


@wrong("init-fences-who-asks-again", "A repeated InitProducerId is fenced.", "M37")
class InitFencesWhoAsksAgain(TransactionRules):
    def epochs_after_init(self, known: Transaction, expected: int | None) -> tuple[int, int] | None:
        if expected not in (None, known.epoch) and known.epoch != NO_EPOCH:
            return None
        return super().epochs_after_init(known, expected)


@wrong("init-takes-any-epoch", "InitProducerId does not compare the epoch it is told.", "M17")
class InitTakesAnyEpoch(TransactionRules):
    def epochs_after_init(self, known: Transaction, expected: int | None) -> tuple[int, int] | None:
        known_by = super().epochs_after_init(known, expected)
        return known_by or (known.epoch + 1, known.epoch)


@wrong(
    "fences-for-who-is-fenced",
    "Who is fenced has the open transaction of the next one aborted.",
    "a-fenced-producer-ends-the-transaction-of-the-next (finding)",
)
class FencesForWhoIsFenced(TransactionRules):
    def may_fence(self, known: Transaction, epoch: int) -> bool:
        return True


@wrong("takes-any-transaction-timeout", "transaction.max.timeout.ms is no limit.", "M36")
class TakesAnyTransactionTimeout(TransactionRules):
    def timeout_is_legal(self, timeout_ms: int, longest_ms: int) -> bool:
        return timeout_ms > 0


# Partitions of a transaction.


@wrong("adds-for-other-epochs", "Partitions are added whatever the epoch.", "M17")
class AddsForOtherEpochs(TransactionRules):
    def is_current(self, epoch: int, known: int) -> bool:
        return True


@wrong("adds-for-older-epochs", "Partitions are added for producers that are fenced.", "B46")
class AddsForOlderEpochs(TransactionRules):
    def is_current(self, epoch: int, known: int) -> bool:
        return epoch <= known


@wrong("takes-other-producer-ids", "The producer id is not compared.", "M36")
class TakesOtherProducerIds(TransactionRules):
    def is_that_producer(self, producer_id: int, known: int) -> bool:
        return True


@wrong("adds-while-completing", "Partitions are added while the last end is on its way.", "B51")
class AddsWhileCompleting(TransactionRules):
    def is_busy(self, pending: State | None, state: State) -> bool:
        return False


@wrong("adds-some-of-the-partitions", "Those that exist are added; the answer says no.", "M38")
class AddsSomeOfThePartitions(TransactionRules):
    def may_add(self, unknown: Collection[TopicPartition]) -> bool:
        return True


@wrong("keeps-the-start-in-memory", "The begin of a transaction is not written.", "B55")
class KeepsTheStartInMemory(TransactionRules):
    def writes(self, before: Transaction, after: Transaction) -> bool:
        begins = after.state is State.ONGOING and before.state is not State.ONGOING
        return not begins


@wrong("timeout-begins-again", "Each partition that is added begins the timeout anew.", "M22(c)")
class TimeoutBeginsAgain(TransactionRules):
    def start_of_transaction(self, known: Transaction, now: int) -> int:
        return now


# EndTxn.


@wrong("ends-for-newer-epochs", "An end is taken for an epoch that nobody has.", "B46")
class EndsForNewerEpochs(TransactionRules):
    def may_end(self, epoch: int, known: int) -> bool:
        return epoch >= known


@wrong("ends-for-older-epochs", "A fenced producer ends the transaction of another.", "M17")
class EndsForOlderEpochs(TransactionRules):
    def may_end(self, epoch: int, known: int) -> bool:
        return epoch <= known


@wrong("ends-keep-the-epoch", "An end by transaction version 2 does not raise the epoch.", "B44")
class EndsKeepTheEpoch(TransactionRules):
    def epoch_of_end(self, epoch: int, level: int) -> int:
        return epoch


@wrong("does-not-know-a-repeated-end", "An end that is repeated is fenced.", "M37")
class DoesNotKnowARepeatedEnd(TransactionRules):
    def is_raised_end(self, known: Transaction, pending: State | None, epoch: int) -> bool:
        return False


@wrong("agrees-to-the-opposite-end", "After a commit an abort is told to be done.", "M36")
class AgreesToTheOppositeEnd(TransactionRules):
    def error_of_end(
        self, state: State, commit: bool, *, raises_epoch: bool, again: bool
    ) -> str | None:
        told = super().error_of_end(state, commit, raises_epoch=raises_epoch, again=again)
        return "NONE" if state.is_complete and told == "INVALID_TXN_STATE" else told


@wrong("ends-what-was-not-begun", "A commit of nothing is told to be done.", "M36")
class EndsWhatWasNotBegun(TransactionRules):
    def error_of_end(
        self, state: State, commit: bool, *, raises_epoch: bool, again: bool
    ) -> str | None:
        told = super().error_of_end(state, commit, raises_epoch=raises_epoch, again=again)
        return "NONE" if state is State.EMPTY and told == "INVALID_TXN_STATE" else told


@wrong("refuses-to-abort-nothing", "An abort where nothing was written is refused.", "M36")
class RefusesToAbortNothing(TransactionRules):
    def error_of_end(
        self, state: State, commit: bool, *, raises_epoch: bool, again: bool
    ) -> str | None:
        told = super().error_of_end(state, commit, raises_epoch=raises_epoch, again=again)
        return "INVALID_TXN_STATE" if told is None and state is not State.ONGOING else told


@wrong("counts-refused-ends", "An end that is fenced raises the epoch all the same.", "M38")
class CountsRefusedEnds(TransactionRules):
    def after_refused_end(self, known: Transaction, error: str) -> Transaction:
        fenced = error == "PRODUCER_FENCED" and known.state is State.ONGOING
        return replace(known, epoch=known.epoch + 1) if fenced else known


# Aborts of the coordinator's own.


@wrong("own-aborts-keep-the-epoch", "The coordinator aborts and fences nobody.", "B45")
class OwnAbortsKeepTheEpoch(TransactionRules):
    def level_of_abort(self, level: int) -> int:
        return min(level, 1)

    def epoch_of_fence(self, epoch: int) -> int:
        return epoch


@wrong("never-times-out", "Transactions stay open for ever.", "M22(a)")
class NeverTimesOut(TransactionRules):
    def times_out(self, known: Transaction, pending: State | None, now: int) -> bool:
        return False


@wrong("times-out-what-is-decided", "A commit on its way is aborted by its timeout.", "M22(b)")
class TimesOutWhatIsDecided(TransactionRules):
    def times_out(self, known: Transaction, pending: State | None, now: int) -> bool:
        decided = known.state is State.PREPARE_COMMIT and self.is_overdue(known, now)
        return decided or super().times_out(known, pending, now)


# Markers.


@wrong("decides-again-on-recovery", "A new coordinator writes the opposite markers.", "M20")
class DecidesAgainOnRecovery(TransactionRules):
    def marks_commit(self, state: State, *, recovers: bool) -> bool:
        return super().marks_commit(state, recovers=recovers) is not recovers


@wrong("forgets-what-was-decided", "A new coordinator does not finish what it finds.", "B54")
class ForgetsWhatWasDecided(TransactionRules):
    def finishes_when_loaded(self) -> bool:
        return False


@wrong("completes-before-its-markers", "Complete* is written before the markers are.", "M21")
class CompletesBeforeItsMarkers(TransactionRules):
    def completes_before_markers(self) -> bool:
        return True


# Verification.


@wrong("does-not-verify", "A batch is appended to a transaction that nobody has begun.", "B42")
class DoesNotVerify(TransactionRules):
    def verifies(self, is_open: bool) -> bool:
        return False


@wrong("verifies-any-partition", "All partitions count as part of a transaction.", "B42(b)")
class VerifiesAnyPartition(TransactionRules):
    def is_member(self, partition: TopicPartition, known: Transaction) -> bool:
        return True


# What operators see.


@wrong("lists-without-filters", "ListTransactions does not look at its filters.", "M36")
class ListsWithoutFilters(TransactionRules):
    def lists(
        self,
        known: Transaction,
        now: int,
        *,
        states: Collection[State] | None,
        producer_ids: Collection[int],
        longer_than_ms: int,
        pattern: str,
    ) -> bool:
        return True


@wrong("new-ids-begin-with-epoch-one", "The first epoch of a new transactional id is 1.", "M07")
class NewIdsBeginWithEpochOne(TransactionRules):
    def epochs_after_init(self, known: Transaction, expected: int | None) -> tuple[int, int] | None:
        return (
            (1, NO_EPOCH) if known.epoch == NO_EPOCH else super().epochs_after_init(known, expected)
        )


@wrong(
    "open-transactions-take-no-partitions", "No partition joins a transaction that is open.", "M36"
)
class OpenTransactionsTakeNoPartitions(TransactionRules):
    def is_busy(self, pending: State | None, state: State) -> bool:
        return super().is_busy(pending, state) or state is State.ONGOING
