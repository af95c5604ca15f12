"""Brokers that lead consumer groups astray: members, epochs, the hand-over of partitions."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ConsumerGroupRules

P = TypeVar("P")

# Handing partitions over.


@wrong(
    "gives-what-others-hold",
    "A member is given its target at once, whoever still holds parts of it.",
    "B72",
)
class GivesWhatOthersHold(ConsumerGroupRules):
    def is_free(self, owner_epoch: int | None) -> bool:
        return True


@wrong(
    "revocations-are-not-awaited",
    "What a member is told to give up goes to others before it says that it has done so.",
    "B72",
)
class RevocationsAreNotAwaited(ConsumerGroupRules):
    def still_owns(self, owned: Collection[P] | None, revoking: Collection[P]) -> bool:
        return False


@wrong(
    "silence-confirms-revocations",
    "A heartbeat that says nothing of what the member owns says that it owns nothing.",
    "B72",
)
class SilenceConfirmsRevocations(ConsumerGroupRules):
    def still_owns(self, owned: Collection[P] | None, revoking: Collection[P]) -> bool:
        return super().still_owns(owned or (), revoking)


@wrong("targets-are-told", "Members are told their targets, not what they may read.", "B72")
class TargetsAreTold(ConsumerGroupRules):
    def told(self, assigned: Collection[P], target: Collection[P]) -> Collection[P]:
        return target


@wrong(
    "what-is-taken-back-looks-free",
    "A partition that a member is giving up, and gets back before it has, has no owner any more.",
    "B71",
)
class WhatIsTakenBackLooksFree(ConsumerGroupRules):
    def taken_back(self, revoking: Collection[P], target: Collection[P]) -> set[P]:
        return {partition for partition in revoking if partition in target}

    def owners_after(
        self,
        owners: Mapping[P, int],
        before: tuple[Collection[P], Collection[P]],
        after: tuple[Collection[P], Collection[P]],
        epoch: int,
    ) -> dict[P, int]:
        found = super().owners_after(owners, before, after, epoch)
        lost = {part for part in before[1] if part in after[0]}
        return {part: known for part, known in found.items() if part not in lost}


@wrong(
    "epochs-run-ahead-of-revocations",
    "A member is at the epoch of the target though it has not given up what it must.",
    "M29",
)
class EpochsRunAheadOfRevocations(ConsumerGroupRules):
    def epoch_of_unrevoked(self, epoch: int, target_epoch: int) -> int:
        return target_epoch


@wrong("leavers-keep-partitions", "What a member held when it left stays its own.", "M35")
class LeaversKeepPartitions(ConsumerGroupRules):
    def left_behind(self, assigned: Mapping[P, int]) -> Mapping[P, int]:
        return assigned


# Epochs.


@wrong("group-epochs-stay", "A member that leaves begins no epoch of the group.", "M29")
class GroupEpochsStay(ConsumerGroupRules):
    def epoch_after_leave(self, epoch: int) -> int:
        return epoch


@wrong("target-epochs-stay", "A new target keeps the epoch of the one before.", "M29")
class TargetEpochsStay(ConsumerGroupRules):
    def epoch_of_target(self, group_epoch: int, before: int) -> int:
        return before


@wrong("targets-are-made-once", "There is no other target than the first one.", "M29")
class TargetsAreMadeOnce(ConsumerGroupRules):
    def may_assign(self, last: int, interval_ms: int, now: int) -> bool:
        return last == 0


@wrong(
    "topics-stay-as-they-were",
    "A group does not notice that its topics have come, gone or grown.",
    "M35",
)
class TopicsStayAsTheyWere(ConsumerGroupRules):
    def metadata_changed(self, known: int, found: int) -> bool:
        return False


@wrong(
    "subscriptions-stay-as-they-were",
    "A member that subscribes to other topics, or joins, begins no epoch of the group.",
    "M29",
)
class SubscriptionsStayAsTheyWere(ConsumerGroupRules):
    def raises_epoch(self, changed: bool, joins: bool) -> bool:
        return False


@wrong(
    "a-repeated-join-begins-an-epoch",
    "A join that is repeated, as its answer was lost, begins another epoch of the group.",
    "M37",
)
class ARepeatedJoinBeginsAnEpoch(ConsumerGroupRules):
    def raises_epoch(self, changed: bool, joins: bool) -> bool:
        return changed or joins


# Who may speak.


@wrong(
    "a-repeated-join-makes-a-member",
    "A join that is repeated makes a second member, with an id of its own.",
    "M37",
)
class ARepeatedJoinMakesAMember(ConsumerGroupRules):
    def is_same_member(self, known: bool) -> bool:
        return False


@wrong("member-epochs-are-not-compared", "A heartbeat of any epoch is accepted.", "M27")
class MemberEpochsAreNotCompared(ConsumerGroupRules):
    def fault_of_epoch(
        self, sent: int, known: int, previous: int, owns_no_more: bool
    ) -> str | None:
        return None


@wrong("later-epochs-pass", "A heartbeat of an epoch that is not there yet is accepted.", "M17")
class LaterEpochsPass(ConsumerGroupRules):
    def fault_of_epoch(
        self, sent: int, known: int, previous: int, owns_no_more: bool
    ) -> str | None:
        return None if sent > known else super().fault_of_epoch(sent, known, previous, owns_no_more)


@wrong("earlier-epochs-pass", "A heartbeat of any earlier epoch is accepted.", "M17")
class EarlierEpochsPass(ConsumerGroupRules):
    def fault_of_epoch(
        self, sent: int, known: int, previous: int, owns_no_more: bool
    ) -> str | None:
        return None if sent <= known else "FENCED_MEMBER_EPOCH"


@wrong(
    "the-epoch-before-is-enough",
    "A heartbeat of the epoch before is accepted, whatever the member says that it owns.",
    "M27",
)
class TheEpochBeforeIsEnough(ConsumerGroupRules):
    def fault_of_epoch(
        self, sent: int, known: int, previous: int, owns_no_more: bool
    ) -> str | None:
        return super().fault_of_epoch(sent, known, previous, True)


@wrong(
    "lost-answers-fence",
    "A member that did not hear of its new epoch is fenced for the one before.",
    "M37",
)
class LostAnswersFence(ConsumerGroupRules):
    def fault_of_epoch(
        self, sent: int, known: int, previous: int, owns_no_more: bool
    ) -> str | None:
        return super().fault_of_epoch(sent, known, previous, False)


@wrong(
    "held-instances-are-taken",
    "An instance id can be taken from a member that has not left.",
    "M27",
)
class HeldInstancesAreTaken(ConsumerGroupRules):
    def is_released(self, epoch: int) -> bool:
        return True


@wrong(
    "replaced-instances-go-on",
    "A member goes on after another one has taken its instance id.",
    "M27",
)
class ReplacedInstancesGoOn(ConsumerGroupRules):
    def fault_of_instance(self, holder: str, member_id: str) -> str | None:
        return None


@wrong("heirs-begin-with-nothing", "Who takes over an instance id gets nothing of it.", "M35")
class HeirsBeginWithNothing(ConsumerGroupRules):
    def hands_down(self, partitions: Mapping[P, int]) -> Mapping[P, int]:
        return {}


@wrong("who-means-to-be-back-is-gone", "A static member that leaves for a while is removed.", "M35")
class WhoMeansToBeBackIsGone(ConsumerGroupRules):
    def stays_member(self, epoch: int) -> bool:
        return False


@wrong("consumer-groups-have-no-limit", "Groups may be larger than is allowed.", "M36")
class ConsumerGroupsHaveNoLimit(ConsumerGroupRules):
    def is_full(self, members: int, limit: int, known: bool) -> bool:
        return False


@wrong("consumer-groups-hold-one-less", "The last member that may join is refused.", "M07")
class ConsumerGroupsHoldOneLess(ConsumerGroupRules):
    def is_full(self, members: int, limit: int, known: bool) -> bool:
        return not known and members >= limit - 1
