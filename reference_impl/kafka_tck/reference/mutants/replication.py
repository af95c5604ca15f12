"""Wrong about replicas: who is in sync, what is committed, who may lead."""

from collections.abc import Iterable, Mapping, Sequence

from kafka_tck.reference.log import Log
from kafka_tck.reference.log.lookup import TimestampAndOffset
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules, ListOffsetsRules, ProduceRules, ReplicationRules


@wrong("commits-for-the-leader-alone", "The HW is the leader's log end.", "M01")
class CommitsForTheLeaderAlone(ReplicationRules):
    def high_watermark(self, log_ends: Mapping[int, int]) -> int:
        return max(log_ends.values())


@wrong("acknowledges-for-the-leader-alone", "acks=all is answered like acks=1.", "M04")
class AcknowledgesForTheLeaderAlone(ProduceRules):
    def is_acknowledged(self, hw: int, last_offset: int) -> bool:
        return True


@wrong("commits-with-too-few", "The HW moves while the ISR is too small.", "M05")
class CommitsWithTooFew(ReplicationRules):
    def may_commit(self, in_sync: int, minimum: int) -> bool:
        return True


@wrong("elects-without-a-new-epoch", "Another leader leads in the same epoch.", "M09")
class ElectsWithoutANewEpoch(ReplicationRules):
    def next_leader_epoch(self, epoch: int) -> int:
        return epoch


@wrong("never-takes-a-follower-in", "Who has left the ISR stays outside.", "M11")
class NeverTakesAFollowerIn(ReplicationRules):
    def may_enter_isr(self, log_end: int, hw: int, epoch_start: int) -> bool:
        return False


@wrong("shows-what-is-not-committed", "Consumers read up to the log end.", "M06")
class ShowsWhatIsNotCommitted(FetchRules):
    def bound(self, log: Log, isolation: int) -> int:
        return log.leo


@wrong("takes-acks-all-with-too-few", "acks=all does not ask for min.insync.replicas.", "M05")
class TakesAcksAllWithTooFew(ProduceRules):
    def enough_in_sync(self, acks: int, in_sync: int, needed: int) -> bool:
        return True


# Who is in sync, and what waits for whom.


@wrong("commits-for-a-majority", "The HW is what more than half of the ISR has.", "M02")
class CommitsForAMajority(ReplicationRules):
    def high_watermark(self, log_ends: Mapping[int, int]) -> int:
        return sorted(log_ends.values())[(len(log_ends) - 1) // 2]


@wrong("waits-for-all-replicas", "The HW waits for replicas outside of the ISR too.", "M02")
class WaitsForAllReplicas(ReplicationRules):
    def waits_for_outsider(self, is_joining: bool) -> bool:
        return True


@wrong("never-leaves-a-laggard-out", "A follower stays in the ISR, however far behind.", "M11")
class NeverLeavesALaggardOut(ReplicationRules):
    def is_caught_up(self, log_end: int, leo: int, last_caught_up: int, now: int, lag: int) -> bool:
        return True


@wrong("takes-a-follower-in-at-once", "Whoever fetches enters the ISR.", "M11")
class TakesAFollowerInAtOnce(ReplicationRules):
    def may_enter_isr(self, log_end: int, hw: int, epoch_start: int) -> bool:
        return True


@wrong("believes-a-stale-high-watermark", "A follower enters the ISR at the leader's HW.", "B04")
class BelievesAStaleHighWatermark(ReplicationRules):
    def may_enter_isr(self, log_end: int, hw: int, epoch_start: int) -> bool:
        return log_end >= hw


@wrong("leaves-laggards-out-on-its-own", "An ISR that is asked for counts at once.", "B10")
class LeavesLaggardsOutOnItsOwn(ReplicationRules):
    def counts_with(self, isr: Sequence[int], asked_for: Sequence[int]) -> list[int]:
        return list(asked_for or isr)


@wrong("asks-for-more-than-there-are", "min.insync.replicas counts as it is set.", "M05")
class AsksForMoreThanThereAre(ReplicationRules):
    def min_isr(self, asked: int, replicas: int) -> int:
        return asked


@wrong("forgets-who-is-fenced", "A fenced broker that fetches enters the ISR.", "KIP-841")
class ForgetsWhoIsFenced(ReplicationRules):
    def may_be_asked_for(self, is_alive: bool) -> bool:
        return True

    def is_eligible(self, fenced: bool, told_epoch: int, registered_epoch: int) -> bool:
        return True


# What is said to who waits.


@wrong("times-out-without-an-offset", "A batch in doubt is answered without its offset.", "M14")
class TimesOutWithoutAnOffset(ProduceRules):
    def base_offset_in_doubt(self, base_offset: int) -> int:
        return -1


@wrong("gives-up-when-the-isr-shrinks", "What waits fails once the ISR is too small.", "M05")
class GivesUpWhenTheIsrShrinks(ProduceRules):
    def gives_up(self, in_sync: int, needed: int) -> bool:
        return in_sync < needed


@wrong("acknowledges-repetitions-at-once", "A repeated batch does not wait.", "M04")
class AcknowledgesRepetitionsAtOnce(ProduceRules):
    def waits_for_replicas(self, is_duplicate: bool) -> bool:
        return not is_duplicate


@wrong("lets-wait-who-waits-for-a-deposed-leader", "A deposed leader tells nobody.", "B14(d)")
class LetsWaitWhoWaitsForADeposedLeader(ProduceRules):
    def deposed_ends_wait(self) -> bool:
        return False


@wrong("acknowledges-when-it-is-deposed", "Who waits at a deposed leader hears NONE.", "M36")
class AcknowledgesWhenItIsDeposed(ProduceRules):
    def error_when_deposed(self, error: str) -> str:
        return "NONE"


# Who is heard, and who answers.


@wrong("hears-earlier-lives", "A fetch of an earlier life of a broker counts.", "B22(b)")
class HearsEarlierLives(ReplicationRules):
    def is_not_older(self, told: int, known: int) -> bool:
        return True


@wrong("hears-strangers", "A fetch of a broker that holds no replica counts.", "B26")
class HearsStrangers(ReplicationRules):
    def hears(self, is_replica: bool) -> bool:
        return True


@wrong("counts-refused-fetches", "A fetch that is refused counts as progress.", "B07")
class CountsRefusedFetches(ReplicationRules):
    def counts_refused(self) -> bool:
        return True


@wrong("answers-epochs-as-a-follower", "A follower says where epochs end.", "B20")
class AnswersEpochsAsAFollower(ReplicationRules):
    def answers(self, api: str, leads: bool) -> bool:
        return leads or api == "OffsetForLeaderEpoch"


@wrong("answers-offsets-as-a-follower", "A follower answers ListOffsets.", "M08")
class AnswersOffsetsAsAFollower(ReplicationRules):
    def answers(self, api: str, leads: bool) -> bool:
        return leads or api == "ListOffsets"


@wrong("writes-as-a-follower", "A follower appends what clients send.", "M08")
class WritesAsAFollower(ReplicationRules):
    def answers(self, api: str, leads: bool) -> bool:
        return leads or api == "Produce"


# High watermarks and log starts.


@wrong("raises-its-high-watermark-when-elected", "A new leader's HW is its log end.", "M03")
class RaisesItsHighWatermarkWhenElected(ReplicationRules):
    def hw_of_new_leader(self, hw: int, leo: int) -> int:
        return leo


@wrong("commits-what-it-has-fetched", "A follower's HW is its log end.", "M03")
class CommitsWhatItHasFetched(ReplicationRules):
    def hw_of_follower(self, told: int, leo: int) -> int:
        return leo


@wrong("tells-a-stale-latest-offset", "A new leader says the latest offset at once.", "B64")
class TellsAStaleLatestOffset(ReplicationRules):
    def knows_hw(self, hw: int, epoch_start: int) -> bool:
        return True


@wrong("deletes-for-the-leader-alone", "Deletion does not wait for followers.", "M33")
class DeletesForTheLeaderAlone(ReplicationRules):
    def low_watermark(self, own: int, others: Iterable[int]) -> int:
        return own


@wrong("begins-at-zero-after-an-election", "Whoever is elected says its log begins at 0.", "M33")
class BeginsAtZeroAfterAnElection(ListOffsetsRules):
    def earliest(self, log: Log) -> TimestampAndOffset:
        found = super().earliest(log)
        elected = (log.epochs.latest or 0) > 0
        return TimestampAndOffset(found.timestamp, 0, found.epoch) if elected else found


@wrong("never-fences", "A broker that is not heard of stays in the ISR.", "M30")
class NeverFences(ReplicationRules):
    def session_ms(self, asked: int) -> int:
        return 1 << 40


# Truncation.


@wrong("cuts-back-to-its-high-watermark", "Who begins to follow cuts to its HW.", "B01")
class CutsBackToItsHighWatermark(ReplicationRules):
    def log_end_to_follow_from(self, log: Log) -> int:
        return log.hw


@wrong("never-cuts-its-log", "A follower that diverges keeps what it has.", "M12")
class NeverCutsItsLog(ReplicationRules):
    def truncation_point(self, log: Log, epoch: int, end: int) -> int:
        return log.leo


@wrong("cuts-one-too-few", "A follower that diverges keeps one record too many.", "M07")
class CutsOneTooFew(ReplicationRules):
    def truncation_point(self, log: Log, epoch: int, end: int) -> int:
        return min(super().truncation_point(log, epoch, end) + 1, log.leo)


@wrong("follows-without-epochs", "A follower tells no epoch of its last record.", "B02")
class FollowsWithoutEpochs(ReplicationRules):
    def last_fetched_epoch(self, latest: int | None) -> int:
        return -1


# Directing consumers to followers.


@wrong("directs-to-anybody", "Consumers are directed to a replica that lags.", "KIP-392")
class DirectsToAnybody(FetchRules):
    def may_serve(self, in_sync: bool) -> bool:
        return True


@wrong("directs-whoever-asks", "A consumer of no rack is directed too.", "KIP-392")
class DirectsWhoeverAsks(FetchRules):
    def is_directed(self, rack: str) -> bool:
        return True

    def is_in_rack(self, asked: str, rack: str | None) -> bool:
        return True


@wrong("directs-with-records", "The answer that directs has records too.", "KIP-392")
class DirectsWithRecords(FetchRules):
    def directs_with_records(self) -> bool:
        return True
