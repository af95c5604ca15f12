"""What ConsumerGroupDescribe may show of a group.

Source: ConsumerGroup.asDescribedGroup, maybeUpdateGroupState, computePreferredServerAssignor, 4.3;
KIP-848, "Group State"; the laws of assignors are those of `kafka_tck.model.assignors`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from kafka_tck.model.assignors import group as assigning
from kafka_tck.model.assignors.group import TopicPartition
from kafka_tck.model.assignors.laws import ALWAYS, PROMISES, breaches
from kafka_tck.model.consumer_groups.answers import plain
from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.member import NOTHING, Member, Partitions
from kafka_tck.model.consumer_groups.refusals import ASSIGNORS


@dataclass(frozen=True)
class ShownMember:
    """One member, as it is shown."""

    epoch: int
    topics: frozenset[str]
    current: Partitions
    target: Partitions
    instance: str | None = None
    regex: str | None = None


@dataclass(frozen=True)
class Shown:
    """A group, as it is shown."""

    state: str
    epoch: int
    target_epoch: int
    assignor: str
    members: Mapping[str, ShownMember]

    @property
    def targets(self) -> Mapping[str, Partitions]:
        return {name: member.target for name, member in self.members.items()}

    @property
    def is_settled(self) -> bool:
        """Whether every member has what it must have, and knows it."""
        return (
            self.state == "Stable"
            and self.epoch == self.target_epoch
            and all(m.epoch == self.epoch for m in self.members.values())
        )


class View(Enum):
    """What is held against what is shown."""

    MEMBERS = "members are shown as they were told"
    ORDERED = "a member is not ahead of the target, nor the target of the group"
    STATE = "the state follows from the epochs and the members"
    RISES = "what changes a group begins another epoch"
    STAYS = "without a reason no epoch begins"
    ASSIGNOR = "the assignor is the one that most members want"
    COMPLETE = "every partition has one owner, which subscribes to it"
    UNIFORM = "uniform is balanced, and moves nothing without need"
    UNEVEN = "uniform is balanced as far as subscriptions let it be"
    RANGE = "range leaves no choice"
    IDLE = "who is left over has nothing"


@dataclass(frozen=True)
class Compared:
    """One law, held against what is shown."""

    view: View
    holds: bool
    expected: str
    actual: object
    because: str


def compared(group: Group, shown: Shown, counts: Mapping[str, int]) -> Iterator[Compared]:
    """The laws on what is shown of a group; `counts` has the partitions of each topic."""
    yield _members(group, shown)
    yield _ordered(shown)
    yield _state(shown)
    yield _epoch(group, shown, is_covered(group, counts))
    yield _assignor(group, shown)
    if shown.epoch == shown.target_epoch and is_covered(group, counts):
        yield from of_targets(group, shown, counts)


def is_covered(group: Group, counts: Mapping[str, int]) -> bool:
    """Whether the coordinator is known to have heard of all that its members subscribe to."""
    wanted = {topic for member in group.members.values() for topic in member.topics}
    heard = all(group.covered.get(topic, 0) == counts.get(topic, 0) for topic in wanted)
    return heard and not group.uses_regex


def _members(group: Group, shown: Shown) -> Compared:
    due = {name: _told(member) for name, member in sorted(group.members.items())}
    actual = {name: _seen(member) for name, member in sorted(shown.members.items())}
    fits = due == actual and all(
        member.told <= shown.members[name].current <= member.owned | member.lingering
        for name, member in group.members.items()
    )
    held = {name: plain(member.current) for name, member in sorted(shown.members.items())}
    owed = {name: plain(member.told) for name, member in sorted(group.members.items())}
    return Compared(
        View.MEMBERS,
        fits,
        f"members {due} with {owed} and what they give up",
        [actual, held],
        "this is what they were told",
    )


def _told(member: Member) -> list[object]:
    return [member.epoch, sorted(member.topics), member.instance, member.regex]


def _seen(member: ShownMember) -> list[object]:
    return [member.epoch, sorted(member.topics), member.instance, member.regex or ""]


def _ordered(shown: Shown) -> Compared:
    epochs = [member.epoch for member in shown.members.values()]
    return Compared(
        View.ORDERED,
        max([*epochs, 0]) <= shown.target_epoch <= shown.epoch or not epochs,
        f"members up to {shown.target_epoch}, which is up to {shown.epoch}",
        [epochs, shown.target_epoch, shown.epoch],
        "epochs follow each other",
    )


def _state(shown: Shown) -> Compared:
    return Compared(
        View.STATE, shown.state == (due := state_of(shown)), due, shown.state, "the epochs are such"
    )


def state_of(shown: Shown) -> str:
    """The state that the rest of what is shown makes."""
    if not shown.members:
        return "Empty"
    if shown.target_epoch < shown.epoch:
        return "Assigning"
    settled = all(
        member.epoch == shown.target_epoch and member.current == member.target
        for member in shown.members.values()
    )
    return "Stable" if settled else "Reconciling"


def _epoch(group: Group, shown: Shown, covered: bool) -> Compared:
    known, actual = group.epoch, shown.epoch
    if covered and not group.may_rise:
        why = "nothing happened to the group"
        return Compared(View.STAYS, actual == known, str(known), actual, why)
    if group.rises_from is not None:
        least = max(known, group.rises_from + 1)
        why = f"in epoch {group.rises_from} the members changed, or what they want"
        return Compared(View.RISES, actual >= least, f"at least {least}", actual, why)
    return Compared(View.RISES, actual >= known, f"at least {known}", actual, "this was seen")


def _assignor(group: Group, shown: Shown) -> Compared:
    votes = Counter(m.assignor for m in group.members.values() if m.assignor is not None)
    most = max(votes.values(), default=0)
    legal = [name for name, count in votes.items() if count == most] or [ASSIGNORS[0]]
    return Compared(
        View.ASSIGNOR,
        shown.assignor in legal,
        " or ".join(sorted(legal)),
        shown.assignor,
        f"the members want {dict(votes)}",
    )


def of_targets(group: Group, shown: Shown, counts: Mapping[str, int]) -> Iterator[Compared]:
    """The laws of assignors, on the target assignment."""
    asked, given = asked_of_assignor(group, shown, counts), _given(shown)
    yield _breaches(View.COMPLETE, breaches(asked, given, ALWAYS))
    if shown.target_epoch <= group.voted_anew:
        return  # the assignor may have been another one
    if shown.assignor == "range":
        yield _breaches(View.RANGE, breaches(asked, given, PROMISES["server range"]))
    elif asked.has_equal_subscriptions:
        yield _breaches(View.UNIFORM, breaches(asked, given, PROMISES["uniform"]))
    else:
        yield _breaches(View.UNEVEN, breaches(asked, given, PROMISES["uniform"]))
    if len(asked.wanted) < len(asked.members):
        idle = sum(not member.target for member in shown.members.values())
        least = len(asked.members) - len(asked.wanted)
        yield Compared(
            View.IDLE,
            idle >= least,
            f"at least {least} without partitions",
            idle,
            f"there are {len(asked.wanted)} partitions for {len(asked.members)} members",
        )


def _breaches(view: View, found: list[str]) -> Compared:
    return Compared(view, not found, "no breach", found, "the members subscribe so")


def asked_of_assignor(group: Group, shown: Shown, counts: Mapping[str, int]) -> assigning.Group:
    """What the assignor was given."""
    members = tuple(
        assigning.Member(
            name,
            frozenset(t for t in member.topics if t in counts),
            member.instance,
            _kept(group, shown, name),
            group.settled_epoch if name in group.settled else assigning.NO_GENERATION,
        )
        for name, member in sorted(group.members.items())
    )
    return assigning.Group(members, counts)


def _kept(group: Group, shown: Shown, member: str) -> frozenset[TopicPartition]:
    """Its target before, where that is known: the last one, if one epoch followed it."""
    if shown.epoch != group.settled_epoch + 1:
        return frozenset()
    return frozenset(TopicPartition(*partition) for partition in group.settled.get(member, ()))


def _given(shown: Shown) -> assigning.Assignment:
    return {
        name: frozenset(TopicPartition(*partition) for partition in member.target)
        for name, member in shown.members.items()
    }


def after_a_look(group: Group, shown: Shown, counts: Mapping[str, int]) -> Group:
    """The group after it was looked at."""
    targets = NOTHING.union(*shown.targets.values())
    whole = {
        topic: count
        for topic, count in counts.items()
        if all((topic, index) in targets for index in range(count))
    }
    settled = shown.is_settled
    return replace(
        group,
        epoch=max(group.epoch, shown.epoch),
        target_epoch=max(group.target_epoch, shown.target_epoch),
        rises_from=None,
        may_rise=group.may_rise and not settled,
        covered=_covered(group, counts, targets) | whole,
        settled=shown.targets if settled else group.settled,
        settled_epoch=shown.epoch if settled else group.settled_epoch,
        refused=False,
    )


def _covered(group: Group, counts: Mapping[str, int], targets: Partitions) -> dict[str, int]:
    """What was covered before, without topics that are gone and that nobody is to have."""
    given = {topic for topic, _ in targets}
    return {t: n for t, n in group.covered.items() if t in counts or t in given}
