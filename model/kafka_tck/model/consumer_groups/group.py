"""A consumer group as its members' answers show it, and what each heartbeat makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kafka_tck.model.consumer_groups.member import (
    LEAVE,
    NOTHING,
    Answer,
    Heartbeat,
    Member,
    Partitions,
)


@dataclass(frozen=True)
class Group:
    """What is known of one group."""

    members: Mapping[str, Member] = field(default_factory=dict)
    exists: bool = False
    epoch: int = 0
    """The highest epoch that was seen in it."""
    target_epoch: int = 0
    """The highest epoch that it was seen to have a target assignment for; no member is past it."""
    rises_from: int | None = None
    """The epoch in which something happened that begins another one, not seen yet."""
    may_rise: bool = True
    """Whether something happened since it was last seen stable that may begin one."""
    covered: Mapping[str, int] = field(default_factory=dict)
    """How many partitions of each topic were once all assigned."""
    settled: Mapping[str, Partitions] = field(default_factory=dict)
    """Who had what when the group was last seen stable."""
    settled_epoch: int = -1
    voted_anew: int = -1
    """The epoch in which a member last came to want another assignor."""
    restarted: bool = False
    """Whether its coordinator was restarted."""
    refused: bool = False
    """Whether something was refused since the group was last seen."""

    def holder(self, instance: str) -> str | None:
        """The member that has an instance id."""
        return next((m for m, known in self.members.items() if known.instance == instance), None)

    def owned_by_others(self, member: str) -> Partitions:
        """What this member must not be given."""
        others = (known.owned for m, known in self.members.items() if m != member)
        return NOTHING.union(*others)

    @property
    def uses_regex(self) -> bool:
        return any(known.regex for known in self.members.values())

    @property
    def has_classic(self) -> bool:
        """Whether a member of it speaks the classic protocol."""
        return any(known.is_classic for known in self.members.values())

    @property
    def is_classic(self) -> bool:
        """Whether no member of it speaks another protocol: it is no consumer group."""
        return bool(self.members) and all(known.is_classic for known in self.members.values())

    @property
    def is_upgraded(self) -> bool:
        """Whether a member is as it was when the group was classic."""
        return any(m.is_classic and m.before is None for m in self.members.values())

    def without(self, member: str) -> Group:
        """After a member left, expired or was fenced."""
        members = {m: known for m, known in self.members.items() if m != member}
        wanted = self.members[member].topics if member in self.members else ()
        # The last one of the consumer protocol leaves a classic group behind.
        stays = not members or any(not known.is_classic for known in members.values())
        now = replace(self, members=members, may_rise=True, exists=self.exists and stays)
        return now.rising() if wanted else now

    def rising(self) -> Group:
        """After something that begins another epoch."""
        since = self.epoch if self.rises_from is None else self.rises_from
        return replace(self, rises_from=since, may_rise=True)

    def refusing(self) -> Group:
        """After a refusal: it is as it was."""
        return replace(self, refused=True)


def before(group: Group, asked: Heartbeat) -> Member:
    """The member that a granted heartbeat is for, as it is before the answer."""
    if not asked.joins:
        return group.members[asked.member].reporting(asked.owned).subscribing(asked)
    place = group.holder(asked.instance) if asked.instance is not None else asked.member
    known = group.members.get(place or asked.member)
    if known is None:
        return Member(0).subscribing(asked)
    # Who joins anew owns nothing; what was its own is its own again if the answer says so.
    rejoined = replace(known, told=NOTHING, giving=NOTHING, lingering=NOTHING)
    if known.is_away:
        rejoined = replace(rejoined, epoch=0, before=None)
    return rejoined.subscribing(asked)


def after(group: Group, asked: Heartbeat, answer: Answer) -> Group:
    """The group after an answer."""
    if answer.error != "NONE":
        return group.refusing()
    if asked.epoch == LEAVE:
        return group.without(asked.member)
    members = dict(group.members)
    if asked.leaves:
        members[asked.member] = members[asked.member].leaving_for_a_while()
        return replace(group, members=members)
    replaced = _replaced(group, asked)
    old = members.pop(replaced) if replaced else members.get(asked.member)
    now = before(group, asked).hearing(answer, asked.owned)
    members[asked.member] = now
    if (old.topics if old else frozenset()) != now.topics:
        group = group.rising()
    may_rise = group.may_rise or old is None or _wants(old) != _wants(now)
    voted = old is not None and old.assignor != now.assignor
    return replace(
        group,
        members=members,
        exists=True,
        voted_anew=max(group.epoch, answer.epoch) if voted else group.voted_anew,
        epoch=max(group.epoch, answer.epoch) if may_rise else group.epoch,
        target_epoch=max(group.target_epoch, answer.epoch),
        may_rise=may_rise,
    )


def _replaced(group: Group, asked: Heartbeat) -> str | None:
    """The member whose place a static member takes."""
    if not asked.joins or asked.instance is None:
        return None
    return group.holder(asked.instance)


def _wants(member: Member) -> tuple[object, ...]:
    """What of a member an assignment depends on."""
    return (member.topics, member.regex, member.assignor)
