"""What the coordinator does for the members of consumer groups.

Each decides by the group as it is, writes what that makes of it, and answers when it is committed.
Source: GroupMetadataManager.consumerGroupHeartbeat, consumerGroupLeave, 4.3.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.classic_groups.group import ClassicGroup
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.consumer_groups import converting, regexes, timing
from kafka_tck.reference.consumer_groups.coordinated import CoordinatedGroup
from kafka_tck.reference.consumer_groups.deciding import Decision
from kafka_tck.reference.consumer_groups.members import LEAVE_FOR_A_WHILE, Member, Partition
from kafka_tck.reference.consumer_groups.requests import NO_TIMEOUT, Heartbeat
from kafka_tck.reference.ids import uuid_text
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Waited
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.groups.shard import GroupShard

RESOLUTION_MS: Final = 1
"""How long it takes to find out what regular expressions match, however many they are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`assigned` is None where it is as the member knows it."""

    member_id: str
    epoch: int
    interval_ms: int = 0
    assigned: Collection[Partition] | None = None


def heartbeat(shard: "GroupShard", asked: Heartbeat) -> Waited[Answer]:
    """A member joins or goes on. Raises `Refusal`."""
    group, decision, old = _begun(shard, asked)
    rules, limits = decision.rules, decision.limits
    if rules.is_full(len(group.members), limits.max_size, asked.member_id in group.members):
        raise Refusal("GROUP_MAX_SIZE_REACHED")
    before, replaces = _member(decision, asked, _id_of(group, asked))
    said = _said(before, asked)
    regex = regexes.changed(decision, before, said)
    after = decision.go_on(
        before, said, owned=asked.owned, joins=asked.joins, replaces=replaces, regex=regex
    )
    if after.state != before.state or after.revoking != before.revoking:
        timing.watch_revocation(group, after)
    timing.begin_session(group, after)
    yield from group.write(decision, *_end(group, old))
    _resolve_if_due(group.present)
    told = rules.told(after.assigned.keys(), group.target_of(after))
    changed = before.assigned.keys() != after.assigned.keys()
    if not rules.tells_assignment(asked.says_all, changed) or not (told or rules.told_nothing()):
        return Answer(after.member_id, after.epoch, limits.heartbeat_interval_ms)
    return Answer(after.member_id, after.epoch, limits.heartbeat_interval_ms, told)


def _begun(
    shard: "GroupShard", asked: Heartbeat
) -> tuple[CoordinatedGroup, Decision, ClassicGroup | None]:
    """The group that is meant, and the classic one in the place of which it is; a join may begin
    it. Raises `Refusal`."""
    found = shard.groups.get(asked.group_id)
    if isinstance(found, CoordinatedGroup):
        return found, found.decision(), None
    if not asked.joins:
        raise Refusal("GROUP_ID_NOT_FOUND")
    begun = CoordinatedGroup(shard, asked.group_id)
    decision = begun.decision()
    if not isinstance(found, ClassicGroup):
        return begun, decision, None
    if found.phase is not State.EMPTY:
        converting.check_upgrade(found, decision.limits.max_size)
        converting.fill(begun, found, decision.topics)
        converting.note_all(decision)
    return begun, decision, found


def _end(group: CoordinatedGroup, old: ClassicGroup | None) -> list[Record]:
    """A classic group is none any more: its members are the consumer group's."""
    if old is None:
        return []
    converting.dismiss_waiting(old)
    for member in group.members.values():
        timing.begin_session(group, member)
    return [Record(key, None, timestamp=old.shard.now) for key in old.tombstones()]


def _id_of(group: CoordinatedGroup, asked: Heartbeat) -> str:
    """The member's id; old clients are given one when they join."""
    is_known = asked.member_id in group.members
    is_other = is_known and asked.joins and not group.rules.is_same_member(is_known)
    is_new = not asked.member_id or is_other
    return uuid_text(group.shard.broker.ids.uuid()) if is_new else asked.member_id


def _member(decision: Decision, asked: Heartbeat, member_id: str) -> tuple[Member, str | None]:
    """The member as it is known, and the id that it takes over from, if it does."""
    group, holder = decision.group, decision.group.static(asked.instance_id)
    known = group.members.get(member_id)
    if asked.joins and (asked.instance_id is None or holder is None):
        return known or Member(member_id), None
    if asked.joins and holder is not None:
        if holder is known and not decision.rules.is_released(holder.epoch):
            return holder, None  # it repeats its join
        if holder.classic is None and not decision.rules.is_released(holder.epoch):
            raise Refusal("UNRELEASED_INSTANCE_ID")
        return decision.take_over(holder, member_id), holder.member_id
    found = _rightful(decision, asked, known, holder)
    owns_no_more = asked.owned is not None and asked.owned <= found.assigned.keys()
    fault = decision.rules.fault_of_epoch(
        asked.epoch, found.epoch, found.previous_epoch, owns_no_more
    )
    if fault is not None:
        raise Refusal(fault)
    return found, None


def _rightful(
    decision: Decision, asked: Heartbeat, known: Member | None, holder: Member | None
) -> Member:
    """The member that a heartbeat or a leave is of. Raises `Refusal`."""
    if asked.instance_id is None:
        if known is None:
            raise Refusal("UNKNOWN_MEMBER_ID")
        return known
    if holder is None:
        raise Refusal("UNKNOWN_MEMBER_ID")
    fault = decision.rules.fault_of_instance(holder.member_id, asked.member_id)
    if fault is not None:
        raise Refusal(fault)
    return holder


def _said(before: Member, asked: Heartbeat) -> Member:
    """The member as it says that it is; what it does not say is as it was."""
    timeout_ms = asked.rebalance_timeout_ms
    if timeout_ms == NO_TIMEOUT:
        timeout_ms = before.rebalance_timeout_ms
    return replace(
        before,
        instance_id=asked.instance_id or before.instance_id,
        rack_id=asked.rack_id or before.rack_id,
        rebalance_timeout_ms=before.rebalance_timeout_ms
        if timeout_ms == NO_TIMEOUT
        else timeout_ms,
        topics=before.topics if asked.topics is None else asked.topics,
        regex=before.regex if asked.regex is None else asked.regex,
        assignor=asked.assignor or before.assignor,
        client_id=asked.client_id,
        client_host=asked.client_host,
        classic=None,
    )


def leave(shard: "GroupShard", asked: Heartbeat) -> Waited[Answer]:
    """A member goes, for good or for a while. Raises `Refusal`."""
    group = shard.groups.get(asked.group_id)
    if not isinstance(group, CoordinatedGroup):
        raise Refusal("GROUP_ID_NOT_FOUND")
    decision = group.decision()
    known, holder = group.members.get(asked.member_id), group.static(asked.instance_id)
    member = _rightful(decision, asked, known, holder)
    is_static = asked.instance_id is not None and asked.epoch == LEAVE_FOR_A_WHILE
    if is_static and decision.rules.stays_member(asked.epoch):
        decision.leave_for_a_while(member)
        yield from group.write(decision)
    else:
        yield from group.fence(member)
    return Answer(member.member_id, asked.epoch)


def _resolve_if_due(group: CoordinatedGroup | None) -> None:
    """Begins to find out what the group's regular expressions match, if it is time."""
    if group is None:
        return
    decision, timers = group.decision(), group.shard.timers
    key = ("regexes", group.group_id)
    newest, interval_ms = group.newest_topic(), decision.limits.regex_interval_ms
    wanted = regexes.due(group, newest, interval_ms, decision.now)
    if wanted and not timers.is_running(key):
        timers.start(key, RESOLUTION_MS, lambda: group.resolve(wanted))
