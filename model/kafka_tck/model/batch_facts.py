"""Plain facts that decide on a produced batch: what its bytes say, what its topic is set to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kafka_tck.model.ledger import Entry

CODECS: Final = (0, 1, 2, 3, 4)
NO_CODEC: Final = 0
ZSTD: Final = 4
LONGEST: Final = 2**63 - 1
DEFAULT_LIMIT: Final = 1_048_588
"""max.message.bytes: a mebibyte of records and the twelve bytes before them."""

_CODEC_NAMES: Final = ("uncompressed", "gzip", "snappy", "lz4", "zstd")


class Payload(Enum):
    """Whether the record bytes of a batch can be read."""

    READABLE = "readable"
    DOES_NOT_DECOMPRESS = "does not decompress"
    WRONG_COUNT = "holds more or fewer records than announced"
    WRONG_LENGTHS = "holds a record that is not as long as it says"


class End(Enum):
    """What follows the last whole batch."""

    NOTHING = "nothing"
    CUT = "fewer bytes than a batch announces, or than announce one"
    CORRUPT = "a length or a magic that no batch has"
    OVERFLOWS = "a length with which the size is no 32-bit number"


@dataclass(frozen=True)
class BatchFacts:
    """One batch as its bytes are; `records` have offsets relative to the base offset of 0.

    `size` counts all bytes, `plain_size` those of the records when uncompressed.
    """

    size: int
    magic: int = 2
    base_offset: int = 0
    crc_is_right: bool = True
    codec: int = 0
    claims_append_time: bool = False
    is_transactional: bool = False
    is_control: bool = False
    last_offset_delta: int = 0
    count: int = 1
    base_timestamp: int = -1
    max_timestamp: int = -1
    producer_id: int = -1
    producer_epoch: int = -1
    base_sequence: int = -1
    payload: Payload = Payload.READABLE
    plain_size: int = 0
    records: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class RecordBytes:
    """The record bytes of one partition in a request: whole batches, and what follows them."""

    batches: tuple[BatchFacts, ...]
    end: End = End.NOTHING


@dataclass(frozen=True)
class TopicFacts:
    """The settings of a topic that decide on batches. `codec` None keeps the producer's."""

    max_message_bytes: int = DEFAULT_LIMIT
    segment_bytes: int = 1 << 30
    compacts: bool = False
    append_time: bool = False
    before_max_ms: int = LONGEST
    after_max_ms: int = 3_600_000
    codec: int | None = None
    internal: bool = False

    @property
    def has_own_limit(self) -> bool:
        """Whether the size of batches is limited otherwise than by default."""
        return self.max_message_bytes != DEFAULT_LIMIT


def topic_facts(settings: Mapping[str, str], release: tuple[int, int]) -> TopicFacts:
    """The facts of a topic with these settings; what is not set is at the release's default."""
    # Timestamps far ahead are refused by default since 4.0 (KIP-1030).
    after = 3_600_000 if release >= (4, 0) else LONGEST
    codec = settings.get("compression.type", "producer")
    return TopicFacts(
        max_message_bytes=int(settings.get("max.message.bytes", DEFAULT_LIMIT)),
        segment_bytes=int(settings.get("segment.bytes", 1 << 30)),
        compacts="compact" in settings.get("cleanup.policy", "delete"),
        append_time=settings.get("message.timestamp.type") == "LogAppendTime",
        before_max_ms=int(settings.get("message.timestamp.before.max.ms", LONGEST)),
        after_max_ms=int(settings.get("message.timestamp.after.max.ms", after)),
        codec=None if codec == "producer" else _CODEC_NAMES.index(codec),
    )
