"""JoinGroup: who becomes a member, who waits, and who is told at once.

Source: GroupMetadataManager.classicGroupJoin and what it calls, 4.3; KIP-345, KIP-394, KIP-814.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kafka_tck.model.groups.group import Group, Member, Protocols, State
from kafka_tck.model.groups.rebalancing import complete, rebalance, told_of
from kafka_tck.model.groups.verdicts import JOIN, SYNC, Case, Owed, Verdict

NEEDS_ID_SINCE: Final = 4
SKIPS_SINCE: Final = 9
"""The first versions that ask for a member id, and that spare a restarted leader the assignment."""


REFUSALS: Final = (Case.TOO_MANY, Case.PROTOCOLS)


@dataclass(frozen=True)
class Limits:
    """Settings of the broker."""

    min_session_ms: int = 6_000
    max_session_ms: int = 1_800_000
    max_size: int = 2**31 - 1


@dataclass(frozen=True)
class Join:
    """A JoinGroup; `sends_id` tells whether it names its member id or asks for one."""

    name: str
    sends_id: bool
    instance: str | None
    protocol_type: str
    protocols: Protocols
    session_ms: int
    rebalance_ms: int
    version: int

    @property
    def member(self) -> Member:
        return Member(self.instance, self.protocols, self.session_ms, self.rebalance_ms, joins=True)


def verdicts_on_join(group: Group, asked: Join, limits: Limits) -> list[Verdict]:
    """All that a coordinator may do with the request."""
    if not limits.min_session_ms <= asked.session_ms <= limits.max_session_ms:
        return [_refusal(group, Case.SESSION_BOUNDS, "INVALID_SESSION_TIMEOUT")]
    if not group.exists and asked.sends_id:
        return [_refusal(group, Case.NO_SUCH_GROUP, "UNKNOWN_MEMBER_ID")]
    if not group.exists:
        made = replace(Group(), state=State.EMPTY).saved()
        verdicts = verdicts_on_join(made, asked, limits)
        # A group may be made for somebody who is then refused: it is empty, and harms nobody.
        refused = [replace(v, after=group) for v in verdicts if v.case in REFUSALS]
        return verdicts + refused
    if not _has_room(group, asked.name, limits.max_size):
        # Whoever is one too many is gone, and nobody is told: the rest waits on.
        left = group.without(frozenset({asked.name} if asked.sends_id else ()))
        return [_refusal(left, Case.TOO_MANY, "GROUP_MAX_SIZE_REACHED")]
    if not group.supports(asked.protocol_type, asked.protocols):
        return [_refusal(group, Case.PROTOCOLS, "INCONSISTENT_GROUP_PROTOCOL")]
    return list(_by_member(group, asked) if asked.sends_id else _by_stranger(group, asked))


def _refusal(group: Group, case: Case, error: str) -> Verdict:
    return Verdict(case, group, errors=(error,))


def _has_room(group: Group, name: str, most: int) -> bool:
    if group.state is State.PREPARING:
        known = name in group.members and group.members[name].joins
        return known or sum(m.joins for m in group.members.values()) < most
    return group.state is State.EMPTY or name in group.members or len(group.members) < most


def _by_stranger(group: Group, asked: Join) -> Iterator[Verdict]:
    if asked.instance is not None and asked.instance in group.instances:
        yield from _replacing(group, asked, group.instances[asked.instance])
    elif asked.instance is None and asked.version >= NEEDS_ID_SINCE:
        given = replace(group, pending=group.pending | {asked.name})
        yield Verdict(Case.NEEDS_ID, given, errors=("MEMBER_ID_REQUIRED",))
    else:
        yield from _added(group, asked)


def _added(group: Group, asked: Join) -> Iterator[Verdict]:
    if not group.members:
        group = replace(group, protocol_type=asked.protocol_type)
    leader = group.leader if group.members else asked.name
    added = replace(group.with_member(asked.name, asked.member), leader=leader)
    yield from _joined(added, Case.NEW_MEMBER)


def _joined(group: Group, case: Case) -> Iterator[Verdict]:
    """After a member asked to join: the rebalance begins with it, or may be over."""
    if group.state is not State.PREPARING:
        yield from rebalance(group, case)
    elif group.all_joined:
        yield from complete(group, case)
    else:
        yield Verdict(case, group)


def _by_member(group: Group, asked: Join) -> Iterator[Verdict]:
    if asked.name in group.pending:
        yield from _added(group, asked)
        return
    fault = group.fault_of_member(asked.name, asked.instance)
    if fault is not None:
        fenced = fault == "FENCED_INSTANCE_ID"
        case = Case.OTHER_INSTANCE if fenced else Case.NO_SUCH_MEMBER
        yield _refusal(group, case, fault)
        return
    before = group.members[asked.name]
    is_new = before.protocols != asked.protocols
    if group.state is State.PREPARING:
        yield from _joined(_updated(group, asked), Case.REJOINS)
    elif group.state is State.STABLE and group.leader == asked.name:
        yield from _joined(_updated(group, asked), Case.LEADER_JOINS)
    elif is_new:
        yield from _joined(_updated(group, asked), Case.CHANGES)
    else:
        is_over = group.state is State.COMPLETING
        case = Case.ANSWER_LOST if is_over else Case.NOTHING_NEW
        owed = Owed("NONE", case, told_of(group, asked.name))
        yield Verdict(case, group, {(asked.name, JOIN): owed})


def _updated(group: Group, asked: Join) -> Group:
    before = group.members[asked.name]
    member = replace(
        before,
        protocols=asked.protocols,
        session_ms=asked.session_ms,
        rebalance_ms=asked.rebalance_ms,
        joins=True,
    )
    return group.with_member(asked.name, member)


def _replacing(group: Group, asked: Join, old: str) -> Iterator[Verdict]:
    """A static member that was restarted takes the place of its former life."""
    former = group.members[old]
    fenced = Owed("FENCED_INSTANCE_ID", Case.REPLACES)
    holds = {JOIN: former.joins, SYNC: former.syncs}
    owed = {(old, kind): fenced for kind, held in holds.items() if held}
    led = group.leader == old
    leader = asked.name if led else group.leader
    kept = replace(asked.member, assignment=former.assignment, synced=True)
    group = replace(group.without(frozenset({old})), leader=leader).with_member(asked.name, kept)
    if group.state is State.PREPARING and group.all_joined:
        yield from complete(group, Case.REPLACES, owed)
    elif group.state is State.PREPARING:
        yield Verdict(Case.REPLACES, group, owed)
    elif group.state is State.COMPLETING:
        yield from rebalance(group, Case.REPLACES, owed)
    else:
        group = replace(group, awaits_former=group.awaits_former or not former.synced)
        elected = group.protocols_elected()
        if group.protocol in elected:
            yield _replaced_in_stable(group, asked, old if led else None)
        if elected - {group.protocol}:
            yield from rebalance(group, Case.REPLACES_PROTOCOL, owed)


def _replaced_in_stable(group: Group, asked: Join, led_as: str | None) -> Verdict:
    """The member goes on where it was; older versions keep a leader from assigning by a lie."""
    case = Case.REPLACES_STABLE
    member = replace(group.members[asked.name], joins=False)
    after = group.with_member(asked.name, member).saved()
    skips = led_as is not None and asked.version >= SKIPS_SINCE
    told = told_of(after, asked.name, leader=None if skips else led_as, skip=skips)
    return Verdict(case, after, {(asked.name, JOIN): Owed("NONE", case, told)})
