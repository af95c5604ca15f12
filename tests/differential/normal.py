"""Answers in words that mean the same on both sides.

Ids, sessions, producer ids and times become symbols; host, port and texts for people become the
word that they are there; a list of structs becomes a mapping by what identifies its items.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from tests.differential.symbols import Names

from kafka_tck.wire.batches import BadBatch, BadRecords, Batch, Record, read_batch, read_records
from kafka_tck.wire.compression import BadCompression
from kafka_tck.wire.messages import Message, plain

_IDENTITIES: Final = (
    "name", "topic", "topic_name", "resource_name", "topic_id", "partition_index", "partition",
    "index", "api_key", "node_id", "broker_id",
)  # fmt: skip
COMPRESSED: Final = "compressed"
_TIMES: Final = frozenset({"timestamp", "log_append_time_ms"})
_TEXTS: Final = frozenset({"error_message", "batch_index_error_message", "documentation"})
_THEIR_OWN: Final = frozenset({"host", "port", "cluster_id"})


def said_answer(api: str, body: Message, names: Names) -> dict[str, Any]:
    """The body in common words; what it gives out for the first time is learnt."""
    fields = plain(body)
    _learn(api, fields, names)
    said: dict[str, Any] = {"body": _said(fields, names)}
    if api == "Fetch":
        said["order"] = _order(fields, names)
    return said


def _learn(api: str, fields: dict[str, Any], names: Names) -> None:
    if fields.get("error_code"):
        return
    if api == "Fetch":
        names.learn_session(fields.get("session_id", 0))
    if api == "InitProducerId":
        names.learn_producer(fields["producer_id"])


def _order(fields: dict[str, Any], names: Names) -> list[tuple[str, list[int]]]:
    """Fetch answers in the order of the request, or of the session."""
    return [
        (_identity(topic, names), [p["partition_index"] for p in topic["partitions"]])
        for topic in fields["responses"]
    ]


def _said(fields: dict[str, Any], names: Names) -> dict[str, Any]:
    return {name: _said_field(name, value, names) for name, value in fields.items()}


def _said_field(name: str, value: Any, names: Names) -> Any:
    if name in _SYMBOLS:
        return _SYMBOLS[name](names, value)
    if name in _TIMES:
        return names.said_time(value)
    if name in _TEXTS or name in _THEIR_OWN:
        return value is not None and value != ""
    if name == "records":
        return said_records(value or b"", names)
    return _said_value(value, names)


def _said_value(value: Any, names: Names) -> Any:
    if isinstance(value, UUID):
        return names.said_id(value)
    if isinstance(value, dict):
        return _said(value, names)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _by_identity(value, names)
    return value


def _by_identity(items: list[dict[str, Any]], names: Names) -> dict[str, Any]:
    """Items of one identity in an order of their own: that of an answer means nothing."""
    said = [(_identity(item, names), _said(item, names)) for item in items]
    out: dict[str, Any] = {}
    for identity, fields in sorted(said, key=repr):
        key, times = identity, 1
        while key in out:
            times += 1
            key = f"{identity} ({times})"
        out[key] = fields
    return out


def _identity(item: dict[str, Any], names: Names) -> str:
    for field in _IDENTITIES:
        if item.get(field) is not None:
            return str(_said_value(item[field], names))
    return ""


_SYMBOLS: Final[dict[str, Callable[[Names, Any], Any]]] = {
    "session_id": Names.said_session,
    "producer_id": Names.said_producer,
    "finalized_features_epoch": lambda names, epoch: epoch >= 0,
}


def said_records(data: bytes, names: Names) -> list[Any]:
    """The batches and, at the end, what is left of one that is cut."""
    said: list[Any] = []
    while data:
        try:
            batch = read_batch(data)
        except BadBatch:
            # Where batches are compressed anew, their size, and so what fits, is the codec's.
            compressed = any(whole["length"] == COMPRESSED for whole in said)
            return [*said, COMPRESSED if compressed else f"{len(data)} bytes, {data[:12].hex()}"]
        said.append(_said_batch(batch, names))
        data = data[batch.size :]
    return said


def _said_batch(batch: Batch, names: Names) -> dict[str, Any]:
    return {
        "base_offset": batch.base_offset,
        "length": batch.length if not batch.codec else COMPRESSED,
        "leader_epoch": batch.leader_epoch,
        "magic": batch.magic,
        "crc": batch.crc == batch.true_crc,
        "attributes": batch.attributes,
        "last_offset_delta": batch.last_offset_delta,
        "base_timestamp": names.said_time(batch.base_timestamp),
        "max_timestamp": names.said_time(batch.max_timestamp),
        "producer_id": names.said_producer(batch.producer_id),
        "producer_epoch": batch.producer_epoch,
        "base_sequence": batch.base_sequence,
        "count": batch.count,
        "records": _said_payload(batch, names),
    }


def _said_payload(batch: Batch, names: Names) -> Any:
    try:
        return [_said_record(record, names) for record in read_records(batch)]
    except (BadRecords, BadCompression):
        return batch.payload.hex()


def _said_record(record: Record, names: Names) -> tuple[Any, ...]:
    stamp = names.said_time(record.timestamp)
    return record.offset, stamp, record.attributes, record.key, record.value, record.headers
