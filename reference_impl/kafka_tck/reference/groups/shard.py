"""The group coordinator at one partition of `__consumer_offsets`.

It decides by the groups as they are when all that it has written counts (`groups`). What it tells
of offsets, and that a group exists, is what the log says below the high watermark: it is read on
from there whenever somebody asks, so that nobody is told what may still be lost, and a marker
counts as soon as it is committed. A write is answered when it is committed; where the ISR is too
small it waits, its time ends, and what it has changed stays.
Source: CoordinatorRuntime, GroupCoordinatorService (fetchOffsets, handleOffsetFetchException), 4.3.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from kafka_tck.reference.coordination.writing import write
from kafka_tck.reference.groups.group import Group
from kafka_tck.reference.groups.offset_records import OffsetKey
from kafka_tck.reference.groups.offsets import GroupOffsets
from kafka_tck.reference.groups.registry import GroupRegistry
from kafka_tck.reference.groups.replaying import replay, replay_written
from kafka_tck.reference.groups.timers import Timers
from kafka_tck.reference.log import Appended, Refusal
from kafka_tck.reference.steps import Until, Waited, Work
from kafka_tck.wire.batches import Batch, Record, read_records

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.partition import Partition

TOPIC: Final = "__consumer_offsets"


class GroupShard:
    """What a broker knows of a partition's groups while it leads it in one epoch."""

    def __init__(self, broker: "Broker", index: int, epoch: int) -> None:
        self.broker = broker
        self._index = index
        self._epoch = epoch
        self.groups = GroupRegistry(self)
        """All that is written, committed or not."""
        self.timers = Timers(broker)
        self._offsets = GroupOffsets(broker.rules.group_offsets)
        self._committed = GroupRegistry(self)
        self._read_to = 0

    @property
    def now(self) -> int:
        """Milliseconds since 1970."""
        return self.broker.now

    # What the runtime of coordinators asks for.

    def replay(self, batch: Batch, record: Record) -> None:
        if not batch.is_control:
            replay(self.groups, record)

    def loaded(self) -> None:
        for group in self.groups:
            group.loaded()

    def unloaded(self) -> None:
        self.timers.end()
        for group in self.groups:
            group.unloaded()

    def topic_removed(self, topic: str) -> None:
        """A topic is deleted: so are the offsets of it, as soon as may be."""
        self.broker.run(self._forget(topic))

    def _forget(self, topic: str) -> Work:
        try:
            offsets = yield from self.settled(stable=True)
            yield from self.delete([key for key in offsets.all_keys() if key.topic == topic])
        except Refusal:
            return  # Apache Kafka leaves it at that, too

    # What handlers ask for.

    def partition(self) -> "Partition":
        """The replica, as long as this broker leads it. Raises `Refusal`."""
        partition = self.broker.replicas.get(TOPIC, self._index)
        if partition is None or not partition.leads or partition.leader_epoch != self._epoch:
            raise Refusal("NOT_COORDINATOR")
        return partition

    def offsets(self) -> GroupOffsets:
        """The state as far as it is committed. Raises `Refusal` if this broker leads no more."""
        log = self.partition().log
        for batch in log.batches(self._read_to, log.hw):
            if self._takes_over(batch):
                self._offsets.replay(batch)
            for record in [] if batch.is_control else read_records(batch):
                replay(self._committed, record)
        self._read_to = max(self._read_to, log.hw)
        return self._offsets

    def told(self, group_id: str) -> Group | None:
        """A group as far as it is committed. Of a classic one that is only that it exists: what
        members do is told at once. Raises `Refusal` if this broker leads no more."""
        self.offsets()
        found, written = self._committed.get(group_id), self.groups.get(group_id)
        both_classic = found and written and found.type == written.type == "classic"
        return written if both_classic else found

    def all_told(self) -> list[Group]:
        """All groups as far as they are committed. Raises `Refusal`."""
        self.offsets()
        told = [self.told(group.group_id) for group in self._committed]
        return [group for group in told if group is not None]

    def settled(
        self, *, stable: bool = False, late: str = "COORDINATOR_NOT_AVAILABLE"
    ) -> Waited[GroupOffsets]:
        """The state with all that was written under the leaders before; `stable`: by now.

        Raises `Refusal`; if it takes too long, with the error `late`.
        """
        log = self.partition().log
        wanted = log.leo if stable else self.partition().epoch_start
        deadline = self.broker.now + self._timeout_ms
        if not (yield Until(lambda: self._reaches(wanted), deadline, ((TOPIC, self._index),))):
            raise Refusal(late)
        return self.offsets()

    def write(
        self, records: Sequence[Record], transaction: tuple[int, int] | None = None
    ) -> Waited[Appended]:
        """Appends one batch and waits until it is committed. Raises `Refusal`.

        What the records say of groups holds at once (`replay_written`), and stays if the time to
        commit them is too short.
        """
        return write(
            self.broker,
            TOPIC,
            self._index,
            self._epoch,
            records,
            timeout_ms=self._timeout_ms,
            at_once=False,
            transaction=transaction,
            sequence=0,
            appended_then=lambda: self._take(records),
        )

    def _take(self, records: Sequence[Record]) -> None:
        for record in records:
            replay_written(self.groups, record)

    def write_later(self, records: Sequence[Record]) -> None:
        """Appends one batch, if there is anything to write. Nobody waits for it."""
        if records:
            self.broker.run(self._write_quietly(records))

    def _write_quietly(self, records: Sequence[Record]) -> Work:
        try:
            yield from self.write(records)
        except Refusal:
            return  # the state is what it is; Apache Kafka leaves it at that, too

    def flushed(self) -> Waited[None]:
        """Waits until all is committed that an answer may tell of. Raises `Refusal`."""
        yield from self.settled(stable=True)

    def delete(self, keys: Sequence[OffsetKey]) -> Waited[None]:
        """Writes that there are no offsets under these keys any more. Raises `Refusal`."""
        yield from self.forget([key.encode() for key in keys])

    def forget(self, keys: Sequence[bytes]) -> Waited[None]:
        """Writes that there is nothing under these keys any more. Raises `Refusal`."""
        if keys:
            yield from self.write([Record(key, None, timestamp=self.now) for key in keys])

    @property
    def _timeout_ms(self) -> int:
        return self.broker.settings.number("offsets.commit.timeout.ms")

    def _reaches(self, offset: int) -> bool:
        """Whether everything below an offset is committed, or never will be here."""
        try:
            return self.partition().log.hw >= offset
        except Refusal:
            return True

    def _takes_over(self, batch: Batch) -> bool:
        rules = self.broker.rules.group_offsets
        pending = not batch.is_control and rules.is_pending(batch.producer_id)
        return batch.leader_epoch == self._epoch or rules.takes_over(pending)


def shards_of(broker: "Broker") -> list[GroupShard]:
    """The states of all partitions that this broker coordinates."""
    return [cast("GroupShard", shard) for shard in broker.coordinators.all_of("group")]


def shard_of(broker: "Broker", group: str) -> GroupShard:
    """The coordinator's state of this group. Raises `Refusal` where another broker has it."""
    return cast("GroupShard", broker.coordinators.find("group", group))
