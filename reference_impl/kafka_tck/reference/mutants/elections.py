"""Wrong about who leads: elections, eligible leader replicas, and reassignments."""

from collections.abc import Collection, Sequence

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ElectionRules, ReassignmentRules, ReplicationRules


@wrong("elects-the-preferred-out-of-sync", "The preferred replica leads if it is asked for.", "M36")
class ElectsThePreferredOutOfSync(ElectionRules):
    def takes_preferred(self, preferred: int, fit: Collection[int]) -> bool:
        return True


@wrong("prefers-an-eligible-to-those-in-sync", "Who is in the ELR may always lead.", "KIP-966(a)")
class PrefersAnEligibleToThoseInSync(ReplicationRules):
    def may_lead(self, node: int, isr: Sequence[int], elr: Sequence[int]) -> bool:
        return node in isr or node in elr


@wrong("holds-no-preferred-elections", "NONE is said, and the leader stays.", "M35")
class HoldsNoPreferredElections(ElectionRules):
    def takes_preferred(self, preferred: int, fit: Collection[int]) -> bool:
        return False

    def error_of_nobody(self, unclean: bool) -> str:
        return super().error_of_nobody(unclean) if unclean else "NONE"


@wrong("says-none-of-needless-elections", "An election that is not needed is NONE.", "M36")
class SaysNoneOfNeedlessElections(ElectionRules):
    def error_of_unneeded(self) -> str:
        return "NONE"


@wrong("calls-the-preferred-unavailable", "Who leads is not available as leader.", "M36")
class CallsThePreferredUnavailable(ElectionRules):
    def is_needed(self, unclean: bool, leader: int, preferred: int) -> bool:
        return super().is_needed(unclean, leader, preferred) or not unclean


@wrong(
    "holds-unclean-elections-against-a-leader",
    "An unclean election is tried although somebody leads.",
    "KIP-460(a)",
)
class HoldsUncleanElectionsAgainstALeader(ElectionRules):
    def is_needed(self, unclean: bool, leader: int, preferred: int) -> bool:
        return super().is_needed(unclean, leader, preferred) or unclean


@wrong("says-preferred-of-unclean-elections", "Both kinds fail with one error.", "M36")
class SaysPreferredOfUncleanElections(ElectionRules):
    def error_of_nobody(self, unclean: bool) -> str:
        return "PREFERRED_LEADER_NOT_AVAILABLE"


@wrong("unclean-elections-keep-the-isr", "An unclean leader does not enter the ISR.", "KIP-704")
class UncleanElectionsKeepTheIsr(ElectionRules):
    def isr_after_unclean(self, leader: int, isr: Sequence[int]) -> tuple[int, ...]:
        return tuple(isr)


@wrong("tells-of-needless-elections-of-all", "All partitions are told of.", "KIP-460(b)")
class TellsOfNeedlessElectionsOfAll(ElectionRules):
    def tells_of_unneeded(self, everything: bool) -> bool:
        return True


@wrong("finds-elections-of-the-unknown-needless", "No such partition needs no leader.", "M36")
class FindsElectionsOfTheUnknownNeedless(ElectionRules):
    def error_of_unknown(self) -> str:
        return "ELECTION_NOT_NEEDED"


@wrong("elects-the-last-replica", "The last of those who are fit leads.", "M36")
class ElectsTheLastReplica(ReplicationRules):
    def elected(self, replicas: Sequence[int], fit: Sequence[int]) -> int:
        return next((node for node in reversed(replicas) if node in fit), -1)


@wrong("leaves-the-eligible-out", "Nobody leads who is not in the ISR.", "KIP-966(b)")
class LeavesTheEligibleOut(ReplicationRules):
    def may_lead(self, node: int, isr: Sequence[int], elr: Sequence[int]) -> bool:
        return node in isr


@wrong("the-elected-stays-eligible", "Who is elected from the ELR stays in it.", "KIP-966(c)")
class TheElectedStaysEligible(ElectionRules):
    def elr_after_election(self, leader: int, elr: Sequence[int]) -> tuple[int, ...]:
        return tuple(elr)


@wrong("keeps-who-left-eligible", "The ELR does not end with the minimum in sync.", "KIP-966(d)")
class KeepsWhoLeftEligible(ReplicationRules):
    def eligible(
        self,
        isr: Sequence[int],
        old_isr: Sequence[int],
        old_elr: Sequence[int],
        minimum: int,
        shut_down: int,
    ) -> tuple[int, ...]:
        return super().eligible(isr, old_isr, old_elr, len(isr) + 1, shut_down)


@wrong("keeps-nobody-eligible", "Who leaves a small ISR is forgotten.", "KIP-966(e)")
class KeepsNobodyEligible(ReplicationRules):
    def eligible(
        self,
        isr: Sequence[int],
        old_isr: Sequence[int],
        old_elr: Sequence[int],
        minimum: int,
        shut_down: int,
    ) -> tuple[int, ...]:
        return ()


@wrong("unclean-ends-cost-nothing", "A crashed broker stays in the ELR.", "KIP-966(f)")
class UncleanEndsCostNothing(ReplicationRules):
    def eligible(
        self,
        isr: Sequence[int],
        old_isr: Sequence[int],
        old_elr: Sequence[int],
        minimum: int,
        shut_down: int,
    ) -> tuple[int, ...]:
        return super().eligible(isr, old_isr, old_elr, minimum, -1)


@wrong("lists-no-reassignments", "No reassignment is ever listed.", "M35")
class ListsNoReassignments(ReassignmentRules):
    def is_listed(self, adding: Sequence[int], removing: Sequence[int]) -> bool:
        return False


@wrong("forgets-who-is-removed", "The list names only the replicas.", "M35")
class ForgetsWhoIsRemoved(ReassignmentRules):
    def listed(self, nodes: Sequence[int]) -> list[int]:
        return []


@wrong("completes-before-all-are-in-sync", "Replicas are replaced at once.", "KAFKA-15665")
class CompletesBeforeAllAreInSync(ReassignmentRules):
    def is_complete(
        self,
        target: Collection[int],
        isr: Collection[int],
        adding: Collection[int],
        fewer: bool,
    ) -> bool:
        return True


@wrong("starts-no-reassignment", "NONE is said, and the replicas stay.", "M35")
class StartsNoReassignment(ReassignmentRules):
    def starts(self) -> bool:
        return False


@wrong("removes-replicas-without-an-epoch", "A removed replica is not fenced.", "M09")
class RemovesReplicasWithoutAnEpoch(ReassignmentRules):
    def fences_removed(self) -> bool:
        return False


@wrong("the-removed-go-on", "A removed replica stays, and serves readers.", "KAFKA-16120")
class TheRemovedGoOn(ReassignmentRules):
    def lets_go(self) -> bool:
        return False


@wrong("takes-an-empty-target", "A partition is to have no replicas.", "M36")
class TakesAnEmptyTarget(ReassignmentRules):
    def takes_no_replicas(self) -> bool:
        return True


@wrong("takes-a-broker-twice", "A broker is to hold a partition twice.", "M36")
class TakesABrokerTwice(ReassignmentRules):
    def takes_doubles(self) -> bool:
        return True


@wrong("takes-unknown-brokers", "A broker that is none is to hold a partition.", "M36")
class TakesUnknownBrokers(ReassignmentRules):
    def takes_strangers(self) -> bool:
        return True


@wrong("reassigns-the-unknown", "A partition that is none is reassigned.", "M36")
class ReassignsTheUnknown(ReassignmentRules):
    def error_of_unknown(self) -> str:
        return "NONE"


@wrong("cancelling-keeps-the-added", "A cancelled reassignment leaves what it added.", "KIP-455")
class CancellingKeepsTheAdded(ReassignmentRules):
    def original(self, replicas: Sequence[int], adding: Collection[int]) -> tuple[int, ...]:
        return tuple(replicas)


@wrong("cancels-nothing-with-none", "There need not be anything to cancel.", "M36")
class CancelsNothingWithNone(ReassignmentRules):
    def error_of_nothing_to_cancel(self) -> str:
        return "NONE"


@wrong(
    "later-targets-keep-the-removed",
    "Who was to be removed is, whatever a later target says.",
    "reassignments-that-later-targets-do-not-replace (finding)",
)
class LaterTargetsKeepTheRemoved(ReassignmentRules):
    def still_removed(self, target: Sequence[int], removing: Sequence[int]) -> tuple[int, ...]:
        return tuple(removing)


@wrong("changes-the-factor-unasked", "A target of another size is taken.", "KIP-860")
class ChangesTheFactorUnasked(ReassignmentRules):
    def keeps_factor(self, may_change: bool, present: int, wanted: int) -> bool:
        return True


@wrong(
    "the-removed-stay-eligible",
    "A replica that is removed may lead again before it has caught up.",
    "removed-replicas-stay-eligible (finding)",
)
class TheRemovedStayEligible(ReassignmentRules):
    def keeps_eligible(self, node: int, replicas: Collection[int]) -> bool:
        return True
