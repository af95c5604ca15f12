"""Reading for a fetch: bounds, limits, and whether there is enough to answer.

Source: ReplicaManager.readFromLog, Partition.fetchRecords and readRecords, 4.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from kafka_tck.reference.apis.leading import check_epoch, hosted, led, name_of
from kafka_tck.reference.log import Aborted, Log, Refusal
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.sessions import Wanted
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

CONSUMER: Final = -1
"""The replica id of a consumer."""

FUTURE: Final = -3
"""A broker's own, that moves a log to another directory: it reads to the log end anywhere."""


@dataclass(slots=True)
class Read:
    """What one partition gives. -1 stands for what is not known or not said."""

    wanted: Wanted
    error: str = "NONE"
    hw: int = -1
    lso: int = -1
    log_start: int = -1
    records: bytes = b""
    aborted: list[Aborted] | None = None
    diverging: tuple[int, int] | None = None
    preferred: int = -1
    """The replica that the consumer is directed to; then there are no records (KIP-392)."""
    place: int = 0
    """0, or more if the partition was not even looked for: it goes after the others."""

    @property
    def key(self) -> tuple[str | UUID, int]:
        return cast("tuple[str | UUID, int]", self.wanted.key)

    def answer(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "partition_index": self.key[1],
            "error_code": error_code(self.error),
            "high_watermark": self.hw,
            "last_stable_offset": self.lso,
            "log_start_offset": self.log_start,
            "aborted_transactions": self._told_aborted(),
            "records": self.records,
            "preferred_read_replica": self.preferred,
        }
        if self.diverging is not None:
            epoch, end = self.diverging
            fields["diverging_epoch"] = {"epoch": epoch, "end_offset": end}
        return fields

    def _told_aborted(self) -> list[dict[str, int]] | None:
        if self.aborted is None:
            return None
        return [
            {"producer_id": entry.producer_id, "first_offset": entry.first_offset}
            for entry in self.aborted
        ]


class Reader:
    """Reads the partitions of one request, again and again until there is enough."""

    def __init__(self, broker: "Broker", body: Message, version: int, wanted: list[Wanted]) -> None:
        self._broker = broker
        self._wanted = wanted
        self._max_wait = body.max_wait_ms
        self._replica = replica_of(body, version)
        self._isolation = body.isolation_level if self._replica == CONSUMER else 0
        self._waited = False
        self._replica_epoch = replica_epoch_of(body, version)
        self._anywhere = broker.rules.fetch.followers_serve(version)
        self._rack = (body.rack_id or "") if version >= 11 else ""
        self._noted: set[tuple[str, int]] = set()
        """The partitions of which the leader has noted this replica's fetch: once per request."""
        self._room = min(body.max_bytes, broker.settings.number("fetch.max.bytes"))
        self._min_bytes = min(body.min_bytes, self._room)
        # The topics at the last look: if one is gone since, or made anew, the wait ends.
        self._incarnations: dict[str, UUID] = {}

    def keys(self) -> tuple[tuple[str, int], ...]:
        """The partitions whose change may make an answer ready."""
        named = ((self._name(want), want.key) for want in self._wanted)
        return tuple((name, cast("tuple[Any, int]", key)[1]) for name, key in named if name)

    def looks_for_any(self) -> bool:
        """Whether any of the partitions exists."""
        image = self._broker.image
        return any(image.partition(name, index) is not None for name, index in self.keys())

    def note_wait(self) -> None:
        """The request was not answered at once: what is read from now on is its answer."""
        self._waited = True
        self._isolation = self._broker.rules.fetch.isolation_after_wait(self._isolation)

    def is_ready(self) -> bool:
        rules = self._broker.rules.fetch
        reads = self.read()
        found = sum(len(read.records) for read in reads)
        looked_for = sum(not read.place for read in reads)
        if rules.answers_at_once(self._max_wait, looked_for, found, self._min_bytes):
            return True
        placed = [read for read in reads if not read.place]
        failed = any(
            read.error != "NONE" or read.diverging is not None or read.preferred >= 0
            for read in placed
        )
        known, self._incarnations = self._incarnations, self._topic_ids()
        gone = any(self._incarnations.get(name) != topic_id for name, topic_id in known.items())
        return (failed or gone) and rules.error_ends_wait()

    def _topic_ids(self) -> dict[str, UUID]:
        """The ids of the asked topics that exist."""
        topics = self._broker.image.topics
        return {name: topics[name].topic_id for name, _ in self.keys() if name in topics}

    def read(self) -> list[Read]:
        """One reading of all partitions; those that do not exist come last, unknown ids first."""
        rules = self._broker.rules.fetch
        room, found = self._room, 0
        reads = []
        for want in self._wanted:
            read = self._read(want, room, rules.must_return_one(found))
            found += len(read.records)
            room = rules.room_left(room, len(read.records))
            reads.append(read)
        return sorted(reads, key=lambda read: read.place)

    def _name(self, want: Wanted) -> str | None:
        topic, _ = cast("tuple[str | UUID, int]", want.key)
        if want.name is None:
            want.name = topic if isinstance(topic, str) else name_of(self._broker, topic, "Fetch")
        return want.name

    def _read(self, want: Wanted, room: int, min_one: bool) -> Read:
        _, index = cast("tuple[str | UUID, int]", want.key)
        name, rules = self._name(want), self._broker.rules.fetch
        if name is None:
            return Read(want, rules.error_of_unknown_id(), aborted=[], place=1)
        if self._broker.image.partition(name, index) is None:
            after = 2 if self._replica < 0 else 1
            unknown = self._broker.rules.metadata.error_of_no_partition()
            return Read(want, unknown, aborted=[], place=after)
        try:
            return self._read_log(self._find(name, index, want), want, room, min_one)
        except Refusal as refusal:
            self._count_refused(name, index, want)
            return Read(want, refusal.error)

    def _count_refused(self, name: str, index: int, want: Wanted) -> None:
        """Nothing, as long as the rules are Kafka's."""
        partition = self._broker.replicas.get(name, index)
        counts = self._broker.rules.replication.counts_refused()
        if counts and partition is not None and self._replica in partition.followers:
            self._broker.note_fetch(partition, self._replica, want, -1)

    def _find(self, name: str, index: int, want: Wanted) -> Partition:
        topic, _ = cast("tuple[str | UUID, int]", want.key)
        if isinstance(topic, UUID) and self._broker.image.topics[name].topic_id != topic:
            raise Refusal("INCONSISTENT_TOPIC_ID")
        if self._replica == FUTURE or (self._replica == CONSUMER and self._anywhere):
            partition = hosted(self._broker, name, index)
            check_epoch(self._broker, partition, want.leader_epoch)
            return partition
        partition = led(self._broker, name, index, want.leader_epoch)
        is_replica = self._replica in partition.followers
        if self._replica != CONSUMER and not self._broker.rules.replication.hears(is_replica):
            # It is none of the replicas: as far as this leader knows, or by its own words.
            known = want.leader_epoch == -1
            raise Refusal("NOT_LEADER_OR_FOLLOWER" if known else "UNKNOWN_LEADER_EPOCH")
        return partition

    def _read_log(self, partition: Partition, want: Wanted, room: int, min_one: bool) -> Read:
        rules, log = self._broker.rules.fetch, partition.log
        read = Read(
            want, "NONE", rules.shown_hw(log), rules.shown_lso(log), rules.shown_log_start(log)
        )
        if want.last_fetched_epoch != -1:
            read.diverging = self._divergence(log, want)
            if read.diverging is not None:
                return read
        if not log.rules.may_be_read(want.offset, log.log_start, log.leo):
            raise Refusal("OFFSET_OUT_OF_RANGE")
        read.aborted = self._listed(())
        if self._replica >= 0:
            self._note_fetch(partition, want)
        read.preferred = self._preferred(partition, want)
        if read.preferred >= 0 and not rules.directs_with_records():
            return read
        bound, limit = self._bound(log), rules.room_for(want.max_bytes, room)
        if limit < 0 and want.offset < bound:
            raise Refusal("UNKNOWN_SERVER_ERROR")
        read.records = log.read(want.offset, max_bytes=max(limit, 0), bound=bound, min_one=min_one)
        if not read.records and limit > 0 and want.offset < bound:
            # The first batch does not fit: what was read is thrown away as a whole.
            read.aborted = None
        elif self._replica == CONSUMER and want.offset < bound:
            read.aborted = self._listed(log.aborted_in(want.offset, len(read.records)))
        return read

    def _listed(self, aborted: Sequence[Aborted]) -> list[Aborted] | None:
        """What is told of the aborted transactions."""
        rules = self._broker.rules.fetch
        return rules.listed_aborted(self._isolation, aborted, self._waited)

    def _preferred(self, partition: Partition, want: Wanted) -> int:
        """The replica that the consumer is to read from instead; -1: this one.

        Source: ReplicaManager.findPreferredReadReplica, RackAwareReplicaSelector.
        """
        chooses = bool(self._broker.settings.value("replica.selector.class"))
        if self._replica != CONSUMER or not partition.leads or not chooses:
            return -1
        rules, brokers = self._broker.rules.fetch, self._broker.image.brokers
        if not rules.is_directed(self._rack) or brokers[partition.node].rack == self._rack:
            return -1
        fit = [
            (follower.leo, -node)
            for node, follower in partition.followers.items()
            if rules.is_in_rack(self._rack, brokers[node].rack)
            and rules.may_serve(node in partition.state.isr)
            and follower.log_start <= want.offset <= follower.leo
        ]
        return -max(fit)[1] if fit else -1

    def _note_fetch(self, partition: Partition, want: Wanted) -> None:
        key = partition.topic, partition.index
        if key in self._noted:
            return
        if not partition.takes_fetch(self._replica, self._replica_epoch):
            raise Refusal("NOT_LEADER_OR_FOLLOWER")
        self._noted.add(key)
        self._broker.note_fetch(partition, self._replica, want, self._replica_epoch)

    def _bound(self, log: Log) -> int:
        if self._replica != CONSUMER:
            return log.leo
        return self._broker.rules.fetch.bound(log, self._isolation)

    def _divergence(self, log: Log, want: Wanted) -> tuple[int, int] | None:
        """The epoch and end offset after which the asker's log is another one."""
        found = log.epochs.end_offset_for(want.last_fetched_epoch, log.leo)
        if found is None or want.offset < log.log_start:
            raise Refusal("OFFSET_OUT_OF_RANGE")
        epoch, end = found
        rules = self._broker.rules.fetch
        return found if rules.diverges(epoch, end, want.last_fetched_epoch, want.offset) else None


def replica_of(body: Message, version: int) -> int:
    """Who asks: a broker's id, FUTURE, or CONSUMER, whichever other negative number it says.

    Source: FetchRequest.isConsumer; asked of 4.3.1 with -1 to -4.
    """
    if version >= 15:
        state = body.replica_state
        said = CONSUMER if state is None else int(state.replica_id)
    else:
        said = int(body.replica_id)
    return said if said >= 0 or said == FUTURE else CONSUMER


def replica_epoch_of(body: Message, version: int) -> int:
    """The broker epoch of the replica that asks; -1 if it does not say (KIP-903)."""
    if version < 15 or body.replica_state is None:
        return -1
    return int(body.replica_state.replica_epoch)
