"""Brokers that lose track of a fetch session."""

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import SessionRules
from kafka_tck.reference.rules.sessions import Bounds


@wrong("forgets-hw-news", "A session is not told of a new high watermark alone.", "M35")
class ForgetsHwNews(SessionRules):
    def has_news(self, sent: Bounds, present: Bounds) -> bool:
        return sent[1] != present[1]


@wrong("forgets-log-start-news", "A session is not told of a new log start alone.", "M35")
class ForgetsLogStartNews(SessionRules):
    def has_news(self, sent: Bounds, present: Bounds) -> bool:
        return sent[0] != present[0]


@wrong("incremental-answers-are-full", "Every answer has every partition.", "KIP-227")
class IncrementalAnswersAreFull(SessionRules):
    def has_news(self, sent: Bounds, present: Bounds) -> bool:
        return True


@wrong("errors-are-told-once", "An error that lasts is told only the first time.", "M35")
class ErrorsAreToldOnce(SessionRules):
    def is_notable(self, has_records: bool, failed: bool) -> bool:
        return has_records


@wrong("recovery-is-silent", "That an error is over is not told.", "M35")
class RecoveryIsSilent(SessionRules):
    def remembered(self, told: Bounds, before: Bounds, failed: bool) -> Bounds:
        return before if failed else told


@wrong("forgotten-partitions-are-still-told", "No partition leaves a session.", "M35")
class ForgottenPartitionsAreStillTold(SessionRules):
    def forgets(self) -> bool:
        return False


@wrong("additions-are-lost", "A partition that is added to a session is never read.", "M35")
class AdditionsAreLost(SessionRules):
    def takes_additions(self) -> bool:
        return False


@wrong("incremental-answers-are-stale", "A session stays at its first positions.", "M35")
class IncrementalAnswersAreStale(SessionRules):
    def takes_changes(self) -> bool:
        return False


@wrong("sessions-starve-partitions", "The first partition is always served first.", "KIP-227")
class SessionsStarvePartitions(SessionRules):
    def moves_served_back(self) -> bool:
        return False


@wrong("opening-leaves-out-empty-partitions", "A full fetch tells only of records.", "M35")
class OpeningLeavesOutEmptyPartitions(SessionRules):
    def opening_tells(self, has_records: bool, failed: bool) -> bool:
        return has_records or failed


@wrong("closing-keeps-the-session", "A full fetch leaves the session that it names.", "M35")
class ClosingKeepsTheSession(SessionRules):
    def full_fetch_ends(self) -> bool:
        return False


@wrong("every-fetch-makes-a-session", "A fetch with session epoch -1 makes one too.", "KIP-227")
class EveryFetchMakesASession(SessionRules):
    def opens(self, epoch: int) -> bool:
        return True


@wrong("unknown-sessions-have-a-wrong-epoch", "A session that is gone is out of step.", "M36")
class UnknownSessionsHaveAWrongEpoch(SessionRules):
    def error_of_unknown(self) -> str:
        return "INVALID_FETCH_SESSION_EPOCH"


@wrong("any-later-epoch-continues", "A session goes on though answers were lost.", "KIP-227, M07")
class AnyLaterEpochContinues(SessionRules):
    def epoch_is_right(self, sent: int, expected: int) -> bool:
        return sent >= expected


@wrong("epochs-repeat", "The epoch of a session does not advance.", "KIP-227, M07")
class EpochsRepeat(SessionRules):
    def next_epoch(self, epoch: int) -> int:
        return 1


@wrong("empty-sessions-stay-open", "A session without partitions stays.", "KIP-227")
class EmptySessionsStayOpen(SessionRules):
    def closes_when_empty(self) -> bool:
        return False


@wrong("mixing-names-and-ids-is-another-error", "A session of names asked with ids is gone.", "M36")
class MixingNamesAndIdsIsAnotherError(SessionRules):
    def error_of_mixing(self) -> str:
        return "FETCH_SESSION_ID_NOT_FOUND"
