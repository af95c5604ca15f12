"""Wrong about replicas: who is in sync, what is committed, who may lead."""

from collections.abc import Mapping

from kafka_tck.reference.log import Log
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules, ProduceRules, ReplicationRules


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
