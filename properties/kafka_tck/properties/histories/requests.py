"""The requests of a storm's clients: from symbols to bytes, and from answers to symbols.

A request is one partition's: `{"do": "fetch", "partition": "m2-0", "offset": 3, "epoch": 4}`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kafka_tck.adapters.client import Answer, Outcome, Pending, RawClient
from kafka_tck.adapters.target import Silence
from kafka_tck.model.specials import EARLIEST, LATEST
from kafka_tck.properties.histories import grouping, transacting
from kafka_tck.properties.profile import Profile
from kafka_tck.wire.batches import (
    BadBatch,
    BadCompression,
    BadRecords,
    read_records,
    split_batches,
)
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

Request = Mapping[str, Any]

MOST_BYTES: Final = 1 << 20
"""Bytes of one answer to a poll."""

_HIGHEST: Final = {
    "Produce": 12,
    "Fetch": 12,
    "ListOffsets": 7,
    "OffsetForLeaderEpoch": 4,
    "Metadata": 12,
}
"""The last versions that name topics, and whose answers look as they are read here."""


def versions_for(profile: Profile) -> dict[str, int]:
    """The version of each API that is spoken to a target."""
    spoken = {api: min(profile.newest(api), highest) for api, highest in _HIGHEST.items()}
    if not transacting.ends_by_epoch(profile):
        spoken["Produce"] = min(spoken["Produce"], 11)
    others = transacting.transaction_versions(profile) | grouping.group_versions(profile)
    return spoken | others


def split_name(partition: str) -> tuple[str, int]:
    """`m2-0` as topic symbol and index."""
    topic, _, index = partition.rpartition("-")
    return topic, int(index)


def send(client: RawClient, request: Request, real: Callable[[str], str], now_ms: int) -> Pending:
    """Sends a request of symbols. `real` gives the name of a topic."""
    if request["do"] in _OF_COORDINATORS:
        return _OF_COORDINATORS[request["do"]](client, request, real)
    return _SENDS[request["do"]](client, request, real, now_ms)


_OF_COORDINATORS: Final = {**transacting.SENDS, **grouping.SENDS}


def _produce(c: RawClient, request: Request, real: Callable[[str], str], now_ms: int) -> Pending:
    topic, index = split_name(request["partition"])
    data = [{"index": index, "records": transacting.numbered_batch(request, now_ms).encode()}]
    return c.produce(
        transactional_id=real(request["id"]) if "id" in request else None,
        acks=request["acks"],
        timeout_ms=request["timeout_ms"],
        topic_data=[{"name": real(topic), "partition_data": data}],
    )


def _fetch(c: RawClient, request: Request, real: Callable[[str], str], now_ms: int) -> Pending:
    topic, index = split_name(request["partition"])
    part = {
        "partition": index,
        "current_leader_epoch": request.get("epoch", -1),
        "fetch_offset": request["offset"],
        "last_fetched_epoch": -1,
        "log_start_offset": -1,
        "partition_max_bytes": MOST_BYTES,
    }
    return c.fetch(
        replica_id=-1,
        max_wait_ms=request.get("wait_ms", 0),
        min_bytes=1,
        max_bytes=MOST_BYTES,
        isolation_level=int(request["do"] == "read"),
        session_id=0,
        session_epoch=-1,
        topics=[{"topic": real(topic), "partitions": [part]}],
        forgotten_topics_data=[],
        rack_id="",
    )


def _list(c: RawClient, request: Request, real: Callable[[str], str], now_ms: int) -> Pending:
    topic, index = split_name(request["partition"])
    part = {
        "partition_index": index,
        "current_leader_epoch": request.get("epoch", -1),
        "timestamp": LATEST if request["do"] == "latest" else EARLIEST,
    }
    return c.list_offsets(
        replica_id=-1, isolation_level=0, topics=[{"name": real(topic), "partitions": [part]}]
    )


def _epoch_end(c: RawClient, request: Request, real: Callable[[str], str], now_ms: int) -> Pending:
    topic, index = split_name(request["partition"])
    part = {
        "partition": index,
        "current_leader_epoch": request.get("epoch", -1),
        "leader_epoch": request["of_epoch"],
    }
    return c.offset_for_leader_epoch(
        replica_id=-1, topics=[{"topic": real(topic), "partitions": [part]}]
    )


def _metadata(c: RawClient, request: Request, real: Callable[[str], str], now_ms: int) -> Pending:
    topics = [{"topic_id": None, "name": real(topic)} for topic in request["topics"]]
    return c.metadata(topics=topics, allow_auto_topic_creation=False)


_SENDS: Final = {
    "produce": _produce,
    "fetch": _fetch,
    "read": _fetch,
    "latest": _list,
    "earliest": _list,
    "epoch_end": _epoch_end,
    "metadata": _metadata,
}


def outcome_of(request: Request, found: Outcome, symbol_of: Callable[[str], str]) -> dict[str, Any]:
    """How a request ended, in symbols. Whatever is not an answer leaves it unknown.

    `symbol_of` gives the symbol of a topic's name.
    """
    if isinstance(found, Silence):
        return {"silence": found.value}
    if not isinstance(found, Answer):
        return {"silence": f"garbled: {found.reason}"}
    try:
        if request["do"] == "metadata":
            return _of_metadata(found.body, symbol_of)
        if request["do"] in grouping.READS:
            return grouping.READS[request["do"]](found.body, symbol_of)
        return _READS[request["do"]](found.body)
    except (IndexError, KeyError, AttributeError, TypeError) as wrong:
        return {"silence": f"garbled: an answer without what it is about ({wrong})"}


def _hinted(told: Message) -> dict[str, Any]:
    """The present leader, where an error names one."""
    leader = getattr(told, "current_leader", None)
    if leader is None or leader.leader_id < 0:
        return {}
    return {"leader": leader.leader_id, "leader_epoch": leader.leader_epoch}


def _of_produce(body: Message) -> dict[str, Any]:
    told = body.responses[0].partition_responses[0]
    return {
        "error": error_name(told.error_code),
        "base_offset": told.base_offset,
        **_hinted(told),
    }


def _of_fetch(body: Message) -> dict[str, Any]:
    return _of_poll(body, _read_all)


def _read_all(told: Message) -> dict[str, Any]:
    """Records, and the offset and leader epoch of each marker, if there are any."""
    data = bytes(told.records or b"")
    markers = [
        [batch.base_offset, batch.leader_epoch] for batch in split_batches(data) if batch.is_control
    ]
    return {"records": records_in(data), **({"markers": markers} if markers else {})}


def _of_read(body: Message) -> dict[str, Any]:
    return _of_poll(body, transacting.read_committed)


def _of_poll(body: Message, read: Callable[[Message], dict[str, Any]]) -> dict[str, Any]:
    if body.error_code:
        return {"error": error_name(body.error_code)}
    told = body.responses[0].partitions[0]
    error = error_name(told.error_code)
    if error != "NONE":
        return {"error": error, **_hinted(told)}
    bounds = {"hw": told.high_watermark, "log_start": told.log_start_offset}
    try:
        return {"error": error, **bounds, **read(told)}
    except (BadBatch, BadRecords, BadCompression, UnicodeDecodeError) as bad:
        return {"error": error, **bounds, "records": [], "unreadable": str(bad)}


def records_in(data: bytes) -> list[list[Any]]:
    """Offset, leader epoch and value of each record in the bytes of a poll; no markers."""
    return [
        [record.offset, batch.leader_epoch, (record.value or b"").decode()]
        for batch in split_batches(data)
        if not batch.is_control
        for record in read_records(batch)
    ]


def _of_list(body: Message) -> dict[str, Any]:
    told = body.topics[0].partitions[0]
    return {
        "error": error_name(told.error_code),
        "offset": told.offset,
        "leader_epoch": told.leader_epoch,
    }


def _of_epoch_end(body: Message) -> dict[str, Any]:
    told = body.topics[0].partitions[0]
    return {
        "error": error_name(told.error_code),
        "epoch": told.leader_epoch,
        "end_offset": told.end_offset,
    }


def _of_metadata(body: Message, symbol_of: Callable[[str], str]) -> dict[str, Any]:
    topics = {symbol_of(topic.name): topic for topic in body.topics}
    return {
        "partitions": {
            p: s for symbol, topic in sorted(topics.items()) for p, s in _states(symbol, topic)
        }
    }


def _states(symbol: str, topic: Message) -> Sequence[tuple[str, dict[str, Any]]]:
    return [
        (
            f"{symbol}-{part.partition_index}",
            {
                "leader": part.leader_id,
                "epoch": part.leader_epoch,
                "isr": sorted(part.isr_nodes),
            },
        )
        for part in sorted(topic.partitions, key=lambda part: part.partition_index)
    ]


_READS: Final = {
    **transacting.READS,
    "produce": _of_produce,
    "fetch": _of_fetch,
    "read": _of_read,
    "latest": _of_list,
    "earliest": _of_list,
    "epoch_end": _of_epoch_end,
}
