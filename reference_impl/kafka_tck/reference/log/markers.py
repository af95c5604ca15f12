"""The markers that end transactions: control batches of one record.

Its key says whether the transaction is aborted or committed, its value which epoch the transaction
coordinator had. Source: EndTransactionMarker, ControlRecordType, MemoryRecords.
"""

import struct
from dataclasses import dataclass
from typing import Final

from kafka_tck.wire.batches import BadRecords, Batch, Record, make_batch, read_records

ABORT: Final = 0
COMMIT: Final = 1

_KEY: Final = struct.Struct(">hh")
_VALUE: Final = struct.Struct(">hi")
_VERSION: Final = 0
_TRANSACTIONAL_CONTROL: Final = 0x30


@dataclass(frozen=True, slots=True)
class Marker:
    """What ends a producer's transaction; `offset` is -1 as long as it is not in a log."""

    producer_id: int
    epoch: int
    commit: bool
    coordinator_epoch: int
    timestamp: int
    offset: int = -1

    def batch(self) -> Batch:
        """The control batch that says this."""
        key = _KEY.pack(_VERSION, COMMIT if self.commit else ABORT)
        value = _VALUE.pack(_VERSION, self.coordinator_epoch)
        return make_batch(
            [Record(key, value, timestamp=self.timestamp)],
            producer_id=self.producer_id,
            producer_epoch=self.epoch,
            attributes=_TRANSACTIONAL_CONTROL,
        )


def read_marker(batch: Batch) -> Marker | None:
    """What a control batch says; None if it ends no transaction, as other control batches."""
    try:
        record = next(iter(read_records(batch)), None)
    except BadRecords:
        return None
    if record is None or record.key is None or record.value is None:
        return None
    if len(record.key) < _KEY.size or len(record.value) < _VALUE.size:
        return None
    _, kind = _KEY.unpack_from(record.key)
    _, coordinator_epoch = _VALUE.unpack_from(record.value)
    if kind not in (ABORT, COMMIT):
        return None
    return Marker(
        batch.producer_id,
        batch.producer_epoch,
        kind == COMMIT,
        coordinator_epoch,
        record.timestamp,
        batch.base_offset,
    )
