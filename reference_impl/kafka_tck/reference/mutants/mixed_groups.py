"""Brokers that lead groups astray on their way from one protocol to the other, and back."""

from collections.abc import Collection
from typing import TypeVar

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ConsumerGroupRules

P = TypeVar("P")

# A classic group becomes a consumer group.


@wrong(
    "classic-groups-stay-classic",
    "A classic group with members takes no member of the consumer protocol.",
    "M36",
)
class ClassicGroupsStayClassic(ConsumerGroupRules):
    def may_upgrade(self, policy: str) -> bool:
        return False


@wrong("upgrades-begin-anew", "A group that is upgraded begins with epoch 0.", "M29")
class UpgradesBeginAnew(ConsumerGroupRules):
    def epoch_of_upgrade(self, generation: int) -> int:
        return 0


@wrong(
    "upgrades-leave-members-behind",
    "A group that is upgraded forgets the members that it had.",
    "M35",
)
class UpgradesLeaveMembersBehind(ConsumerGroupRules):
    def comes_along(self, member_id: str) -> bool:
        return False


@wrong(
    "upgraded-members-own-nothing",
    "What a classic member was assigned is free as soon as its group is upgraded.",
    "B72",
)
class UpgradedMembersOwnNothing(ConsumerGroupRules):
    def classic_owns(self, assigned: Collection[P]) -> Collection[P]:
        return ()


# A classic member of a consumer group.


@wrong(
    "joining-classic-members-own-nothing",
    "A classic member that joins has given up what it must, whatever it says that it owns.",
    "B72",
)
class JoiningClassicMembersOwnNothing(ConsumerGroupRules):
    def said_to_own(self, owned: Collection[P]) -> Collection[P]:
        return ()


@wrong(
    "classic-members-are-told-their-targets",
    "SyncGroup of a classic member tells its target, and not what it may read.",
    "B72",
)
class ClassicMembersAreToldTheirTargets(ConsumerGroupRules):
    def told_at_sync(self, assigned: Collection[P], target: Collection[P]) -> Collection[P]:
        return target


@wrong(
    "classic-members-hear-the-epoch-of-the-target",
    "JoinGroup tells a classic member the epoch of the target, though it is not at it yet.",
    "M29",
)
class ClassicMembersHearTheEpochOfTheTarget(ConsumerGroupRules):
    def generation_told(self, epoch: int, target_epoch: int) -> int:
        return target_epoch


@wrong(
    "who-must-give-up-cannot-sync",
    "A classic member that has something to give up has to join again before it is told what.",
    "M36",
)
class WhoMustGiveUpCannotSync(ConsumerGroupRules):
    def joins_before_sync(self, behind: bool, unrevoked: bool) -> bool:
        return behind


@wrong(
    "classic-members-miss-new-epochs",
    "Heartbeat tells a classic member of no epoch that has begun.",
    "M35",
)
class ClassicMembersMissNewEpochs(ConsumerGroupRules):
    def must_rejoin(self, behind: bool, unrevoked: bool, released: bool) -> bool:
        return super().must_rejoin(False, unrevoked, released)


@wrong(
    "classic-members-keep-what-they-must-give-up",
    "Heartbeat does not tell a classic member that it has something to give up.",
    "M35",
)
class ClassicMembersKeepWhatTheyMustGiveUp(ConsumerGroupRules):
    def must_rejoin(self, behind: bool, unrevoked: bool, released: bool) -> bool:
        return super().must_rejoin(behind and not unrevoked, False, released)


@wrong(
    "any-generation-of-a-classic-member-will-do",
    "Heartbeat of a classic member in a consumer group is accepted in any generation.",
    "M27",
)
class AnyGenerationOfAClassicMemberWillDo(ConsumerGroupRules):
    def fault_of_generation(self, sent: int, epoch: int) -> str | None:
        return None


@wrong(
    "consumers-may-speak-classic",
    "A member of the consumer protocol may send a classic Heartbeat.",
    "M27",
)
class ConsumersMaySpeakClassic(ConsumerGroupRules):
    def speaks_classic(self, is_classic: bool) -> bool:
        return True


# A consumer group becomes a classic group.


@wrong(
    "consumer-groups-stay-consumer-groups",
    "A group stays a consumer group when only classic members are left.",
    "M35",
)
class ConsumerGroupsStayConsumerGroups(ConsumerGroupRules):
    def is_downgraded(self, classic: int, others: int) -> bool:
        return False


@wrong("downgrades-begin-anew", "A group that is classic again begins with generation 0.", "M29")
class DowngradesBeginAnew(ConsumerGroupRules):
    def generation_of_downgrade(self, epoch: int) -> int:
        return 0
