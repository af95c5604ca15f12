"""SyncGroup, Heartbeat, LeaveGroup, and commits of members.

Source: GroupMetadataManager (classicGroupSync, classicGroupHeartbeat, classicGroupLeave),
ClassicGroup.validateOffsetCommit, 4.3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kafka_tck.model.groups.group import NOBODY, Group, State
from kafka_tck.model.groups.rebalancing import IN_PROGRESS, go_on_without
from kafka_tck.model.groups.verdicts import JOIN, SYNC, Case, Key, Owed, Verdict

NAMELESS = ""
"""The name of a request that sends no member id."""


@dataclass(frozen=True)
class Asking:
    """Who sends a request: a member id, an instance id, and the generation that it knows."""

    name: str
    generation: int
    instance: str | None = None


def fault_of(group: Group, asked: Asking) -> tuple[Case, str] | None:
    """Why somebody is not taken for a member of this generation; None if they are."""
    if not group.exists or not group.members:
        case = Case.NO_SUCH_MEMBER if group.exists else Case.NO_SUCH_GROUP
        return case, "UNKNOWN_MEMBER_ID"
    fault = group.fault_of_member(asked.name, asked.instance)
    if fault is not None:
        fenced = fault == "FENCED_INSTANCE_ID"
        return Case.OTHER_INSTANCE if fenced else Case.NO_SUCH_MEMBER, fault
    if asked.generation != group.generation:
        return Case.OTHER_GENERATION, "ILLEGAL_GENERATION"
    return None


def verdict_on_sync(
    group: Group,
    asked: Asking,
    protocol: tuple[str, str] | None,
    assignments: Mapping[str, str],
) -> Verdict:
    """What SyncGroup leads to; `protocol`: the type and name that it states, if it states them."""
    fault = fault_of(group, asked)
    if fault is None and protocol not in (None, (group.protocol_type, group.protocol)):
        fault = Case.OTHER_PROTOCOL, "INCONSISTENT_GROUP_PROTOCOL"
    if fault is None and group.state is State.PREPARING:
        fault = Case.REBALANCES, IN_PROGRESS
    if fault is not None:
        case, error = fault
        return Verdict(case, group, errors=(error,))
    waits = group.state is State.COMPLETING
    member = replace(group.members[asked.name], syncs=waits, synced=True)
    group = group.with_member(asked.name, member)
    if not waits:
        told = Owed("NONE", Case.ASSIGNED, told_of_sync(group, asked.name))
        return Verdict(Case.ASSIGNED, group, {(asked.name, SYNC): told})
    if asked.name != group.leader:
        return Verdict(Case.WAITS, group)
    return _assigned(group, assignments)


def _assigned(group: Group, assignments: Mapping[str, str]) -> Verdict:
    """The leader's assignments become those of the generation; who is left out has nothing."""
    members = {
        name: replace(m, assignment=assignments.get(name, "")) for name, m in group.members.items()
    }
    stable = replace(group, members=members, state=State.STABLE)
    owed = {
        (name, SYNC): Owed("NONE", Case.ASSIGNS, told_of_sync(stable, name))
        for name, m in members.items()
        if m.syncs
    }
    return Verdict(Case.ASSIGNS, stable.changing_all(syncs=False).saved(), owed)


def told_of_sync(group: Group, name: str) -> Mapping[str, object]:
    return {
        "type": group.protocol_type,
        "protocol": group.protocol,
        "assignment": group.members[name].assignment,
    }


def verdict_on_heartbeat(group: Group, asked: Asking) -> Verdict:
    fault = fault_of(group, asked)
    if fault is None and group.state is State.PREPARING:
        fault = Case.REBALANCES, IN_PROGRESS
    case, error = fault or (Case.ALIVE, "NONE")
    return Verdict(case, group, errors=(error,))


def fault_of_commit(group: Group, asked: Asking, version: int) -> tuple[Case, str] | None:
    """Why OffsetCommit is refused; None if it is not. Who has no id sends generation -1."""
    if not group.exists and asked.generation >= 0:
        error = "GROUP_ID_NOT_FOUND" if version >= 9 else "ILLEGAL_GENERATION"
        return Case.NO_SUCH_GROUP, error
    if asked.generation < 0 and not group.members and group.state is not State.PREPARING:
        return None
    fault = fault_of(group, asked)
    if fault is None and group.state is State.COMPLETING:
        fault = Case.REBALANCES, IN_PROGRESS
    return fault


def fault_of_promise(group: Group, asked: Asking) -> tuple[Case, str] | None:
    """The same for TxnOffsetCommit: it is no matter where the group is in its rebalance."""
    nameless = asked.name == NAMELESS and asked.instance is None
    if asked.generation < 0 and (nameless or not group.is_active):
        return None
    if not group.exists:
        return Case.NO_SUCH_GROUP, "ILLEGAL_GENERATION"
    return fault_of(group, asked)


Leaver = tuple[str, str | None]
"""A member id, or none, and an instance id."""


def verdicts_on_leave(group: Group, leavers: tuple[Leaver, ...]) -> list[Verdict]:
    """What LeaveGroup of some members leads to: each has an error of its own."""
    if not group.exists:
        return [Verdict(Case.NO_SUCH_GROUP, group, errors=("UNKNOWN_MEMBER_ID",) * len(leavers))]
    errors: list[str] = []
    owed: dict[Key, Owed] = {}
    left, only_pending = False, True
    for name, instance in leavers:
        if name == NAMELESS:
            name = group.instances.get(instance or "", NOBODY)
            fault = None if name else "UNKNOWN_MEMBER_ID"
        elif name in group.pending:
            fault = None
        else:
            fault = group.fault_of_member(name, instance)
        errors.append(fault or "NONE")
        if fault is not None:
            continue
        left = True
        if name in group.members:
            only_pending = False
            if group.members[name].joins:
                owed[name, JOIN] = Owed("UNKNOWN_MEMBER_ID", Case.LEAVES)
        group = group.without(frozenset({name}))
    if not left:
        return [Verdict(Case.NO_SUCH_MEMBER, group, errors=tuple(errors))]
    return list(_after_leaving(group, owed, tuple(errors), only_pending))


def _after_leaving(
    group: Group, owed: Mapping[Key, Owed], errors: tuple[str, ...], only_pending: bool
) -> Iterator[Verdict]:
    """If only ids left that were never used, a rebalance may begin (4.0) or not (3.9)."""
    case = Case.PENDING_LEAVES if only_pending else Case.LEAVES
    for verdict in go_on_without(group, case, owed):
        yield replace(verdict, errors=errors)
    if only_pending and group.state in (State.STABLE, State.COMPLETING):
        yield Verdict(case, group, owed, errors)
