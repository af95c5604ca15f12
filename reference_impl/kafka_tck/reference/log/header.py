"""The header of a stored batch, read without its records.

Source: org.apache.kafka.common.record.DefaultRecordBatch.
"""

import struct
from typing import Final, NamedTuple

INT_MAX: Final = 2**31 - 1
SMALLEST_LENGTH: Final = 14
"""The smallest length that Kafka's readers believe (LegacyRecord.RECORD_OVERHEAD_V0)."""

_HEADER: Final = struct.Struct(">qiibIhiqqqhii")

_TRANSACTIONAL: Final = 0x10
_CONTROL: Final = 0x20


class Header(NamedTuple):
    """The 61 bytes of a batch before its records, field by field."""

    base_offset: int
    length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    record_count: int

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def is_transactional(self) -> bool:
        return bool(self.attributes & _TRANSACTIONAL)

    @property
    def is_control(self) -> bool:
        return bool(self.attributes & _CONTROL)

    @property
    def size(self) -> int:
        """Bytes of the whole batch."""
        return 12 + self.length


def read_header(data: bytes) -> Header:
    """The header at the start of the bytes. struct.error if they are fewer than 61."""
    return Header._make(_HEADER.unpack_from(data))


def last_sequence(base_sequence: int, last_offset_delta: int) -> int:
    """The sequence of a batch's last record; after 2^31-1 comes 0. A batch without has -1."""
    return -1 if base_sequence == -1 else (base_sequence + last_offset_delta) & INT_MAX


def sequence_before(sequence: int, steps: int) -> int:
    """A sequence number some steps earlier (decrementSequence)."""
    return (sequence - steps) & INT_MAX
