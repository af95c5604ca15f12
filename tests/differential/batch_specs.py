"""Batches as a generated request describes them: honest ones, and ones with forged fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.differential.symbols import Brief, Names, Producer, Time

from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.compression import compress


@dataclass(frozen=True, repr=False)
class RecordSpec(Brief):
    key: bytes | None
    value: bytes | None
    timestamp: Time | int = -1
    headers: tuple[tuple[str, bytes | None], ...] = ()

    def made(self, names: Names) -> Record:
        stamp = names.real(self.timestamp)
        return Record(self.key, self.value, headers=self.headers, timestamp=stamp)


@dataclass(frozen=True, repr=False)
class BatchSpec(Brief):
    """An honest batch, then `forged` header fields, then (unless `bad_crc`) the true crc.

    `extra` is put behind the record bytes before they are compressed.
    """

    records: tuple[RecordSpec, ...]
    codec: int = 0
    producer: Producer | int = -1
    epoch: int = -1
    sequence: int = -1
    forged: Mapping[str, Any] | None = None
    bad_crc: bool = False
    extra: bytes = b""

    def made(self, names: Names) -> bytes:
        batch = make_batch(
            [record.made(names) for record in self.records],
            producer_id=names.real(self.producer),
            producer_epoch=self.epoch,
            base_sequence=self.sequence,
        )
        payload = compress(self.codec, batch.payload + self.extra)
        batch = replace(batch.with_payload(payload), attributes=self.codec)
        batch = replace(batch, **names.real(self.forged or {})).with_true_crc()
        return replace(batch, crc=batch.crc ^ 1).encode() if self.bad_crc else batch.encode()


@dataclass(frozen=True, repr=False)
class Records(Brief):
    """The content of a records field: batches, and bytes behind them or fewer of their own."""

    batches: tuple[BatchSpec, ...]
    tail: bytes = b""
    cut: int = 0

    def made(self, names: Names) -> bytes:
        whole = b"".join(batch.made(names) for batch in self.batches) + self.tail
        return whole[: len(whole) - self.cut] if self.cut else whole
