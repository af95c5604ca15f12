"""Members of a consumer group that speak the classic protocol.

A heartbeat tells them when to join again; joining is what a heartbeat is for others: they say what
they own, and are at the epoch that the answer has as its generation. Syncing tells what they have.
Source: GroupMetadataManager.classicGroupJoinToConsumerGroup, classicGroupSyncToConsumerGroup,
classicGroupHeartbeatToConsumerGroup, classicGroupLeaveToConsumerGroup, 4.3.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.consumer_groups import regexes, timing
from kafka_tck.reference.consumer_groups.deciding import Decision
from kafka_tck.reference.consumer_groups.embedded import (
    assignment_of,
    known_of,
    read_subscription,
)
from kafka_tck.reference.consumer_groups.members import ClassicMember, Member, MemberState
from kafka_tck.reference.groups.answers import joined, not_joined, not_synced, synced
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.requests import Joining, Leaving, Syncing
from kafka_tck.reference.ids import uuid_text
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Waited, Work

if TYPE_CHECKING:
    from kafka_tck.reference.consumer_groups.coordinated import CoordinatedGroup

CONSUMER: Final = "consumer"
CLIENT_HOST: Final = "/127.0.0.1"


def join(group: "CoordinatedGroup", asked: Joining) -> Waited[dict[str, Any]]:
    """The answer, when what comes of it is stored. Raises `Refusal`."""
    decision = group.decision()
    member_id = asked.member_id or uuid_text(group.shard.broker.ids.uuid())
    _check_join(decision, asked, str(group.policy))
    is_new = not asked.member_id and asked.instance_id is None
    if is_new and group.shard.broker.rules.classic_groups.gives_id_first(asked.version):
        return not_joined("MEMBER_ID_REQUIRED", member_id)
    before, replaces = _member(decision, asked, member_id)
    subscription = read_subscription(asked.protocols[0][1])
    said = replace(
        before,
        instance_id=asked.instance_id or before.instance_id,
        rack_id=subscription.rack_id or before.rack_id,
        rebalance_timeout_ms=asked.rebalance_timeout_ms,
        topics=subscription.topics,
        regex="",
        client_id=asked.client_id,
        client_host=CLIENT_HOST,
        classic=ClassicMember(asked.session_timeout_ms, asked.protocols),
    )
    owned = group.rules.said_to_own(known_of(subscription.owned, decision.topics))
    regex = regexes.changed(decision, before, said)
    after = decision.go_on(before, said, owned=owned, joins=True, replaces=replaces, regex=regex)
    yield from group.write(decision)
    timing.stop(group, timing.JOIN, member_id)
    timing.begin_session(group, after)
    timing.begin(group, timing.SYNC, after)
    yield from group.downgrade_if_classic(replaces)
    return joined(
        member_id=member_id,
        generation=group.rules.generation_told(after.epoch, group.target_epoch),
        protocol_type=CONSUMER,
        protocol=asked.protocols[0][0],
        leader="",
    )


def _check_join(decision: Decision, asked: Joining, policy: str) -> None:
    """Raises `Refusal`."""
    group, rules = decision.group, decision.rules
    known = asked.member_id in group.members
    if policy == "disabled" or not _suits(decision, asked):
        raise Refusal("INCONSISTENT_GROUP_PROTOCOL")
    if rules.is_full(len(group.members), decision.limits.max_size, known):
        raise Refusal("GROUP_MAX_SIZE_REACHED")


def _suits(decision: Decision, asked: Joining) -> bool:
    """Whether a member has a protocol that all classic members have."""
    classic = [m.classic for m in decision.group.members.values() if m.classic is not None]
    common = set(asked.names).intersection(*({n for n, _ in c.protocols} for c in classic))
    return asked.protocol_type == CONSUMER and bool(common)


def _member(decision: Decision, asked: Joining, member_id: str) -> tuple[Member, str | None]:
    """The member as it is known, and the id that it takes over from, if it does."""
    group, holder = decision.group, decision.group.static(asked.instance_id)
    if asked.instance_id is None or (holder is None and not asked.member_id):
        return group.members.get(member_id, Member(member_id)), None
    if holder is None:
        raise Refusal("UNKNOWN_MEMBER_ID")
    if not asked.member_id:
        return decision.take_over(holder, member_id), holder.member_id
    fault = decision.rules.fault_of_instance(holder.member_id, member_id)
    if fault is not None:
        raise Refusal(fault)
    return holder, None


def give_join(group: "CoordinatedGroup", asked: Joining, held: Held) -> Work:
    try:
        held.give((yield from join(group, asked)))
    except Refusal as refusal:
        held.give(not_joined(refusal.error, asked.member_id))


def give_sync(group: "CoordinatedGroup", asked: Syncing, held: Held) -> Work:
    try:
        who = Who(asked.member_id, asked.instance_id, asked.generation)
        member = _present(group, who)
        _check_protocol(group, member, asked)
        unrevoked = member.state is MemberState.UNREVOKED_PARTITIONS
        if group.rules.joins_before_sync(group.target_epoch > member.epoch, unrevoked):
            timing.begin(group, timing.JOIN, member)
            raise Refusal("REBALANCE_IN_PROGRESS")
        yield from group.shard.flushed()
    except Refusal as refusal:
        held.give(not_synced(refusal.error))
        return
    timing.stop(group, timing.SYNC, member.member_id)
    timing.begin_session(group, member)
    assert member.classic is not None
    version = read_subscription(member.classic.protocols[0][1]).version
    told = group.rules.told_at_sync(member.assigned.keys(), group.target_of(member))
    assignment = assignment_of(told, group.decision().topics, version)
    held.give(synced(asked.protocol_type, asked.protocol, assignment))


def _check_protocol(group: "CoordinatedGroup", member: Member, asked: Syncing) -> None:
    """Raises `Refusal` if the member means another protocol than the one it was told."""
    assert member.classic is not None
    rules = group.shard.broker.rules.classic_groups
    told = ((asked.protocol_type, CONSUMER), (asked.protocol, member.classic.protocols[0][0]))
    if not all(rules.means(said, known) for said, known in told):
        raise Refusal("INCONSISTENT_GROUP_PROTOCOL")


def heartbeat(group: "CoordinatedGroup", who: Who) -> str:
    """The error that the member is told, or NONE."""
    try:
        member = _present(group, who)
    except Refusal as refusal:
        return refusal.error
    timing.begin_session(group, member)
    behind = member.epoch < group.target_epoch
    unrevoked = member.state is MemberState.UNREVOKED_PARTITIONS
    if not group.rules.must_rejoin(behind, unrevoked, group.is_served(member)):
        return "NONE"
    timing.begin(group, timing.JOIN, member)
    return "REBALANCE_IN_PROGRESS"


def _present(group: "CoordinatedGroup", who: Who) -> Member:
    """The classic member that speaks, at its present epoch. Raises `Refusal`."""
    member = found(group, who.member_id, who.instance_id)
    if not group.rules.speaks_classic(member.classic is not None):
        raise Refusal("UNKNOWN_MEMBER_ID")
    fault = group.rules.fault_of_generation(who.generation, member.epoch)
    if fault is not None:
        raise Refusal(fault)
    return member


def found(group: "CoordinatedGroup", member_id: str, instance_id: str | None) -> Member:
    """The member of this id, or that is this instance. Raises `Refusal`."""
    if instance_id is None:
        member = group.members.get(member_id)
    else:
        member = group.static(instance_id)
    if member is None:
        raise Refusal("UNKNOWN_MEMBER_ID")
    fault = group.rules.fault_of_instance(member.member_id, member_id or member.member_id)
    if fault is not None:
        raise Refusal(fault)
    return member


def leaving(group: "CoordinatedGroup", members: list[Leaving]) -> tuple[list[str], list[Member]]:
    """The error of each member, or NONE, and who leaves; members of either protocol may."""
    errors, gone = [], {}
    for asked in members:
        try:
            member = found(group, asked.member_id, asked.instance_id)
            gone[member.member_id] = member
            errors.append("NONE")
        except Refusal as refusal:
            errors.append(refusal.error)
    return errors, list(gone.values())
