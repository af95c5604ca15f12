"""Which heartbeats are refused, and with what.

Source: GroupMetadataManager (throwIfConsumerGroupHeartbeatRequestIsInvalid,
throwIfConsumerGroupMemberEpochIsInvalid, throwIfInstanceIdIsUnreleased, throwIfInstanceIdIsFenced,
throwIfStaticMemberIsUnknown), 4.3; KIP-848, KIP-1082.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.member import (
    LEAVE,
    LEAVE_FOR_A_WHILE,
    Heartbeat,
    Member,
)

ASSIGNORS: Final = ("uniform", "range")
"""The server's assignors, the default first."""
BAD_REGEX: Final = "("


class Case(Enum):
    """Why a heartbeat is answered so."""

    MALFORMED = "its fields do not belong together"
    ASSIGNOR = "the server has no such assignor"
    REGEX = "that is no regular expression"
    NO_GROUP = "there is no such group"
    UNKNOWN = "the group has no such member"
    FULL = "the group has as many members as it may"
    UNRELEASED = "another member has the instance id, and did not leave"
    FENCED_INSTANCE = "another member has the instance id now"
    AHEAD = "the member has not come to this epoch yet"
    BEHIND = "the member has left this epoch behind"
    LOST_ANSWER = "the member has not heard yet that it advanced"
    JOINS = "nothing stands against its joining"
    REJOINS = "a member may join anew under its id"
    TAKES_OVER = "the member with this instance id left for a while"
    REPEATS_STATIC_JOIN = "the member joined so, and did not hear the answer"
    LEAVES = "a member may leave"
    GOES_ON = "the member has this epoch"


@dataclass(frozen=True)
class Verdict:
    """What a heartbeat must be answered."""

    case: Case
    errors: tuple[str, ...] = ("NONE",)


def verdict_on(group: Group, asked: Heartbeat, most: int | None = None) -> Verdict:
    """What a heartbeat must be answered; the group has a name, and `most` members at most."""
    if _is_malformed(asked):
        return Verdict(Case.MALFORMED, ("INVALID_REQUEST",))
    if asked.assignor is not None and asked.assignor not in ASSIGNORS:
        return Verdict(Case.ASSIGNOR, ("UNSUPPORTED_ASSIGNOR",))
    if asked.joins:
        return _fault_of_size(group, asked, most) or _on_join(group, asked)
    if not group.exists:
        return Verdict(Case.NO_GROUP, ("GROUP_ID_NOT_FOUND",))
    too_many = None if asked.leaves else _fault_of_size(group, asked, most)
    fault = too_many or _fault_of_identity(group, asked)
    if fault is not None:
        return fault
    if asked.leaves:
        return Verdict(Case.LEAVES)
    return _on_regex(asked) or _on_epoch(group.members[asked.member], asked)


def _is_malformed(asked: Heartbeat) -> bool:
    if asked.instance == "" or asked.epoch < LEAVE_FOR_A_WHILE:
        return True
    if not asked.member and not (asked.joins and asked.makes_id):
        return True
    if asked.epoch == LEAVE_FOR_A_WHILE:
        return asked.instance is None
    return asked.joins and not _introduces(asked)


def _introduces(asked: Heartbeat) -> bool:
    """Whether a join tells all that it must."""
    wants = asked.topics is not None or asked.regex is not None
    return asked.rebalance_ms >= 0 and wants and asked.owned is not None and not asked.owned


def _on_regex(asked: Heartbeat) -> Verdict | None:
    if asked.regex == BAD_REGEX:
        return Verdict(Case.REGEX, ("INVALID_REGULAR_EXPRESSION",))
    return None


def _fault_of_size(group: Group, asked: Heartbeat, most: int | None) -> Verdict | None:
    if most is None or asked.member in group.members or len(group.members) < most:
        return None
    return Verdict(Case.FULL, ("GROUP_MAX_SIZE_REACHED",))


def _on_join(group: Group, asked: Heartbeat) -> Verdict:
    holder = group.holder(asked.instance) if asked.instance is not None else None
    if holder is not None and not group.members[holder].is_away:
        if holder == asked.member:
            return Verdict(Case.REPEATS_STATIC_JOIN)
        return Verdict(Case.UNRELEASED, ("UNRELEASED_INSTANCE_ID",))
    bad = _on_regex(asked)
    if bad is not None:
        return bad
    if holder is not None:
        return Verdict(Case.TAKES_OVER)
    return Verdict(Case.REJOINS if asked.member in group.members else Case.JOINS)


def _fault_of_identity(group: Group, asked: Heartbeat) -> Verdict | None:
    """Whether the member is who it says."""
    if asked.instance is None:
        known = asked.member in group.members
        return None if known else Verdict(Case.UNKNOWN, ("UNKNOWN_MEMBER_ID",))
    holder = group.holder(asked.instance)
    if holder is None:
        return Verdict(Case.UNKNOWN, ("UNKNOWN_MEMBER_ID",))
    if holder != asked.member:
        return Verdict(Case.FENCED_INSTANCE, ("FENCED_INSTANCE_ID",))
    return None


def _on_epoch(member: Member, asked: Heartbeat) -> Verdict:
    fenced = ("FENCED_MEMBER_EPOCH",)
    if asked.epoch > member.epoch:
        return Verdict(Case.AHEAD, fenced)
    if asked.epoch == member.epoch:
        return Verdict(Case.GOES_ON)
    reports = asked.owned is not None and asked.owned <= member.told
    if asked.epoch != member.before or not reports:
        return Verdict(Case.BEHIND, fenced)
    return Verdict(Case.LOST_ANSWER, ("NONE",) if member.fresh else ("NONE", *fenced))


assert LEAVE > LEAVE_FOR_A_WHILE
