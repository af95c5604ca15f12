"""Which commits and questions of members are refused, by member, epoch and version.

Source: ConsumerGroup.validateOffsetCommit, validateOffsetFetch, validateMemberEpoch, 4.3; KIP-848;
KIP-1251 for what 4.3 accepts of older epochs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.member import Member, Partition

NOBODY = ""
"""Who commits without being a member."""
WITH_MEMBERS = 9
"""The first version of OffsetCommit and OffsetFetch that speaks of member epochs."""


class Reason(Enum):
    """Why a commit or a question is answered so."""

    EMPTY = "the group has no members, and the epoch is that of nobody"
    STRANGER = "the group has no such member"
    OLD_VERSION = "members of consumer groups commit with version 9 or later"
    PRESENT = "this is the epoch of the member"
    OTHER = "this is not the epoch of the member"
    OWNED_SINCE = "the member had the partition in that epoch, and has it still"
    UNSURE = "whether the member had the partition all the time is not known"
    ANYBODY = "whoever names no member may ask"


@dataclass(frozen=True)
class Commit:
    """A commit of one partition by a member, or by nobody."""

    member: str
    epoch: int
    partition: Partition
    version: int
    transactional: bool = False


@dataclass(frozen=True)
class Ruling:
    """The errors that a commit may have."""

    reason: Reason
    errors: tuple[str, ...] = ("NONE",)


def ruling_on(group: Group, asked: Commit, *, relaxed: bool) -> Ruling:
    """What a commit must be answered; `relaxed` where KIP-1251 is in force (4.3)."""
    if not group.members and asked.epoch < 0:
        return Ruling(Reason.EMPTY)
    member = group.members.get(asked.member)
    if member is None:
        return Ruling(Reason.STRANGER, ("UNKNOWN_MEMBER_ID",))
    if asked.version < WITH_MEMBERS and not asked.transactional:
        return Ruling(Reason.OLD_VERSION, ("UNSUPPORTED_VERSION",))
    if asked.epoch == member.epoch:
        return Ruling(Reason.PRESENT)
    stale = "ILLEGAL_GENERATION" if asked.transactional else "STALE_MEMBER_EPOCH"
    if relaxed and 0 < asked.epoch < member.epoch:
        return _on_older(member, asked, stale)
    return Ruling(Reason.OTHER, (stale,))


def _on_older(member: Member, asked: Commit, stale: str) -> Ruling:
    since = member.granted_in(asked.partition)
    if asked.partition not in member.owned | member.lingering:
        return Ruling(Reason.OTHER, (stale,))
    if since is None or not member.fresh:
        return Ruling(Reason.UNSURE, ("NONE", stale))
    if since <= asked.epoch:
        return Ruling(Reason.OWNED_SINCE)
    return Ruling(Reason.OTHER, (stale,))


def error_of_question(group: Group, member: str, epoch: int) -> Ruling:
    """What OffsetFetch must be answered; nobody asks with epoch -1."""
    if member == NOBODY:
        return Ruling(Reason.ANYBODY)
    known = group.members.get(member)
    if known is None:
        return Ruling(Reason.STRANGER, ("UNKNOWN_MEMBER_ID",))
    if epoch != known.epoch:
        return Ruling(Reason.OTHER, ("STALE_MEMBER_EPOCH",))
    return Ruling(Reason.PRESENT)
