"""The requests of transactions in a storm: from symbols to bytes, and from answers to symbols.

`{"do": "end", "id": "s1x1", "pid": 7, "epoch": 2, "commit": true, "txn": "s1x1.1#3"}`: `txn` names
a transaction for the judge only, and `id` is the transactional id.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from kafka_tck.adapters.client import Pending, RawClient
from kafka_tck.model.stability import Piece, delivered
from kafka_tck.properties.profile import Profile
from kafka_tck.wire.batches import (
    TRANSACTIONAL,
    Batch,
    Record,
    make_batch,
    read_records,
    split_batches,
)
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

Request = Mapping[str, Any]
Real = Callable[[str], str]

_TRANSACTION: Final = 1
"""The kind of coordinator that FindCoordinator is asked for."""
_HIGHEST: Final = {"FindCoordinator": 3, "InitProducerId": 4, "AddPartitionsToTxn": 3}


def ends_by_epoch(profile: Profile) -> bool:
    """Whether every transaction has an epoch of its own, and partitions join it when written to.

    Clients go by the finalized level of transaction.version (KIP-890).
    """
    return profile.features.get("transaction.version", 0) >= 2


def transaction_versions(profile: Profile) -> dict[str, int]:
    """The version of each API of transactions that is spoken to a target."""
    if not profile.has("EndTxn"):
        return {}
    ending = min(profile.newest("EndTxn"), 5 if ends_by_epoch(profile) else 3)
    known = {api: min(profile.newest(api), top) for api, top in _HIGHEST.items()}
    return known | {"EndTxn": ending}


def numbered_batch(request: Request, now_ms: int) -> Batch:
    """The batch of a Produce, transactional and numbered where the request says so."""
    records = [Record(None, value.encode(), timestamp=now_ms) for value in request["values"]]
    if "pid" not in request:
        return make_batch(records)
    return make_batch(
        records,
        producer_id=request["pid"],
        producer_epoch=request["epoch"],
        base_sequence=request["first"],
        attributes=TRANSACTIONAL,
    )


def _find(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send("FindCoordinator", key=real(request["id"]), key_type=_TRANSACTION)


def _init(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send(
        "InitProducerId",
        transactional_id=real(request["id"]),
        transaction_timeout_ms=request["timeout_ms"],
        producer_id=-1,
        producer_epoch=-1,
    )


def _add(c: RawClient, request: Request, real: Real) -> Pending:
    topic, _, index = request["partition"].rpartition("-")
    return c.send(
        "AddPartitionsToTxn",
        v3_and_below_transactional_id=real(request["id"]),
        v3_and_below_producer_id=request["pid"],
        v3_and_below_producer_epoch=request["epoch"],
        v3_and_below_topics=[{"name": real(topic), "partitions": [int(index)]}],
    )


def _end(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send(
        "EndTxn",
        transactional_id=real(request["id"]),
        producer_id=request["pid"],
        producer_epoch=request["epoch"],
        committed=request["commit"],
    )


SENDS: Final = {"find": _find, "init": _init, "add": _add, "end": _end}


def _of_find(body: Message) -> dict[str, Any]:
    return {"error": error_name(body.error_code), "node": body.node_id}


def _of_init(body: Message) -> dict[str, Any]:
    told = {"pid": body.producer_id, "epoch": body.producer_epoch}
    return {"error": error_name(body.error_code), **told}


def _of_add(body: Message) -> dict[str, Any]:
    told = body.results_by_topic_v3_and_below[0].results_by_partition[0]
    return {"error": error_name(told.partition_error_code)}


def _of_end(body: Message) -> dict[str, Any]:
    error = {"error": error_name(body.error_code)}
    if getattr(body, "producer_epoch", None) is None:
        return error
    return error | {"pid": body.producer_id, "epoch": body.producer_epoch}


READS: Final = {"find": _of_find, "init": _of_init, "add": _of_add, "end": _of_end}


def read_committed(told: Message) -> dict[str, Any]:
    """What a consumer that reads only what is committed hands on of one partition's answer.

    `next` is where it reads on; None if there was no batch.
    """
    batches = split_batches(bytes(told.records or b""))
    aborted = [(a.producer_id, a.first_offset) for a in told.aborted_transactions or []]
    given = set(delivered([_piece(batch) for batch in batches], aborted))
    return {
        "lso": told.last_stable_offset,
        "next": batches[-1].last_offset + 1 if batches else None,
        "records": [
            [record.offset, batch.leader_epoch, (record.value or b"").decode()]
            for batch in batches
            if not batch.is_control
            for record in read_records(batch)
            if record.offset in given
        ],
    }


def _piece(batch: Batch) -> Piece:
    offsets = tuple(range(batch.base_offset, batch.last_offset + 1))
    aborts = None
    if batch.is_control:
        (marker,) = read_records(batch)
        aborts = (marker.key or b"")[2:4] == b"\0\0"
    return Piece(batch.producer_id, batch.last_offset, offsets, batch.is_transactional, aborts)
