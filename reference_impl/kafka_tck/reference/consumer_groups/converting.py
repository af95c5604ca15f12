"""A group goes from one protocol to the other while its members go on (KIP-848).

A classic group of consumers becomes a consumer group with the first member that joins as such: its
members hold what they were assigned last. When the last one has left, it is a classic group again,
which rebalances.
Source: GroupMetadataManager.convertToConsumerGroup, convertToClassicGroup,
ConsumerGroup.fromClassicGroup, ClassicGroup.fromConsumerGroup, 4.3.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.classic_groups.group import ClassicGroup
from kafka_tck.reference.classic_groups.members import Member as OldMember
from kafka_tck.reference.classic_groups.rebalancing import answer_join
from kafka_tck.reference.classic_groups.states import State
from kafka_tck.reference.consumer_groups.deciding import Decision
from kafka_tck.reference.consumer_groups.embedded import (
    assignment_of,
    known_of,
    read_assignment,
    read_subscription,
)
from kafka_tck.reference.consumer_groups.group import ConsumerGroup
from kafka_tck.reference.consumer_groups.members import ClassicMember, Member
from kafka_tck.reference.consumer_groups.records import (
    GroupValue,
    KeyKind,
    TargetValue,
    current_of,
    metadata_of,
    target_of,
)
from kafka_tck.reference.consumer_groups.topics import Topics
from kafka_tck.reference.groups.answers import not_joined, not_synced
from kafka_tck.reference.log import Refusal

if TYPE_CHECKING:
    from kafka_tck.reference.groups.shard import GroupShard

CONSUMER: Final = "consumer"


def check_upgrade(group: ClassicGroup, most: int) -> None:
    """Raises `Refusal` if a classic group with members cannot become a consumer group."""
    broker = group.shard.broker
    policy = str(broker.settings.value("group.consumer.migration.policy"))
    fits = len(group.members) <= most
    may = broker.rules.consumer_groups.may_upgrade(policy)
    if not may or group.protocol_type != CONSUMER or not fits or group.protocol is None:
        raise Refusal("GROUP_ID_NOT_FOUND", f"Cannot upgrade classic group {group.group_id}.")


def fill(new: ConsumerGroup, old: ClassicGroup, topics: Topics) -> None:
    """Makes of a classic group's members those of a new consumer group. Raises `Refusal`."""
    epoch = new.rules.epoch_of_upgrade(old.generation)
    new.epoch = new.target_epoch = epoch
    for known in filter(lambda m: new.rules.comes_along(m.member_id), old.members.values()):
        assigned = read_assignment(known.assignment)
        if assigned is None:
            raise Refusal("GROUP_ID_NOT_FOUND", "An assignor of its own is in use.")
        member = _member_of(known, old)
        held = new.rules.classic_owns(known_of(assigned, topics))
        new.update(
            Member(
                member.member_id,
                epoch,
                epoch,
                instance_id=member.instance_id,
                rack_id=member.rack_id,
                rebalance_timeout_ms=member.rebalance_timeout_ms,
                client_id=member.client_id,
                client_host=member.client_host,
                topics=member.topics,
                assigned=dict.fromkeys(sorted(held), epoch),
                classic=member.classic,
            )
        )
        new.target[member.member_id] = known_of(assigned, topics)
    new.metadata_hash = topics.hash_of(new.topics_with(new.members.values()))


def _member_of(known: OldMember, group: ClassicGroup) -> Member:
    said = read_subscription(known.metadata(group.protocol))
    return Member(
        known.member_id,
        instance_id=known.instance_id,
        rack_id=said.rack_id,
        rebalance_timeout_ms=known.rebalance_timeout_ms,
        client_id=known.client_id,
        client_host=known.client_host,
        topics=said.topics,
        classic=ClassicMember(known.session_timeout_ms, known.protocols),
    )


def note_all(decision: Decision) -> None:
    """The records of a whole group that has just been filled."""
    group = decision.group
    members = list(group.members.values())
    for member in members:
        decision.note(KeyKind.MEMBER, metadata_of(member), member.member_id)
    decision.note(KeyKind.GROUP, GroupValue(group.epoch, group.metadata_hash).encode())
    for member in members:
        target = target_of(group.target[member.member_id])
        decision.note(KeyKind.TARGET_OF_MEMBER, target, member.member_id)
    decision.note(KeyKind.TARGET, TargetValue(group.target_epoch).encode())
    for member in members:
        decision.note(KeyKind.CURRENT, current_of(member), member.member_id)


def dismiss_waiting(group: ClassicGroup) -> None:
    """Whoever waits for an answer of the classic group is told to come again; its clocks stop."""
    for member in group.members.values():
        answer_join(group, member, not_joined("REBALANCE_IN_PROGRESS", member.member_id))
        if member.syncing is not None:
            member.syncing.give(not_synced("REBALANCE_IN_PROGRESS"))
        group.stop(("session", member.member_id))
    for name in ("join", "sync"):
        group.stop(name)


@dataclass(frozen=True, slots=True)
class Rest:
    """What remains of a consumer group when some members have gone."""

    classic: tuple[Member, ...]
    others: int


def rest_of(group: ConsumerGroup, *gone: str) -> Rest:
    members = group.others(*gone)
    classic = tuple(member for member in members if member.classic is not None)
    return Rest(classic, len(members) - len(classic))


def is_downgraded(shard: "GroupShard", rest: Rest) -> bool:
    """Whether what remains goes back to the classic protocol."""
    broker = shard.broker
    policy = str(broker.settings.value("group.consumer.migration.policy"))
    rules = broker.rules.consumer_groups
    fits = len(rest.classic) <= broker.settings.number("group.max.size")
    return (
        rules.is_downgraded(len(rest.classic), rest.others) and rules.may_downgrade(policy) and fits
    )


def classic_of(
    shard: "GroupShard", group: ConsumerGroup, rest: Rest, topics: Topics
) -> ClassicGroup:
    """The classic group of those that remain: stable, each with its target as its assignment."""
    made = ClassicGroup(shard, group.group_id)
    made.generation = group.rules.generation_of_downgrade(group.epoch)
    for member in rest.classic:
        assert member.classic is not None
        target = group.target.get(member.member_id, frozenset())
        version = read_subscription(member.classic.protocols[0][1]).version
        made.add(
            OldMember(
                member.member_id,
                member.instance_id,
                member.client_id,
                member.client_host,
                member.rebalance_timeout_ms,
                member.classic.session_timeout_ms,
                CONSUMER,
                member.classic.protocols,
                assignment=assignment_of(target, topics, version),
            )
        )
    made.protocol = made.elected()
    made.topics = frozenset().union(*(member.topics for member in rest.classic))
    made.enter(State.STABLE)
    return made
