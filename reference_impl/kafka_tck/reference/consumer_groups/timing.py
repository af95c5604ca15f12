"""The clocks of consumer groups: who says nothing, or gives nothing up, for too long is fenced.

Source: GroupMetadataManager.scheduleConsumerGroupSessionTimeout,
scheduleConsumerGroupRebalanceTimeout, 4.3.
"""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.consumer_groups.members import Member, MemberState
from kafka_tck.reference.group_configs import SESSION as SESSION_CONFIG
from kafka_tck.reference.group_configs import in_force

if TYPE_CHECKING:
    from kafka_tck.reference.consumer_groups.coordinated import CoordinatedGroup

SESSION: Final = "session"
REVOCATION: Final = "revocation"
JOIN: Final = "join"
SYNC: Final = "sync"
"""What a member of the classic protocol has its rebalance timeout for."""


def watch(group: "CoordinatedGroup", member: Member) -> None:
    """A member that was loaded: its session begins, and the time to give up what it has to."""
    begin_session(group, member)
    watch_revocation(group, member)


def begin_session(group: "CoordinatedGroup", member: Member) -> None:
    """The member is there now."""
    rules, timers = group.shard.broker.rules.consumer_groups, group.shard.timers
    key = _key(group, SESSION, member.member_id)
    timeout_ms = rules.session_ms(_session_of(group, member))
    if timeout_ms is not None and rules.refreshes_session(timers.is_running(key)):
        timers.start(key, timeout_ms, lambda: group.expire(member.member_id))


def _session_of(group: "CoordinatedGroup", member: Member) -> int:
    if member.classic is not None:
        return member.classic.session_timeout_ms
    broker = group.shard.broker
    return in_force(SESSION_CONFIG, group.group_id, broker.image, broker.settings)


def watch_revocation(group: "CoordinatedGroup", member: Member) -> None:
    """Starts the time in which a member must give up what it is told to, or ends it."""
    key = _key(group, REVOCATION, member.member_id)
    if member.state is not MemberState.UNREVOKED_PARTITIONS:
        group.shard.timers.stop(key)
        return
    rules = group.shard.broker.rules.consumer_groups
    timeout_ms = rules.revocation_ms(member.rebalance_timeout_ms)
    if timeout_ms is not None:
        group.shard.timers.start(
            key, timeout_ms, lambda: group.expire(member.member_id, at_epoch=member.epoch)
        )


def begin(group: "CoordinatedGroup", kind: str, member: Member) -> None:
    """The member has its rebalance timeout to join or to sync; to join it has it but once."""
    timers, key = group.shard.timers, _key(group, kind, member.member_id)
    if kind != JOIN or not timers.is_running(key):
        timers.start(key, member.rebalance_timeout_ms, lambda: group.expire(member.member_id))


def stop(group: "CoordinatedGroup", kind: str, member_id: str) -> None:
    group.shard.timers.stop(_key(group, kind, member_id))


def forget(group: "CoordinatedGroup", member_id: str) -> None:
    """The member has gone."""
    for kind in (SESSION, REVOCATION, JOIN, SYNC):
        stop(group, kind, member_id)


def _key(group: "CoordinatedGroup", kind: str, member_id: str) -> tuple[str, str, str]:
    return kind, group.group_id, member_id
