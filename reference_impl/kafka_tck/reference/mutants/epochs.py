"""Brokers that lose track of leader epochs."""

from collections.abc import Sequence

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.log.rules.epochs import Entry
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules, ReplicationRules


@wrong(
    "ignores-the-current-epoch",
    "The leader epoch that a request is made in is not compared with the leader's.",
    "B05, M08",
)
class IgnoresTheCurrentEpoch(FetchRules):
    def epoch_fault(self, asked: int, present: int) -> str | None:
        return None


@wrong("fences-the-present-epoch", "A request made in the leader's own epoch is fenced.", "M17")
class FencesThePresentEpoch(FetchRules):
    def epoch_fault(self, asked: int, present: int) -> str | None:
        return "FENCED_LEADER_EPOCH" if asked == present else super().epoch_fault(asked, present)


@wrong("epoch-ends-at-its-start", "An epoch is said to end where it began.", "M07")
class EpochEndsAtItsStart(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        return next((entry for entry in reversed(entries) if entry[0] <= epoch), None)


@wrong("epoch-ends-one-short", "An epoch is said to end at its last offset.", "M07")
class EpochEndsOneShort(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        found = super().end_offset_for(entries, epoch, leo)
        return None if found is None else (found[0], max(found[1] - 1, 0))


@wrong(
    "epoch-answers-as-asked",
    "The answer names the epoch that was asked for, not the one that was found.",
    "B03, KIP-279",
)
class EpochAnswersAsAsked(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        found = super().end_offset_for(entries, epoch, leo)
        return None if found is None else (epoch, found[1])


@wrong("every-epoch-ends-at-the-log-end", "Every known epoch ends at the log end.", "B21(c)")
class EveryEpochEndsAtTheLogEnd(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        found = super().end_offset_for(entries, epoch, leo)
        return None if found is None else (found[0], leo)


@wrong("undefined-epoch-ends-at-the-log-end", "Epoch -1 ends at the log end.", "B21(b)")
class UndefinedEpochEndsAtTheLogEnd(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        return (epoch, leo) if epoch == -1 else super().end_offset_for(entries, epoch, leo)


@wrong(
    "forgotten-epoch-is-undefined",
    "An epoch before the first one known has no end.",
    "B21(a), Redpanda #9264",
)
class ForgottenEpochIsUndefined(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        if entries and epoch < entries[0][0]:
            return None
        return super().end_offset_for(entries, epoch, leo)


@wrong(
    "no-epoch-before-the-first-append",
    "A new leader notes its epoch only when it appends.",
    "B15, KAFKA-7415",
)
class NoEpochBeforeTheFirstAppend(LogRules):
    def entry_of_new_leader(self, epoch: int, leo: int) -> Entry | None:
        return None


@wrong("lineage-keeps-deleted-epochs", "Epochs whose records are deleted stay known.", "B21(a)")
class LineageKeepsDeletedEpochs(LogRules):
    def began_before(self, start: int, log_start: int) -> bool:
        return False


@wrong("epoch-falls-on-restart", "Leader epochs are counted downwards.", "M09")
class EpochFallsOnRestart(ReplicationRules):
    def next_leader_epoch(self, epoch: int) -> int:
        return epoch - 1
