"""Forged record batches: recipes that a program can carry, and the bytes they make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from kafka_tck.properties.operations.producing.produce import Rec
from kafka_tck.wire.batches import Batch, Record, encode_record, make_batch
from kafka_tck.wire.compression import compress

ADDED_TO: Final = frozenset(
    {"length", "count", "last_offset_delta", "base_timestamp", "max_timestamp", "crc"}
)
"""Header fields to which a recipe adds; attribute bits it flips, all others it replaces."""


class Forged(NamedTuple):
    """A batch that is honest but for what is said here.

    `header` changes header fields (see `ADDED_TO`), and the crc is right for the changed header.
    `payload` and `shape` name entries of `PAYLOADS` and `SHAPES`. `padding` bytes are added to
    the first value. With `since_1970` the records' times are absolute.
    """

    records: tuple[Rec, ...] = (Rec("k", "v"),)
    codec: int = 0
    header: tuple[tuple[str, int], ...] = ()
    payload: str = ""
    shape: str = ""
    padding: int = 0
    since_1970: bool = False

    def say(self) -> str:
        """The batch in words, for traces; what is at its default is left out."""
        lies = [f"{name} {by:+}" for name, by in self.header]
        others = {"codec": self.codec, "payload": self.payload, "shape": self.shape}
        lies += [f"{name} {value}" for name, value in others.items() if value]
        return f"{len(self.records)} rec " + (", ".join(lies) or "honest")

    @property
    def is_honest(self) -> bool:
        return not (self.header or self.payload or self.shape)

    def built(self, start_ms: int) -> bytes:
        """The record bytes of the request."""
        start = 0 if self.since_1970 else start_ms
        records = [Rec(*record).built(start) for record in self.records]
        if self.padding:
            records[0] = replace(records[0], value=(records[0].value or b"") + bytes(self.padding))
        batch = make_batch(records, codec=self.codec)
        if self.payload:
            batch = batch.with_payload(PAYLOADS[self.payload](batch, records))
        return SHAPES[self.shape](_with_header(batch, dict(self.header)))


def _with_header(batch: Batch, changes: Mapping[str, int]) -> bytes:
    values = {name: _changed(batch, name, by) for name, by in changes.items() if name != "crc"}
    forged = replace(batch, **values).with_true_crc()  # type: ignore[arg-type]
    return replace(forged, crc=forged.crc ^ changes.get("crc", 0)).encode()


def _changed(batch: Batch, name: str, by: int) -> int:
    if name in ADDED_TO:
        return int(getattr(batch, name)) + by
    return batch.attributes ^ by if name == "attributes" else by


def _lying(
    **lies: Callable[[int], int | None],
) -> Callable[[Batch, Sequence[Record]], bytes]:
    """A payload whose records lie; each lie is a function of the record's own, true value."""

    def forge(batch: Batch, records: Sequence[Record]) -> bytes:
        return compress(batch.codec, b"".join(_record(batch, i, r) for i, r in enumerate(records)))

    def _record(batch: Batch, index: int, record: Record) -> bytes:
        delta = lies.get("offset_delta", _same)(index) or 0
        since_base = record.timestamp - batch.base_timestamp
        true_length = len(encode_record(record, delta, since_base)) - 1
        return encode_record(
            replace(record, attributes=lies.get("attributes", _same)(0) or 0),
            delta,
            since_base,
            length=lies["length"](true_length) if "length" in lies else None,
            header_count=lies["headers"](len(record.headers)) if "headers" in lies else None,
        )

    return forge


def _same(value: int) -> int:
    return value


PAYLOADS: Final[Mapping[str, Callable[[Batch, Sequence[Record]], bytes]]] = {
    "cut": lambda batch, records: batch.payload[:-3],
    "shifted": lambda batch, records: b"\0" + batch.payload,
    "empty": lambda batch, records: b"",
    "noise": lambda batch, records: b"\x0c" * 10,
    "bytes after the records": lambda batch, records: compress(
        batch.codec, _lying()(replace(batch, attributes=0), records) + bytes(9)
    ),
    "lengths too large": _lying(length=lambda n: n + 1),
    "lengths too small": _lying(length=lambda n: n - 1),
    "more headers than there are": _lying(headers=lambda n: n + 1),
    "offset deltas one up": _lying(offset_delta=lambda i: i + 1),
    "offset deltas all zero": _lying(offset_delta=lambda i: 0),
    "record attributes": _lying(attributes=lambda n: 7),
}
"""Payloads by name. Record lengths assume records shorter than 64 bytes (one varint byte)."""

SHAPES: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "": lambda batch: batch,
    "nothing": lambda batch: b"",
    "two batches": lambda batch: batch + batch,
    "noise": lambda batch: b"0123456789",
    "endless": lambda batch: batch[:8] + b"\x7f\xff\xff\xff" + batch[12:],
    "cut": lambda batch: batch[:-1],
    "cut header": lambda batch: batch[:60],
    "eleven bytes after": lambda batch: batch + bytes(11),
    "twelve bytes after": lambda batch: batch + bytes(12),
    "a batch begins after": lambda batch: batch + batch[:20],
    "a cut batch after": lambda batch: batch + batch[:-1],
}
"""What is made of the encoded batch, by name."""
