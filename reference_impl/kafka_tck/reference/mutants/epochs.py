"""Brokers that lose track of leader epochs."""

from collections.abc import Sequence

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.log.rules.epochs import Entry
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules


@wrong(
    "ignores-the-current-epoch",
    "The leader epoch that a request is made in is not compared with the leader's.",
    "B05, M08",
)
class IgnoresTheCurrentEpoch(FetchRules):
    def epoch_fault(self, asked: int, present: int) -> str | None:
        return None


@wrong("epoch-ends-at-its-start", "An epoch is said to end where it began.", "B21")
class EpochEndsAtItsStart(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        return next((entry for entry in reversed(entries) if entry[0] <= epoch), None)


@wrong(
    "epoch-answers-as-asked",
    "The answer names the epoch that was asked for, not the one that was found.",
    "B03, KIP-279",
)
class EpochAnswersAsAsked(LogRules):
    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        found = super().end_offset_for(entries, epoch, leo)
        return None if found is None else (epoch, found[1])
