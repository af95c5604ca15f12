"""Fetch: records from the leader, at once or when there are enough.

v4-v18. Sessions from v7 (KIP-227), leader epochs from v9, last fetched epochs and
diverging epochs from v12, topic ids in place of names from v13, leaders in the answer from v16.
A broker's id as replica id is a follower's own fetch, which the leader notes (`fetching.py`). From
v11 on a consumer is served by followers too, up to the high watermark that they know (KIP-392).
Source: KafkaApis.handleFetchRequest, ReplicaManager.fetchMessages, DelayedFetch, 4.3.
"""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kafka_tck.reference.apis.fetching import Read, Reader, replica_of
from kafka_tck.reference.apis.redirecting import add_leaders
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.sessions import (
    FIRST_EPOCH,
    LAST_EPOCH,
    NO_SESSION,
    Cached,
    Session,
    Wanted,
)
from kafka_tck.reference.steps import Steps, Until
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import ZERO_ID, Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Fields = Mapping[str, Any]
Topic = str | UUID
"""A topic as the request names it: by name, from v13 by id."""

BY_ID_SINCE: Final = 13
SESSIONS_SINCE: Final = 7


def handle(broker: "Broker", request: Request) -> Steps:
    body, version = request.body, request.header.version
    _, epoch = _session_of(body, version)
    wanted = list(_wanted(body, version).values())
    try:
        session = _session(broker, body, version, wanted)
    except Refusal as refusal:
        return {"error_code": error_code(refusal.error), "session_id": NO_SESSION}
    if session is not None:
        wanted = [cached.wanted for cached in session.partitions.values()]
    reader = Reader(broker, body, version, wanted)
    known = broker.rules.fetch.isolation_exists(body.isolation_level)
    if not known and reader.looks_for_any():
        return _broken(body, version)
    if not reader.is_ready():
        deadline = broker.now + body.max_wait_ms
        reader.note_wait()
        yield Until(reader.is_ready, deadline, reader.keys())
    reads = broker.rules.fetch.told(reader.read())
    if session is not None:
        answer = _incremental(broker, session, epoch, reads, version)
    else:
        opens = version >= SESSIONS_SINCE and broker.rules.sessions.opens(epoch)
        number = _new_session(broker, reads, version) if opens else NO_SESSION
        answer = _answer(broker, number, _opening(broker, reads), version)
    return answer if replica_of(body, version) < 0 else {**answer, "node_endpoints": []}


def _session(broker: "Broker", body: Message, version: int, wanted: list[Wanted]) -> Session | None:
    """The session that the request goes on with; None for a fetch in full. Raises `Refusal`."""
    number, epoch = _session_of(body, version)
    if epoch in (FIRST_EPOCH, LAST_EPOCH):
        if broker.rules.sessions.full_fetch_ends():
            broker.sessions.remove(number)
        return None
    by_id = version >= BY_ID_SINCE
    unwanted = _unwanted(body, version)
    return broker.sessions.resume(number, epoch, by_id, wanted, unwanted, broker.now)


def _session_of(body: Message, version: int) -> tuple[int, int]:
    """The session and its epoch; a version without sessions fetches in full."""
    if version < SESSIONS_SINCE:
        return NO_SESSION, LAST_EPOCH
    return body.session_id, body.session_epoch


def _topic_of(topic: Message, version: int) -> Topic:
    if version < BY_ID_SINCE:
        return str(topic.topic)
    return topic.topic_id if topic.topic_id is not None else ZERO_ID


def _wanted(body: Message, version: int) -> dict[Hashable, Wanted]:
    """What the request names, in its order; of a partition named twice, the last counts."""
    found: dict[Hashable, Wanted] = {}
    for topic in body.topics:
        for part in topic.partitions:
            key = (_topic_of(topic, version), part.partition)
            found[key] = Wanted(
                key,
                part.fetch_offset,
                part.partition_max_bytes,
                max(part.current_leader_epoch, -1) if version >= 9 else -1,
                max(part.last_fetched_epoch, -1) if version >= 12 else -1,
                part.log_start_offset if version >= 5 else -1,
            )
    return found


def _unwanted(body: Message, version: int) -> list[Hashable]:
    return [
        (_topic_of(topic, version), index)
        for topic in body.forgotten_topics_data or ()
        for index in topic.partitions
    ]


def _new_session(broker: "Broker", reads: list[Read], version: int) -> int:
    cached = [Cached(read.wanted, read.hw, read.log_start) for read in reads]
    return broker.sessions.create(
        cached, broker.now, by_id=version >= BY_ID_SINCE, privileged=False
    )


def _incremental(
    broker: "Broker", session: Session, epoch: int, reads: list[Read], version: int
) -> Fields:
    """Only what is new to the client. A session that went on meanwhile is not told twice."""
    rules = broker.rules.sessions
    if session.epoch != rules.next_epoch(epoch):
        code = error_code("INVALID_FETCH_SESSION_EPOCH")
        return {"error_code": code, "session_id": session.number}
    shown = []
    for read in reads:
        told = (read.hw, read.log_start)
        failed = read.error != "NONE" or read.diverging is not None
        notable = rules.is_notable(bool(read.records), failed)
        if session.has_news(read.wanted.key, told, notable, failed, rules):
            shown.append(read)
            if read.records and rules.moves_served_back():
                session.move_back(read.wanted.key)
    return _answer(broker, session.number, shown, version)


def _opening(broker: "Broker", reads: list[Read]) -> list[Read]:
    rules = broker.rules.sessions
    return [r for r in reads if rules.opening_tells(bool(r.records), r.error != "NONE")]


def _answer(broker: "Broker", number: int, reads: list[Read], version: int) -> Fields:
    topics: list[dict[str, Any]] = []
    name = "topic_id" if version >= BY_ID_SINCE else "topic"
    for read in reads:
        topic, _ = read.key
        if not topics or topics[-1][name] != topic:
            topics.append({name: topic, "partitions": []})
        topics[-1]["partitions"].append(read.answer())
    endpoints = add_leaders(broker, topics, "partitions") if version >= 16 else []
    return {"session_id": number, "responses": topics, "node_endpoints": endpoints}


def _broken(body: Message, version: int) -> Fields:
    """A request that makes Kafka itself fail, such as one with an unknown isolation level."""
    code = error_code("UNKNOWN_SERVER_ERROR")
    number, _ = _session_of(body, version)
    answer: dict[str, Any] = {"error_code": code, "session_id": number}
    if version < BY_ID_SINCE:
        answer["responses"] = [
            {
                "topic": topic.topic,
                "partitions": [
                    {"partition_index": part.partition, "error_code": code, "high_watermark": -1}
                    for part in topic.partitions
                ],
            }
            for topic in body.topics
        ]
    return answer
