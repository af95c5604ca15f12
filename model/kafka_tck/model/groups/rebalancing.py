"""How a rebalance begins, ends, and what the passing of time does to it.

Source: GroupMetadataManager (prepareRebalance, completeClassicGroupJoin, expirePendingSync,
expireClassicGroupMemberHeartbeat), 4.3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kafka_tck.model.groups.group import NOBODY, Group, State, leaders_possible
from kafka_tck.model.groups.verdicts import JOIN, SYNC, Case, Key, Owed, Verdict

Owing = Mapping[Key, Owed]
Told = Mapping[str, object]
IN_PROGRESS = "REBALANCE_IN_PROGRESS"


def rebalance(group: Group, case: Case, owed: Owing | None = None) -> Iterator[Verdict]:
    """Begins a rebalance, or goes on with one; it ends at once if everybody has joined."""
    owed = dict(owed or {})
    begins_empty = group.state in (State.EMPTY, State.DEAD)
    if group.state is State.COMPLETING:
        waiting = [name for name, m in group.members.items() if m.syncs]
        owed |= {(name, SYNC): Owed(IN_PROGRESS, case) for name in waiting}
        group = group.changing_all(assignment="", syncs=False)
    preparing = replace(group, state=State.PREPARING, awaits_former=False)
    if begins_empty or group.all_joined or not group.members:
        yield from complete(preparing, case, owed)
    else:
        yield Verdict(case, preparing, owed)


def complete(group: Group, case: Case, owed: Owing | None = None) -> Iterator[Verdict]:
    """Ends the join phase: who did not rejoin is removed, but for static members."""
    late = {name for name, m in group.members.items() if not m.joins and m.instance is None}
    group = group.without(frozenset(late))
    owed = dict(owed or {})
    if not group.members:
        empty = replace(
            group,
            state=State.EMPTY,
            generation=group.generation + 1,
            protocol="",
            leader=NOBODY,
        )
        yield Verdict(case, empty.saved(), owed)
        return
    leaders = list(leaders_possible(group))
    if not leaders:  # only static members are left, and none of them rejoined
        yield Verdict(case, group, owed)
        return
    for leader in leaders:
        for protocol in sorted(group.protocols_elected()):
            yield _completed(group, case, owed, leader, protocol)


def _completed(group: Group, case: Case, owed: Owing, leader: str, protocol: str) -> Verdict:
    joined = [name for name, m in group.members.items() if m.joins]
    after = replace(
        group.changing_all(joins=False, synced=False),
        state=State.COMPLETING,
        generation=group.generation + 1,
        protocol=protocol,
        leader=leader,
    )
    answers = {(name, JOIN): Owed("NONE", case, told_of(after, name)) for name in joined}
    return Verdict(case, after, {**owed, **answers})


def told_of(group: Group, name: str, *, leader: str | None = None, skip: bool = False) -> Told:
    """What JoinGroup tells a member of its group; only the leader is told of the members."""
    leads = name == group.leader and leader is None
    members = {each: [m.instance, m.metadata(group.protocol)] for each, m in group.members.items()}
    return {
        "generation": group.generation,
        "type": group.protocol_type,
        "protocol": group.protocol,
        "leader": leader or group.leader,
        "skips": skip,
        "members": members if leads else {},
    }


def remove(group: Group, name: str, case: Case) -> Iterator[Verdict]:
    """After a member was removed: it left, or was not heard of for its session timeout."""
    gone = group.members[name]
    owed = {(name, JOIN): Owed("UNKNOWN_MEMBER_ID", case)} if gone.joins else {}
    yield from go_on_without(group.without(frozenset({name})), case, owed)


def go_on_without(group: Group, case: Case, owed: Owing) -> Iterator[Verdict]:
    """A stable group rebalances without who is gone; a rebalance may be over by it."""
    if group.state in (State.STABLE, State.COMPLETING):
        yield from rebalance(group, case, owed)
    elif group.state is State.PREPARING and (group.all_joined or not group.members):
        yield from complete(group, case, owed)
    else:
        yield Verdict(case, group, owed)


def forget_pending(group: Group, name: str, case: Case) -> Iterator[Verdict]:
    """After an id that was never used was dropped."""
    after = group.without(frozenset({name}))
    if after.state is State.PREPARING and after.all_joined:
        yield from complete(after, case)
    else:
        yield Verdict(case, after)


def expire(group: Group, name: str) -> Iterator[Verdict]:
    """The session timeout of a member, or of an id that never joined, is over."""
    case = Case.SESSION_OVER
    if name in group.pending:
        return forget_pending(group, name, case)
    if name in group.members:
        return remove(group, name, case)
    return iter([Verdict(case, group)])


def join_phase_over(group: Group) -> Iterator[Verdict]:
    """The rebalance timeout is over while some have not rejoined."""
    if group.state is not State.PREPARING:
        return iter([Verdict(Case.JOIN_PHASE_OVER, group)])
    return complete(group, Case.JOIN_PHASE_OVER)


def sync_phase_over(group: Group) -> Iterator[Verdict]:
    """The rebalance timeout is over while some have not asked for their assignment.

    An id that was replaced meanwhile is awaited like any other: the group rebalances for it.
    Measured: 4.3.1.
    """
    late = {name for name, m in group.members.items() if not m.synced}
    awaits = bool(late) or group.awaits_former
    if group.state not in (State.COMPLETING, State.STABLE) or not awaits:
        return iter([Verdict(Case.SYNC_PHASE_OVER, group)])
    return rebalance(group.without(frozenset(late)), Case.SYNC_PHASE_OVER)
