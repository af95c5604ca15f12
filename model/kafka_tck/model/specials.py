"""Special timestamps of ListOffsets: which request version knows which, and what they mean.

Source: KafkaApis.handleListOffsetRequest; KIP-734 (-3), KIP-405 (-4), KIP-1005 (-5),
KIP-1023 (-6).
"""

from collections.abc import Mapping
from typing import Final

LATEST: Final = -1
EARLIEST: Final = -2
MAX_TIMESTAMP: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING_UPLOAD: Final = -6

SINCE_VERSION: Final[Mapping[int, int]] = {
    LATEST: 0,
    EARLIEST: 0,
    MAX_TIMESTAMP: 7,
    EARLIEST_LOCAL: 8,
    LATEST_TIERED: 9,
    EARLIEST_PENDING_UPLOAD: 11,
}
"""The first version of ListOffsets that knows each special timestamp."""


def is_known(timestamp: int, version: int) -> bool:
    """Whether a request of this version may ask for the timestamp; a time of day always."""
    return timestamp >= 0 or SINCE_VERSION.get(timestamp, version + 1) <= version


def untiered(special: int, log_start: int) -> int:
    """The offset that a special of tiered storage has where nothing is tiered; -1 for none."""
    return log_start if special == EARLIEST_LOCAL else -1
