"""Following: one fetcher per leader, as Kafka's replica fetcher threads.

A fetcher sends Fetch requests as a replica, in full and one at a time, and does what the answers
say: append, cut at a diverging epoch, learn the high watermark and the log start. It speaks in
bytes, on a connection that it numbers; an answer on an older connection is not listened to.
Source: AbstractFetcherThread, ReplicaFetcherThread, 4.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.effects import Effect, Tell
from kafka_tck.reference.log import Refusal, UnexpectedAppendOffset
from kafka_tck.reference.messages import Carried, Returned
from kafka_tck.reference.rules.offsets import EARLIEST
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message, decode_response, encode_request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.partition import Partition

FETCH_VERSION: Final = 17
LIST_OFFSETS_VERSION: Final = 9

Key = tuple[str, int]


@dataclass(slots=True)
class _Asked:
    """A request on its way: what for, at which log ends, and until when it is waited for."""

    api: str
    version: int
    correlation: int
    deadline: int
    at: dict[Key, tuple[int, int]]
    """Log end and leader epoch of each partition when it was asked for."""


@dataclass(slots=True)
class Fetcher:
    """What this broker follows from one leader. `paused` partitions wait until their time."""

    leader: int
    channel: int = 0
    correlation: int = 0
    followed: set[Key] = field(default_factory=set)
    paused: dict[Key, int] = field(default_factory=dict)
    out_of_range: set[Key] = field(default_factory=set)
    asked: _Asked | None = None

    def drop(self, key: Key) -> None:
        self.followed.discard(key)
        self.paused.pop(key, None)
        self.out_of_range.discard(key)


@dataclass(slots=True)
class Following:
    """All fetchers of one broker."""

    fetchers: dict[int, Fetcher] = field(default_factory=dict)
    channels: int = 0

    def follow(self, broker: Broker, partition: Partition) -> None:
        """The partition has, or has not, a leader to follow: called whenever its state changes."""
        key = (partition.topic, partition.index)
        leader = partition.state.leader
        for node, fetcher in self.fetchers.items():
            if node != leader or partition.leads:
                fetcher.drop(key)
        if leader not in (-1, broker.node) and broker.node in partition.state.replicas:
            fetcher = self.fetchers.setdefault(leader, Fetcher(leader))
            fetcher.drop(key)
            fetcher.followed.add(key)

    def forget(self, key: Key) -> None:
        """The partition is gone."""
        for fetcher in self.fetchers.values():
            fetcher.drop(key)

    def send_due(self, broker: Broker) -> Iterator[Effect]:
        """The requests that are due: of each fetcher that has none on its way."""
        for fetcher in self.fetchers.values():
            if fetcher.asked is not None and fetcher.asked.deadline <= broker.now:
                self._hang_up(broker, fetcher)
            if fetcher.asked is None:
                yield from self._send(broker, fetcher)

    def next_due(self, now: int) -> int | None:
        """When a fetcher has something to do that no message will tell it of."""
        dues: list[int] = []
        for fetcher in self.fetchers.values():
            if fetcher.asked is not None:
                dues.append(fetcher.asked.deadline)
            elif fetcher.followed:
                dues += [max(now, ms) for ms in fetcher.paused.values()]
        return min(dues, default=None)

    def reset(self, broker: Broker, leader: int) -> None:
        """The connection to a leader is gone."""
        fetcher = self.fetchers.get(leader)
        if fetcher is not None and fetcher.asked is not None:
            self._hang_up(broker, fetcher)

    def returned(self, broker: Broker, leader: int, message: Returned) -> None:
        """An answer, or the end of the connection."""
        fetcher = self.fetchers.get(leader)
        if fetcher is None or fetcher.asked is None or fetcher.channel != message.channel:
            return
        if message.frame is None:
            self._hang_up(broker, fetcher)
            return
        if int.from_bytes(message.frame[4:8], "big") != fetcher.asked.correlation:
            return  # an earlier answer, once more
        asked, fetcher.asked = fetcher.asked, None
        _, body = decode_response(asked.api, asked.version, message.frame[4:])
        if asked.api == "Fetch":
            _fetched(broker, fetcher, asked, body)
        else:
            _offsets_told(broker, fetcher, asked, body)

    def _hang_up(self, broker: Broker, fetcher: Fetcher) -> None:
        """Nothing came of a request: a new connection, after a while."""
        fetcher.asked = None
        fetcher.channel = 0
        until = broker.now + broker.settings.number("replica.fetch.backoff.ms")
        for key in fetcher.followed:
            fetcher.paused[key] = until

    def _send(self, broker: Broker, fetcher: Fetcher) -> Iterator[Effect]:
        ready = [
            partition
            for key in sorted(fetcher.followed)
            if fetcher.paused.get(key, 0) <= broker.now
            and (partition := broker.replicas.get(*key)) is not None
        ]
        if not ready:
            return
        lost = [p for p in ready if (p.topic, p.index) in fetcher.out_of_range]
        if fetcher.channel == 0:
            self.channels += 1
            fetcher.channel = broker.numbered(self.channels)
        fetcher.correlation += 1
        api, version, fields = _offsets_request(broker, lost) if lost else _fetch(broker, ready)
        frame = encode_request(
            api,
            version,
            fields,
            correlation_id=fetcher.correlation,
            client_id=f"broker-{broker.node}-fetcher-{fetcher.leader}",
        )
        at = {(p.topic, p.index): (p.log.leo, p.leader_epoch) for p in lost or ready}
        deadline = broker.now + broker.settings.number("replica.socket.timeout.ms")
        fetcher.asked = _Asked(api, version, fetcher.correlation, deadline, at)
        for key in at:
            fetcher.paused.pop(key, None)
        yield Tell(fetcher.leader, Carried(fetcher.channel, frame))


def _by_topic(partitions: list[Partition]) -> dict[str, list[Partition]]:
    found: dict[str, list[Partition]] = {}
    for partition in partitions:
        found.setdefault(partition.topic, []).append(partition)
    return found


def _fetch(broker: Broker, ready: list[Partition]) -> tuple[str, int, dict[str, Any]]:
    number = broker.settings.number
    topics = [
        {
            "topic_id": partitions[0].state.topic_id,
            "partitions": [
                {
                    "partition": p.index,
                    "current_leader_epoch": p.leader_epoch,
                    "fetch_offset": p.log.leo,
                    "last_fetched_epoch": broker.rules.replication.last_fetched_epoch(
                        p.log.epochs.latest
                    ),
                    "log_start_offset": p.log.log_start,
                    "partition_max_bytes": number("replica.fetch.max.bytes"),
                }
                for p in partitions
            ],
        }
        for partitions in _by_topic(ready).values()
    ]
    return (
        "Fetch",
        FETCH_VERSION,
        {
            "replica_state": {"replica_id": broker.node, "replica_epoch": broker.epoch},
            "max_wait_ms": number("replica.fetch.wait.max.ms"),
            "min_bytes": number("replica.fetch.min.bytes"),
            "max_bytes": number("replica.fetch.response.max.bytes"),
            "isolation_level": 0,
            "session_id": 0,
            "session_epoch": -1,
            "topics": topics,
            "forgotten_topics_data": [],
            "rack_id": "",
        },
    )


def _offsets_request(broker: Broker, lost: list[Partition]) -> tuple[str, int, dict[str, Any]]:
    """Where the leader's log ends and where it starts, for logs that do not meet it."""
    topics = [
        {
            "name": topic,
            "partitions": [
                {
                    "partition_index": p.index,
                    "current_leader_epoch": p.leader_epoch,
                    "timestamp": EARLIEST,
                }
                for p in partitions
            ],
        }
        for topic, partitions in _by_topic(lost).items()
    ]
    fields = {"replica_id": broker.node, "isolation_level": 0, "topics": topics}
    return "ListOffsets", LIST_OFFSETS_VERSION, fields


def _fetched(broker: Broker, fetcher: Fetcher, asked: _Asked, body: Message) -> None:
    if body.error_code:
        _pause(broker, fetcher, list(asked.at))
        return
    answered = set[Key]()
    for topic in body.responses or ():
        known = broker.image.by_id.get(topic.topic_id)
        for told in topic.partitions:
            key = ("" if known is None else known.name, told.partition_index)
            partition = broker.replicas.get(*key)
            if partition is not None and _is_current(fetcher, asked, key, partition):
                answered.add(key)
                _take(broker, fetcher, partition, told)
    _pause(broker, fetcher, [key for key in asked.at if key not in answered])


def _is_current(fetcher: Fetcher, asked: _Asked, key: Key, partition: Partition) -> bool:
    """The partition is still followed in the epoch, and from the offset, that was asked for."""
    at = (partition.log.leo, partition.leader_epoch)
    return key in fetcher.followed and asked.at.get(key) == at


def _pause(broker: Broker, fetcher: Fetcher, keys: list[Key]) -> None:
    until = broker.now + broker.settings.number("replica.fetch.backoff.ms")
    for key in keys:
        if key in fetcher.followed:
            fetcher.paused[key] = until


def _take(broker: Broker, fetcher: Fetcher, partition: Partition, told: Message) -> None:
    """What one partition's part of the answer says."""
    key = (partition.topic, partition.index)
    error = error_name(told.error_code)
    if error == "OFFSET_OUT_OF_RANGE":
        fetcher.out_of_range.add(key)
    elif error != "NONE":
        _pause(broker, fetcher, [key])
    elif told.diverging_epoch is not None and told.diverging_epoch.end_offset >= 0:
        rules = broker.rules.replication
        divergence = (told.diverging_epoch.epoch, told.diverging_epoch.end_offset)
        before = (partition.log.leo, partition.log.epochs.latest)
        partition.log.truncate_to(rules.truncation_point(partition.log, *divergence))
        if before == (partition.log.leo, partition.log.epochs.latest):
            _pause(broker, fetcher, [key])  # it would diverge again, and at once
        broker.changed(*key)
    else:
        _append(broker, fetcher, partition, told)


def _append(broker: Broker, fetcher: Fetcher, partition: Partition, told: Message) -> None:
    try:
        if told.records:
            partition.log.append_as_follower(bytes(told.records), broker.now)
        rules = broker.rules.replication
        partition.log.set_hw(rules.hw_of_follower(told.high_watermark, partition.log.leo))
        if told.log_start_offset > partition.log.log_start:
            partition.log.raise_log_start(min(told.log_start_offset, partition.log.hw))
    except Refusal:
        _pause(broker, fetcher, [(partition.topic, partition.index)])
    except UnexpectedAppendOffset:
        fetcher.drop((partition.topic, partition.index))  # failed, until the next change of state
    broker.changed(partition.topic, partition.index)


def _offsets_told(broker: Broker, fetcher: Fetcher, asked: _Asked, body: Message) -> None:
    """The leader's log start: a log that ends before it begins anew there."""
    for topic in body.topics:
        for told in topic.partitions:
            key = (topic.name, told.partition_index)
            partition = broker.replicas.get(*key)
            if partition is None or not _is_current(fetcher, asked, key, partition):
                continue
            fetcher.out_of_range.discard(key)
            if told.error_code or told.offset <= partition.log.leo:
                _pause(broker, fetcher, [key])
            else:
                partition.log.truncate_fully_to(told.offset)
                broker.changed(*key)
