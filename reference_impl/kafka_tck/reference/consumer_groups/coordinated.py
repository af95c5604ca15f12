"""A consumer group among the other groups of a shard: what offsets, lists and deletion ask of it.

Source: ConsumerGroup, 4.3.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kafka_tck.reference.classic_groups.rebalancing import rebalance, restart_session
from kafka_tck.reference.classic_groups.records import record_of as classic_record
from kafka_tck.reference.consumer_groups import classic_members, regexes, timing
from kafka_tck.reference.consumer_groups.converting import (
    Rest,
    classic_of,
    is_downgraded,
    rest_of,
)
from kafka_tck.reference.consumer_groups.deciding import Decision, Limits, tombstones
from kafka_tck.reference.consumer_groups.group import ConsumerGroup
from kafka_tck.reference.consumer_groups.members import Member
from kafka_tck.reference.consumer_groups.records import Key, KeyKind, read_key
from kafka_tck.reference.consumer_groups.replaying import replay
from kafka_tck.reference.consumer_groups.topics import Topics
from kafka_tck.reference.definitions import Value
from kafka_tck.reference.group_configs import ASSIGNMENT, HEARTBEAT, SESSION, in_force
from kafka_tck.reference.groups.group import NO_GENERATION, Who
from kafka_tck.reference.groups.held import Held
from kafka_tck.reference.groups.registry import GroupRegistry
from kafka_tck.reference.groups.replaying import REPLAYS
from kafka_tck.reference.groups.requests import Joining, Leaving, Syncing
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Waited, Work
from kafka_tck.wire.batches import Record

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.groups.shard import GroupShard

CONSUMER: Final = "consumer"
KNOWS_EPOCHS: Final = 9
"""Before this version of OffsetCommit members have generations, and no epochs."""


class CoordinatedGroup(ConsumerGroup):
    """`shard` is where it is coordinated."""

    def __init__(self, shard: "GroupShard", group_id: str) -> None:
        super().__init__(group_id, shard.broker.rules.consumer_groups)
        self.shard = shard
        self._topics: set[UUID] = set()
        self._newest = 0

    @property
    def type(self) -> str:
        return CONSUMER

    @property
    def protocol_type(self) -> str | None:
        return CONSUMER

    @property
    def has_members(self) -> bool:
        return bool(self.members)

    @property
    def present(self) -> "CoordinatedGroup | None":
        """The consumer group that has this id now: one that is begun by a request is there, as
        another object, when its first records are."""
        found = self.shard.groups.get(self.group_id)
        return found if isinstance(found, CoordinatedGroup) else None

    # What becomes of it.

    def decision(self) -> Decision:
        """A decision about the group as it is, with the topics that there are now."""
        broker = self.shard.broker
        topics, limits = Topics.of(broker.image), limits_of(broker, self.group_id)
        return Decision(self.rules, self, topics, limits, broker.now)

    def write(self, decision: Decision, *first: Record) -> Waited[None]:
        """Makes a decision hold, with some other records before. Where there is nothing to write,
        all that it rests on is to be committed first. Raises `Refusal`."""
        records = [*first, *self._records(decision)]
        if records:
            yield from self.shard.write(records)
        else:
            yield from self.shard.flushed()

    def _records(self, decision: Decision) -> list[Record]:
        return [record_of(key, value, decision.now) for key, value in decision.changes]

    def fence(self, *members: Member) -> Waited[None]:
        """Members are gone, and what they hold is free. Raises `Refusal`."""
        yield from self.shard.write(self.fencing(*members))

    def fencing(self, *members: Member) -> list[Record]:
        """The records by which members are gone; if only classic ones remain, the group is such a
        group from now on."""
        gone = [member.member_id for member in members]
        for member_id in gone:
            timing.forget(self, member_id)
        left = any(member.classic is None for member in members)
        rest = rest_of(self, *gone)
        if left and is_downgraded(self.shard, rest):
            return self._downgrade(rest, rebalances=True)
        decision = self.decision()
        decision.fence(*members)
        return self._records(decision)

    def downgrade_if_classic(self, replaced: str | None) -> Waited[None]:
        """Where a classic member has taken the place of the last other one. Raises `Refusal`."""
        rest = rest_of(self)
        if replaced is not None and is_downgraded(self.shard, rest):
            yield from self.shard.write(
                self._downgrade(rest, rebalances=self.epoch > self.target_epoch)
            )

    def _downgrade(self, rest: Rest, *, rebalances: bool) -> list[Record]:
        made = classic_of(self.shard, self, rest, self.decision().topics)
        for member_id in self.members:
            timing.forget(self, member_id)
        self.shard.groups.put(made)
        for member in made.members.values():
            restart_session(made, member)
        records = [Record(key, None, timestamp=made.shard.now) for key in self.tombstones()]
        records.append(classic_record(made, now=made.shard.now))
        return [*records, *(rebalance(made) if rebalances else [])]

    @property
    def policy(self) -> Value:
        return self.shard.broker.settings.value("group.consumer.migration.policy")

    # The classic protocol.

    def join(self, asked: Joining, held: Held) -> None:
        self.shard.broker.run(classic_members.give_join(self, asked, held))

    def sync(self, asked: Syncing, held: Held) -> None:
        self.shard.broker.run(classic_members.give_sync(self, asked, held))

    def heartbeat(self, who: Who) -> str:
        return classic_members.heartbeat(self, who)

    def leave(self, members: Sequence[Leaving]) -> tuple[list[str], list[Record]]:
        errors, gone = classic_members.leaving(self, list(members))
        return errors, self.fencing(*gone) if gone else []

    def heard_of(self, who: Who) -> None:
        """Commits are no sign of life here."""

    def expire(self, member_id: str, at_epoch: int | None = None) -> None:
        """The time of a member is over, unless it is at another epoch by now."""
        group = self.present
        member = None if group is None else group.members.get(member_id)
        if group is None or member is None:
            return
        if at_epoch is None or at_epoch == member.epoch:
            self.shard.broker.run(_unless_refused(group.fence(member)))

    def resolve(self, wanted: Collection[str]) -> None:
        """What these regular expressions match by now is written."""
        group = self.present
        if group is not None:
            decision = group.decision()
            regexes.resolve(decision, wanted)
            self.shard.broker.run(_unless_refused(group.write(decision)))

    def newest_topic(self) -> int:
        """The offset of the metadata log in which topics were seen that were not there before."""
        image = self.shard.broker.image
        if not self._topics >= image.by_id.keys():
            self._topics, self._newest = set(image.by_id), image.offset
        return self._newest

    # Offsets.

    def fault_of_commit(self, who: Who) -> str | None:
        if who.generation < 0 and (not self.members or _is_nobody(who)):
            return None
        member = self.members.get(who.member_id)
        if member is None:
            return "UNKNOWN_MEMBER_ID"
        knows_epochs = who.transactional or who.version >= KNOWS_EPOCHS
        if not knows_epochs and member.classic is None:
            return "UNSUPPORTED_VERSION"
        return self.rules.fault_of_commit(who.generation, member.epoch, _stale(who, member))

    def fault_of_entry(self, who: Who, topic: str, partition: int) -> str | None:
        member = self.members.get(who.member_id)
        if member is None:
            return None
        known = self.shard.broker.image.topics.get(topic)
        at = None
        if known is not None:
            held = {**member.revoking, **member.assigned}
            at = held.get((known.topic_id, partition))
        return self.rules.fault_of_partition(who.generation, member.epoch, at, _stale(who, member))

    def fault_of_fetch(self, who: Who) -> str | None:
        if not who.member_id and who.generation < 0:
            return None
        member = self.members.get(who.member_id)
        if member is None:
            return "UNKNOWN_MEMBER_ID"
        return self.rules.fault_of_fetch(who.generation, member.epoch, _stale(who, member))

    def fault_of_offset_delete(self) -> str | None:
        return None

    def subscribes_to(self, topic: str) -> bool:
        return topic in self.topics_with(self.members.values())

    def offsets_age_from(self, committed_at: int) -> int | None:
        return committed_at

    # The group as a whole.

    def fault_of_delete(self) -> str | None:
        return "NON_EMPTY_GROUP" if self.members else None

    def tombstones(self) -> Iterable[bytes]:
        return [key.encode() for key in tombstones(self)]

    def loaded(self) -> None:
        self._forget()
        for member in self.members.values():
            timing.watch(self, member)

    def _forget(self) -> None:
        """What a wrong coordinator does not take over from the one before."""
        takes = self.rules.takes_over
        if not takes(KeyKind.TARGET_OF_MEMBER.name):
            self.target = {}
        if not takes(KeyKind.CURRENT.name):
            self.owners = {}
        for member_id in [] if takes(KeyKind.MEMBER.name) else list(self.members):
            self.remove(member_id)

    def unloaded(self) -> None:
        """Nobody is kept waiting."""


def limits_of(broker: "Broker", group_id: str) -> Limits:
    """What the configs of a group say, and the broker's settings."""
    settings, assignors = broker.settings, broker.settings.value("group.consumer.assignors")
    assert isinstance(assignors, tuple)
    return Limits(
        assignors,
        settings.number("group.consumer.max.size"),
        in_force(SESSION, group_id, broker.image, settings),
        in_force(HEARTBEAT, group_id, broker.image, settings),
        in_force(ASSIGNMENT, group_id, broker.image, settings),
        settings.number("group.consumer.regex.refresh.interval.ms"),
    )


def _unless_refused(work: Waited[None]) -> Work:
    """Who leads no more has nobody to fence."""
    try:
        yield from work
    except Refusal:
        return


def _is_nobody(who: Who) -> bool:
    """Whether a transactional commit names no member at all."""
    return (
        who.transactional
        and who.generation == NO_GENERATION
        and not who.member_id
        and who.instance_id is None
    )


def _stale(who: Who, member: Member) -> str:
    """How a member is told that its epoch is not the present one."""
    is_old = member.classic is not None or who.transactional
    return "ILLEGAL_GENERATION" if is_old else "STALE_MEMBER_EPOCH"


def _replay(groups: GroupRegistry, record: Record) -> None:
    key = read_key(record.key or b"")
    assert key is not None
    known = groups.get(key.group)
    if not isinstance(known, CoordinatedGroup) and record.value is None:
        return  # of a group that has gone, or is a classic one by now
    found = known if isinstance(known, CoordinatedGroup) else None
    if found is None:
        found = CoordinatedGroup(groups.shard, key.group)
        groups.put(found)
    if key.kind is KeyKind.GROUP and record.value is None:
        groups.remove(key.group)
    else:
        replay(found, key, record.value)


REPLAYS.update(dict.fromkeys(KeyKind, _replay))


def record_of(key: Key, value: bytes | None, now: int) -> Record:
    return Record(key.encode(), value, timestamp=now)
