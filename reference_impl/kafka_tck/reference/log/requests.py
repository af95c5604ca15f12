"""A client's records field, before and while it becomes batches of the log.

Source: ByteBufferLogInputStream, ProduceRequest.validateRecords,
UnifiedLog.analyzeAndValidateRecords.
"""

from collections.abc import Iterator
from typing import Final

from kafka_tck.reference.log.config import INT_MAX, LogConfig
from kafka_tck.reference.log.header import SMALLEST_LENGTH
from kafka_tck.reference.log.refusal import Refusal
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.wire.batches import OVERHEAD, BadBatch, Batch, magic_of, read_batch

MAGIC: Final = 2
ZSTD: Final = 4

_KAFKAS: Final = LogRules()

_TRANSACTIONAL: Final = 0x10
_UP_TO_MAGIC: Final = 17
_UP_TO_PRODUCER: Final = 51


def split(data: bytes) -> Iterator[bytes]:
    """The batches of a records field, each as far as its length says, and none that is cut.

    Raises `Refusal` for a length or a magic that cannot be.
    """
    at = 0
    while (size := _size_at(data, at)) is not None and at + size <= len(data):
        yield data[at : at + size]
        at += size


def _size_at(data: bytes, at: int) -> int | None:
    if len(data) - at < OVERHEAD:
        return None
    length = int.from_bytes(data[at + 8 : at + OVERHEAD], signed=True)
    if length < SMALLEST_LENGTH:
        text = f"Record size {length} is less than the minimum record overhead (14)"
        raise Refusal("CORRUPT_MESSAGE", text, told=at == 0)
    if len(data) - at < _UP_TO_MAGIC:
        return None
    if not 0 <= magic_of(data, at) <= MAGIC:
        text = f"Invalid magic found in record: {magic_of(data, at)}"
        raise Refusal("CORRUPT_MESSAGE", text, told=at == 0)
    if length > INT_MAX - OVERHEAD:
        raise Refusal("UNKNOWN_SERVER_ERROR", "a batch's size is not a 32-bit number")
    return OVERHEAD + length


def is_transactional(data: bytes) -> bool:
    """Whether the first batch of a records field is transactional. Raises `Refusal`.

    A broker asks this of all partitions before it looks at any: a refusal is for all of them.
    """
    first = next(split(data), None)
    return first is not None and magic_of(first) == MAGIC and bool(first[22] & _TRANSACTIONAL)


def check_produced(data: bytes, version: int, rules: LogRules = _KAFKAS) -> None:
    """What a Produce of this version may carry for a partition: one batch of magic 2.

    The broker asks this before anything else about the partition's log. Raises `Refusal`.
    """
    batches = split(data)
    first = next(batches, None)
    if first is None:
        raise Refusal("INVALID_RECORD", f"Produce v{version} must have a record batch")
    if magic_of(first) != MAGIC:
        raise Refusal("INVALID_RECORD", f"Produce v{version} must have magic {MAGIC}")
    if not rules.takes_zstd(version) and _codec(first) == ZSTD:
        raise Refusal("UNSUPPORTED_COMPRESSION_TYPE", f"Produce v{version} may not use zstd")
    if rules.looks_behind_the_batch() and next(batches, None) is not None:
        raise Refusal("INVALID_RECORD", f"Produce v{version} must have one record batch")
    if len(first) < _UP_TO_PRODUCER:
        raise Refusal("UNKNOWN_SERVER_ERROR", "a batch ends before its producer id does")


def _codec(batch: bytes) -> int:
    codec = batch[22] & 7
    if codec > ZSTD:
        raise Refusal("UNKNOWN_SERVER_ERROR", f"no codec has the id {codec}")
    return codec


def read_produced(data: bytes, config: LogConfig, rules: LogRules, from_client: bool) -> Batch:
    """The one batch of a records field, whole and not too big. Raises `Refusal`."""
    raw = next(split(data))
    if from_client and not rules.base_offset_is_right(int.from_bytes(raw[:8], signed=True)):
        raise Refusal("INVALID_RECORD", "the base offset of a client's batch must be 0")
    if not rules.fits(len(raw), config):
        raise Refusal(
            "MESSAGE_TOO_LARGE", f"a batch of {len(raw)} bytes, allowed {config.max_message_bytes}"
        )
    batch = _whole(raw)
    if not rules.crc_is_right(batch):
        raise Refusal("CORRUPT_MESSAGE", f"a batch has crc {batch.crc}, not {batch.true_crc}")
    _codec(raw)
    return batch


def _whole(raw: bytes) -> Batch:
    try:
        return read_batch(raw)
    except BadBatch as error:
        raise Refusal("CORRUPT_MESSAGE", str(error)) from None
