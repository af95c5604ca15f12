"""What a granted heartbeat may be told: laws of the hand-over, without the layout that is chosen.

Source: KIP-848, "Reconciliation of the group"; CurrentAssignmentBuilder, 4.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kafka_tck.model.consumer_groups.group import Group, before
from kafka_tck.model.consumer_groups.member import Answer, Heartbeat, Member, Partitions


class Law(Enum):
    """What is held against an answer."""

    EXCLUSIVE = "no partition has two owners"
    RISING = "epochs do not fall"
    REVOKES_FIRST = "who must give something up stays at its epoch and is given nothing"
    SUBSCRIBED = "only what is subscribed to is given"
    WHOLE = "who tells everything is told everything"
    NEWS = "an assignment that is not news is not told"
    ECHO = "who leaves is told so"
    RESUMES = "who comes back has what it had"


@dataclass(frozen=True)
class Held:
    """One law, held against one answer."""

    law: Law
    holds: bool
    expected: str
    actual: object
    because: str


def held_against(group: Group, asked: Heartbeat, answer: Answer) -> Iterator[Held]:
    """The laws on an answer that grants a heartbeat; the member and the group are as before it."""
    if asked.leaves:
        yield Held(
            Law.ECHO,
            (answer.epoch, answer.assignment) == (asked.epoch, None),
            f"epoch {asked.epoch} and no assignment",
            [answer.epoch, plain(answer.assignment)],
            "the member leaves",
        )
        return
    member = before(group, asked)
    told = member.assigned_by(answer)
    yield from _on_partitions(group, asked, member, told)
    yield from _on_epoch(group.members.get(asked.member), member, asked, answer)
    yield from _on_news(group, asked, answer)
    yield from _on_return(group, asked, answer)


def _on_partitions(
    group: Group, asked: Heartbeat, member: Member, told: Partitions
) -> Iterator[Held]:
    holder = group.holder(asked.instance) if asked.joins and asked.instance is not None else None
    foreign = group.owned_by_others(holder or asked.member)
    yield Held(
        Law.EXCLUSIVE,
        not told & foreign,
        f"nothing of {plain(foreign)}",
        plain(told),
        "others own these",
    )
    new = told - member.owned
    if not member.regex:
        yield Held(
            Law.SUBSCRIBED,
            all(topic in member.topics for topic, _ in new),
            f"partitions of {', '.join(sorted(member.topics)) or 'nothing'}",
            plain(new),
            "the member subscribes to no other topics",
        )


def _on_epoch(
    known: Member | None, member: Member, asked: Heartbeat, answer: Answer
) -> Iterator[Held]:
    told = member.assigned_by(answer)
    yield Held(
        Law.RISING,
        answer.epoch >= max(1, member.epoch),
        f"at least {max(1, member.epoch)}",
        answer.epoch,
        "the member has come to this epoch",
    )
    giving = member.must_give_up(told, asked.owned)
    if not giving:
        return
    # One that has just given something up may come to the next epoch, and find more to give up.
    gave_up = known is not None and bool(known.giving) and not member.giving
    most = member.epoch + (1 if gave_up else 0)
    yield Held(
        Law.REVOKES_FIRST,
        answer.epoch <= most and told <= member.owned,
        f"at most epoch {most}, and nothing new",
        [answer.epoch, plain(told - member.owned)],
        f"it has not given up {plain(giving)}",
    )


def _on_news(group: Group, asked: Heartbeat, answer: Answer) -> Iterator[Held]:
    if asked.is_full:
        yield Held(
            Law.WHOLE,
            answer.assignment is not None,
            "an assignment",
            plain(answer.assignment),
            "the member told everything",
        )
    elif answer.assignment is not None:
        known = group.members[asked.member].told
        yield Held(
            Law.NEWS,
            answer.assignment != known,
            f"null, or other than {plain(known)}",
            plain(answer.assignment),
            "this was told before",
        )


def _on_return(group: Group, asked: Heartbeat, answer: Answer) -> Iterator[Held]:
    holder = group.holder(asked.instance) if asked.joins and asked.instance is not None else None
    if holder is None or group.may_rise:
        return
    left = group.members[holder]
    if left.is_away and left.topics == asked.topics:
        yield Held(
            Law.RESUMES,
            (answer.epoch, answer.assignment) == (group.epoch, left.told),
            f"epoch {group.epoch} and {plain(left.told)}",
            [answer.epoch, plain(answer.assignment)],
            "its instance left for a while, and nothing else happened",
        )


def plain(partitions: Partitions | None) -> list[list[object]] | None:
    """Partitions as they stand in observations."""
    return None if partitions is None else [list(p) for p in sorted(partitions)]
